using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Panoramax.Auth.Login;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Tokens;

/// <summary>
/// Makes a token that belongs to nobody yet, for a client without a browser: somebody opens its claim link, and from then on it
/// acts for their account. Until then it opens nothing.
/// </summary>
internal static class GenerateToken
{
    private const int MaxDescriptionLength = 250;

    /// <exception cref="Http.Errors.ApiError">500: no key for tokens. 429 comes before this.</exception>
    public static async Task<JsonHttpResult<TokenJson>> Handle(
        HttpContext context, PanoramaxDb db, IOptions<AuthOptions> auth, Links links, TimeProvider time, CancellationToken cancel)
    {
        var description = context.Request.Query["description"].ToString().Replace("\0", "", StringComparison.Ordinal);
        var row = new TokenRow
        {
            Id = DatabaseMigration.NewTokenId(), GeneratedAt = time.GetUtcNow(),
            Description = description.Length > MaxDescriptionLength ? description[..MaxDescriptionLength] : description,
        };
        var answer = TokenJson.WithJwt(row, auth.Value) with { Links = [new LinkJson("claim", LinkJson.Json, links.ClaimToken(row.Id))] };
        db.Tokens.Add(row);
        await db.SaveChangesAsync(cancel);
        LoginCookies.KeepOutOfCaches(context);
        return TypedResults.Json(answer, AuthJson.Wire.TokenJson, LinkJson.Json);
    }
}
