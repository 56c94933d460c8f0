using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Panoramax.Testing.Pictures;

namespace Panoramax.Testing.Schemas;

/// <summary>
/// Our own OpenAPI 3.1 document, whose schema dialect is JSON Schema 2020-12: which schema it gives for the answer of a call,
/// and what of the answer does not keep to it.
/// </summary>
public sealed class ApiDocument
{
    private static readonly Lazy<ApiDocument> committed = new(() => new ApiDocument(JsonNode.Parse(File.ReadAllText(
        Path.Combine(SharedPictures.RepositoryRoot, "gateway", "wwwroot", "docs", "specs.json")))!));

    private readonly JsonObject document;
    private readonly List<(string Template, string[] Segments, JsonObject Item)> paths;
    private readonly ConcurrentDictionary<string, JsonSchema?> built = new();

    public ApiDocument(JsonNode document)
    {
        this.document = document.AsObject();
        // Written-out segments win over parameters, as in routing.
        paths = [.. this.document["paths"]!.AsObject()
            .Select(path => (path.Key, Segments(path.Key), path.Value!.AsObject()))
            .OrderBy(path => path.Item2.Count(segment => segment.Contains('{', StringComparison.Ordinal)))];
    }

    /// <summary>The document of this build.</summary>
    public static ApiDocument Committed => committed.Value;

    /// <summary>What is wrong with an answer that came as JSON. An error that the document does not name for the call must have the form of every error.</summary>
    /// <param name="path">As it was asked for, without the query.</param>
    public IEnumerable<string> Faults(JsonElement answer, string path, string method, int status)
    {
        method = method == "HEAD" ? "get" : method.ToLowerInvariant();
        var route = paths.FirstOrDefault(route => route.Item[method] is not null && Matches(route.Segments, Segments(path)));
        var key = $"{method} {route.Template} {status}";
        var schema = built.GetOrAdd(key, _ => Build(route.Item?[method], status));
        if (schema is null) return [$"the API's document has no JSON schema for {method} {path} with {status}"];
        if (schema.Evaluate(answer, new EvaluationOptions { OutputFormat = OutputFormat.Flag }).IsValid) return [];
        return schema.Evaluate(answer, new EvaluationOptions { OutputFormat = OutputFormat.List }).Details!
            .Where(detail => detail.Errors is { Count: > 0 })
            .Select(detail => $"{key} at {detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Select(error => error.Value))}");
    }

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool Matches(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(pair => pair.First == pair.Second || FitsParameter(pair.First, pair.Second));

    /// <summary>A segment with parameters, such as <c>{y}.{format}</c>, has its written-out parts in common with the path.</summary>
    private static bool FitsParameter(string template, string segment)
    {
        if (!template.Contains('{', StringComparison.Ordinal)) return false;
        var at = 0;
        foreach (var part in template.Split('{', '}').Where((_, index) => index % 2 == 0))
        {
            var found = segment.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + part.Length;
        }

        return true;
    }

    private JsonSchema? Build(JsonNode? operation, int status)
    {
        var response = Resolve(operation?["responses"]?[status.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        var schema = response?["content"]?.AsObject().FirstOrDefault(entry => entry.Key.Contains("json", StringComparison.Ordinal)).Value?["schema"];
        if (schema is null && status >= 400) schema = document["components"]!["schemas"]!["Error"];
        if (schema is null) return null;

        // References lead into the document: it goes along as definitions of the schema.
        var root = Inside(schema).AsObject();
        root["$defs"] = Inside(document["components"]!["schemas"]!);
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        return JsonSchema.FromText(root.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
    }

    private static JsonNode Inside(JsonNode schema) =>
        JsonNode.Parse(schema.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!;

    private JsonNode? Resolve(JsonNode? node) => node?["$ref"]?.GetValue<string>() is { } reference
        ? reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode?)document, (at, name) => at?[name])
        : node;
}
