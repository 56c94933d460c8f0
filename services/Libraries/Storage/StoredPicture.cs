namespace Panoramax.Storage;

/// <summary>An object that is being read.</summary>
public sealed class StoredPicture : IAsyncDisposable, IDisposable
{
    /// <summary>The bytes asked for, not seekable. Reading it throws what <see cref="IPictureStore"/> throws.</summary>
    public required Stream Content { get; init; }

    /// <summary>Position of the first byte of <see cref="Content"/> within the object.</summary>
    public required long Start { get; init; }

    /// <summary>Bytes in <see cref="Content"/>; 0 when the range lies outside of the object.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes of the whole object.</summary>
    public required long TotalLength { get; init; }

    /// <summary>Changes with the content; a strong tag with its quotes, as the HTTP header wants it.</summary>
    public required string ETag { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    /// <summary>Reads all of <see cref="Content"/> into memory.</summary>
    public async Task<byte[]> ReadAll(CancellationToken cancel)
    {
        var bytes = new byte[Length];
        try
        {
            await Content.ReadExactlyAsync(bytes, cancel);
        }
        catch (EndOfStreamException error)
        {
            throw new PictureStoreUnavailable("The object store ended its answer early", reached: true, error);
        }

        return bytes;
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    public void Dispose() => Content.Dispose();
}
