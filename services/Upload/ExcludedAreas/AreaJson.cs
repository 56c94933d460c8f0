using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Panoramax.Database.Rows;
using Panoramax.Http.Errors;
using Panoramax.Http.Values;

namespace Panoramax.Upload.ExcludedAreas;

/// <summary>An area as GeoJSON Feature.</summary>
internal sealed record AreaJson(
    [property: JsonPropertyName("properties")] AreaJson.AreaProperties Properties,
    [property: JsonPropertyName("geometry")] JsonNode Geometry)
{
    public const string ContentType = "application/geo+json";

    [JsonPropertyName("type")] public string Type => "Feature";

    public sealed record AreaProperties(
        [property: JsonPropertyName("id")] Guid Id,
        [property: JsonPropertyName("label")] string? Label,
        [property: JsonPropertyName("is_public")] bool IsPublic,
        [property: JsonPropertyName("account_id")] Guid? AccountId);

    public static AreaJson Of(ExcludedAreaRow row) =>
        new(new AreaProperties(row.Id, row.Label, row.IsPublic, row.AccountId), AreaGeometry.ToGeoJson(row.Geom));

    /// <summary>Reads a Feature that stands somewhere in the body; faults are noted. Properties may be null or absent.</summary>
    public static ExcludedAreaRow? Read(RequestFields fields, JsonElement feature, IReadOnlyList<object> path, Guid? accountId)
    {
        if (feature.ValueKind != JsonValueKind.Object || !feature.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("Feature"))
        {
            fields.Fault(path, "must be a GeoJSON Feature", null);
            return null;
        }

        var properties = feature.TryGetProperty("properties", out var given) && given.ValueKind == JsonValueKind.Object
            ? RequestFields.OfObject(given)
            : RequestFields.Empty();
        var label = properties.Text("label", 1000);
        var isPublic = properties.Bool("is_public") ?? false;
        properties.MoveFaultsTo(fields, [.. path, "properties"]);
        var area = AreaGeometry.Read(fields, feature.TryGetProperty("geometry", out var geometry) ? geometry : null, [.. path, "geometry"]);
        return area is null ? null : new ExcludedAreaRow { Id = Guid.CreateVersion7(), Label = label, IsPublic = isPublic, AccountId = accountId, Geom = area };
    }
}

/// <summary>Areas as GeoJSON FeatureCollection.</summary>
internal sealed record AreasJson([property: JsonPropertyName("features")] IReadOnlyList<AreaJson> Features)
{
    [JsonPropertyName("type")] public string Type => "FeatureCollection";

    /// <summary>Reads a FeatureCollection.</summary>
    /// <exception cref="ApiError">400: it is none, or a feature of it cannot be used.</exception>
    public static IReadOnlyList<ExcludedAreaRow> Read(RequestFields fields)
    {
        var areas = new List<ExcludedAreaRow>();
        if (fields.Text("type") is not "FeatureCollection") fields.Fault("type", "must be FeatureCollection");
        if (fields.Raw("features") is not { ValueKind: JsonValueKind.Array } features)
        {
            fields.Fault("features", "must be a list of GeoJSON Features");
            fields.ThrowIfFaulty();
            return areas;
        }

        foreach (var (index, feature) in features.EnumerateArray().Index())
        {
            if (AreaJson.Read(fields, feature, ["features", index], accountId: null) is { } area) areas.Add(area);
        }

        fields.ThrowIfFaulty();
        return areas;
    }
}
