using System.Diagnostics;
using System.Text.Json;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Telemetry;

/// <summary>One trace holds a picture's whole way: the request through the gateway, the broker hop, the preparation and its steps.</summary>
public sealed class TraceTests
{
    private static readonly string[] steps =
    [
        "picture.receive", "picture.read-metadata", "picture.store", "picture.prepare", "picture.decode", "picture.blur", "picture.derivates",
    ];

    [Test]
    public async Task One_trace_leads_from_the_upload_request_to_the_last_derivate()
    {
        await using var collector = await TraceCollector.Start();
        await using var instance = await PanoramaxInstance.Start(extra: collector.Settings);
        var set = await instance.Uploader.CreateSet("Traced", 1);
        var picture = TestJpeg.Make(640, 480, 47.2, -1.5, new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero));
        Assert.That((await instance.Uploader.SendFile(set, "1.jpg", picture)).Code, Is.EqualTo(202));
        await instance.Uploader.UntilReady(set);

        // Processes report in batches, a moment after the end, and what encloses the rest ends and comes last.
        var watch = Stopwatch.StartNew();
        List<ReportedSpan> trace;
        do
        {
            await Task.Delay(200);
            var received = collector.Spans.FirstOrDefault(span => span.Name == "picture.receive");
            trace = [.. collector.Spans.Where(span => span.TraceId == received?.TraceId)];
        }
        while (!IsWhole(trace) && watch.Elapsed < TimeSpan.FromSeconds(20));

        var names = JsonSerializer.Serialize(trace.Select(span => span.Name));
        foreach (var step in steps) Assert.That(trace.Select(span => span.Name), Does.Contain(step), names);
        Assert.That(trace.Select(span => span.Name), Has.Some.Contains("prepare-picture"), $"the hop over the broker: {names}");
        Assert.That(trace.Count(span => span.Name.StartsWith("POST", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(3),
            $"the gateway's request, its call, and the service's request: {names}");

        // Every span but the first hangs on another one of the trace: nothing is a trace of its own by accident.
        Assert.That(Orphans(trace), Is.Empty, names);
        Assert.That(trace.Count(span => span.ParentId.Length == 0), Is.EqualTo(1), names);
    }

    private static bool IsWhole(List<ReportedSpan> trace) =>
        steps.All(step => trace.Exists(span => span.Name == step)) && trace.Exists(span => span.ParentId.Length == 0) && !Orphans(trace).Any();

    private static IEnumerable<ReportedSpan> Orphans(List<ReportedSpan> trace)
    {
        var ids = trace.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        return trace.Where(span => span.ParentId.Length > 0 && !ids.Contains(span.ParentId));
    }
}
