namespace Panoramax.Domain.Pictures;

/// <summary>
/// What is read from one picture file (EXIF, XMP, IPTC, JPEG comment, Mapillary JSON) by the rules of the API:
/// position and time are known, everything else may be missing.
/// </summary>
public sealed record PictureMetadata
{
    /// <summary>Degrees WGS 84, -180 to 180.</summary>
    public required double Longitude { get; init; }

    /// <summary>Degrees WGS 84, -90 to 90.</summary>
    public required double Latitude { get; init; }

    /// <summary>Capture time with the local offset where the picture was taken; microsecond precision.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Zone of <see cref="Timestamp"/>: an abbreviation (<c>CEST</c>), <c>UTC</c>, or <c>UTC+02:00</c> for a bare offset.</summary>
    public required string TimeZone { get; init; }

    public DateTimeOffset? GpsTimestamp { get; init; }

    public DateTimeOffset? CameraTimestamp { get; init; }

    /// <summary>Direction of view, degrees clockwise from north as written by the camera; may be 360.</summary>
    public int? HeadingDegrees { get; init; }

    public double? YawDegrees { get; init; }

    public double? PitchDegrees { get; init; }

    public double? RollDegrees { get; init; }

    public string? Make { get; init; }

    public string? Model { get; init; }

    public double? FocalLengthMm { get; init; }

    public double? SensorWidthMm { get; init; }

    /// <summary>Horizontal field of view in degrees; 360 for a full panorama.</summary>
    public int? FieldOfViewDegrees { get; init; }

    public int? AltitudeMetres { get; init; }

    public double? GpsAccuracyMetres { get; init; }

    /// <summary>See <see cref="PictureType"/>.</summary>
    public required string Type { get; init; }

    public Crop? Crop { get; init; }

    /// <summary>Pixels of the file as stored, before it is turned by its EXIF orientation.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>EXIF orientation 1 to 8; other values count as 1.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>Raw tags under exiv2's names, cleaned for storing: values are text without NUL, large binary tags left out.</summary>
    public required IReadOnlyDictionary<string, string> Exif { get; init; }

    /// <summary>Things the reader had to assume or skip, as keys (<c>no-heading</c>, <c>accuracy-estimated</c>, …) in the order met.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
