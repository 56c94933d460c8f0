using System.Diagnostics;

namespace Panoramax.Load.Requests;

/// <summary>What a phase of requests came to.</summary>
/// <param name="Latencies">Milliseconds, sorted.</param>
internal sealed record Traffic(TimeSpan Duration, IReadOnlyList<double> Latencies, long Bytes, long Failed)
{
    public double PerSecond => Latencies.Count / Duration.TotalSeconds;

    public double MegabytesPerSecond => Bytes / 1e6 / Duration.TotalSeconds;

    public double Percentile(double share) => Latencies.Count == 0 ? double.NaN : Latencies[(int)Math.Min(Latencies.Count - 1, Latencies.Count * share)];
}

/// <summary>Sends requests over a fixed number of connections, each its next one as soon as the last is answered.</summary>
internal static class RequestGenerator
{
    /// <summary>For a time.</summary>
    /// <param name="requests">Whole requests without bodies; each connection goes through all of them, from a place of its own.</param>
    public static Traffic For(TimeSpan duration, Uri address, int connections, IReadOnlyList<byte[]> requests) =>
        Run(address, connections, (connection, worker, watch, done) =>
        {
            for (var at = requests.Count * worker / connections; watch.Elapsed < duration; at++) done(connection.Exchange(requests[at % requests.Count]), 200);
        });

    /// <summary>Each request once, shared out among the connections.</summary>
    /// <param name="send">Sends the request of that number.</param>
    public static Traffic Each(Uri address, int connections, int count, Func<HttpConnection, int, (int Status, long Bytes)> send, int expected = 200)
    {
        var next = -1;
        return Run(address, connections, (connection, _, _, done) =>
        {
            while (Interlocked.Increment(ref next) is var number && number < count) done(send(connection, number), expected);
        });
    }

    private static Traffic Run(
        Uri address, int connections, Action<HttpConnection, int, Stopwatch, Action<(int Status, long Bytes), int>> work)
    {
        var latencies = new List<double>[connections];
        var (bytes, failed) = (0L, 0L);
        Exception? fault = null;
        var watch = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, connections).Select(worker => new Thread(() =>
        {
            var mine = latencies[worker] = new List<double>(100_000);
            try
            {
                using var connection = new HttpConnection(address);
                var began = watch.Elapsed;
                work(connection, worker, watch, (answer, expected) =>
                {
                    var now = watch.Elapsed;
                    mine.Add((now - began).TotalMilliseconds);
                    began = now;
                    Interlocked.Add(ref bytes, answer.Bytes);
                    if (answer.Status != expected) Interlocked.Increment(ref failed);
                });
            }
            catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or InvalidDataException)
            {
                fault = error;
            }
        }, 256 * 1024)).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        var took = watch.Elapsed;
        if (fault is not null) throw new InvalidOperationException($"A connection to {address} failed: {fault.Message}", fault);
        return new Traffic(took, [.. latencies.SelectMany(mine => mine).Order()], bytes, failed);
    }
}
