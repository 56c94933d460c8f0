namespace Panoramax.Storage;

/// <summary>
/// One bucket (or folder) of picture files. Keys come from <see cref="PictureKeys"/> only.
/// Every method, and reading the stream of a <see cref="StoredPicture"/>, throws <see cref="PictureStoreUnavailable"/>
/// (a retry may help) or <see cref="PictureStoreRefused"/> (it will not), and nothing else about the store.
/// </summary>
public interface IPictureStore
{
    /// <summary>
    /// Stores or replaces an object, all or nothing: a reader sees the old bytes or the new ones, and when this
    /// returns the new ones survive a crash of the store.
    /// </summary>
    /// <param name="content">A seekable stream, sent from its position to its end; it stays open.</param>
    Task Put(string key, Stream content, string contentType, CancellationToken cancel);

    /// <summary>Opens an object for reading; null when it is not there. The caller disposes the answer.</summary>
    /// <param name="range">Part of the object, or null for all of it.</param>
    Task<StoredPicture?> Get(string key, ByteRange? range, CancellationToken cancel);

    Task<bool> Exists(string key, CancellationToken cancel);

    /// <summary>Deletes an object. No error if it is not there.</summary>
    Task Delete(string key, CancellationToken cancel);

    /// <summary>Deletes all objects below a folder. No error if there are none.</summary>
    /// <param name="folder">Key of the folder without the slash behind it, see <see cref="PictureKeys.DerivatesFolder"/>.</param>
    Task DeleteFolder(string folder, CancellationToken cancel);

    /// <summary>Every object below a folder, in no order that one may rely on. Slow; for the console.</summary>
    /// <param name="folder">Key of the folder without the slash behind it; empty for the whole bucket.</param>
    IAsyncEnumerable<StoredKey> List(string folder, CancellationToken cancel);
}

/// <summary>An object that <see cref="IPictureStore.List"/> met.</summary>
/// <param name="Length">Bytes.</param>
public sealed record StoredKey(string Key, long Length, DateTimeOffset LastModified);
