using Duende.IdentityModel;
using Panoramax.Auth.Providers;
using Panoramax.Http;

namespace Panoramax.Auth.Login;

/// <summary>Sends the browser to the identity provider.</summary>
internal static class StartLogin
{
    /// <exception cref="Http.Errors.ApiError">501 no provider; 502 the provider fails.</exception>
    public static async Task<IResult> Handle(HttpContext context, IServiceProvider services, ReturnRule returns, LoginMemory memory, Links links, CancellationToken cancel)
    {
        var provider = services.GetService<IIdentityProvider>() ?? throw AuthErrors.NoLogin();
        var attempt = new LoginAttempt(CryptoRandom.CreateUniqueId(), CryptoRandom.CreateUniqueId(), CryptoRandom.CreateUniqueId(), returns.Of(context.Request));
        var address = await provider.LoginAddress(attempt, links.LoginRedirect(), cancel);
        memory.Keep(context, attempt);
        LoginCookies.KeepOutOfCaches(context);
        return Results.Redirect(address);
    }
}
