using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Panoramax.Storage;

namespace Panoramax.Admin.Commands.Checks;

/// <summary>Each bucket (or folder): is it there, and may this process do there what it must, and no more than that.</summary>
internal static class StoreCheck
{
    private const string About = "store";

    [Flags]
    private enum Rights
    {
        None = 0,
        Read = 1,
        Write = 2,
        Delete = 4,
        List = 8,
    }

    /// <summary>Which rights a process needs in which store; a store that is not named must refuse it.</summary>
    private static readonly Dictionary<string, Dictionary<StoreName, Rights>> needed = new()
    {
        ["stac"] = new() { [StoreName.Permanent] = Rights.Read, [StoreName.Derivates] = Rights.Read },
        ["upload"] = new() { [StoreName.Incoming] = Rights.Write | Rights.Delete },
        ["picture-worker"] = new()
        {
            [StoreName.Incoming] = Rights.Read | Rights.Delete,
            [StoreName.Permanent] = Rights.Read | Rights.Write | Rights.Delete,
            [StoreName.Derivates] = Rights.Read | Rights.Write | Rights.Delete,
        },
        ["admin"] = new() { [StoreName.Incoming] = Rights.List, [StoreName.Permanent] = Rights.List, [StoreName.Derivates] = Rights.List },
    };

    public static async Task Run(IConfiguration configuration, string? process, Findings findings, CancellationToken cancel)
    {
        if (process is not null && !needed.ContainsKey(process)) return;
        var section = configuration.GetSection(StorageOptions.Section);
        if (process is null && !section.Exists()) return;

        StorageOptions options;
        PictureStores stores;
        try
        {
            options = section.Get<StorageOptions>() ?? new StorageOptions();
            stores = StorageSetup.Open(options, Enum.GetValues<StoreName>());
        }
        catch (Exception error) when (error is OptionsValidationException or InvalidOperationException)
        {
            findings.ToMend(About, error.Message, "correct the section Storage");
            return;
        }

        foreach (var name in Enum.GetValues<StoreName>())
        {
            var must = needed[process ?? "admin"].GetValueOrDefault(name);
            await Try(stores[name], name, must, process, options, findings, cancel);
        }
    }

    private static async Task Try(
        IPictureStore store, StoreName name, Rights must, string? process, StorageOptions options, Findings findings, CancellationToken cancel)
    {
        var about = $"{About} {name.ToString().ToLowerInvariant()}";
        try
        {
            if (must == Rights.None)
            {
                await MustBeRefused(store, about, process!, options, findings, cancel);
                return;
            }

            // A key that no picture can have, and that orphans would show if it were left.
            var key = $"check/{Guid.NewGuid():N}.txt";
            if (must.HasFlag(Rights.List)) await FirstOf(store.List("", cancel));
            if (must.HasFlag(Rights.Write))
            {
                using var content = new MemoryStream("check"u8.ToArray());
                await store.Put(key, content, "text/plain", cancel);
            }

            try
            {
                if (must.HasFlag(Rights.Read)) (await store.Get(key, null, cancel))?.Dispose();
                if (name == StoreName.Incoming && must.HasFlag(Rights.Write)) await MustBePrivate(key, about, options, findings, cancel);
            }
            finally
            {
                if (must.HasFlag(Rights.Delete)) await store.Delete(key, cancel);
            }

            findings.Good(about, $"is there, and can be used as {process ?? "the console"} must ({must.ToString().ToLowerInvariant()})");
        }
        catch (PictureStoreUnavailable error)
        {
            findings.ToMend(about, error.Message, options.Kind == StorageKind.Folder
                ? "mount the folder at this place in each process that needs it; migrate makes the three folders"
                : "see that the S3 server runs, that Storage:S3:Endpoint is right, and that nothing stands between");
        }
        catch (PictureStoreRefused error)
        {
            findings.ToMend(about, error.Message, options.Kind == StorageKind.Folder
                ? "give the process's user the rights on the folder"
                : "make the bucket (migrate does, with a key that may), or correct the keys and their policy (deploy/s3 holds one for each process)");
        }
    }

    /// <summary>A process that has no business in a bucket should not have a key to it: the promise about unblurred pictures rests on that.</summary>
    private static async Task MustBeRefused(IPictureStore store, string about, string process, StorageOptions options, Findings findings, CancellationToken cancel)
    {
        try
        {
            await store.Exists("check/none.txt", cancel);
            // With folders the rights are those of the mounts, which the console does not have.
            if (options.Kind == StorageKind.S3)
                findings.ToMend(about, $"the key of {process} may read it, which it must not", "give it the policy of deploy/s3");
        }
        catch (Exception error) when (error is PictureStoreRefused or PictureStoreUnavailable)
        {
            findings.Good(about, $"refuses {process}, as it must");
        }
    }

    /// <summary>Unblurred pictures lie there: nobody may read without a key.</summary>
    private static async Task MustBePrivate(string key, string about, StorageOptions options, Findings findings, CancellationToken cancel)
    {
        if (options.Kind != StorageKind.S3) return;
        using var anybody = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var answer = await anybody.GetAsync(new Uri($"{options.S3.Endpoint!.TrimEnd('/')}/{options.Incoming}/{key}"), cancel);
        if (answer.StatusCode == HttpStatusCode.OK)
            findings.ToMend(about, "can be read by anybody without a key", "remove the bucket's public policy at once: unblurred pictures lie there");
        else findings.Good(about, "is private");
    }

    private static async Task FirstOf(IAsyncEnumerable<StoredKey> keys)
    {
        await foreach (var _ in keys) return;
    }
}
