using System.Runtime.CompilerServices;
using Panoramax.Storage;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>A real store with a place to break: <see cref="On"/> is called around each operation and may throw or wait.</summary>
internal sealed class FaultyStore(IBucket store, StoreName name, Func<string, Task> on) : IBucket
{
    public async Task Put(string key, Stream content, string contentType, CancellationToken cancel)
    {
        await on($"before put {name}");
        await store.Put(key, content, contentType, cancel);
        await on($"after put {name}");
    }

    public async Task<StoredPicture?> Get(string key, ByteRange? range, CancellationToken cancel)
    {
        await on($"before get {name}");
        return await store.Get(key, range, cancel);
    }

    public Task<bool> Exists(string key, CancellationToken cancel) => store.Exists(key, cancel);

    public async Task Delete(string key, CancellationToken cancel)
    {
        await on($"before delete {name}");
        await store.Delete(key, cancel);
    }

    public Task DeleteFolder(string folder, CancellationToken cancel) => store.DeleteFolder(folder, cancel);

    public async IAsyncEnumerable<StoredKey> List(string folder, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var found in store.List(folder, cancel)) yield return found;
    }

    public Task Ensure(CancellationToken cancel) => store.Ensure(cancel);

    public Task Probe(CancellationToken cancel) => store.Probe(cancel);
}
