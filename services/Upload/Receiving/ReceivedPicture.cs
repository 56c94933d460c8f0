using System.Text.Encodings.Web;
using System.Text.Json;
using NetTopologySuite.Geometries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;

namespace Panoramax.Upload.Receiving;

/// <summary>A picture whose file was read and found good, before anything is written of it.</summary>
internal sealed record ReceivedPicture
{
    private static readonly JsonSerializerOptions exifJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Made before anything is stored: the object's key follows from it.</summary>
    public required Guid Id { get; init; }

    public required PictureMetadata Metadata { get; init; }

    public required string FileName { get; init; }

    /// <summary>Bytes as received.</summary>
    public required long Size { get; init; }

    /// <summary>MD5 of the bytes as received.</summary>
    public required Guid Md5 { get; init; }

    public required bool IsBlurred { get; init; }

    /// <summary>Where it was taken, as the database keeps it.</summary>
    public Point Place => new(Metadata.Longitude, Metadata.Latitude) { SRID = 4326 };

    /// <summary>Size of the HD picture that will be served, turned by the EXIF orientation: annotations are in its pixels.</summary>
    public int UprightWidth => Metadata.Orientation >= 5 ? Metadata.Height : Metadata.Width;

    public int UprightHeight => Metadata.Orientation >= 5 ? Metadata.Width : Metadata.Height;

    public PictureRow ToRow(Guid accountId, Guid? uploadSetId, DateTimeOffset now)
    {
        TileGrid? grid = Metadata.Type == PictureType.Equirectangular ? TileGrid.Of(Metadata.Width) : null;
        return new PictureRow
        {
            Id = Id,
            AccountId = accountId,
            UploadSetId = uploadSetId,
            BlurredByAuthor = IsBlurred,
            Geom = Place,
            Ts = Metadata.Timestamp.ToUniversalTime(),
            Tz = Metadata.TimeZone,
            TzOffsetMinutes = (int)Metadata.Timestamp.Offset.TotalMinutes,
            Heading = Metadata.HeadingDegrees,
            Type = Metadata.Type,
            Width = Metadata.Width,
            Height = Metadata.Height,
            Cols = grid?.Columns,
            Rows = grid?.Rows,
            Make = Metadata.Make,
            Model = Metadata.Model,
            FocalLength = Metadata.FocalLengthMm,
            FieldOfView = Metadata.FieldOfViewDegrees,
            GpsAccuracyM = Metadata.GpsAccuracyMetres,
            HPixelDensity = SequenceSummary.DensityOf(Metadata.Width, Metadata.FieldOfViewDegrees),
            OriginalContentMd5 = Md5,
            InsertedAt = now,
            UpdatedAt = now,
            Metadata = Details().ToJson(),
        };
    }

    public PictureExifRow ToExifRow() => new() { PictureId = Id, Exif = JsonSerializer.Serialize(Metadata.Exif, exifJson) };

    private PictureDetails Details() => new()
    {
        OriginalFileName = FileName,
        OriginalFileSize = Size,
        TsGps = Metadata.GpsTimestamp,
        TsCamera = Metadata.CameraTimestamp,
        Yaw = Metadata.YawDegrees,
        Pitch = Metadata.PitchDegrees,
        Roll = Metadata.RollDegrees,
        Altitude = Metadata.AltitudeMetres,
        SensorWidth = Metadata.SensorWidthMm,
        Crop = Metadata.Crop,
        TagReaderWarnings = Metadata.Warnings.Count == 0 ? null : Metadata.Warnings,
        CameraHeading = Metadata.HeadingDegrees,
        Orientation = Metadata.Orientation,
    };
}
