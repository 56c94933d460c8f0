using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Panoramax.ServiceDefaults.Telemetry;

/// <summary>
/// Every span source and metric that a host records, declared once. (Libraries make theirs with the same meter name,
/// see <c>panoramax.jobs.*</c> in Messaging and <c>panoramax.storage.duration</c> in Storage.)
/// Ids are allowed on spans, never as labels of metrics.
/// </summary>
public static class Instruments
{
    /// <summary>Name of the meter and of the span source.</summary>
    public const string Name = "Panoramax";

    private static readonly Meter meter = new(Name);

    // The defaults of OpenTelemetry are made for milliseconds.
    private static readonly InstrumentAdvice<double> seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    };

    private static readonly InstrumentAdvice<long> bytes = new()
    {
        HistogramBucketBoundaries = [0, 1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000],
    };

    /// <summary>Source of our own spans; their names are in <see cref="Spans"/>.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Label <c>outcome</c>: <c>accepted</c> or the rejection reason.</summary>
    public static Counter<long> PicturesReceived { get; } =
        meter.CreateCounter<long>("panoramax.pictures.received", "{picture}", "Files sent to an upload set or a sequence");

    /// <summary>Bytes of a received picture.</summary>
    public static Histogram<long> PictureSize { get; } =
        meter.CreateHistogram("panoramax.picture.size", "By", "Size of received pictures", tags: null, bytes);

    /// <summary>Label <c>outcome</c>: <c>prepared</c> or <c>broken</c>.</summary>
    public static Counter<long> PicturesPrepared { get; } =
        meter.CreateCounter<long>("panoramax.pictures.prepared", "{picture}", "Pictures whose preparation ended");

    /// <summary>Seconds; label <c>step</c>: <c>decode</c>, <c>blur</c>, <c>derivates</c>, <c>total</c>.</summary>
    public static Histogram<double> PicturePrepareDuration { get; } =
        meter.CreateHistogram("panoramax.picture.prepare.duration", "s", "Time to prepare one picture", tags: null, seconds);

    /// <summary>Seconds.</summary>
    public static Histogram<double> UploadSetDispatchDuration { get; } =
        meter.CreateHistogram("panoramax.upload_set.dispatch.duration", "s", "Time to dispatch one upload set", tags: null, seconds);

    /// <summary>Pictures in a sequence when it was finalized.</summary>
    public static Histogram<long> SequencePictures { get; } =
        meter.CreateHistogram("panoramax.sequence.pictures", "{picture}", "Pictures of a finalized sequence", tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] });

    /// <summary>Label <c>kind</c>; measured by the caretaker at each round.</summary>
    public static Gauge<long> JobsDue { get; } = meter.CreateGauge<long>("panoramax.jobs.due", "{job}", "Jobs that could be worked on now");

    /// <summary>Seconds; label <c>kind</c>; 0 when none is due.</summary>
    public static Gauge<double> JobsOldestDueAge { get; } =
        meter.CreateGauge<double>("panoramax.jobs.oldest_due.age", "s", "How long the oldest due job has been due");

    /// <summary>
    /// Originals of prepared pictures that should have been deleted a day ago: they may show what blurring hides. Measured by
    /// the caretaker at each round.
    /// </summary>
    public static Gauge<long> OriginalsLeft { get; } =
        meter.CreateGauge<long>("panoramax.originals.left", "{picture}", "Originals in incoming that should have been deleted a day ago");

    /// <summary>Seconds; label <c>shape</c>: <c>box</c>, <c>point</c>, <c>ids</c>, <c>none</c>.</summary>
    public static Histogram<double> SearchDuration { get; } =
        meter.CreateHistogram("panoramax.search.duration", "s", "Time to answer a search", tags: null, seconds);

    /// <summary>Bytes; label <c>zoom</c>.</summary>
    public static Histogram<long> TileSize { get; } =
        meter.CreateHistogram("panoramax.tile.size", "By", "Size of vector tiles", tags: null, bytes);
}
