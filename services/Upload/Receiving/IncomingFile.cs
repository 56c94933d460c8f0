using System.Buffers;
using System.Security.Cryptography;

namespace Panoramax.Upload.Receiving;

/// <summary>
/// A file as it came, on disk, with its MD5. Its name is removed from the folder as soon as it is open, so nothing is left
/// behind however the process ends.
/// </summary>
internal sealed class IncomingFile : IAsyncDisposable
{
    private const int BufferBytes = 128 * 1024;

    private IncomingFile(FileStream content) => Content = content;

    /// <summary>Seekable. Its position is left to whoever uses it.</summary>
    public FileStream Content { get; }

    /// <summary>Bytes as received.</summary>
    public long Size { get; private set; }

    /// <summary>MD5 of the bytes as received; as 32 digits it is <c>content_md5</c>.</summary>
    public Guid Md5 { get; private set; }

    /// <summary>An open file without a name.</summary>
    public static FileStream Temporary(string folder)
    {
        var path = Path.Combine(folder, $"panoramax-{Guid.NewGuid():N}.part");
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete,
            Options = FileOptions.Asynchronous, BufferSize = 0,
        });
        File.Delete(path);
        return stream;
    }

    /// <summary>Reads a body to its end.</summary>
    /// <exception cref="Http.Errors.ApiError">413: it is longer than allowed; 400: it is cut off.</exception>
    public static async Task<IncomingFile> Read(Stream body, string folder, long maxBytes, CancellationToken cancel)
    {
        var file = new IncomingFile(Temporary(folder));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            while (await MultipartForm.ReadBody(body, buffer, cancel) is var count and > 0)
            {
                file.Size += count;
                if (file.Size > maxBytes) throw UploadErrors.TooLarge(maxBytes);
                md5.AppendData(buffer, 0, count);
                await file.Content.WriteAsync(buffer.AsMemory(0, count), cancel);
            }

            file.Md5 = new Guid(md5.GetHashAndReset(), bigEndian: true);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
