using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Panoramax.EndToEndTests.Telemetry;

/// <summary>A finished span as a process reported it.</summary>
internal sealed record ReportedSpan(string TraceId, string SpanId, string ParentId, string Name);

/// <summary>A metric as a process reported it.</summary>
/// <param name="Unit">As the code names it: <c>s</c>, <c>By</c>, <c>{picture}</c>.</param>
/// <param name="Labels">Names of its labels.</param>
internal sealed record ReportedMetric(string Service, string Name, string Unit, bool IsCounter, bool IsHistogram, IReadOnlyCollection<string> Labels)
{
    /// <summary>The names that a Prometheus server knows it by, as OpenTelemetry's specification translates them.</summary>
    public IReadOnlyList<string> InPrometheus
    {
        get
        {
            var unit = Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", "1" or "%" => IsCounter || IsHistogram ? "" : "_ratio", _ => "" };
            var name = Name.Replace('.', '_').Replace('-', '_');
            if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
            return IsHistogram ? [name + "_bucket", name + "_sum", name + "_count"] : IsCounter ? [name + "_total"] : [name];
        }
    }
}

/// <summary>Takes spans and metrics by OTLP over HTTP (protobuf), as any collector does, and keeps them in memory.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReportedSpan> spans = new();
    private readonly ConcurrentDictionary<(string Service, string Metric, string Labels), ReportedMetric> metrics = new();
    private readonly ConcurrentQueue<string> bodies = new();

    private TraceCollector(WebApplication app) => this.app = app;

    public IReadOnlyList<ReportedSpan> Spans => [.. spans];

    public IReadOnlyCollection<ReportedMetric> Metrics => [.. metrics.Values];

    /// <summary>Everything that was reported, spans, metrics and logs, as it came: texts stand in it as they are.</summary>
    public string Everything => string.Join('\n', bodies);

    /// <summary>Settings that make a process report here, soon after each span's end.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public static async Task<TraceCollector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        collector.app.MapPost("/v1/traces", async (HttpRequest request, CancellationToken cancel) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancel);
            collector.bodies.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
            collector.Read(body.ToArray());
            return Results.Bytes([], "application/x-protobuf");
        });
        collector.app.MapPost("/v1/{signal}", async (string signal, HttpRequest request, CancellationToken cancel) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancel);
            if (signal == "metrics") collector.ReadMetrics(body.ToArray());
            collector.bodies.Enqueue($"{signal} {Encoding.Latin1.GetString(body.ToArray())}");
            return Results.Bytes([], "application/x-protobuf");
        });
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>opentelemetry/proto/trace/v1: request 1 → resource spans 2 → scope spans 2 → span {1 trace, 2 span, 4 parent, 5 name}.</summary>
    private void Read(ReadOnlyMemory<byte> request)
    {
        foreach (var resource in Fields(request, 1))
        {
            foreach (var span in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                spans.Enqueue(new ReportedSpan(
                    Hex(Fields(span, 1)), Hex(Fields(span, 2)), Hex(Fields(span, 4)), Encoding.UTF8.GetString(Fields(span, 5).First().Span)));
            }
        }
    }

    /// <summary>
    /// opentelemetry/proto/metrics/v1: request 1 → resource metrics {1 resource, 2 scope metrics} → metric 2 {1 name, 3 unit,
    /// 5 gauge, 7 sum, 9 histogram} → points 1 with attributes 7 (numbers) or 9 (histograms).
    /// </summary>
    private void ReadMetrics(ReadOnlyMemory<byte> request)
    {
        foreach (var resource in Fields(request, 1))
        {
            // KeyValue {1 key, 2 value {1 text}}
            var service = Fields(resource, 1).SelectMany(made => Fields(made, 1)).Where(pair => Text(pair, 1) == "service.name")
                .Select(pair => Text(Fields(pair, 2).First(), 1)).FirstOrDefault() ?? "";
            foreach (var metric in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                var (sum, histogram) = (Fields(metric, 7), Fields(metric, 9));
                var points = Fields(metric, 5).Concat(sum).Concat(histogram).SelectMany(data => Fields(data, 1));
                var labels = points.SelectMany(point => Fields(point, histogram.Count > 0 ? 9 : 7)).Select(pair => Text(pair, 1)).Distinct().Order(StringComparer.Ordinal).ToList();
                // Sum {3 is monotonic}
                var isCounter = sum.Count > 0 && Numbers(sum[0], 3).Contains(1UL);
                var reported = new ReportedMetric(service, Text(metric, 1), Fields(metric, 3).Count > 0 ? Text(metric, 3) : "", isCounter, histogram.Count > 0, labels);
                metrics[(service, reported.Name, string.Join(',', labels))] = reported;
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> message, int number) => Encoding.UTF8.GetString(Fields(message, number).FirstOrDefault().Span);

    private static string Hex(IEnumerable<ReadOnlyMemory<byte>> values) => Convert.ToHexStringLower(values.FirstOrDefault().Span);

    /// <summary>The length-delimited fields of one number in a protobuf message.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number) => Read(message, number).Parts;

    /// <summary>The whole numbers (and truth values) of one number in a protobuf message.</summary>
    private static List<ulong> Numbers(ReadOnlyMemory<byte> message, int number) => Read(message, number).Numbers;

    private static (List<ReadOnlyMemory<byte>> Parts, List<ulong> Numbers) Read(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        var numbers = new List<ulong>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    var value = Varint(message.Span, ref at);
                    if (tag >> 3 == (ulong)number) numbers.Add(value);
                    break;
                case 1:
                    at += sizeof(ulong);
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    if (tag >> 3 == (ulong)number) found.Add(message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    at += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"unknown wire type {tag & 7}");
            }
        }

        return (found, numbers);
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }
}
