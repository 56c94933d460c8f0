using Microsoft.Extensions.Options;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Http;
using Panoramax.StacShapes.Items;

namespace Panoramax.StacShapes.Collections;

/// <summary>Makes the STAC Collection of a sequence.</summary>
public sealed class CollectionShape(Links links, IOptions<LicenseOptions> licenseOptions)
{
    public const string StatsExtension = "https://stac-extensions.github.io/stats/v0.2.0/schema.json";
    public const string QualityExtension = "https://stac.linz.govt.nz/v0.0.15/quality/schema.json";

    private static readonly string[] extensions = [StatsExtension, QualityExtension];

    private readonly LicenseOptions license = licenseOptions.Value;

    /// <param name="cameras">Given where one sequence is asked for: then everything is told of it.</param>
    public CollectionJson Of(CollectionRow row, IReadOnlyList<CameraJson>? cameras = null)
    {
        if (!row.IsShown) return new CollectionJson { Id = row.Id.ToString(), Status = SequenceStatus.Deleted };

        var title = TitleOf(row);
        var density = row.PictureCount > 0 ? new List<int?> { row.PixelDensity } : null;
        return new CollectionJson
        {
            Type = "Collection",
            StacVersion = "1.0.0",
            StacExtensions = extensions,
            Id = row.Id.ToString(),
            Title = title,
            Description = "Pictures taken along a path",
            Keywords = ["pictures", title],
            License = license.Name,
            Semantics = row.Tags is null ? RawJson.EmptyList : new RawJson(row.Tags),
            Created = WireTime.Utc(row.Created),
            Updated = WireTime.Utc(row.Updated),
            Status = row.Status == SequenceStatus.Ready ? null : row.Status,
            Visibility = cameras is null ? null : row.Visibility ?? Visibility.Anyone,
            SortedBy = cameras is null ? null : row.SortedBy,
            UploadSoftware = UploadSoftware(row.UserAgent),
            LengthKm = Kilometres(row.LengthMetres),
            HorizontalAccuracy = row.GpsAccuracyMetres is { } metres && Math.Round(metres, 1) is > 0 and var rounded ? rounded : null,
            HorizontalAccuracyType = "95% confidence interval",
            Providers = [new ProviderJson(row.AccountId, row.AccountName)],
            Extent = ExtentOf(row),
            Summaries = density is null && cameras is not { Count: > 0 } ? null : new SummariesJson(density, cameras is { Count: > 0 } ? cameras : null),
            Items = new CountJson(row.PictureCount),
            Links = [.. LinksOf(row)],
        };
    }

    public static ExtentJson ExtentOf(CollectionRow row) => new(
        row.Box is { } box ? new SpatialJson([box]) : SpatialJson.World,
        new TemporalJson([[row.FirstCapture is { } first ? WireTime.Utc(first) : null, row.LastCapture is { } last ? WireTime.Utc(last) : null]]));

    /// <summary>A sequence without a title is named by its day.</summary>
    public static string TitleOf(CollectionRow row) =>
        !string.IsNullOrWhiteSpace(row.Title) ? row.Title : row.CaptureDay is { } day ? $"Sequence of {day:yyyy-MM-dd}" : "Sequence";

    /// <summary>Rounded to the metre; null without a line.</summary>
    public static double? Kilometres(double? metres) => metres is { } length ? Math.Round(length) / 1000 : null;

    /// <summary>What was uploaded with, from the user agent at creation: the text before the first slash decides.</summary>
    public static string UploadSoftware(string? userAgent) => userAgent?.Split('/')[0].Trim().ToLowerInvariant() switch
    {
        null or "" => "unknown",
        "geovisiocli" or "panoramaxcli" => "cli",
        "geovisiowebsite" => "website",
        "panoramaxapp" => "mobile_app",
        _ => "other",
    };

    private IEnumerable<LinkJson> LinksOf(CollectionRow row)
    {
        yield return new("items", MediaTypes.GeoJson, links.Items(row.Id), "Pictures of this sequence");
        yield return new("parent", MediaTypes.Json, links.Landing(), SharedLinks.RootTitle);
        yield return links.RootLink();
        yield return new("self", MediaTypes.Json, links.Collection(row.Id), "This sequence");
        if (license.Link() is { } link) yield return link;
        if (row.UploadSetId is { } set) yield return new("upload_set", MediaTypes.Json, links.UploadSet(set), "Upload set of this sequence");
    }
}
