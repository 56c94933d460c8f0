using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;

namespace Panoramax.Auth.Tokens;

/// <summary>Tokens of the caller: list them, read one, make one, revoke one. Other accounts' tokens do not exist here.</summary>
internal static class OwnTokens
{
    private const int MaxDescriptionLength = 250;

    public static async Task<JsonHttpResult<IReadOnlyList<TokenJson>>> List(Caller caller, PanoramaxDb db, Links links, CancellationToken cancel)
    {
        var rows = await db.Tokens.AsNoTracking().Where(row => row.AccountId == caller.AccountId).OrderBy(row => row.GeneratedAt).ThenBy(row => row.Id).ToListAsync(cancel);
        return TypedResults.Json<IReadOnlyList<TokenJson>>([.. rows.Select(row => TokenJson.Listed(row, links))], AuthJson.Wire.IReadOnlyListTokenJson, LinkJson.Json);
    }

    /// <exception cref="Http.Errors.ApiError">404; 500 no key for tokens.</exception>
    public static async Task<JsonHttpResult<TokenJson>> Get(Guid id, Caller caller, PanoramaxDb db, IOptions<AuthOptions> auth, CancellationToken cancel)
    {
        var row = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(token => token.Id == id && token.AccountId == caller.AccountId, cancel) ?? throw AuthErrors.UnknownToken();
        return TypedResults.Json(TokenJson.WithJwt(row, auth.Value), AuthJson.Wire.TokenJson, LinkJson.Json);
    }

    /// <exception cref="Http.Errors.ApiError">400 bad description; 500 no key for tokens.</exception>
    public static async Task<JsonHttpResult<TokenJson>> Create(
        HttpRequest request, Caller caller, PanoramaxDb db, IOptions<AuthOptions> auth, TimeProvider time, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadOptionalJson(request, cancel);
        var description = fields.Text("description", MaxDescriptionLength);
        fields.ThrowIfFaulty();

        var row = new TokenRow
        {
            Id = DatabaseMigration.NewTokenId(), AccountId = caller.AccountId, GeneratedAt = time.GetUtcNow(),
            Description = description ?? (fields.Names.Count > 0 || SentAnObject(request) ? "" : null),
        };
        var answer = TokenJson.WithJwt(row, auth.Value);
        db.Tokens.Add(row);
        await db.SaveChangesAsync(cancel);
        return TypedResults.Json(answer, AuthJson.Wire.TokenJson, LinkJson.Json);
    }

    /// <summary>At once and everywhere: every service looks the token up at each use.</summary>
    /// <exception cref="Http.Errors.ApiError">404.</exception>
    public static async Task<JsonHttpResult<MessageJson>> Revoke(Guid id, Caller caller, PanoramaxDb db, CancellationToken cancel)
    {
        if (await db.Tokens.Where(row => row.Id == id && row.AccountId == caller.AccountId).ExecuteDeleteAsync(cancel) == 0) throw AuthErrors.UnknownToken();
        return TypedResults.Json(new MessageJson("The token is revoked"), AuthJson.Wire.MessageJson, LinkJson.Json);
    }

    /// <summary>An empty object is "no description", which is stored as an empty text; no body at all is stored as null.</summary>
    private static bool SentAnObject(HttpRequest request) => RequestFields.IsJson(request) && request.ContentLength is > 0;
}
