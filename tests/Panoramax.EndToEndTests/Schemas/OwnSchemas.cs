using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Panoramax.EndToEndTests.Schemas;

/// <summary>The schemas of the instance's own OpenAPI 3.1 document, whose dialect is JSON Schema 2020-12.</summary>
internal sealed class OwnSchemas
{
    private readonly JsonObject document;

    public OwnSchemas(JsonNode document) => this.document = document.AsObject();

    /// <summary>What is wrong with an answer by the schema that the document gives for its route and status.</summary>
    /// <param name="path">Path template as the document writes it, such as <c>/api/collections/{collectionId}</c>.</param>
    public IEnumerable<string> Faults(JsonNode answer, string path, string method = "get", string status = "200")
    {
        var responses = document["paths"]?[path]?[method]?["responses"];
        if (responses is null) return [$"the document has no {method} {path}"];
        var response = Resolve(responses[status] ?? responses["default"]);
        var content = response?["content"]?.AsObject().FirstOrDefault(entry => entry.Key.Contains("json", StringComparison.Ordinal)).Value;
        if (content?["schema"] is not { } schema) return [$"the document has no JSON schema for {status} of {method} {path}"];

        // References lead into the document: it goes along as definitions of the schema.
        var text = schema.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var root = JsonNode.Parse(text)!.AsObject();
        root["$defs"] = JsonNode.Parse(document["components"]!["schemas"]!.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        var built = JsonSchema.FromText(root.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        using var json = JsonDocument.Parse(answer.ToJsonString());
        var result = built.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : result.Details!.Where(detail => detail.Errors is { Count: > 0 })
                .Select(detail => $"{path} at {detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Select(error => error.Value))}");
    }

    private JsonNode? Resolve(JsonNode? node) => node?["$ref"]?.GetValue<string>() is { } reference
        ? reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode?)document, (at, name) => at?[name])
        : node;
}
