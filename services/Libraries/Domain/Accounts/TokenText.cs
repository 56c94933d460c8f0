using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Panoramax.Domain.Accounts;

/// <summary>
/// The text of a bearer token: a JWT (RFC 7519) signed with HS256 whose subject is the id of a row in <c>tokens</c>.
/// No claim but the signature and the subject counts: there is no expiry, audience or issuer check, tokens live until
/// their row is deleted. The same id and key always give the same text.
/// </summary>
public static class TokenText
{
    private const string Header = """{"alg":"HS256"}""";

    /// <summary>Writes the token of <paramref name="tokenId"/>.</summary>
    /// <param name="tokenId">Id of the row in <c>tokens</c>.</param>
    /// <param name="key">Signing key, at least 32 bytes.</param>
    public static string Write(Guid tokenId, ReadOnlySpan<byte> key)
    {
        var signed = Encode(Encoding.UTF8.GetBytes(Header)) + "."
            + Encode(Encoding.UTF8.GetBytes($$"""{"iss":"geovisio","sub":"{{tokenId}}"}"""));
        return signed + "." + Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Reads the token id out of a text and checks its signature.</summary>
    /// <param name="error">Why it was refused, for <c>details.error</c>; null when it was accepted.</param>
    /// <returns>The subject, or null when the text is no JWT, is signed otherwise, or names no token id.</returns>
    public static Guid? Read(string text, ReadOnlySpan<byte> key, out string? error)
    {
        error = null;
        var parts = text.Split('.');
        if (parts.Length != 3 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } payload
            || Decode(parts[2]) is not { } signature)
        {
            error = "the token is not a JSON Web Token";
            return null;
        }

        try
        {
            using var headerJson = JsonDocument.Parse(header);
            if (headerJson.RootElement.ValueKind != JsonValueKind.Object
                || !headerJson.RootElement.TryGetProperty("alg", out var algorithm) || algorithm.ValueKind != JsonValueKind.String
                || algorithm.GetString() != "HS256")
            {
                error = "the token is not signed with HS256";
                return null;
            }

            var expected = HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]));
            if (!CryptographicOperations.FixedTimeEquals(expected, signature))
            {
                error = "the signature does not match";
                return null;
            }

            using var claims = JsonDocument.Parse(payload);
            if (claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("sub", out var subject) && subject.ValueKind == JsonValueKind.String
                && Guid.TryParseExact(subject.GetString(), "D", out var id))
                return id;
        }
        catch (JsonException)
        {
            error = "the token is not a JSON Web Token";
            return null;
        }

        error = "the token names no subject";
        return null;
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
