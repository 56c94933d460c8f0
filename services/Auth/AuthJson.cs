using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoramax.Auth.Accounts;
using Panoramax.Auth.Pages;
using Panoramax.Auth.Tokens;

namespace Panoramax.Auth;

/// <summary>A link of any answer of this service.</summary>
internal sealed record LinkJson(
    [property: JsonPropertyName("rel")] string Rel,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("href")] string Href)
{
    public const string Json = "application/json";

    [JsonPropertyName("title")] public string? Title { get; init; }
}

internal sealed record MessageJson([property: JsonPropertyName("message")] string Message);

/// <summary>All shapes that go out as JSON. Names are written out on each property; a value that is null is left out unless its shape says otherwise.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserJson))]
[JsonSerializable(typeof(IReadOnlyList<TokenJson>))]
[JsonSerializable(typeof(TokenJson))]
[JsonSerializable(typeof(PageJson))]
[JsonSerializable(typeof(MessageJson))]
internal sealed partial class AuthJson : JsonSerializerContext
{
    public static AuthJson Wire { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
