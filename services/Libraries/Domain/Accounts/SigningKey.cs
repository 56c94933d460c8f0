using System.Text;

namespace Panoramax.Domain.Accounts;

/// <summary>What makes a key for token signatures too weak: whoever guesses it can write tokens of any account.</summary>
public static class SigningKey
{
    /// <summary>Bytes of UTF-8; as long as the HMAC it is used for (RFC 7518 3.2).</summary>
    public const int SmallestLength = 32;

    /// <summary>Fewer different bytes are a word typed again and again; 32 random bytes, as hexadecimal digits or not, have more.</summary>
    private const int SmallestVariety = 8;

    private static readonly string[] placeholders = ["change me", "changeme", "change-me", "change_me", "placeholder", "your-secret", "your_secret", "insecure"];

    /// <summary>Why a key must not be used, as the end of a sentence ("the key …"); null when it may.</summary>
    public static string? WeaknessOf(string? key) => key switch
    {
        null or "" => "is not set",
        _ when Encoding.UTF8.GetByteCount(key) < SmallestLength => $"has fewer than {SmallestLength} bytes",
        _ when key.Distinct().Count() < SmallestVariety => "repeats a few characters",
        _ when placeholders.Any(text => key.Contains(text, StringComparison.OrdinalIgnoreCase)) => "is the placeholder of an example",
        _ => null,
    };
}
