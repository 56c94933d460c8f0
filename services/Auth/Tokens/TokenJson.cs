using System.Globalization;
using System.Text.Json.Serialization;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Tokens;

/// <summary>A token as it is sent. The JWT is made anew each time: it follows from the id and the server's key and is stored nowhere.</summary>
internal sealed record TokenJson
{
    [JsonPropertyName("id")] public required Guid Id { get; init; }

    /// <summary>The null is written: made without a word about it.</summary>
    [JsonPropertyName("description"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required string? Description { get; init; }
    [JsonPropertyName("generated_at")] public required string GeneratedAt { get; init; }
    [JsonPropertyName("jwt_token")] public string? Jwt { get; init; }
    [JsonPropertyName("links")] public IReadOnlyList<LinkJson>? Links { get; init; }

    /// <summary>For lists: without the JWT.</summary>
    public static TokenJson Listed(TokenRow row, Links links) => Of(row) with { Links = [new LinkJson("self", LinkJson.Json, links.Token(row.Id))] };

    /// <exception cref="Http.Errors.ApiError">500: the server has no key for tokens.</exception>
    public static TokenJson WithJwt(TokenRow row, AuthOptions auth) =>
        Of(row) with { Jwt = TokenText.Write(row.Id, auth.Key() ?? throw CallerErrors.NoSigningKey()) };

    private static TokenJson Of(TokenRow row) => new()
    {
        Id = row.Id,
        Description = row.Description,
        GeneratedAt = row.GeneratedAt.UtcDateTime.ToString(
            row.GeneratedAt.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond ? "yyyy-MM-ddTHH:mm:ss+00:00" : "yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture),
    };
}
