using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Panoramax.Auth.Providers;

namespace Panoramax.Auth.Login;

/// <summary>
/// What must be remembered while the browser is at the provider, kept in a short-lived cookie that only this service can read
/// and write: no row for logins that are never finished, and any replica may go on.
/// </summary>
internal sealed class LoginMemory(IDataProtectionProvider protection)
{
    private const string LoginCookie = "panoramax_login";
    private const string LogoutCookie = "panoramax_logout";

    /// <summary>Long enough to register at the provider and to wait for its mail.</summary>
    private static readonly TimeSpan lifetime = TimeSpan.FromMinutes(30);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("Panoramax.Login").ToTimeLimitedDataProtector();

    public void Keep(HttpContext context, LoginAttempt attempt) => Write(context, LoginCookie, attempt);

    /// <summary>The attempt of this browser. It is forgotten with the answer, unless that is a refusal: a forged answer must not end the real login.</summary>
    public LoginAttempt? Take(HttpContext context) => Read<LoginAttempt>(context, LoginCookie);

    public void KeepReturn(HttpContext context, string nextUrl) => Write(context, LogoutCookie, nextUrl);

    public string? TakeReturn(HttpContext context) => Read<string>(context, LogoutCookie);

    private void Write<T>(HttpContext context, string name, T value) =>
        context.Response.Cookies.Append(name, protector.Protect(JsonSerializer.Serialize(value), lifetime), Options(context, lifetime));

    private T? Read<T>(HttpContext context, string name)
        where T : class
    {
        if (context.Request.Cookies[name] is not { } text) return null;
        context.Response.Cookies.Append(name, "", Options(context, TimeSpan.Zero));
        try
        {
            return JsonSerializer.Deserialize<T>(protector.Unprotect(text));
        }
        catch (Exception error) when (error is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null; // expired, or not ours
        }
    }

    private static CookieOptions Options(HttpContext context, TimeSpan age) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true, MaxAge = age,
        Path = context.Request.PathBase + "/api/auth",
    };
}
