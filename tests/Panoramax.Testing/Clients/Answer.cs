using System.Net;
using System.Text.Json.Nodes;

namespace Panoramax.Testing.Clients;

/// <summary>An answer of the API: status, JSON body (null when there is none) and what it came with.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Json, string Text, HttpResponseMessage Message)
{
    public int Code => (int)Status;

    /// <summary>A member of the body.</summary>
    public JsonNode? this[string name] => Json?[name];

    internal static async Task<Answer> Of(HttpResponseMessage message)
    {
        var text = await message.Content.ReadAsStringAsync();
        JsonNode? json = null;
        if (message.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0)
            json = JsonNode.Parse(text);
        return new Answer(message.StatusCode, json, text, message);
    }
}
