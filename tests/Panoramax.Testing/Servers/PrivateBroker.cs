using System.Diagnostics;
using System.Net.Sockets;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.Testing.Servers;

/// <summary>A RabbitMQ of one test's own, which may be killed and started again with its data.</summary>
public sealed class PrivateBroker : IAsyncDisposable
{
    private readonly string folder;
    private readonly int port = ServiceProcess.FreePort();
    private readonly int distribution = ServiceProcess.FreePort();
    private readonly int epmd = ServiceProcess.FreePort();
    private Process? server;

    private PrivateBroker(string folder) => this.folder = folder;

    /// <summary>AMQP URI of its default virtual host.</summary>
    public Uri Uri => new($"amqp://panoramax:panoramax@127.0.0.1:{port}/");

    public static async Task<PrivateBroker> Start()
    {
        var broker = new PrivateBroker(Path.Combine(Directory.CreateTempSubdirectory("panoramax-broker-").FullName, "rabbitmq"));
        // The server may run as another user than the tests.
        using (var open = Process.Start("chmod", ["755", Path.GetDirectoryName(broker.folder)!])) await open.WaitForExitAsync();
        await broker.Run();
        return broker;
    }

    /// <summary>SIGKILL of the broker itself.</summary>
    public async Task Kill()
    {
        var pid = new string([.. (await File.ReadAllTextAsync(Path.Combine(folder, "pid"))).Where(char.IsAsciiDigit)]);
        using (var kill = Process.Start("kill", ["-9", pid])) await kill.WaitForExitAsync();
        await server!.WaitForExitAsync();
    }

    /// <summary>Starts it (again) and waits until it listens.</summary>
    public async Task Run()
    {
        var start = new ProcessStartInfo(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "local", "server.sh"), ["rabbitmq"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["SERVER_FOLDER"] = folder;
        start.Environment["SERVER_PORT"] = $"{port}";
        start.Environment["SERVER_DISTRIBUTION_PORT"] = $"{distribution}";
        start.Environment["SERVER_EPMD_PORT"] = $"{epmd}";
        start.Environment["SERVER_USER"] = "panoramax";
        start.Environment["SERVER_PASSWORD"] = "panoramax";
        server?.Dispose();
        server = Process.Start(start)!;
        _ = server.StandardOutput.ReadToEndAsync();
        _ = server.StandardError.ReadToEndAsync();
        var watch = Stopwatch.StartNew();
        while (!await Listens())
        {
            if (server.HasExited || watch.Elapsed > TimeSpan.FromSeconds(60)) throw new InvalidOperationException("the private broker did not start");
            await Task.Delay(200);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is { HasExited: false })
        {
            using (var stop = Process.Start("kill", ["-TERM", $"{server.Id}"])) await stop.WaitForExitAsync();
            await server.WaitForExitAsync();
        }

        server?.Dispose();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    private async Task<bool> Listens()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
