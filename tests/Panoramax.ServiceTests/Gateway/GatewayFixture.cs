using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>The gateway as a real process in front of three small servers (<see cref="Backend"/>).</summary>
internal abstract class GatewayFixture
{
    private static readonly string[] services = ["stac", "upload", "auth"];

    private readonly Dictionary<string, Backend> backends = [];

    protected ServiceProcess Gateway { get; private set; } = null!;

    /// <summary>Follows no redirect, unpacks nothing.</summary>
    protected HttpClient Client => Gateway.Client;

    /// <summary>Settings of the gateway, over none.</summary>
    protected virtual (string Key, string Value)[] Settings => [];

    protected Backend this[string service] => backends[service];

    [OneTimeSetUp]
    public async Task StartGateway()
    {
        foreach (var service in services) backends[service] = await Backend.Start(service);
        var settings = services.ToDictionary(service => $"services__{service}__http__0", service => backends[service].Address);
        foreach (var (key, value) in Settings) settings[key] = value;
        Gateway = await ServiceProcess.Start("Panoramax.Gateway", settings);
    }

    [OneTimeTearDown]
    public async Task StopGateway()
    {
        if (Gateway is not null) await Gateway.DisposeAsync();
        foreach (var backend in backends.Values) await backend.DisposeAsync();
    }

    protected async Task<HttpResponseMessage> Send(string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>What the service saw of a request.</summary>
    protected async Task<JsonObject> Seen(string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var answer = await Send(method, path, content, headers);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await Json(answer)).AsObject();
    }

    protected static async Task<JsonNode> Json(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    /// <summary>An error of the gateway's own: status, the API's form, and cacheable like every answer.</summary>
    protected static async Task<JsonNode> Refused(HttpResponseMessage answer, int status)
    {
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        Assert.That(answer.Headers.CacheControl?.ToString(), Is.EqualTo("public"));
        var body = await Json(answer);
        Assert.That(body["status_code"]!.GetValue<int>(), Is.EqualTo(status));
        Assert.That(body["message"]!.GetValue<string>(), Is.Not.Empty);
        return body;
    }

    /// <summary>A header of an answer or of its content, as one text; null when it is not there.</summary>
    protected static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>A body of some size, sent with its length or in chunks.</summary>
    protected static HttpContent Bytes(long size, bool withLength = true)
    {
        HttpContent content = withLength ? new ByteArrayContent(new byte[size]) : new StreamContent(new Unmeasured(size));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>Sends a head and some bytes of a body by hand, and reads what comes back until there is a whole answer or nothing more.</summary>
    protected async Task<string> Raw(string head, int bodyBytes = 0)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Gateway.Address.Host, Gateway.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n"));
        await stream.WriteAsync(new byte[bodyBytes]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        var (text, buffer) = (new StringBuilder(), new byte[8192]);
        for (int read; !IsWhole(text.ToString()) && (read = await stream.ReadAsync(buffer, limit.Token)) > 0;) text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        return text.ToString();
    }

    private static bool IsWhole(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        const string name = "Content-Length: ";
        var at = answer.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at < 0 || at > end) return answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
        var length = int.Parse(answer[(at + name.Length)..answer.IndexOf('\r', at)], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + length;
    }

    /// <summary>A stream that does not say how long it is.</summary>
    private sealed class Unmeasured(long size) : Stream
    {
        private long left = size;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(left, count);
            left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
