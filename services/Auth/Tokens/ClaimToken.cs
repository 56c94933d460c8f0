using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Auth.Login;
using Panoramax.Database;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Tokens;

/// <summary>Binds a generated token to the account of whoever opens its link, logged in.</summary>
internal static class ClaimToken
{
    /// <exception cref="Http.Errors.ApiError">404 unknown; 403 of another account, or not opened by hand.</exception>
    public static async Task<IResult> Handle(
        Guid id, HttpRequest request, Caller caller, PanoramaxDb db, IOptions<AuthOptions> auth, ReturnRule returns, Links links, CancellationToken cancel)
    {
        ThrowIfEmbedded(request);
        var account = caller.AccountId!.Value;

        // One statement: of two who claim at the same moment, one gets it.
        var claimed = await db.Tokens.Where(row => row.Id == id && row.AccountId == null)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.AccountId, account), cancel);
        if (claimed == 0)
        {
            var token = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw AuthErrors.UnknownToken();
            return token.AccountId == account
                ? TypedResults.Json(new MessageJson("The token is yours already"), AuthJson.Wire.MessageJson, LinkJson.Json)
                : throw AuthErrors.TokenOfAnother();
        }

        if (auth.Value.RequireTerms && caller.TermsAcceptedAt is null) return Results.Redirect(returns.TermsPage("/token-accepted"));
        return links.Website() is { } website
            ? Results.Redirect(website + "token-accepted")
            : Results.Text("The token is accepted, you can close this window", "text/plain");
    }

    /// <summary>Browsers say what a request is for (Fetch Metadata): a window of its own, or a part of another site's page.</summary>
    private static void ThrowIfEmbedded(HttpRequest request)
    {
        var (site, destination) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers["Sec-Fetch-Dest"].ToString());
        if (site is "cross-site" or "same-site" && destination != "document") throw AuthErrors.NotOpenedByHand();
    }
}
