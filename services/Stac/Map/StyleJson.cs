using System.Text.Json.Serialization;

namespace Panoramax.Stac.Map;

/// <summary>A MapLibre style.</summary>
internal sealed record StyleJson
{
    [JsonPropertyName("version")] public int Version => 8;
    [JsonPropertyName("name")] public required string Name { get; init; }
    [JsonPropertyName("metadata")] public required StyleMetadataJson Metadata { get; init; }
    [JsonPropertyName("sources")] public required IReadOnlyDictionary<string, VectorSourceJson> Sources { get; init; }
    [JsonPropertyName("layers")] public required IReadOnlyList<StyleLayerJson> Layers { get; init; }
}

internal sealed record StyleMetadataJson([property: JsonPropertyName("panoramax:fields")] LayerFieldsJson Fields);

/// <summary>Which fields the tiles hold: the viewer switches its filters on by them.</summary>
internal sealed record LayerFieldsJson(
    [property: JsonPropertyName("sequences")] IReadOnlyList<string> Sequences,
    [property: JsonPropertyName("pictures")] IReadOnlyList<string> Pictures,
    [property: JsonPropertyName("grid")] IReadOnlyList<string>? Grid);

/// <summary>Always with <c>tiles</c>: the viewer reads that list of every source.</summary>
internal sealed record VectorSourceJson([property: JsonPropertyName("tiles")] IReadOnlyList<string> Tiles)
{
    [JsonPropertyName("type")] public string Type => "vector";
    [JsonPropertyName("minzoom")] public int MinZoom => 0;
    [JsonPropertyName("maxzoom")] public int MaxZoom => GetVectorTile.MaxZoom;
}

internal sealed record StyleLayerJson
{
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("type")] public required string Type { get; init; }
    [JsonPropertyName("source")] public required string Source { get; init; }
    [JsonPropertyName("source-layer")] public required string SourceLayer { get; init; }
    [JsonPropertyName("layout")] public RawJson? Layout { get; init; }
    [JsonPropertyName("paint")] public required RawJson Paint { get; init; }
}
