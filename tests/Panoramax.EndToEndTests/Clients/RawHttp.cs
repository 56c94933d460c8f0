using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>An answer read from a socket.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonNode? this[string name] => JsonNode.Parse(Text)![name];
}

/// <summary>Requests byte for byte as a program writes them: its own headers in its own order, its own boundary, its own version of HTTP.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="head">Request line and headers, lines ending with a line feed; <c>{length}</c> becomes the length of the body.</param>
    /// <param name="chunk">Bytes of a chunk, for a body in chunks; null: the body as it is.</param>
    public static async Task<RawAnswer> Send(Uri address, string head, byte[] body, int? chunk = null)
    {
        using var socket = await Connect(address);
        var stream = socket.GetStream();
        await stream.WriteAsync(Head(head, body.Length));
        if (chunk is not { } size)
        {
            await stream.WriteAsync(body);
        }
        else
        {
            foreach (var piece in body.Chunk(size))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(piece.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
                await stream.WriteAsync(piece);
                await stream.WriteAsync("\r\n"u8.ToArray());
            }

            await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        }

        return await Read(stream);
    }

    public static async Task<TcpClient> Connect(Uri address)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        return socket;
    }

    public static byte[] Head(string head, int length) => Encoding.UTF8.GetBytes(
        head.ReplaceLineEndings("\n").TrimEnd('\n').Replace("{length}", length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");

    /// <summary>A form's body: texts of parts with <c>\n</c> line ends, and bytes as they are.</summary>
    public static byte[] Form(params IEnumerable<object> pieces) =>
        [.. pieces.SelectMany(piece => piece as byte[] ?? Encoding.UTF8.GetBytes(((string)piece).ReplaceLineEndings("\r\n")))];

    /// <summary>Reads one answer.</summary>
    public static async Task<RawAnswer> Read(NetworkStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var lines = new List<string>();
        while (await Line(stream, limit.Token) is { Length: > 0 } line) lines.Add(line);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pairs => pairs.Key, pairs => string.Join(", ", pairs.Select(pair => pair[1])), StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        if (status == 100) return await Read(stream);

        using var body = new MemoryStream();
        if (headers.TryGetValue("Content-Length", out var length)) await Copy(stream, body, int.Parse(length, CultureInfo.InvariantCulture), limit.Token);
        else if (headers.ContainsKey("Transfer-Encoding"))
        {
            while (int.Parse(await Line(stream, limit.Token), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var size and > 0)
            {
                await Copy(stream, body, size, limit.Token);
                await Line(stream, limit.Token);
            }
        }
        else if (status != 204) await stream.CopyToAsync(body, limit.Token);
        return new RawAnswer(status, headers, await Decompressed(headers.GetValueOrDefault("Content-Encoding"), body.ToArray()));
    }

    private static async Task<byte[]> Decompressed(string? encoding, byte[] bytes)
    {
        if (encoding is null) return bytes;
        using var sent = new MemoryStream(bytes);
        await using Stream reader = encoding == "br" ? new BrotliStream(sent, CompressionMode.Decompress) : new GZipStream(sent, CompressionMode.Decompress);
        using var body = new MemoryStream();
        await reader.CopyToAsync(body);
        return body.ToArray();
    }

    private static async Task Copy(NetworkStream from, MemoryStream to, int count, CancellationToken cancel)
    {
        var bytes = new byte[count];
        await from.ReadExactlyAsync(bytes, cancel);
        await to.WriteAsync(bytes, cancel);
    }

    private static async Task<string> Line(NetworkStream stream, CancellationToken cancel)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancel) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }
}
