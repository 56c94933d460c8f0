using System.Text.Json.Serialization;
using Panoramax.StacShapes.Items;

namespace Panoramax.StacShapes.Collections;

/// <summary>
/// A sequence as STAC Collection. Of a deleted one, or one that the caller may not see, only <c>id</c> and
/// <c>geovisio:status</c> are there, so that nobody can tell one from the other.
/// </summary>
public sealed record CollectionJson
{
    [JsonPropertyName("type")] public string? Type { get; init; }
    [JsonPropertyName("stac_version")] public string? StacVersion { get; init; }
    [JsonPropertyName("stac_extensions")] public IReadOnlyList<string>? StacExtensions { get; init; }

    /// <summary>A UUID; <c>user:</c> and a UUID for all sequences of a user.</summary>
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("title")] public string? Title { get; init; }
    [JsonPropertyName("description")] public string? Description { get; init; }
    [JsonPropertyName("keywords")] public IReadOnlyList<string>? Keywords { get; init; }
    [JsonPropertyName("license")] public string? License { get; init; }
    [JsonPropertyName("semantics")] public RawJson? Semantics { get; init; }
    [JsonPropertyName("created")] public string? Created { get; init; }
    [JsonPropertyName("updated")] public string? Updated { get; init; }
    [JsonPropertyName("geovisio:status")] public string? Status { get; init; }
    [JsonPropertyName("geovisio:visibility")] public string? Visibility { get; init; }
    [JsonPropertyName("geovisio:sorted-by")] public string? SortedBy { get; init; }
    [JsonPropertyName("geovisio:upload-software")] public string? UploadSoftware { get; init; }
    [JsonPropertyName("geovisio:length_km")] public double? LengthKm { get; init; }
    [JsonPropertyName("quality:horizontal_accuracy")] public double? HorizontalAccuracy { get; init; }
    [JsonPropertyName("quality:horizontal_accuracy_type")] public string? HorizontalAccuracyType { get; init; }
    [JsonPropertyName("providers")] public IReadOnlyList<ProviderJson>? Providers { get; init; }
    [JsonPropertyName("extent")] public ExtentJson? Extent { get; init; }
    [JsonPropertyName("summaries")] public SummariesJson? Summaries { get; init; }
    [JsonPropertyName("stats:items")] public CountJson? Items { get; init; }
    [JsonPropertyName("stats:collections")] public CountJson? Collections { get; init; }
    [JsonPropertyName("links")] public IReadOnlyList<LinkJson>? Links { get; init; }
}

public sealed record CollectionsJson(
    [property: JsonPropertyName("collections")] IReadOnlyList<CollectionJson> Collections,
    [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links);

public sealed record ExtentJson(
    [property: JsonPropertyName("spatial")] SpatialJson? Spatial,
    [property: JsonPropertyName("temporal")] TemporalJson? Temporal);

/// <param name="Bbox">West, south, east, north.</param>
public sealed record SpatialJson([property: JsonPropertyName("bbox")] double[][] Bbox)
{
    /// <summary>For what has no place yet.</summary>
    public static SpatialJson World { get; } = new([[-180, -90, 180, 90]]);
}

/// <param name="Interval">First and last time; null where it is not known.</param>
public sealed record TemporalJson([property: JsonPropertyName("interval")] string?[][] Interval);

public sealed record CountJson([property: JsonPropertyName("count")] long Count);

/// <param name="PixelDensity">One value, null when the pictures do not agree.</param>
public sealed record SummariesJson(
    [property: JsonPropertyName("panoramax:horizontal_pixel_density")] IReadOnlyList<int?>? PixelDensity,
    [property: JsonPropertyName("pers:interior_orientation")] IReadOnlyList<CameraJson>? Cameras);

/// <summary>All are texts, and what is not known is written as null: clients of the API know it so.</summary>
public sealed record CameraJson(
    [property: JsonPropertyName("make"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Make,
    [property: JsonPropertyName("model"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Model,
    [property: JsonPropertyName("focal_length"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FocalLength,
    [property: JsonPropertyName("field_of_view"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FieldOfView);
