using Microsoft.Extensions.Hosting;
using Panoramax.AppHost.Infrastructure;

namespace Panoramax.AppHost;

/// <summary>
/// Writes what the operator's console needs to reach this instance into its data folder, readable by its user alone.
/// <c>deploy/local/admin.sh</c> reads it; ports differ from start to start.
/// </summary>
internal sealed class ConsoleSettings(Instance instance, Servers servers, Secrets secrets) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = new SortedDictionary<string, string?>(StringComparer.Ordinal) { ["Auth__SigningKey"] = secrets["signing-key"] };
        settings["ConnectionStrings__" + ResourceNames.Database] = await servers.Database(ResourceNames.Admin).GetValueAsync(stoppingToken);
        foreach (var (name, value) in servers.Storage(ResourceNames.Admin)) settings[name] = await value.GetValueAsync(stoppingToken);

        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(Path.Combine(instance.Data, "console.env"), options);
        foreach (var (name, value) in settings) await file.WriteLineAsync($"{name}={value}".AsMemory(), stoppingToken);
    }
}
