using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Panoramax.Testing.Pictures;

namespace Panoramax.EndToEndTests.Schemas;

/// <summary>The public STAC schemas of the shared set, by their public address; nothing is fetched from anywhere.</summary>
internal sealed class PublicSchemas
{
    private readonly string folder;
    private readonly JsonObject index;
    private readonly BuildOptions options = new() { SchemaRegistry = new SchemaRegistry() };
    private readonly Dictionary<string, JsonSchema> built = [];

    private PublicSchemas(string folder)
    {
        this.folder = folder;
        index = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "index.json")))!.AsObject();
        options.SchemaRegistry.Fetch = (address, _) => Load(address.ToString());
    }

    /// <summary>Null where this machine does not have them.</summary>
    public static PublicSchemas? Open() => SharedPictures.Schemas is { } folder ? new PublicSchemas(folder) : null;

    /// <summary>What is wrong with a STAC object by its core schema and by every extension it declares.</summary>
    /// <param name="core"><c>catalog</c>, <c>collection</c> or <c>item</c>.</param>
    public IEnumerable<string> Faults(JsonNode thing, string core)
    {
        var addresses = new List<string> { $"https://schemas.stacspec.org/v1.0.0/{core}-spec/json-schema/{core}.json" };
        addresses.AddRange(thing["stac_extensions"]?.AsArray().Select(extension => extension!.GetValue<string>()) ?? []);
        using var json = JsonDocument.Parse(thing.ToJsonString());
        foreach (var address in addresses)
        {
            var result = Load(address).Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
            if (result.IsValid) continue;
            foreach (var detail in result.Details!.Where(detail => detail.Errors is { Count: > 0 }))
                yield return $"{address} at {detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Select(error => error.Value))}";
        }
    }

    private JsonSchema Load(string address)
    {
        var key = address.Split('#')[0];
        if (built.TryGetValue(key, out var schema)) return schema;
        var file = index[key]?.GetValue<string>() ?? throw new InvalidOperationException($"no local copy of the schema {key}");
        var text = File.ReadAllText(Path.Combine(folder, file)).Replace("_STAC_VERSION_", "v0.0.15", StringComparison.Ordinal);
        return built[key] = JsonSchema.FromText(text, options, new Uri(key));
    }
}
