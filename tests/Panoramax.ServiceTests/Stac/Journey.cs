using System.Text.Json;
using NetTopologySuite.Geometries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Stac;

/// <summary>A picture of a journey.</summary>
internal sealed record Shot(double Longitude, double Latitude)
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public DateTimeOffset Ts { get; init; } = new(2021, 7, 29, 9, 16, 54, TimeSpan.Zero);
    public int? Heading { get; init; }
    public string Type { get; init; } = PictureType.Flat;
    public int Width { get; init; } = 4288;
    public int Height { get; init; } = 3216;
    public int? FieldOfView { get; init; } = 67;
    public double? FocalLength { get; init; } = 5;
    public string? Make { get; init; } = "OLYMPUS IMAGING CORP.";
    public string? Model { get; init; } = "SP-720UZ";
    public double? GpsAccuracy { get; init; }
    public string? Visibility { get; init; }
    public string Status { get; init; } = PreparingStatus.Prepared;
    public int? OffsetMinutes { get; init; } = 120;
    public PictureDetails Details { get; init; } = new();
    public Dictionary<string, object?>? Exif { get; init; } = [];

    public int? Density => SequenceSummary.DensityOf(Width, FieldOfView);

    /// <summary>A 360° picture of a GoPro Max.</summary>
    public Shot As360() => this with
    {
        Type = PictureType.Equirectangular, Width = 5760, Height = 2880, FieldOfView = 360, FocalLength = 3, Make = "GoPro", Model = "Max", GpsAccuracy = 4,
        Details = Details with { Pitch = 0, Roll = 0 },
    };
}

/// <summary>A sequence with its pictures by rank.</summary>
internal sealed record Journey(params Shot[] Shots)
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public string? Title { get; init; } = "A journey";
    public string Status { get; init; } = SequenceStatus.Ready;
    public string? Visibility { get; init; }
    public DateTimeOffset Created { get; init; } = TimeProvider.System.GetUtcNow();
    public DateTimeOffset? Updated { get; init; }
    public string? UserAgent { get; init; }
    public string? CurrentSort { get; init; }

    /// <summary>Made through an upload set.</summary>
    public bool HasUploadSet { get; init; }

    public Shot this[int at] => Shots[at];

    /// <summary>Five 360° pictures, two seconds and some metres apart, as cameras on cars take them.</summary>
    public static Journey OfFive360(double longitude = 1.919185442, double latitude = 49.00688962) => new([.. Enumerable.Range(0, 5).Select(at =>
        new Shot(Math.Round(longitude + (at * 0.00002), 9), Math.Round(latitude + (at * 0.00001), 9))
        {
            Ts = new DateTimeOffset(2021, 7, 29, 9, 16, 54, TimeSpan.Zero).AddSeconds(2 * at),
            Heading = 349 + at,
            Details = new PictureDetails { OriginalFileName = $"{at + 1}.jpg", OriginalFileSize = 1_000_000 + at },
            Exif = new() { ["Exif.Image.Make"] = "GoPro", ["Exif.Image.Model"] = "Max", ["Exif.Photo.MakerNote"] = "binary", ["Exif.Image.0xea1c"] = "unnamed" },
        }.As360())])
    {
        Title = "Five around",
    };

    /// <summary>Flat pictures in a row along a parallel, five metres apart.</summary>
    public static Journey Flat(int count, double longitude, double latitude) => new([.. Enumerable.Range(0, count).Select(at =>
        new Shot(longitude + (at * 0.0000684), latitude) { Ts = new DateTimeOffset(2022, 5, 1, 8, 0, 0, TimeSpan.Zero).AddSeconds(at) })]);
}

/// <summary>Writes journeys as the writing services leave them.</summary>
internal static class JourneyRows
{
    private static readonly GeometryFactory factory = new(new PrecisionModel(), 4326);

    public static async Task<Journey> Write(Journey journey, Guid account, TestDatabase database)
    {
        await using var db = database.Context("owner");
        Guid? set = null;
        if (journey.HasUploadSet)
        {
            set = Guid.CreateVersion7();
            db.UploadSets.Add(new UploadSetRow { Id = set.Value, AccountId = account, Title = journey.Title ?? "set", CreatedAt = journey.Created, Completed = true, Dispatched = true });
        }

        db.Sequences.Add(Sequence(journey, account, set));
        for (var at = 0; at < journey.Shots.Length; at++)
        {
            var shot = journey[at];
            db.Pictures.Add(Picture(shot, account, set, journey));
            if (shot.Exif is not null) db.PicturesExif.Add(new PictureExifRow { PictureId = shot.Id, Exif = JsonSerializer.Serialize(shot.Exif) });
            db.SequencesPictures.Add(new SequencePictureRow { SequenceId = journey.Id, Rank = at + 1, PictureId = shot.Id });
        }

        await db.SaveChangesAsync();
        return journey;
    }

    private static SequenceRow Sequence(Journey journey, Guid account, Guid? set)
    {
        var summary = SequenceSummary.Of([.. journey.Shots.Select(shot => new SummarizedPicture(
            new Domain.Geometry.Position(shot.Longitude, shot.Latitude), shot.Ts, shot.Type, shot.Make, shot.Model, shot.Density, shot.GpsAccuracy))]);
        var lines = summary.Line.Select(part => factory.CreateLineString([.. part.Select(point => new Coordinate(point.Longitude, point.Latitude))])).ToArray();
        return new SequenceRow
        {
            Id = journey.Id, AccountId = account, UploadSetId = set, Status = journey.Status, Visibility = journey.Visibility, Title = journey.Title,
            InsertedAt = journey.Created, UpdatedAt = journey.Updated ?? journey.Created, MinPictureTs = summary.FirstTimestamp, MaxPictureTs = summary.LastTimestamp,
            NbPictures = summary.PictureCount, Geom = lines.Length == 0 ? null : factory.CreateMultiLineString(lines),
            Bbox = summary.Box is { } box ? factory.ToGeometry(new Envelope(box.West, box.East, box.South, box.North)) : null,
            LengthM = lines.Length == 0 ? null : summary.LengthMetres, ComputedType = summary.Type, ComputedModel = summary.CameraModel,
            ComputedCaptureDate = summary.CaptureDate, ComputedHPixelDensity = summary.PixelsPerDegree, ComputedGpsAccuracy = summary.GpsAccuracyMetres,
            UserAgent = journey.UserAgent, CurrentSort = journey.CurrentSort,
        };
    }

    private static PictureRow Picture(Shot shot, Guid account, Guid? set, Journey journey)
    {
        var grid = shot.Type == PictureType.Equirectangular ? TileGrid.Of(shot.Width) : (TileGrid?)null;
        return new PictureRow
        {
            Id = shot.Id, AccountId = account, UploadSetId = set, PreparingStatus = shot.Status, Visibility = shot.Visibility,
            Geom = factory.CreatePoint(new Coordinate(shot.Longitude, shot.Latitude)), Ts = shot.Ts, Tz = "CEST", TzOffsetMinutes = shot.OffsetMinutes,
            Heading = shot.Heading, Type = shot.Type, Width = shot.Width, Height = shot.Height, Cols = grid?.Columns, Rows = grid?.Rows,
            Make = shot.Make, Model = shot.Model, FocalLength = shot.FocalLength, FieldOfView = shot.FieldOfView, GpsAccuracyM = shot.GpsAccuracy,
            HPixelDensity = shot.Density, OriginalContentMd5 = Guid.NewGuid(), InsertedAt = journey.Created, UpdatedAt = journey.Updated ?? journey.Created,
            Metadata = shot.Details.ToJson(),
        };
    }
}
