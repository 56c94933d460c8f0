using Panoramax.Auth.Providers;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Login;

/// <summary>
/// Ends the session: at the provider first, if it has a page for it, and the login here stays until the provider sends the
/// browser back; else at once.
/// </summary>
internal static class Logout
{
    /// <exception cref="Http.Errors.ApiError">501 no provider.</exception>
    public static async Task<IResult> Start(
        HttpContext context, IServiceProvider services, CurrentCaller current, ReturnRule returns, LoginMemory memory, LoginCookies cookies, Links links, CancellationToken cancel)
    {
        var provider = services.GetService<IIdentityProvider>() ?? throw AuthErrors.NoLogin();
        var next = returns.Of(context.Request);
        if (!current.IsByCookie || await provider.LogoutAddress(links.LogoutRedirect(), cancel) is not { } address)
            return await End(context, cookies, next);
        if (next is not null) memory.KeepReturn(context, next);
        LoginCookies.KeepOutOfCaches(context);
        return Results.Redirect(address);
    }

    /// <summary>The provider's session is over, the browser is back.</summary>
    /// <exception cref="Http.Errors.ApiError">501 no provider.</exception>
    public static async Task<IResult> Finish(HttpContext context, IServiceProvider services, LoginMemory memory, LoginCookies cookies, CancellationToken cancel)
    {
        if (services.GetService<IIdentityProvider>() is null) throw AuthErrors.NoLogin();
        return await End(context, cookies, memory.TakeReturn(context));
    }

    private static async Task<IResult> End(HttpContext context, LoginCookies cookies, string? next)
    {
        await cookies.Clear(context);
        return next is null ? Results.Text("You are logged out", "text/plain", statusCode: StatusCodes.Status202Accepted) : Results.Redirect(next);
    }
}
