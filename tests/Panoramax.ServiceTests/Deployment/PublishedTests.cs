using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Deployment;

/// <summary>
/// What the images hold, run as they run it: published folders, a user that is not root, nothing writable but the mount of the
/// manifest, and only the environment that the overlay <c>single-node</c> gives (with the addresses of the tests' servers).
/// </summary>
[Parallelizable(ParallelScope.Self)]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class PublishedTests
{
    private static readonly string[] order = ["stac", "auth", "upload", "picture-worker", "dispatch-worker", "gateway"];

    private readonly Dictionary<string, int> ports = order.ToDictionary(process => process, _ => ServiceProcess.FreePort());
    private readonly StorageOptions buckets = S3Server.NewBuckets();
    private readonly Manifests manifests = Manifests.Of("single-node");
    private string folder = "";
    private TestDatabase database = null!;
    private TestBroker broker = null!;

    [OneTimeSetUp]
    public async Task Publish()
    {
        folder = Directory.CreateTempSubdirectory("panoramax-published-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var watch = Stopwatch.StartNew();
        foreach (var process in order.Append("admin"))
        {
            await Run("publish.sh", "Panoramax." + string.Concat(process.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])), Path.Combine(folder, process));
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"published in {watch.Elapsed.TotalSeconds:F0} s"));
        database = await TestDatabase.CreateEmpty();
        broker = await TestBroker.Create();
        await StorageSetup.Open(buckets, Enum.GetValues<StoreName>()).EnsureBuckets(default);
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        await S3Server.Remove(buckets);
        if (broker is not null) await broker.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
        if (folder.Length > 0) Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task The_system_runs_from_its_published_folders_with_what_the_manifests_give()
    {
        var receiving = Directory.CreateTempSubdirectory("panoramax-receiving-").FullName;
        File.SetUnixFileMode(receiving, (UnixFileMode)0b111_111_111);
        var running = new Dictionary<string, Published>();
        try
        {
            using (var migrate = Start("migrate", isInit: false, receiving, ["migrate"])) Assert.That(await migrate.Ended(), Is.Zero, migrate.Log);
            foreach (var process in order.Where(process => process != "gateway"))
            {
                using var wait = Start(process, isInit: true, receiving, ["await-schema"]);
                Assert.That(await wait.Ended(), Is.Zero, wait.Log);
            }

            foreach (var process in order) running[process] = Start(process, isInit: false, receiving, []);
            foreach (var process in order) await running[process].UntilReady(ports[process]);
            foreach (var (name, process) in running)
            {
                Assert.That(process.UserId, Is.GreaterThan(0), $"{name} is not root");
                if (Environment.IsPrivilegedProcess) Assert.That(process.MountOptions, Does.StartWith("ro"), $"the root file system of {name}");
            }

            var address = new Uri($"http://127.0.0.1:{ports["gateway"]}");
            using var uploader = new Uploader(address);
            using var visitor = new Visitor(address);
            var set = await uploader.CreateSet("published", 1);
            var picture = TestJpeg.Make(800, 600, 48.1, -1.7, new DateTimeOffset(2026, 5, 2, 9, 0, 0, TimeSpan.Zero));
            var sent = await uploader.SendFile(set, "1.jpg", picture);
            Assert.That(sent.Code, Is.EqualTo(202), sent.Text + Logs(running));
            var ready = await uploader.UntilReady(set);
            Assert.That(ready["items_status"]!["prepared"]!.GetValue<int>(), Is.EqualTo(1), ready.ToJsonString() + Logs(running));
            var id = sent["picture_id"]!.GetValue<Guid>();
            Assert.That(JpegWidth(await visitor.Bytes($"pictures/{id}/hd.jpg")), Is.EqualTo(800));
            Assert.That((await visitor.Picture(id))!["id"]!.GetValue<Guid>(), Is.EqualTo(id));
            Assert.That((await visitor.Get("/")).Status, Is.EqualTo(HttpStatusCode.OK), "the gateway has its pages");
            Assert.That((await visitor.Get("configuration"))["name"], Is.Not.Null);
            Assert.That(Directory.EnumerateFileSystemEntries(receiving), Is.Empty);

            foreach (var process in order)
            {
                var took = await running[process].Stop();
                TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process}: {took.TotalSeconds:F1} s from SIGTERM to its end"));
                Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)), running[process].Log);
                Assert.That(running[process].Log, Does.Not.Contain("Read-only file system"));
            }
        }
        finally
        {
            foreach (var process in running.Values) process.Dispose();
            Directory.Delete(receiving, recursive: true);
        }
    }

    [Test]
    public void Each_folder_holds_one_program_its_bill_of_materials_and_no_symbols()
    {
        foreach (var process in order.Append("admin"))
        {
            var files = Directory.EnumerateFiles(Path.Combine(folder, process)).Select(Path.GetFileName).ToList();
            Assert.That(files, Does.Contain("process").And.Contain("sbom.cdx.json"), process);
            Assert.That(files.Where(file => file!.EndsWith(".pdb", StringComparison.Ordinal) || file.StartsWith("appsettings.Development", StringComparison.Ordinal)), Is.Empty, process);
        }

        Assert.That(Directory.EnumerateFiles(Path.Combine(folder, "picture-worker", "models"), "*.onnx").Count(), Is.EqualTo(5), "the models are inside");
        Assert.That(Directory.EnumerateFiles(Path.Combine(folder, "stac"), "*OpenCv*", SearchOption.AllDirectories), Is.Empty, "native picture code is in one process only");
    }

    private Published Start(string process, bool isInit, string receiving, string[] arguments)
    {
        var container = manifests.Containers().Single(container => container.Process == process && container.IsInit == isInit);
        var image = container.Container.Image.Split('/', ':')[1];
        var environment = manifests.Environment(container, Secrets(process));
        // What the image itself sets.
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["ASPNETCORE_HTTP_PORTS"] = ports.GetValueOrDefault(process, 8080).ToString(CultureInfo.InvariantCulture);
        environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var (name, value) in environment.ToList())
        {
            environment[name] = name switch
            {
                "Storage__S3__Endpoint" => S3Server.Endpoint,
                "Storage__Incoming" => buckets.Incoming,
                "Storage__Permanent" => buckets.Permanent,
                "Storage__Derivates" => buckets.Derivates,
                "Upload__TempFolder" => receiving,
                _ when name.StartsWith("services__", StringComparison.Ordinal) => $"http://127.0.0.1:{ports[new Uri(value).Host]}",
                _ => value.Replace("/app/", Path.Combine(folder, image) + "/", StringComparison.Ordinal),
            };
        }

        return new Published(Path.Combine(folder, image), process == "upload" && !isInit ? receiving : null, environment, arguments);
    }

    /// <summary>The secrets that the manifests refer to, with the addresses and passwords of the tests' servers.</summary>
    private Dictionary<(string, string), string> Secrets(string process) => Manifests.Secrets().ToDictionary(secret => secret.Key, secret => secret.Key switch
    {
        ("panoramax-database", "stac-read") => database.ConnectionString("stac"),
        ("panoramax-database", var key) => database.ConnectionString(key.Replace('-', '_')),
        ("panoramax-broker", _) => broker.Uri,
        ("panoramax-store", var key) => key.EndsWith("access-key", StringComparison.Ordinal) ? S3Server.AccessKey : S3Server.SecretKey,
        _ => secret.Value,
    });

    private static int JpegWidth(byte[] jpeg) => Panoramax.Domain.Pictures.JpegHeader.Read(new MemoryStream(jpeg)).Width;

    private static string Logs(Dictionary<string, Published> running) => string.Concat(running.Select(pair => $"\n===== {pair.Key}\n{pair.Value.Log}"));

    private static async Task Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "images", script), arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, output + await errors);
    }

    /// <summary>A process of <c>deploy/images/run.sh</c>.</summary>
    private sealed partial class Published : IDisposable
    {
        private readonly Process process;
        private readonly ConcurrentQueue<string> lines = new();

        public Published(string folder, string? writable, Dictionary<string, string> environment, string[] arguments)
        {
            var start = new ProcessStartInfo(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "images", "run.sh"))
            {
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            };
            start.ArgumentList.Add(folder);
            if (writable is not null)
            {
                start.ArgumentList.Add("--writable");
                start.ArgumentList.Add(writable);
            }

            foreach (var (name, value) in environment) start.ArgumentList.Add($"{name}={value}");
            start.ArgumentList.Add("--");
            foreach (var argument in arguments) start.ArgumentList.Add(argument);
            process = new Process { StartInfo = start };
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Log => string.Join('\n', lines);

        public int UserId => int.Parse(File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1], CultureInfo.InvariantCulture);

        /// <summary>Of the root file system as the process sees it.</summary>
        public string MountOptions => File.ReadLines($"/proc/{process.Id}/mounts").Select(line => line.Split(' ')).Last(parts => parts[1] == "/")[3];

        public async Task<int> Ended()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode;
        }

        public async Task UntilReady(int port)
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(90); await Task.Delay(200))
            {
                if (process.HasExited) break;
                try
                {
                    using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"));
                    if (answer.IsSuccessStatusCode) return;
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    // Not listening yet.
                }
            }

            throw new InvalidOperationException($"not ready:\n{Log}");
        }

        public async Task<TimeSpan> Stop()
        {
            var watch = Stopwatch.StartNew();
            _ = Kill(process.Id, 15);
            await process.WaitForExitAsync();
            return watch.Elapsed;
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                _ = Kill(process.Id, 9);
                process.WaitForExit();
            }

            process.Dispose();
        }

        private void Keep(string? line)
        {
            if (line is not null) lines.Enqueue(line);
        }

        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Kill(int process, int signal);
    }
}
