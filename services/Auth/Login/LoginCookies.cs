using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Panoramax.Database.Rows;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Login;

/// <summary>
/// The login cookie, which no script can read, and three beside it by which the web viewer tells that somebody is logged in and
/// who: no secret is in them and no service trusts them. All four are set together and cleared together.
/// </summary>
internal sealed class LoginCookies(IOptions<AuthOptions> auth)
{
    private const string Marker = "session";
    private const string UserId = "user_id";
    private const string UserName = "user_name";

    /// <summary>Writes the login cookie of an account, again too: what an account has accepted is part of it for older readers.</summary>
    public async Task Set(HttpContext context, AccountRow account)
    {
        var identity = new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()),
            new Claim(ClaimTypes.Name, account.Name),
            new Claim("oauth_provider", account.OauthProvider ?? ""),
            new Claim("oauth_id", account.OauthId ?? ""),
            new Claim("tos_accepted", account.TosAcceptedAt is null ? "false" : "true"),
        ], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
        Append(context, Marker, "1", auth.Value.CookieLifetime);
        Append(context, UserId, account.Id.ToString(), auth.Value.CookieLifetime);
        Append(context, UserName, account.Name, auth.Value.CookieLifetime);
        KeepOutOfCaches(context);
    }

    public async Task Clear(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        foreach (var name in (string[])[Marker, UserId, UserName]) Append(context, name, "", TimeSpan.Zero);
        KeepOutOfCaches(context);
    }

    /// <summary>Instead of what the framework writes with its cookie, which forbids more than the API's rule for all answers allows.</summary>
    public static void KeepOutOfCaches(HttpContext context)
    {
        context.Response.Headers.Remove("Pragma");
        context.Response.Headers.Remove("Expires");
        context.Response.Headers.CacheControl = "private, no-store";
    }

    private void Append(HttpContext context, string name, string value, TimeSpan age) => context.Response.Cookies.Append(name, value, new CookieOptions
    {
        Path = "/", MaxAge = age, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Domain = auth.Value.CookieDomain, IsEssential = true,
    });
}
