using System.Text.Json.Serialization;

namespace Panoramax.StacShapes.Items;

/// <summary>A picture as STAC Item.</summary>
public sealed record ItemJson
{
    [JsonPropertyName("type")] public string Type => "Feature";
    [JsonPropertyName("stac_version")] public string StacVersion => "1.0.0";
    [JsonPropertyName("stac_extensions")] public required IReadOnlyList<string> StacExtensions { get; init; }
    [JsonPropertyName("id")] public required Guid Id { get; init; }
    [JsonPropertyName("collection")] public required Guid Collection { get; init; }
    [JsonPropertyName("geometry")] public required PointJson Geometry { get; init; }
    [JsonPropertyName("bbox")] public required double[] Bbox { get; init; }
    [JsonPropertyName("providers")] public required IReadOnlyList<ProviderJson> Providers { get; init; }
    [JsonPropertyName("properties")] public required ItemPropertiesJson Properties { get; init; }
    [JsonPropertyName("assets")] public required AssetsJson Assets { get; init; }
    [JsonPropertyName("asset_templates")] public AssetTemplatesJson? AssetTemplates { get; init; }
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }
}

public sealed record ItemPropertiesJson
{
    [JsonPropertyName("datetime")] public required string Datetime { get; init; }

    /// <summary>The same instant with the offset of the picture's own time zone.</summary>
    [JsonPropertyName("datetimetz")] public required string LocalDatetime { get; init; }
    [JsonPropertyName("created")] public required string Created { get; init; }
    [JsonPropertyName("updated")] public required string Updated { get; init; }
    [JsonPropertyName("license")] public required string License { get; init; }
    [JsonPropertyName("view:azimuth")] public int? Azimuth { get; init; }
    [JsonPropertyName("pers:pitch")] public double? Pitch { get; init; }
    [JsonPropertyName("pers:roll")] public double? Roll { get; init; }

    /// <summary>Always an object: the viewer reads into it.</summary>
    [JsonPropertyName("pers:interior_orientation")] public required InteriorOrientationJson InteriorOrientation { get; init; }
    [JsonPropertyName("geovisio:status")] public required string Status { get; init; }
    [JsonPropertyName("geovisio:visibility")] public required string Visibility { get; init; }
    [JsonPropertyName("geovisio:producer")] public required string Producer { get; init; }
    [JsonPropertyName("geovisio:rank_in_collection")] public required int Rank { get; init; }
    [JsonPropertyName("geovisio:image")] public required string Image { get; init; }
    [JsonPropertyName("geovisio:thumbnail")] public required string Thumbnail { get; init; }
    [JsonPropertyName("original_file:size")] public long? OriginalSize { get; init; }
    [JsonPropertyName("original_file:name")] public string? OriginalName { get; init; }
    [JsonPropertyName("panoramax:horizontal_pixel_density")] public int? PixelDensity { get; init; }
    [JsonPropertyName("quality:horizontal_accuracy")] public double? HorizontalAccuracy { get; init; }
    [JsonPropertyName("exif")] public required ExifJson Exif { get; init; }
    [JsonPropertyName("semantics")] public required RawJson Semantics { get; init; }
    [JsonPropertyName("annotations")] public required RawJson Annotations { get; init; }
    [JsonPropertyName("collection")] public required ItemCollectionJson Collection { get; init; }
    [JsonPropertyName("tiles:tile_matrix_sets")] public TileMatrixSetsJson? TileMatrixSets { get; init; }
}

/// <param name="Id">Account; null for a name that stands in the picture's own metadata.</param>
public sealed record ProviderJson(
    [property: JsonPropertyName("id")] Guid? Id,
    [property: JsonPropertyName("name")] string Name)
{
    [JsonPropertyName("roles")] public IReadOnlyList<string> Roles { get; } = ["producer"];
}

public sealed record InteriorOrientationJson
{
    [JsonPropertyName("camera_manufacturer")] public string? Manufacturer { get; init; }
    [JsonPropertyName("camera_model")] public string? Model { get; init; }

    /// <summary>Millimetres.</summary>
    [JsonPropertyName("focal_length")] public double? FocalLength { get; init; }

    /// <summary>Degrees; 360 for a full panorama.</summary>
    [JsonPropertyName("field_of_view")] public int? FieldOfView { get; init; }

    /// <summary>Width and height; of the full panorama when the picture shows a part of it.</summary>
    [JsonPropertyName("sensor_array_dimensions")] public int[]? Dimensions { get; init; }

    /// <summary>Pixels missing on the left, top, right and bottom.</summary>
    [JsonPropertyName("visible_area")] public int[]? VisibleArea { get; init; }
}

public sealed record ItemCollectionJson([property: JsonPropertyName("semantics")] RawJson Semantics);

/// <summary>The key must be <c>geovisio</c>: the viewer asks for it by name.</summary>
public sealed record TileMatrixSetsJson([property: JsonPropertyName("geovisio")] TileMatrixSetJson Set);

public sealed record TileMatrixSetJson
{
    [JsonPropertyName("type")] public string Type => "TileMatrixSetType";
    [JsonPropertyName("title")] public required string Title { get; init; }
    [JsonPropertyName("identifier")] public required string Identifier { get; init; }
    [JsonPropertyName("tileMatrix")] public required IReadOnlyList<TileMatrixJson> Matrix { get; init; }
}

public sealed record TileMatrixJson
{
    [JsonPropertyName("type")] public string Type => "TileMatrixType";
    [JsonPropertyName("identifier")] public string Identifier => "0";
    [JsonPropertyName("scaleDenominator")] public int ScaleDenominator => 1;
    [JsonPropertyName("topLeftCorner")] public int[] TopLeftCorner { get; } = [0, 0];
    [JsonPropertyName("tileWidth")] public required double TileWidth { get; init; }
    [JsonPropertyName("tileHeight")] public required double TileHeight { get; init; }
    [JsonPropertyName("matrixWidth")] public required int MatrixWidth { get; init; }
    [JsonPropertyName("matrixHeight")] public required int MatrixHeight { get; init; }
}

public sealed record AssetsJson(
    [property: JsonPropertyName("hd")] AssetJson Hd,
    [property: JsonPropertyName("sd")] AssetJson Sd,
    [property: JsonPropertyName("thumb")] AssetJson Thumbnail);

public sealed record AssetTemplatesJson([property: JsonPropertyName("tiles")] AssetJson Tiles);

public sealed record AssetJson(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("description")] string Description,
    [property: JsonPropertyName("roles")] IReadOnlyList<string> Roles,
    [property: JsonPropertyName("href")] string Href)
{
    [JsonPropertyName("type")] public string Type => MediaTypes.Jpeg;
}
