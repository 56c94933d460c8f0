using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Panoramax.Storage;

/// <summary>
/// Records <c>panoramax.storage.duration</c> (seconds; labels <c>bucket</c>, <c>operation</c>, <c>outcome</c>) of each
/// call. A read is measured until its first byte can be had: the rest is the reader's pace.
/// </summary>
internal sealed class MeasuredPictureStore(IBucket store, StoreName name) : IBucket
{
    // The same meter name as the hosts use, so that one registration exports both.
    private static readonly Meter meter = new("Panoramax");

    private static readonly Histogram<double> duration = meter.CreateHistogram(
        "panoramax.storage.duration", "s", "Time for one operation of the object store", tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        });

    private readonly string bucket = name.ToString().ToLowerInvariant();

    public Task Put(string key, Stream content, string contentType, CancellationToken cancel) =>
        Measure("put", () => store.Put(key, content, contentType, cancel));

    public Task<StoredPicture?> Get(string key, ByteRange? range, CancellationToken cancel) =>
        Measure("get", () => store.Get(key, range, cancel), found => found is null ? "absent" : "ok");

    public Task<bool> Exists(string key, CancellationToken cancel) =>
        Measure("exists", () => store.Exists(key, cancel), found => found ? "ok" : "absent");

    public Task Delete(string key, CancellationToken cancel) => Measure("delete", () => store.Delete(key, cancel));

    public Task DeleteFolder(string folder, CancellationToken cancel) =>
        Measure("delete-folder", () => store.DeleteFolder(folder, cancel));

    public async IAsyncEnumerable<StoredKey> List(string folder, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var found in store.List(folder, cancel)) yield return found;
    }

    public Task Ensure(CancellationToken cancel) => store.Ensure(cancel);

    public Task Probe(CancellationToken cancel) => store.Probe(cancel);

    private Task<bool> Measure(string operation, Func<Task> run) =>
        Measure(operation, async () =>
        {
            await run();
            return true;
        }, _ => "ok");

    private async Task<T> Measure<T>(string operation, Func<Task<T>> run, Func<T, string> outcomeOf)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = "cancelled";
        try
        {
            var result = await run();
            outcome = outcomeOf(result);
            return result;
        }
        catch (PictureStoreUnavailable)
        {
            outcome = "unavailable";
            throw;
        }
        catch (PictureStoreRefused)
        {
            outcome = "refused";
            throw;
        }
        finally
        {
            duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("bucket", bucket), new("operation", operation), new("outcome", outcome));
        }
    }
}
