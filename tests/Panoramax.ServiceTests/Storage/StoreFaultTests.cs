using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Panoramax.Storage;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Storage;

/// <summary>How a store that does not work looks from outside: reached or not, refused or not.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StoreFaultTests
{
    private static readonly string key = PictureKeys.Picture(Guid.Parse("1a2b3c4d-5e6f-4711-8899-aabbccddeeff"));

    private static Func<IPictureStore, Task>[] Operations =>
    [
        store => store.Get(key, null, default),
        store => store.Put(key, new MemoryStream(new byte[10]), "image/jpeg", default),
        store => store.Exists(key, default),
        store => store.Delete(key, default),
        store => store.DeleteFolder("aa", default),
    ];

    [Test]
    public async Task A_refused_connection_is_not_reached()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();

        await AllAreUnavailable(S3At($"http://127.0.0.1:{port}"), reached: false);
    }

    [Test]
    public async Task A_name_that_does_not_resolve_is_not_reached() =>
        await AllAreUnavailable(S3At("http://store.invalid"), reached: false);

    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task A_proxy_without_its_server_is_not_reached(int status)
    {
        await using var server = new AnsweringServer(status);
        await AllAreUnavailable(S3At(server.Address), reached: false);
    }

    [TestCase(500)]
    [TestCase(429)]
    public async Task A_server_that_answers_with_an_error_is_reached(int status)
    {
        await using var server = new AnsweringServer(status);
        await AllAreUnavailable(S3At(server.Address), reached: true);
    }

    [Test]
    public async Task A_connection_that_breaks_before_the_answer_is_reached()
    {
        await using var server = new AnsweringServer(status: null);
        await AllAreUnavailable(S3At(server.Address), reached: true);
    }

    [Test]
    public async Task A_body_that_breaks_off_is_unavailable_and_reached()
    {
        await using var server = new AnsweringServer(200, "half a picture", announced: 1000);
        await using var found = await S3At(server.Address).Get(key, null, default);

        var error = await Assert.ThrowsAsync<PictureStoreUnavailable>(() => found!.ReadAll(default));
        Assert.That(error!.Reached);
    }

    [Test]
    public async Task A_wrong_key_is_refused()
    {
        var options = S3Server.NewBuckets();
        options.S3.SecretKey = "a wrong one";
        var store = StorageSetup.Open(options, StoreName.Permanent).Permanent;

        foreach (var operation in Operations) await Assert.ThrowsAsync<PictureStoreRefused>(() => operation(store));
    }

    [Test]
    public async Task A_folder_that_is_not_mounted_is_not_reached()
    {
        var store = StorageSetup.Open(
            new StorageOptions { Kind = StorageKind.Folder, Folder = Path.Combine(Path.GetTempPath(), "not-mounted-" + Guid.NewGuid()) }, StoreName.Permanent);

        foreach (var operation in Operations)
        {
            var error = await Assert.ThrowsAsync<PictureStoreUnavailable>(() => operation(store.Permanent));
            Assert.That(error!.Reached, Is.False);
        }
    }

    [Test]
    public void A_store_without_a_key_says_so()
    {
        var stores = StorageSetup.Open(new StorageOptions { Kind = StorageKind.Folder, Folder = "/nowhere" }, StoreName.Permanent, StoreName.Derivates);

        Assert.That(() => stores.Incoming, Throws.InvalidOperationException.With.Message.Contains("holds no key to the store 'Incoming'"));
    }

    [TestCase("Storage:Kind=Folder", "Storage:Folder is not set")]
    [TestCase("Storage:Kind=S3", "Storage:S3:Endpoint is ''")]
    [TestCase("Storage:S3:Endpoint=http://s/path Storage:S3:AccessKey=a Storage:S3:SecretKey=b", "Storage:S3:Endpoint is 'http://s/path'")]
    [TestCase("Storage:S3:Endpoint=http://s Storage:S3:SecretKey=b", "Storage:S3:AccessKey is not set")]
    [TestCase("Storage:S3:Endpoint=http://s Storage:S3:AccessKey=a", "Storage:S3:SecretKey is not set")]
    [TestCase("Storage:Kind=Folder Storage:Folder=/p Storage:Incoming=permanent", "must be three different names")]
    [TestCase("Storage:Kind=Folder Storage:Folder=/p Storage:Derivates=", "Storage:Derivates is empty")]
    public async Task A_wrong_setting_stops_the_start_with_one_sentence(string settings, string sentence)
    {
        using var host = Host(settings.Split(' '));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.That(error!.Message, Does.Contain(sentence));
    }

    [Test]
    public async Task Full_paths_need_no_common_folder()
    {
        using var host = Host("Storage:Kind=Folder", "Storage:Incoming=/a", "Storage:Permanent=/b", "Storage:Derivates=/c");

        await host.StartAsync();
        await host.StopAsync();
    }

    [Test]
    public async Task The_health_check_follows_the_store()
    {
        var folder = Directory.CreateTempSubdirectory("panoramax-health-").FullName;
        using var host = Host("Storage:Kind=Folder", $"Storage:Folder={folder}");
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Task<HealthReport> Ask() => health.CheckHealthAsync(check => check.Tags.Contains(StorageSetup.ReadyTag));

        Assert.That((await Ask()).Status, Is.EqualTo(HealthStatus.Unhealthy));
        await host.Services.GetRequiredService<PictureStores>().EnsureBuckets(default);
        Assert.That((await Ask()).Status, Is.EqualTo(HealthStatus.Healthy));

        Directory.Delete(folder, recursive: true);
        Assert.That((await Ask()).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public void Keys_follow_the_public_scheme_and_lead_back_to_their_picture()
    {
        var id = Guid.Parse("1A2B3C4D-5E6F-4711-8899-AABBCCDDEEFF");

        Assert.That(PictureKeys.Picture(id), Is.EqualTo("1a/2b/3c/4d/5e6f-4711-8899-aabbccddeeff.jpg"));
        Assert.That(PictureKeys.Thumbnail(id), Is.EqualTo("1a/2b/3c/4d/5e6f-4711-8899-aabbccddeeff/thumb.jpg"));
        Assert.That(PictureKeys.Sd(id), Is.EqualTo("1a/2b/3c/4d/5e6f-4711-8899-aabbccddeeff/sd.jpg"));
        Assert.That(PictureKeys.Tile(id, 12, 3), Is.EqualTo("1a/2b/3c/4d/5e6f-4711-8899-aabbccddeeff/tiles/12_3.jpg"));
        foreach (var each in new[] { PictureKeys.Picture(id), PictureKeys.Sd(id), PictureKeys.Tile(id, 1, 1) })
            Assert.That(PictureKeys.PictureOf(each), Is.EqualTo(id));
        foreach (var foreign in new[] { "", "readme.txt", "1a/2b/3c/4d/5e6f-4711-8899-aabbccddeeff", "1a/2b/3c/4d/5e6f-4711-8899-aabbccddeefx.jpg", "1a-2b/3c/4d/5e6f-4711-8899-aabbccddeeff.jpg" })
            Assert.That(PictureKeys.PictureOf(foreign), Is.Null, foreign);
    }

    private static IHost Host(params string[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])));
        builder.AddPictureStores(Enum.GetValues<StoreName>());
        return builder.Build();
    }

    private static IPictureStore S3At(string endpoint) =>
        StorageSetup.Open(new StorageOptions { S3 = new S3Options { Endpoint = endpoint, AccessKey = "a", SecretKey = "bbbbbbbb" } }, StoreName.Permanent).Permanent;

    private static async Task AllAreUnavailable(IPictureStore store, bool reached)
    {
        foreach (var operation in Operations)
        {
            var error = await Assert.ThrowsAsync<PictureStoreUnavailable>(() => operation(store));
            Assert.That(error!.Reached, Is.EqualTo(reached), error.Message);
        }
    }

    /// <summary>Answers each request with one status and then closes the connection; without a status it only closes it.</summary>
    private sealed class AnsweringServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;

        public AnsweringServer(int? status, string body = "", int? announced = null)
        {
            listener.Start();
            serving = Serve(status is null ? null : $"HTTP/1.1 {status} X\r\nContent-Length: {announced ?? body.Length}\r\nConnection: close\r\n\r\n{body}");
        }

        public string Address => $"http://{listener.LocalEndpoint}";

        private async Task Serve(string? answer)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    var stream = client.GetStream();
                    _ = await stream.ReadAsync(new byte[64 * 1024]);
                    if (answer is not null) await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
                    client.Client.Shutdown(SocketShutdown.Send);
                    // Until the other side has closed: closing with unread bytes would reset what was just sent.
                    while (await stream.ReadAsync(new byte[1024]) > 0)
                    {
                    }
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Disposed: which of them depends on the moment.
            }
        }

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await serving;
        }
    }
}
