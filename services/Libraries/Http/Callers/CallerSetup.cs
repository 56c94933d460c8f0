using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Domain.Accounts;

namespace Panoramax.Http.Callers;

/// <summary>The way in: who is calling.</summary>
public static class CallerSetup
{
    /// <summary>Name of the login cookie. No script can read it; the readable ones beside it are only markers.</summary>
    public const string LoginCookie = "panoramax_session";

    /// <summary>
    /// Lets handlers take a <see cref="Caller"/> as parameter. The login cookie is the framework's own; its keys lie in the
    /// database, so that every replica of every service reads it.
    /// </summary>
    /// <param name="makesKeys">True for the one service that may make data protection keys (auth); its role alone may write them.</param>
    public static IHostApplicationBuilder AddCallers(this IHostApplicationBuilder builder, bool makesKeys = false)
    {
        var services = builder.Services;
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthOptions>, SigningKeyCheck>();
        var protection = services.AddDataProtection().SetApplicationName("Panoramax").PersistKeysToDbContext<PanoramaxDb>();
        if (!makesKeys) protection.DisableAutomaticKeyGeneration();

        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>>((cookie, auth) =>
            {
                cookie.Cookie.Name = LoginCookie;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.Cookie.Domain = auth.Value.CookieDomain;
                cookie.ExpireTimeSpan = auth.Value.CookieLifetime;
                cookie.SlidingExpiration = false;
            });

        services.AddScoped<CurrentCaller>();
        services.AddScoped(request => request.GetRequiredService<CurrentCaller>().Caller);
        return builder;
    }

    /// <summary>Finds out who is calling, once per request and after routing, and says for whom the answer may be cached.</summary>
    public static IApplicationBuilder UseCallers(this IApplicationBuilder app) => app.UseMiddleware<CallerMiddleware>();
}

/// <summary>The caller of this request; set by the middleware before any handler runs.</summary>
public sealed class CurrentCaller
{
    public Caller Caller { get; set; } = Caller.Anonymous;

    /// <summary>True when the login cookie says who it is, not a token.</summary>
    public bool IsByCookie { get; set; }
}
