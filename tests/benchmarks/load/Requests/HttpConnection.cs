using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Panoramax.Load.Requests;

/// <summary>
/// HTTP/1.1 over one kept connection, blocking, reading bodies away: a tenth of what a full client costs, so that the
/// processors are left to what is measured.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;

    public HttpConnection(Uri address)
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 120_000, SendTimeout = 120_000 };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, address.Port));
    }

    /// <summary>Text of a request without a body.</summary>
    public static byte[] Get(Uri address, string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: panoramax-load\r\n\r\n");

    /// <summary>Head of a request with a body.</summary>
    public static byte[] Head(Uri address, string method, string path, long length, string type) => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: panoramax-load\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n\r\n");

    /// <summary>Sends a request and reads its answer to the end.</summary>
    public (int Status, long Bytes) Exchange(params ReadOnlySpan<ReadOnlyMemory<byte>> request)
    {
        foreach (var part in request)
        {
            for (var sent = 0; sent < part.Length;) sent += socket.Send(part.Span[sent..]);
        }

        (start, end) = (0, 0);
        int head;
        while ((head = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0) Receive();
        var lines = buffer.AsSpan(start, head + 2);
        _ = Utf8Parser.TryParse(lines[9..12], out int status, out _);
        var length = Field(lines, "\r\ncontent-length: "u8);
        var isChunked = Find(lines, "\r\ntransfer-encoding: chunked"u8) >= 0;
        start += head + 4;
        if (status is 204 or 304) return (status, 0);
        if (isChunked) return (status, ReadChunks());
        Skip(length ?? 0);
        return (status, length ?? 0);
    }

    public void Dispose() => socket.Dispose();

    private long ReadChunks()
    {
        var total = 0L;
        while (true)
        {
            int line;
            while ((line = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0) Receive();
            if (!Utf8Parser.TryParse(buffer.AsSpan(start, line), out long size, out _, 'X')) throw new InvalidDataException("no length of a chunk");
            start += line + 2;
            Skip(size + 2);
            if (size == 0) return total;
            total += size;
        }
    }

    private void Skip(long count)
    {
        while (true)
        {
            var here = (int)Math.Min(count, end - start);
            start += here;
            count -= here;
            if (count == 0) return;
            Receive();
        }
    }

    private void Receive()
    {
        if (start == end) (start, end) = (0, 0);
        else if (end == buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var count = socket.Receive(buffer.AsSpan(end));
        if (count == 0) throw new IOException("the server closed the connection");
        end += count;
    }

    private static long? Field(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> name) =>
        Find(lines, name) is >= 0 and var at && Utf8Parser.TryParse(lines[(at + name.Length)..], out long value, out _) ? value : null;

    /// <summary>Names of fields may be written in any case.</summary>
    private static int Find(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> text)
    {
        for (var at = 0; at + text.Length <= lines.Length; at++)
        {
            if (Ascii.EqualsIgnoreCase(lines.Slice(at, text.Length), text)) return at;
        }

        return -1;
    }
}
