using Panoramax.Storage;
using Panoramax.Testing.Processes;

namespace Panoramax.Testing.Servers;

/// <summary>The picture store of an instance: a folder, or three buckets of the real S3 server.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly StorageOptions options;

    private TestStore(StorageOptions options, string folder)
    {
        this.options = options;
        Folder = folder;
        Stores = StorageSetup.Open(options, Enum.GetValues<StoreName>());
    }

    /// <summary>A folder of this store's own; with S3 only for files being received.</summary>
    public string Folder { get; }

    /// <summary>All three stores, with every right.</summary>
    public PictureStores Stores { get; }

    /// <summary>Settings of a process, in environment form.</summary>
    public IReadOnlyDictionary<string, string> Settings => options.Kind == StorageKind.Folder
        ? new Dictionary<string, string> { ["Storage__Kind"] = "Folder", ["Storage__Folder"] = Folder }
        : new Dictionary<string, string>
        {
            ["Storage__Kind"] = "S3",
            ["Storage__S3__Endpoint"] = options.S3.Endpoint!,
            ["Storage__S3__AccessKey"] = options.S3.AccessKey!,
            ["Storage__S3__SecretKey"] = options.S3.SecretKey!,
            ["Storage__Incoming"] = options.Incoming,
            ["Storage__Permanent"] = options.Permanent,
            ["Storage__Derivates"] = options.Derivates,
        };

    public static async Task<TestStore> Create(StoreKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("panoramax-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "receiving"));
        var store = new TestStore(
            kind == StoreKind.S3 ? S3Server.NewBuckets() : new StorageOptions { Kind = StorageKind.Folder, Folder = folder }, folder);
        await store.Stores.EnsureBuckets(CancellationToken.None);
        return store;
    }

    /// <summary>Every key of one of the three.</summary>
    public async Task<IReadOnlyList<string>> Keys(StoreName name)
    {
        var keys = new List<string>();
        await foreach (var key in Stores[name].List("", CancellationToken.None)) keys.Add(key.Key);
        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        if (options.Kind == StorageKind.S3) await S3Server.Remove(options);
        Directory.Delete(Folder, recursive: true);
    }
}
