using NetTopologySuite.Geometries;

namespace Panoramax.Database.Rows;

/// <summary>One photograph. Its place in a sequence is a row of <c>sequences_pictures</c>, its raw EXIF one of <c>pictures_exif</c>.</summary>
public sealed class PictureRow
{
    /// <summary>UUID version 7, made before anything is stored: the object's key follows from it.</summary>
    public Guid Id { get; set; }
    public Guid AccountId { get; set; }

    /// <summary>Null for pictures sent straight to a collection.</summary>
    public Guid? UploadSetId { get; set; }
    public string PreparingStatus { get; set; } = "not-processed";

    /// <summary>The sender says that it is blurred already.</summary>
    public bool BlurredByAuthor { get; set; }

    /// <summary>Null: as its sequence.</summary>
    public string? Visibility { get; set; }

    /// <summary>WGS 84, X = longitude.</summary>
    public required Point Geom { get; set; }

    /// <summary>Capture time.</summary>
    public DateTimeOffset Ts { get; set; }

    /// <summary>Zone of the capture time: abbreviation, <c>UTC</c> or <c>UTC+02:00</c>.</summary>
    public string? Tz { get; set; }

    /// <summary>Minutes that the local time of the capture is ahead of UTC.</summary>
    public int? TzOffsetMinutes { get; set; }

    /// <summary>Degrees clockwise from north, 0 to 360.</summary>
    public int? Heading { get; set; }

    /// <summary>True when the heading comes from the path, not from the camera or a person.</summary>
    public bool HeadingComputed { get; set; }

    /// <summary><c>flat</c>, <c>equirectangular</c> or another GPano projection.</summary>
    public required string Type { get; set; }

    /// <summary>Pixels; when prepared, those of the upright HD picture that is served.</summary>
    public int Width { get; set; }
    public int Height { get; set; }

    /// <summary>Tile grid; null for pictures that are not cut into tiles.</summary>
    public int? Cols { get; set; }
    public int? Rows { get; set; }
    public string? Make { get; set; }
    public string? Model { get; set; }

    /// <summary>Millimetres.</summary>
    public double? FocalLength { get; set; }

    /// <summary>Degrees.</summary>
    public int? FieldOfView { get; set; }

    /// <summary>Metres.</summary>
    public double? GpsAccuracyM { get; set; }

    /// <summary>Pixels per degree: round(width / field of view).</summary>
    public int? HPixelDensity { get; set; }

    /// <summary>MD5 of the bytes as received, before overrides.</summary>
    public Guid OriginalContentMd5 { get; set; }
    public DateTimeOffset InsertedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The rest, as JSON: see <see cref="PictureDetails"/>.</summary>
    public required string Metadata { get; set; }
}

/// <summary>Raw EXIF, apart from the picture because it is more than half of a row's size and rarely read.</summary>
public sealed class PictureExifRow
{
    public Guid PictureId { get; set; }

    /// <summary>JSON object: exiv2 key to text.</summary>
    public required string Exif { get; set; }
}
