using NetTopologySuite.Geometries;
using Panoramax.Domain.Sequences;

namespace Panoramax.Database.Queries;

/// <summary>A sequence whose headings, line and statistics are to be computed.</summary>
/// <param name="Pictures">By rank, as they are in the database but for their membership.</param>
/// <param name="HasChanged">True when something else of the sequence was changed: then its time of update moves in any case.</param>
public sealed record SequenceToFinalize(Guid Id, RelativeHeading RelativeHeading, IReadOnlyList<StoredPicture> Pictures, bool HasChanged);

/// <summary>
/// Writes what follows from the pictures of sequences, for many sequences in two statements. Rows that already hold the
/// result are not written: asking again moves no time of update.
/// </summary>
public static class FinalizedSequences
{
    private static readonly GeometryFactory wgs84 = new(new PrecisionModel(), 4326);

    /// <param name="status">New state of the sequences (see <see cref="SequenceStatus"/>); null to leave it.</param>
    /// <returns>The headings that were written.</returns>
    public static async Task<IReadOnlyList<ComputedHeading>> Write(
        PanoramaxDb db, IReadOnlyList<SequenceToFinalize> sequences, string? status, DateTimeOffset now, CancellationToken cancel)
    {
        var summaries = sequences.Select(sequence => SequenceSummary.Of([.. sequence.Pictures.Select(picture => picture.Summarized)])).ToList();
        await WriteSummaries(db, sequences, summaries, status, now, cancel);
        IReadOnlyList<ComputedHeading> headings =
        [
            .. sequences.SelectMany(sequence => ComputeHeadings.Along([.. sequence.Pictures.Select(picture => picture.OnPath())], sequence.RelativeHeading)),
        ];
        await WriteHeadings(db, headings, now, cancel);
        return headings;
    }

    private static async Task WriteSummaries(
        PanoramaxDb db, IReadOnlyList<SequenceToFinalize> sequences, List<SequenceSummary> summaries, string? status, DateTimeOffset now, CancellationToken cancel) =>
        await db.Statement(
            """
            UPDATE sequences AS s SET
                status = coalesce(@status::text, s.status), nb_pictures = n.nb_pictures, geom = n.geom, bbox = n.bbox, length_m = n.length_m,
                min_picture_ts = n.min_picture_ts, max_picture_ts = n.max_picture_ts, computed_capture_date = n.capture_date,
                computed_type = n.type, computed_model = n.model, computed_h_pixel_density = n.density,
                computed_gps_accuracy = n.accuracy, updated_at = @now
            FROM unnest(@ids, @changed, @counts, @lines, @boxes, @lengths, @first, @last, @days, @types, @models, @densities, @accuracies)
                AS n(id, has_changed, nb_pictures, geom, bbox, length_m, min_picture_ts, max_picture_ts, capture_date, type, model, density, accuracy)
            WHERE s.id = n.id AND (n.has_changed OR
                (s.status, s.nb_pictures, s.geom, s.bbox, s.length_m, s.min_picture_ts, s.max_picture_ts, s.computed_capture_date,
                 s.computed_type, s.computed_model, s.computed_h_pixel_density, s.computed_gps_accuracy)
                IS DISTINCT FROM
                (coalesce(@status::text, s.status), n.nb_pictures, n.geom, n.bbox, n.length_m, n.min_picture_ts, n.max_picture_ts, n.capture_date,
                 n.type, n.model, n.density, n.accuracy))
            """,
            ("now", now),
            ("status", status),
            ("ids", sequences.Select(sequence => sequence.Id).ToArray()),
            ("changed", sequences.Select(sequence => sequence.HasChanged).ToArray()),
            ("counts", summaries.Select(summary => summary.PictureCount).ToArray()),
            ("lines", summaries.Select(Line).ToArray()),
            ("boxes", summaries.Select(Box).ToArray()),
            ("lengths", summaries.Select(summary => summary.Line.Count == 0 ? null : (double?)summary.LengthMetres).ToArray()),
            ("first", summaries.Select(summary => summary.FirstTimestamp?.ToUniversalTime()).ToArray()),
            ("last", summaries.Select(summary => summary.LastTimestamp?.ToUniversalTime()).ToArray()),
            ("days", summaries.Select(summary => summary.CaptureDate).ToArray()),
            ("types", summaries.Select(summary => summary.Type).ToArray()),
            ("models", summaries.Select(summary => summary.CameraModel).ToArray()),
            ("densities", summaries.Select(summary => summary.PixelsPerDegree).ToArray()),
            ("accuracies", summaries.Select(summary => summary.GpsAccuracyMetres).ToArray())).Run(cancel);

    private static async Task WriteHeadings(PanoramaxDb db, IReadOnlyList<ComputedHeading> headings, DateTimeOffset now, CancellationToken cancel)
    {
        if (headings.Count == 0) return;
        await db.Statement(
            """
            UPDATE pictures AS p SET heading = n.heading, heading_computed = TRUE, updated_at = @now
            FROM unnest(@ids, @headings) AS n(id, heading)
            WHERE p.id = n.id
            """,
            ("now", now),
            ("ids", headings.Select(heading => heading.PictureId).ToArray()),
            ("headings", headings.Select(heading => heading.HeadingDegrees).ToArray())).Run(cancel);
    }

    private static Geometry? Line(SequenceSummary summary) => summary.Line.Count == 0
        ? null
        : wgs84.CreateMultiLineString([.. summary.Line.Select(part => wgs84.CreateLineString(
            [.. part.Select(position => new Coordinate(position.Longitude, position.Latitude))]))]);

    /// <summary>A point, a line or a polygon, as PostGIS's own envelope.</summary>
    private static Geometry? Box(SequenceSummary summary) => summary.Box is { } box
        ? wgs84.ToGeometry(new Envelope(box.West, box.East, box.South, box.North))
        : null;
}
