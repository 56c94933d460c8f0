using System.Data.Common;
using System.Diagnostics;
using System.Net;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.EndToEndTests.Faults;

/// <summary>
/// A whole instance with a relay before each of its servers: database, broker, store (S3), and a blur service of the test's
/// own. Its times are short: a round of the caretaker each second, half a second between tries.
/// </summary>
internal sealed class FaultyInstance : IAsyncDisposable
{
    private static readonly byte[] startOfJpeg = [0xFF, 0xD8, 0xFF];
    private static readonly byte[] endOfJpeg = [0xFF, 0xD9];

    private readonly HttpListener blurring;
    private int made;

    private FaultyInstance(HttpListener blurring, int blurPort, Uri broker)
    {
        this.blurring = blurring;
        var postgres = new DbConnectionStringBuilder { ConnectionString = TestServers.Postgres };
        Database = Relay.To((string)postgres["Host"], int.Parse((string)postgres["Port"], null));
        Broker = Relay.To(broker.Host, broker.Port);
        var s3 = new Uri(S3Server.Endpoint);
        Store = Relay.To(s3.Host, s3.Port);
        Blur = Relay.To("127.0.0.1", blurPort);
    }

    public Relay Database { get; }

    public Relay Broker { get; }

    public Relay Store { get; }

    public Relay Blur { get; }

    public PanoramaxInstance Instance { get; private set; } = null!;

    /// <summary>Called while the blur service is asked, before it answers: the moment in which a worker is at work.</summary>
    public Func<Task>? WhileBlurring { get; set; }

    /// <summary>Status that the blur service answers with; 200: the picture as it came.</summary>
    public int BlurStatus { get; set; } = 200;

    /// <summary>What the blur service gives back for every picture; null: the picture as it came.</summary>
    public byte[]? Blurred { get; set; }

    /// <param name="broker">AMQP URI of another broker than the shared test broker, for tests that kill it.</param>
    public static async Task<FaultyInstance> Start(IReadOnlyDictionary<string, string>? extra = null, Uri? broker = null)
    {
        var listener = new HttpListener();
        var port = ServiceProcess.FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var faulty = new FaultyInstance(listener, port, broker ?? TestServers.RabbitMq);
        _ = faulty.Answer();
        var settings = new Dictionary<string, string>
        {
            ["Jobs__SweepInterval"] = "00:00:01", ["Jobs__RetryDelay"] = "00:00:00.5", ["Jobs__ReannounceAfter"] = "00:00:05", ["Jobs__RetryLimit"] = "2",
            ["Blur__Kind"] = "Remote", ["Blur__Url"] = $"http://127.0.0.1:{faulty.Blur.Port}", ["Blur__Timeout"] = "00:00:20",
        };
        foreach (var (key, value) in extra ?? new Dictionary<string, string>()) settings[key] = value;
        faulty.Instance = await PanoramaxInstance.Start(StoreKind.S3, settings, broker, adjust: (_, own) =>
        {
            own["ConnectionStrings__panoramax"] = new DbConnectionStringBuilder { ConnectionString = own["ConnectionStrings__panoramax"], ["Port"] = faulty.Database.Port, ["Timeout"] = 5 }.ConnectionString;
            if (own.TryGetValue("ConnectionStrings__rabbitmq", out var bus)) own["ConnectionStrings__rabbitmq"] = new UriBuilder(bus) { Port = faulty.Broker.Port }.Uri.ToString();
            own["Storage__S3__Endpoint"] = $"http://127.0.0.1:{faulty.Store.Port}";
        });
        return faulty;
    }

    /// <summary>A picture that no other one equals.</summary>
    public byte[] NewPicture() => TestJpeg.Make(
        640, 480, 47.1 + (Interlocked.Increment(ref made) * 0.001), -1.6, new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero).AddMinutes(made), seed: 5000 + made);

    /// <summary>Sends one picture to a set of its own.</summary>
    public async Task<(Guid Set, Guid Picture)> SendOne(bool complete = true)
    {
        var set = await Instance.Uploader.CreateSet("fault", complete ? 1 : null);
        var answer = await Instance.Uploader.SendFile(set, "1.jpg", NewPicture());
        return answer.Code == 202 ? (set, answer["picture_id"]!.GetValue<Guid>()) : throw new InvalidOperationException($"{answer.Code} {answer.Text}\n{Instance.Logs()}");
    }

    /// <summary>Asks the database itself, past the relay, until the answer is the expected one.</summary>
    public async Task Until<T>(string sql, T expected, int seconds = 40)
    {
        var watch = Stopwatch.StartNew();
        T found;
        while (!Equals(found = await Instance.Database.Scalar<T>(sql), expected))
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(seconds))
                throw new TimeoutException($"{sql}\nis {found}, not {expected}, after {seconds} s\n{Instance.Logs()}");
            await Task.Delay(100);
        }
    }

    public Task UntilPrepared(Guid picture) => Until($"SELECT preparing_status FROM pictures WHERE id = '{picture}'", "prepared");

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in (Relay[])[Database, Broker, Store, Blur]) relay.Restore();
        await Instance.DisposeAsync();
        foreach (var relay in (Relay[])[Database, Broker, Store, Blur]) await relay.DisposeAsync();
        blurring.Close();
    }

    /// <summary>The blur service: gives the picture back as it came.</summary>
    private async Task Answer()
    {
        while (true)
        {
            HttpListenerContext asked;
            try
            {
                asked = await blurring.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerOne(asked);
        }
    }

    private async Task AnswerOne(HttpListenerContext asked)
    {
        try
        {
            using var body = new MemoryStream();
            await asked.Request.InputStream.CopyToAsync(body);
            if (WhileBlurring is { } meanwhile) await meanwhile();
            asked.Response.StatusCode = BlurStatus;
            if (BlurStatus == 200)
            {
                // The one part of the form is the picture: from the JPEG's start to the last end mark.
                var bytes = body.ToArray();
                var from = bytes.AsSpan().IndexOf(startOfJpeg);
                var to = bytes.AsSpan().LastIndexOf(endOfJpeg) + 2;
                asked.Response.ContentType = "image/jpeg";
                await asked.Response.OutputStream.WriteAsync(Blurred ?? bytes.AsMemory(from, to - from));
            }

            asked.Response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The worker went away meanwhile.
        }
    }
}
