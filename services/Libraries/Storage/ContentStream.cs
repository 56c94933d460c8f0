namespace Panoramax.Storage;

/// <summary>
/// The stream that readers get: at most so many bytes of the one below, and with the errors of
/// <see cref="IPictureStore"/> in place of those of files and connections.
/// </summary>
internal sealed class ContentStream(Stream inner, long length, IDisposable? owner = null) : Stream
{
    private long left = length;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0) return 0;
        try
        {
            var piece = buffer[..(int)Math.Min(buffer.Length, left)];
            // A file's ReadAsync is this same blocking read, on another thread of the pool: the way there and back takes longer
            // than reading.
            var read = inner is FileStream ? inner.Read(piece.Span) : await inner.ReadAsync(piece, cancellationToken);
            left -= read;
            return read;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken(error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (left == 0) return 0;
        try
        {
            var read = inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
            left -= read;
            return read;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken(error);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        owner?.Dispose();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owner?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static PictureStoreUnavailable Broken(Exception error) =>
        new("Reading from the object store broke off", reached: true, error);
}
