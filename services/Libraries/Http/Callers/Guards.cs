using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panoramax.Domain.Accounts;

namespace Panoramax.Http.Callers;

/// <summary>The access guards of the API (G0 to G4), put on routes. G0 is no guard at all.</summary>
public static class Guards
{
    /// <summary>G1: 401 for anonymous callers.</summary>
    public static T RequireLogin<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((context, next) => Caller(context).IsLoggedIn ? next(context) : throw CallerErrors.LoginMissing());

    /// <summary>
    /// G2: whoever uploads. Anonymous callers only where login is not required; logged ones must have accepted the terms where
    /// those are enforced.
    /// </summary>
    public static T RequireUploader<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            var services = context.HttpContext.RequestServices;
            var caller = Caller(context);
            if (!caller.IsLoggedIn && services.GetRequiredService<IConfiguration>().GetValue<bool>("Upload:RequireLogin"))
                throw CallerErrors.LoginMissing();
            if (caller is { IsLoggedIn: true, TermsAcceptedAt: null } && services.GetRequiredService<IOptions<AuthOptions>>().Value.RequireTerms)
                throw CallerErrors.TermsNotAccepted(services.GetRequiredService<Links>().TermsPage());
            return next(context);
        });

    /// <summary>G3: browser-facing; anonymous callers are sent to the login, or get 403 when there is none.</summary>
    public static T RequireLoginOrRedirect<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            if (Caller(context).IsLoggedIn) return next(context);
            var services = context.HttpContext.RequestServices;
            if (!services.GetRequiredService<IOptions<AuthOptions>>().Value.IsEnabled) throw CallerErrors.NoProvider();
            return ValueTask.FromResult<object?>(Results.Redirect(services.GetRequiredService<Links>().Login()));
        });

    /// <summary>G4, after G1 or G3: 403 for everybody but administrators.</summary>
    public static T RequireAdmin<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((context, next) => Caller(context).IsAdmin ? next(context) : throw CallerErrors.AdministratorsOnly());

    /// <summary>The answer does not depend on the account: an unusable token is no error here.</summary>
    public static T TolerateBadToken<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new ToleratesBadToken());

    /// <summary>The answer is the same for everybody and may be cached as such.</summary>
    public static T CachePublicly<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AlwaysPublic());

    private static Caller Caller(EndpointFilterInvocationContext context) =>
        context.HttpContext.RequestServices.GetRequiredService<Caller>();
}
