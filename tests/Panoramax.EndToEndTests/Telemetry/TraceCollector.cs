using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Panoramax.EndToEndTests.Telemetry;

/// <summary>A finished span as a process reported it.</summary>
internal sealed record ReportedSpan(string TraceId, string SpanId, string ParentId, string Name);

/// <summary>Takes spans by OTLP over HTTP (protobuf), as any collector does, and keeps them in memory.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReportedSpan> spans = new();
    private readonly ConcurrentQueue<string> bodies = new();

    private TraceCollector(WebApplication app) => this.app = app;

    public IReadOnlyList<ReportedSpan> Spans => [.. spans];

    /// <summary>Everything that was reported, spans, metrics and logs, as it came: texts stand in it as they are.</summary>
    public string Everything => string.Join('\n', bodies);

    /// <summary>Settings that make a process report here, soon after each span's end.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
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

    private static string Hex(IEnumerable<ReadOnlyMemory<byte>> values) => Convert.ToHexStringLower(values.FirstOrDefault().Span);

    /// <summary>The length-delimited fields of one number in a protobuf message.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
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

        return found;
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
