using System.Text.Json;
using Microsoft.Extensions.Options;
using Panoramax.Domain.Pictures;
using Panoramax.Http;

namespace Panoramax.StacShapes.Items;

/// <summary>Makes the STAC Item of a picture.</summary>
public sealed class ItemShape(Links links, PictureAddresses addresses, IOptions<LicenseOptions> licenseOptions)
{
    private const string ViewExtension = "https://stac-extensions.github.io/view/v1.0.0/schema.json";
    private const string PerspectiveExtension = "https://stac-extensions.github.io/perspective-imagery/v1.0.0/schema.json";
    private const string TiledExtension = "https://stac-extensions.github.io/tiled-assets/v1.0.0/schema.json";

    private readonly LicenseOptions license = licenseOptions.Value;

    public ItemJson Of(ItemRow row, IReadOnlyList<LinkJson>? related = null)
    {
        var point = new PointJson(row.Longitude, row.Latitude);
        var isTiled = row is { Cols: not null, Rows: not null };
        var files = addresses.Of(row.Id, row.IsPrepared && IsForAnyone(row.Visibility) && IsForAnyone(row.SequenceVisibility));
        return new ItemJson
        {
            // The first one demands a direction, so that an item without one would be none by its own declaration.
            StacExtensions = [.. row.Heading is null ? [] : (string[])[ViewExtension], PerspectiveExtension, .. isTiled ? (string[])[TiledExtension] : []],
            Id = row.Id,
            Collection = row.SequenceId,
            Geometry = point,
            Bbox = [.. point.Coordinates, .. point.Coordinates],
            Providers = Providers(row),
            Properties = Properties(row, files, isTiled),
            Assets = new AssetsJson(
                new AssetJson("HD picture", "Full size", ["data"], files.Hd),
                new AssetJson("SD picture", "2048 pixels wide", ["visual"], files.Sd),
                new AssetJson("Thumbnail", "500 pixels wide", ["thumbnail"], files.Thumbnail)),
            AssetTemplates = isTiled ? new AssetTemplatesJson(new AssetJson("HD tiles", "Full size, cut into tiles", ["data"], files.Tiles)) : null,
            Links = [.. LinksOf(row), .. related ?? []],
        };
    }

    private ItemPropertiesJson Properties(ItemRow row, PictureHrefs files, bool isTiled) => new()
    {
        Datetime = WireTime.Utc(row.Ts),
        LocalDatetime = WireTime.At(row.Ts.ToOffset(TimeSpan.FromMinutes(row.OffsetMinutes ?? 0))),
        Created = WireTime.Utc(row.Created),
        Updated = WireTime.Utc(row.Updated),
        License = license.Name,
        Azimuth = row.Heading,
        Pitch = row.Details.Pitch,
        Roll = row.Details.Roll,
        InteriorOrientation = Orientation(row),
        Status = PreparingStatus.ToPublicStatus(row.PreparingStatus),
        Visibility = row.Visibility ?? Visibility.Anyone,
        Producer = row.AccountName,
        Rank = row.Rank,
        Image = files.Hd,
        Thumbnail = files.Thumbnail,
        OriginalSize = row.Details.OriginalFileSize,
        OriginalName = row.Details.OriginalFileName,
        PixelDensity = row.PixelDensity,
        HorizontalAccuracy = row.GpsAccuracyMetres is { } metres && Math.Round(metres, 1) is > 0 and var rounded ? rounded : null,
        Exif = new ExifJson(row.Exif),
        Semantics = List(row.Tags),
        Annotations = List(row.Annotations),
        Collection = new ItemCollectionJson(List(row.SequenceTags)),
        TileMatrixSets = isTiled ? TileMatrix(row) : null,
    };

    private static bool IsForAnyone(string? visibility) => visibility is null or Visibility.Anyone;

    private static RawJson List(string? json) => json is null ? RawJson.EmptyList : new RawJson(json);

    private static IReadOnlyList<ProviderJson> Providers(ItemRow row)
    {
        var account = new ProviderJson(row.AccountId, row.AccountName);
        return Artist(row.Exif) is { } artist ? [account, new ProviderJson(null, artist)] : [account];
    }

    private static string? Artist(string? exif)
    {
        const string key = "Exif.Image.Artist";
        if (exif is null || !exif.Contains(key, StringComparison.Ordinal)) return null;
        using var document = JsonDocument.Parse(exif);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(key, out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } artist ? artist : null;
    }

    /// <summary>What is known of the camera; blanks and zeros are not.</summary>
    private static InteriorOrientationJson Orientation(ItemRow row)
    {
        var camera = new InteriorOrientationJson
        {
            Manufacturer = NotBlank(row.Make),
            Model = NotBlank(row.Model),
            FocalLength = row.FocalLength is > 0 ? row.FocalLength : null,
            FieldOfView = row.FieldOfView is > 0 ? row.FieldOfView : null,
        };
        if (row.Details.Crop is not { FullWidth: > 0, FullHeight: > 0 } crop)
            return row is { Width: > 0, Height: > 0 } ? camera with { Dimensions = [row.Width, row.Height] } : camera;

        int[] missing = [crop.Left, crop.Top, crop.FullWidth - crop.Width - crop.Left, crop.FullHeight - crop.Height - crop.Top];
        return camera with
        {
            Dimensions = [crop.FullWidth, crop.FullHeight],
            VisibleArea = Array.Exists(missing, pixels => pixels != 0) ? missing : null,
        };
    }

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static TileMatrixSetsJson TileMatrix(ItemRow row)
    {
        var (cols, rows) = (row.Cols!.Value, row.Rows!.Value);
        return new TileMatrixSetsJson(new TileMatrixSetJson
        {
            Title = $"GeoVisio tile matrix for picture {row.Id}",
            Identifier = $"geovisio-{row.Id}",
            Matrix = [new TileMatrixJson { TileWidth = (double)row.Width / cols, TileHeight = (double)row.Height / rows, MatrixWidth = cols, MatrixHeight = rows }],
        });
    }

    private IEnumerable<LinkJson> LinksOf(ItemRow row)
    {
        yield return links.RootLink();
        yield return new("parent", MediaTypes.Json, links.Collection(row.SequenceId));
        yield return new("self", MediaTypes.GeoJson, links.Item(row.SequenceId, row.Id));
        yield return new("collection", MediaTypes.Json, links.Collection(row.SequenceId));
        if (license.Link() is { } link) yield return link;
        if (row.Next is { } next) yield return Beside("next", row.SequenceId, next);
        if (row.Previous is { } previous) yield return Beside("prev", row.SequenceId, previous);
    }

    private LinkJson Beside(string rel, Guid sequenceId, Neighbour neighbour) =>
        new(rel, MediaTypes.GeoJson, links.Item(sequenceId, neighbour.Id)) { Id = neighbour.Id, Geometry = new PointJson(neighbour.Longitude, neighbour.Latitude) };
}
