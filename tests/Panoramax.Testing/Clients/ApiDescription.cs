using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Panoramax.Gateway.Docs;

namespace Panoramax.Testing.Clients;

/// <summary>The OpenAPI document of the whole API, as something that answers are compared with. Its dialect is JSON Schema 2020-12.</summary>
public sealed partial class ApiDescription
{
    private readonly ConcurrentDictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);
    private readonly string definitions;
    private readonly List<DescribedPath> paths;

    private ApiDescription(JsonObject document)
    {
        Document = document;
        definitions = Local(document["components"]!["schemas"]!);
        paths = [.. document["paths"]!.AsObject().Select(path => new DescribedPath(path.Key, path.Value!.AsObject()))];
    }

    /// <summary>That of this build.</summary>
    public static ApiDescription Instance { get; } = new(ApiDocument.BuiltIn());

    public JsonObject Document { get; }

    /// <summary>The operation that a request meets, or null when no path is like this or a part of it is no id.</summary>
    public DescribedOperation? Find(string method, string path)
    {
        var found = paths.Where(candidate => candidate.Matches(path)).MinBy(candidate => candidate.Parameters);
        return found is null || method == "OPTIONS" ? null : new DescribedOperation(this, found.Template, method == "HEAD" ? "get" : method.ToLowerInvariant());
    }

    /// <summary>What is wrong with a value by a schema of the document.</summary>
    public IReadOnlyList<string> Faults(JsonNode schema, JsonNode? value)
    {
        var text = Local(schema);
        var built = schemas.GetOrAdd(text, _ =>
        {
            // References lead into the document: it goes along as definitions of the schema.
            var root = JsonNode.Parse(text)!.AsObject();
            root["$defs"] = JsonNode.Parse(definitions);
            root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
            return JsonSchema.FromText(root.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        });
        using var json = JsonDocument.Parse(value?.ToJsonString() ?? "null");
        var result = built.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : [.. result.Details!.Where(detail => detail.Errors is { Count: > 0 }).Select(detail => $"at {detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Select(error => error.Value))}")];
    }

    /// <summary>Follows a reference, if it is one.</summary>
    public JsonNode? Resolve(JsonNode? node) => node?["$ref"]?.GetValue<string>() is { } reference
        ? reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode?)Document, (at, name) => at?[name])
        : node;

    private static string Local(JsonNode schema) => schema.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);

    private sealed partial class DescribedPath(string template, JsonObject methods)
    {
        private readonly Regex pattern = new(
            "^" + Parameter().Replace(Regex.Escape(template.TrimEnd('/')).Replace("\\{", "{", StringComparison.Ordinal), match => ValueOf(match.Groups[1].Value, methods)) + "/?$",
            RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

        public string Template => template;

        public int Parameters => template.Count(letter => letter == '{');

        public bool Matches(string path) => pattern.IsMatch(path);

        /// <summary>What may stand there: an id, a number, or anything without a slash.</summary>
        private static string ValueOf(string name, JsonObject methods)
        {
            var parameter = methods.SelectMany(method => method.Value!["parameters"]?.AsArray() ?? []).First(parameter => parameter!["name"]!.GetValue<string>() == name)!;
            return parameter["schema"] switch
            {
                { } schema when schema["format"]?.GetValue<string>() == "uuid" => "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
                { } schema when schema["type"]?.GetValue<string>() == "integer" => "[0-9]+",
                _ => "[^/]+?",
            };
        }

        [GeneratedRegex(@"\{([^}]+)\}")]
        private static partial Regex Parameter();
    }
}

/// <summary>One method of one path of the description.</summary>
public sealed class DescribedOperation(ApiDescription description, string path, string method)
{
    /// <summary>What is wrong with an answer.</summary>
    /// <param name="mediaType">Without parameters; null when the answer has none.</param>
    /// <param name="hasNoBody">The answer to HEAD.</param>
    public IReadOnlyList<string> Faults(int status, string? mediaType, byte[] body, bool hasNoBody = false)
    {
        var operation = description.Document["paths"]![path]![method];
        // Methods that a path does not have.
        if (operation is null) return status is 404 or 405 ? [] : [$"{method} {path} is not described"];

        var response = description.Resolve(operation["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        // A service that is asked directly, without the gateway, does not have the routes and methods of the others.
        if (response is null && status is (404 or 405)) return [];
        if (response is null) return [$"{method} {path} does not tell of {status}"];
        if (hasNoBody) return [];
        if (response["content"]?.AsObject() is not { } contents) return body.Length == 0 ? [] : [$"{method} {path} tells of no body with {status}"];
        if (mediaType is null || contents[mediaType] is not { } content) return [$"{method} {path} does not tell of {mediaType ?? "no content type"} with {status}"];
        return mediaType.EndsWith("json", StringComparison.Ordinal) ? description.Faults(content["schema"]!, JsonNode.Parse(body)) : [];
    }
}
