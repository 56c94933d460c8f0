using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Panoramax.DevelopmentLogin;

/// <summary>The provider's endpoints; OpenIddict answers discovery, keys and the token exchange itself.</summary>
internal static class Provider
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    private static readonly string[] getOrPost = ["GET", "POST"];

    public static void MapProvider(this WebApplication app)
    {
        app.MapMethods("/connect/authorize", getOrPost, (Delegate)Authorize);
        app.MapMethods("/connect/userinfo", getOrPost, (Delegate)UserInfo);
        app.MapMethods("/connect/logout", getOrPost, (Delegate)EndSession);
    }

    private static async Task<IResult> Authorize(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("not a request of OpenID Connect");
        var login = await context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (People.Find(login.Principal?.Identity?.Name) is not { } person)
            return Results.Redirect(LoginForm.Address(context.Request.PathBase + context.Request.Path + context.Request.QueryString));

        var identity = new ClaimsIdentity(Scheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.Subject);
        identity.SetScopes(request.GetScopes());
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    private static async Task<IResult> UserInfo(HttpContext context)
    {
        var token = await context.AuthenticateAsync(Scheme);
        return People.BySubject(token.Principal?.GetClaim(Claims.Subject)) is { } person
            ? Results.Json(new Dictionary<string, string> { [Claims.Subject] = person.Subject, [Claims.PreferredUsername] = person.Name })
            : Results.Challenge(authenticationSchemes: [Scheme]);
    }

    private static async Task<IResult> EndSession(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/login" }, [Scheme]);
    }
}
