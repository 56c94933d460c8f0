namespace Panoramax.Storage;

/// <summary>The three buckets (or folders) of an instance.</summary>
public enum StoreName
{
    /// <summary>Private: everything received, until it is prepared. The only place of unblurred pictures.</summary>
    Incoming,

    /// <summary>HD pictures.</summary>
    Permanent,

    /// <summary>Thumbnails, SD pictures and tiles.</summary>
    Derivates,
}

/// <summary>
/// The stores that this process was given keys to. The others exist for other processes; asking for one of them is a
/// mistake of ours and says so.
/// </summary>
public sealed class PictureStores
{
    private readonly Dictionary<StoreName, IBucket> stores;

    internal PictureStores(Dictionary<StoreName, IBucket> stores) => this.stores = stores;

    /// <exception cref="InvalidOperationException">This process has no key to it.</exception>
    public IPictureStore Incoming => this[StoreName.Incoming];

    /// <exception cref="InvalidOperationException">This process has no key to it.</exception>
    public IPictureStore Permanent => this[StoreName.Permanent];

    /// <exception cref="InvalidOperationException">This process has no key to it.</exception>
    public IPictureStore Derivates => this[StoreName.Derivates];

    /// <exception cref="InvalidOperationException">This process has no key to it.</exception>
    public IPictureStore this[StoreName name] => stores.TryGetValue(name, out var store)
        ? store
        : throw new InvalidOperationException(
            $"This process holds no key to the store '{name}': it was added with {string.Join(", ", stores.Keys)} only");

    /// <summary>Makes the buckets of this process that are missing.</summary>
    /// <exception cref="PictureStoreRefused">A bucket is missing and the key may not make it.</exception>
    /// <exception cref="PictureStoreUnavailable">The store did not answer.</exception>
    public async Task EnsureBuckets(CancellationToken cancel)
    {
        foreach (var store in stores.Values) await store.Ensure(cancel);
    }

    /// <summary>Looks whether every bucket of this process is there and answers.</summary>
    /// <exception cref="PictureStoreRefused">A bucket is missing or the key may not look.</exception>
    /// <exception cref="PictureStoreUnavailable">The store did not answer.</exception>
    public async Task Probe(CancellationToken cancel)
    {
        foreach (var store in stores.Values) await store.Probe(cancel);
    }
}
