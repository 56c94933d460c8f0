using Panoramax.Domain.Geometry;

namespace Panoramax.Domain.Sequences;

/// <summary>What the summary of a sequence is made from.</summary>
/// <param name="PixelsPerDegree">See <see cref="SequenceSummary.DensityOf"/>; null if unknown.</param>
public sealed record SummarizedPicture(
    Position Position, DateTimeOffset Timestamp, string? Type, string? Make, string? Model, int? PixelsPerDegree, double? GpsAccuracyMetres);

/// <summary>
/// Line, box and statistics of a sequence, kept on its row so that a list of collections need not look at pictures.
/// A type, model or density is given only when all pictures agree.
/// </summary>
public sealed record SequenceSummary
{
    private const double AccuracyPercentile = 0.9;

    public required int PictureCount { get; init; }

    /// <summary>See <see cref="SequenceLine"/>; may be empty.</summary>
    public required IReadOnlyList<IReadOnlyList<Position>> Line { get; init; }

    /// <summary>Along <see cref="Line"/> on the ellipsoid; 0 without a line.</summary>
    public required double LengthMetres { get; init; }

    /// <summary>Null only without pictures.</summary>
    public required BoundingBox? Box { get; init; }

    public required DateTimeOffset? FirstTimestamp { get; init; }

    public required DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>Day of the earliest picture, in UTC as all stored times.</summary>
    public DateOnly? CaptureDate => FirstTimestamp is { } first ? DateOnly.FromDateTime(first.UtcDateTime) : null;

    public required string? Type { get; init; }

    /// <summary>Make and model with a blank between them.</summary>
    public required string? CameraModel { get; init; }

    public required int? PixelsPerDegree { get; init; }

    /// <summary>Continuous 90th percentile of the accuracies that are known, in metres.</summary>
    public required double? GpsAccuracyMetres { get; init; }

    /// <param name="pictures">By rank.</param>
    public static SequenceSummary Of(IReadOnlyList<SummarizedPicture> pictures)
    {
        var line = SequenceLine.Through(pictures.Select(picture => picture.Position));
        return new SequenceSummary
        {
            PictureCount = pictures.Count,
            Line = line,
            LengthMetres = line.Sum(SequenceLine.LengthMetres),
            Box = BoundingBox.Of(pictures.Select(picture => picture.Position)),
            FirstTimestamp = pictures.Count == 0 ? null : pictures.Min(picture => picture.Timestamp),
            LastTimestamp = pictures.Count == 0 ? null : pictures.Max(picture => picture.Timestamp),
            Type = SharedByAll(pictures, picture => picture.Type),
            CameraModel = SharedByAll(pictures, FullModel),
            PixelsPerDegree = SharedByAll(pictures, picture => picture.PixelsPerDegree),
            GpsAccuracyMetres = Percentile([.. pictures.Select(picture => picture.GpsAccuracyMetres).OfType<double>()], AccuracyPercentile),
        };
    }

    /// <summary>Horizontal pixel density of a picture: pixels per degree of its field of view, a whole number; null if the field is unknown.</summary>
    public static int? DensityOf(int widthPixels, int? fieldOfViewDegrees) =>
        fieldOfViewDegrees is > 0 and { } degrees ? (int)Math.Round((double)widthPixels / degrees) : null;

    private static string? FullModel(SummarizedPicture picture)
    {
        var text = $"{picture.Make} {picture.Model}".Trim();
        return text.Length == 0 ? null : text;
    }

    private static T? SharedByAll<T>(IReadOnlyList<SummarizedPicture> pictures, Func<SummarizedPicture, T?> value)
    {
        if (pictures.Count == 0) return default;
        var first = value(pictures[0]);
        return pictures.All(picture => EqualityComparer<T?>.Default.Equals(value(picture), first)) ? first : default;
    }

    /// <summary>Interpolated between the two nearest values, as <c>PERCENTILE_CONT</c> of SQL.</summary>
    private static double? Percentile(double[] values, double fraction)
    {
        if (values.Length == 0) return null;
        Array.Sort(values);
        var place = fraction * (values.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, values.Length - 1);
        return values[below] + ((place - below) * (values[above] - values[below]));
    }
}
