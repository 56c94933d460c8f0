using NetTopologySuite.Geometries;

namespace Panoramax.Database.Rows;

/// <summary>Ordered pictures of one journey. Counters and statistics are written by dispatch and finalize.</summary>
public sealed class SequenceRow
{
    public Guid Id { get; set; }
    public Guid AccountId { get; set; }

    /// <summary>Null for collections made by hand, and after the set was deleted.</summary>
    public Guid? UploadSetId { get; set; }
    public string Status { get; set; } = "waiting-for-process";
    public string? Visibility { get; set; }
    public string? Title { get; set; }
    public DateTimeOffset InsertedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? MinPictureTs { get; set; }
    public DateTimeOffset? MaxPictureTs { get; set; }
    public int NbPictures { get; set; }

    /// <summary>Path through the pictures, cut where consecutive ones are more than 75 m apart; null when no part has two points.</summary>
    public MultiLineString? Geom { get; set; }

    /// <summary>Envelope of the pictures' points (a point, line or polygon); also there when <see cref="Geom"/> is null.</summary>
    public Geometry? Bbox { get; set; }

    /// <summary>Geodesic length of <see cref="Geom"/> in metres.</summary>
    public double? LengthM { get; set; }

    /// <summary>Type of all pictures when they agree.</summary>
    public string? ComputedType { get; set; }

    /// <summary>Make and model of all pictures when they agree.</summary>
    public string? ComputedModel { get; set; }

    /// <summary>Day of the earliest picture (UTC).</summary>
    public DateOnly? ComputedCaptureDate { get; set; }
    public int? ComputedHPixelDensity { get; set; }

    /// <summary>90th percentile in metres.</summary>
    public double? ComputedGpsAccuracy { get; set; }

    /// <summary>Degrees, -180 to 180, set by an edit of this collection.</summary>
    public int? RelativeHeading { get; set; }

    /// <summary><c>+gpsdate</c> and the like; set by an edit.</summary>
    public string? CurrentSort { get; set; }
    public string? UserAgent { get; set; }

    /// <summary>Free JSON object.</summary>
    public string? Metadata { get; set; }
}

/// <summary>Membership: a picture is in at most one sequence. Narrow, so that a new order does not rewrite wide rows.</summary>
public sealed class SequencePictureRow
{
    public Guid SequenceId { get; set; }

    /// <summary>From 1; may have holes.</summary>
    public int Rank { get; set; }
    public Guid PictureId { get; set; }
}
