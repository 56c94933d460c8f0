using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Panoramax.AppHost;

/// <summary>
/// Copies each resource's output to <c>logs/NAME.log</c> in the instance's folder, and ends the AppHost when a part
/// fails before everything runs: Aspire itself would go on waiting for it for ever.
/// </summary>
internal sealed class StartWatch(
    Instance instance, ResourceNotificationService states, ResourceLoggerService logs, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly Dictionary<string, Task> copies = [];
    private bool running;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var change in states.WatchAsync(stoppingToken))
            {
                var name = change.Resource.Name;
                if (change.Resource is ExecutableResource or ContainerResource && !copies.ContainsKey(name))
                    copies[name] = Copy(change.Resource, stoppingToken);
                if (name == ResourceNames.Gateway && change.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy)
                    running = true;
                if (!running && Failure(change) is { } failure) await End(change.Resource, failure);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The AppHost stops.
        }
    }

    private static string? Failure(ResourceEvent change) => change.Snapshot.State?.Text switch
    {
        var state when state == KnownResourceStates.FailedToStart => "did not start",
        var state when state == KnownResourceStates.Exited || state == KnownResourceStates.Finished =>
            change.Snapshot.ExitCode is null or 0 ? null : $"ended with code {change.Snapshot.ExitCode}",
        _ => null,
    };

    private async Task End(IResource resource, string failure)
    {
        // Its last words may still be on their way.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var log = LogFile(resource);
        var lastWords = File.Exists(log) ? ReadShared(log).LastOrDefault(line => line.Length > 0) : null;
        await Console.Out.WriteLineAsync($"FAILED: {resource.Name} {failure}{(lastWords is null ? "" : ": " + lastWords)}");
        Environment.ExitCode = 1;
        running = true; // one failure is told; what it takes with it is not
        lifetime.StopApplication();
    }

    private async Task Copy(IResource resource, CancellationToken cancel)
    {
        await using var file = new StreamWriter(new FileStream(LogFile(resource), FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        await foreach (var lines in logs.WatchAsync(resource).WithCancellation(cancel))
        {
            foreach (var line in lines) await file.WriteLineAsync(line.Content);
        }
    }

    private string LogFile(IResource resource) => Path.Combine(instance.Folder("logs"), resource.Name + ".log");

    private static string[] ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }
}
