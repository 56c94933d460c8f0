using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Panoramax.Testing.Pictures;

namespace Panoramax.Testing.Schemas;

/// <summary>The public STAC schemas of the shared set, by their public address; nothing is fetched from anywhere.</summary>
public sealed class PublicSchemas
{
    /// <summary>Things looked at of each list: the rest of it is made by the same code.</summary>
    private const int PerList = 3;

    private static readonly Lazy<PublicSchemas?> shared = new(() => SharedPictures.Schemas is { } folder ? new PublicSchemas(folder) : null);

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
    public static PublicSchemas? Shared => shared.Value;

    /// <summary>What is wrong with the STAC objects of an answer: itself, or those of its list, by their core schema and by every extension they declare.</summary>
    public IEnumerable<string> Faults(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object) return [];
        foreach (var list in (string[])["features", "collections"])
        {
            if (answer.TryGetProperty(list, out var things) && things.ValueKind == JsonValueKind.Array)
                return things.EnumerateArray().Where(IsStac).Take(PerList).SelectMany(OfOne);
        }

        return IsStac(answer) ? OfOne(answer) : [];
    }

    private static bool IsStac(JsonElement thing) => thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty("stac_version", out _);

    private List<string> OfOne(JsonElement thing)
    {
        var core = thing.GetProperty("type").GetString() switch
        {
            "Catalog" => "catalog-spec/json-schema/catalog.json",
            "Collection" => "collection-spec/json-schema/collection.json",
            _ => "item-spec/json-schema/item.json",
        };
        var addresses = new List<string> { "https://schemas.stacspec.org/v1.0.0/" + core };
        if (thing.TryGetProperty("stac_extensions", out var extensions)) addresses.AddRange(extensions.EnumerateArray().Select(extension => extension.GetString()!));

        var faults = new List<string>();
        foreach (var address in addresses)
        {
            JsonSchema schema;
            lock (built) schema = Load(address);
            if (address.Contains("/perspective-imagery/", StringComparison.Ordinal)) thing = WithoutAngles(thing);
            if (schema.Evaluate(thing, new EvaluationOptions { OutputFormat = OutputFormat.Flag }).IsValid) continue;
            faults.AddRange(schema.Evaluate(thing, new EvaluationOptions { OutputFormat = OutputFormat.List }).Details!
                .Where(detail => detail.Errors is { Count: > 0 })
                .Select(detail => $"{address} at {detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Select(error => error.Value))}"));
        }

        return faults;
    }

    /// <summary>
    /// The API has two angles among the fields of this extension, which its schema does not know and therefore forbids: no item with
    /// an angle could ever pass. All else is held against it.
    /// </summary>
    private static JsonElement WithoutAngles(JsonElement thing)
    {
        var copy = JsonNode.Parse(thing.GetRawText())!;
        foreach (var angle in (string[])["pers:pitch", "pers:roll"]) copy["properties"]?.AsObject().Remove(angle);
        return JsonSerializer.SerializeToElement(copy);
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
