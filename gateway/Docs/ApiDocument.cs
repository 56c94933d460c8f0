using System.Reflection;
using System.Text.Json.Nodes;

namespace Panoramax.Gateway.Docs;

/// <summary>
/// The OpenAPI document of the whole API. Each service describes its own routes in a file beside its <c>Endpoints.cs</c>
/// (<c>services/Stac/openapi.json</c>, …); what they have in common (errors, links, items) stands in
/// <c>gateway/Docs/openapi.json</c>. Every name is defined once, and each file may refer to the names of the others.
/// </summary>
internal static class ApiDocument
{
    /// <summary>
    /// Answers that any route gives to a token that is not good, and that the gateway gives in any service's place, by status:
    /// names in <c>components/responses</c>.
    /// </summary>
    private static readonly (string Status, string Response)[] everywhere =
        [("401", "Unauthorized"), ("403", "Forbidden"), ("500", "ServerError"), ("502", "ServiceDown"), ("503", "ServiceBusy"), ("504", "ServiceSilent")];

    /// <summary>The files that are joined, as they are built into the gateway.</summary>
    public static JsonObject BuiltIn() => Join(Read("openapi.common.json"), [Read("openapi.stac.json"), Read("openapi.upload.json"), Read("openapi.auth.json")]);

    /// <summary>Joins the descriptions of the services into the common one.</summary>
    /// <exception cref="InvalidOperationException">Two files define the same route, or the same name.</exception>
    public static JsonObject Join(JsonObject common, IEnumerable<JsonObject> services)
    {
        var paths = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            foreach (var (path, methods) in service["paths"]!.AsObject())
            {
                if (!paths.TryGetValue(path, out var all)) paths[path] = all = [];
                foreach (var (method, operation) in methods!.AsObject()) Add(all, method, Complete(method, operation!.DeepClone().AsObject()), path);
            }

            foreach (var (kind, named) in service["components"]?.AsObject() ?? [])
            {
                var all = common["components"]![kind]!.AsObject();
                foreach (var (name, value) in named!.AsObject()) Add(all, name, value!.DeepClone(), kind);
            }
        }

        common["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create(path.Key, (JsonNode?)path.Value)));
        return common;
    }

    /// <summary>Adds what may come from anywhere, so that no service has to say it on every route.</summary>
    private static JsonObject Complete(string method, JsonObject operation)
    {
        var responses = operation["responses"]!.AsObject();
        foreach (var (status, response) in everywhere) responses.TryAdd(status, Reference(response));
        if (method == "get") responses.TryAdd("304", Reference("NotModified"));
        if (operation.ContainsKey("requestBody")) responses.TryAdd("413", Reference("TooLarge"));
        return operation;
    }

    private static JsonObject Reference(string response) => new() { ["$ref"] = "#/components/responses/" + response };

    private static void Add(JsonObject all, string name, JsonNode value, string place)
    {
        if (!all.TryAdd(name, value)) throw new InvalidOperationException($"The API's description says twice what {name} of {place} is");
    }

    private static JsonObject Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file) ?? throw new InvalidOperationException($"{file} is not built in");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
