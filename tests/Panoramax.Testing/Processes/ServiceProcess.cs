using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Panoramax.Testing.Pictures;

namespace Panoramax.Testing.Processes;

/// <summary>
/// One process of Panoramax, run from its build output as an operator's machine would run it: settings come from the
/// environment, its output goes to a log that a failing test shows.
/// </summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private const int SigStop = 19;
    private const int SigContinue = 18;

    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();

    private ServiceProcess(string name, Process process, Uri address)
    {
        Name = name;
        this.process = process;
        Address = address;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };
    }

    /// <summary>Project and process name, such as <c>Panoramax.Stac</c>.</summary>
    public string Name { get; }

    /// <summary>Loopback address it listens on.</summary>
    public Uri Address { get; }

    /// <summary>A client of the process itself, without the gateway: follows no redirect, keeps no cookie.</summary>
    public HttpClient Client { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Log => string.Join('\n', log);

    /// <summary>Starts a process and waits until it is ready.</summary>
    /// <param name="settings">Environment form: <c>Upload__MaxFileBytes</c>.</param>
    /// <param name="port">A fixed port, for a restart at the same address; null for a free one.</param>
    /// <param name="waitUntilReady">False to watch it fail, or to start several side by side.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready within 120 s; the message holds its log.</exception>
    public static async Task<ServiceProcess> Start(
        string name, IEnumerable<KeyValuePair<string, string>> settings, int? port = null, bool waitUntilReady = true, string arguments = "")
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort()}");
        var start = new ProcessStartInfo(Executable(name), arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(Executable(name)),
        };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        // Tests run several processes on few cores: the workstation collector keeps them small.
        start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (key, value) in settings) start.Environment[key] = value;

        var started = new Process { StartInfo = start };
        var service = new ServiceProcess(name, started, address);
        started.OutputDataReceived += (_, line) => service.Write(line.Data);
        started.ErrorDataReceived += (_, line) => service.Write(line.Data);
        started.Start();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        if (!waitUntilReady) return service;
        try
        {
            await service.UntilReady();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>The build output of a project, of the same configuration as the running tests.</summary>
    public static string Executable(string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = Path.Combine(SharedPictures.RepositoryRoot, "artifacts", "bin", name, configuration, name);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{name} is not built: {path} is missing");
    }

    /// <summary>A start takes a second or two; on a machine that is busy with other tests, many times that.</summary>
    private static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Waits until <c>/health/ready</c> says yes.</summary>
    public async Task UntilReady()
    {
        using var probe = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var limit = Stopwatch.StartNew();
        while (limit.Elapsed < Patience)
        {
            if (process.HasExited) throw new InvalidOperationException($"{Name} ended with {process.ExitCode} while starting:\n{Log}");
            try
            {
                using var answer = await probe.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"{Name} was not ready within {Patience.TotalSeconds} s:\n{Log}");
    }

    /// <summary>SIGKILL: no chance to finish anything.</summary>
    public async Task Kill()
    {
        _ = Signal(process.Id, SigKill);
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a platform stops a process.</summary>
    /// <returns>How long it took to end.</returns>
    public async Task<TimeSpan> Stop()
    {
        var watch = Stopwatch.StartNew();
        _ = Signal(process.Id, SigTerm);
        await process.WaitForExitAsync();
        return watch.Elapsed;
    }

    /// <summary>SIGSTOP: it is there but does nothing.</summary>
    public void Freeze() => _ = Signal(process.Id, SigStop);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => _ = Signal(process.Id, SigContinue);

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Ended(TimeSpan limit)
    {
        using var cancel = new CancellationTokenSource(limit);
        await process.WaitForExitAsync(cancel.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            _ = Signal(process.Id, SigContinue);
            _ = Signal(process.Id, SigTerm);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(8));
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _ = Signal(process.Id, SigKill);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        Client.Dispose();
        process.Dispose();
    }

    /// <summary>A loopback port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Write(string? line)
    {
        if (line is not null) log.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
