using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Panoramax.Http.Callers;
using Panoramax.Http.Errors;

namespace Panoramax.Http;

/// <summary>The way in for HTTP services: errors, links, callers, the <c>uuid</c> route constraint.</summary>
public static class HttpSetup
{
    /// <param name="makesKeys">See <see cref="CallerSetup.AddCallers"/>.</param>
    public static IHostApplicationBuilder AddPanoramaxHttp(this IHostApplicationBuilder builder, bool makesKeys = false)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<Links>();
        builder.Services.AddApiErrors();
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<UuidConstraint>("uuid"));
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        builder.AddCallers(makesKeys);
        return builder;
    }

    /// <summary>The pipeline before the endpoints, in the order in which it must run.</summary>
    public static WebApplication UsePanoramaxHttp(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            // An answer is what its content type says, and never a script because it looks like one.
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        app.UsePublicAddress();
        app.UseApiErrors();
        app.UseRouting();
        app.UseCallers();
        return app;
    }
}
