using System.Diagnostics;
using Panoramax.ServiceDefaults.Telemetry;

namespace Panoramax.PictureWorker;

/// <summary>One measured step of a preparation: a span, and a value of <c>panoramax.picture.prepare.duration</c>.</summary>
internal sealed class Step : IDisposable
{
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly string label;

    private Step(string span, string label)
    {
        this.label = label;
        Span = Instruments.Activities.StartActivity(span);
    }

    /// <summary>Null when nobody listens.</summary>
    public Activity? Span { get; }

    public static Step Prepare() => new(Spans.PicturePrepare, "total");

    public static Step Decode() => new(Spans.PictureDecode, "decode");

    public static Step Blur() => new(Spans.PictureBlur, "blur");

    public static Step Derivates() => new(Spans.PictureDerivates, "derivates");

    public void Dispose()
    {
        Instruments.PicturePrepareDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("step", label));
        Span?.Dispose();
    }
}
