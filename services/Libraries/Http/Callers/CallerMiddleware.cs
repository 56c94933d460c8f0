using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Errors;

namespace Panoramax.Http.Callers;

/// <summary>
/// Who is calling: the login cookie's account (a bearer header is then ignored), else the bearer token's, else nobody. The
/// account row is read at each request, so that roles, acceptance of terms and revoked tokens count at once.
/// </summary>
internal sealed class CallerMiddleware(RequestDelegate next)
{
    public async Task Invoke(HttpContext context, CurrentCaller current, PanoramaxDb db, IOptions<AuthOptions> auth)
    {
        var endpoint = context.GetEndpoint();
        try
        {
            var cookie = await FromCookie(context, db);
            current.IsByCookie = cookie is not null;
            current.Caller = cookie ?? await FromBearer(context, db, auth.Value);
        }
        catch (ApiError) when (endpoint?.Metadata.GetMetadata<ToleratesBadToken>() is not null)
        {
            current.Caller = Caller.Anonymous;
        }

        if (current.IsByCookie) OriginCheck.ThrowIfForeign(context.Request, context.RequestServices.GetRequiredService<Links>());
        var alwaysPublic = endpoint?.Metadata.GetMetadata<AlwaysPublic>() is not null;
        context.Response.OnStarting(() =>
        {
            if (context.Response.Headers.CacheControl.Count == 0)
                context.Response.Headers.CacheControl = current.Caller.IsLoggedIn && !alwaysPublic ? "private" : "public";
            return Task.CompletedTask;
        });
        await next(context);
    }

    private static async Task<Caller?> FromCookie(HttpContext context, PanoramaxDb db)
    {
        if (!context.Request.Cookies.ContainsKey(CallerSetup.LoginCookie)) return null;
        var login = await context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        // A cookie of an account that is gone, or one that cannot be read any more, is nobody's.
        return login.Principal?.FindFirstValue(ClaimTypes.NameIdentifier) is { } text && Guid.TryParse(text, out var id)
            ? await Load(db, id, context.RequestAborted)
            : null;
    }

    private static async Task<Caller> FromBearer(HttpContext context, PanoramaxDb db, AuthOptions auth)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return Caller.Anonymous;
        const string scheme = "Bearer ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            throw CallerErrors.BadToken("only bearer tokens are accepted");

        var key = auth.Key() ?? throw CallerErrors.NoSigningKey();
        if (TokenText.Read(header[scheme.Length..].Trim(), key, out var error) is not { } tokenId)
            throw CallerErrors.BadToken(error ?? "the token cannot be read");

        var token = await db.Tokens.AsNoTracking().Where(row => row.Id == tokenId).Select(row => new { row.AccountId })
            .SingleOrDefaultAsync(context.RequestAborted) ?? throw CallerErrors.UnknownToken();
        return token.AccountId is { } accountId
            ? await Load(db, accountId, context.RequestAborted) ?? throw CallerErrors.UnknownToken()
            : throw CallerErrors.UnclaimedToken();
    }

    private static async Task<Caller?> Load(PanoramaxDb db, Guid accountId, CancellationToken cancel) =>
        await db.Accounts.AsNoTracking().Where(row => row.Id == accountId)
            .Select(row => new Caller(row.Id, row.Role == Roles.Admin) { Name = row.Name, TermsAcceptedAt = row.TosAcceptedAt })
            .SingleOrDefaultAsync(cancel);
}

/// <summary>Endpoint metadata: the answer does not depend on the account, so an unusable token is no error here.</summary>
public sealed class ToleratesBadToken;

/// <summary>Endpoint metadata: the answer is the same for everybody, so it is <c>Cache-Control: public</c> for logged callers too.</summary>
public sealed class AlwaysPublic;
