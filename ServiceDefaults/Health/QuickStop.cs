using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Panoramax.ServiceDefaults.Health;

/// <summary>
/// Every process is gone five seconds after SIGTERM: work under way gets <c>Jobs:StopTimeout</c> (default 3 s), the
/// host one second more to close connections, and what still hangs after that (a telemetry collector that does not
/// answer, native code) is cut off. Nothing is lost by that: unfinished work is a row in <c>jobs</c>.
/// </summary>
public static class QuickStop
{
    /// <summary>How long work under way may still take after SIGTERM: <c>Jobs:StopTimeout</c>, default 3 s.</summary>
    public static TimeSpan StopTimeout(this IConfiguration settings) =>
        settings["Jobs:StopTimeout"] is { Length: > 0 } text
            ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
            : TimeSpan.FromSeconds(3);

    internal static void AddQuickStop(this IHostApplicationBuilder builder)
    {
        var stopTimeout = builder.Configuration.StopTimeout();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = stopTimeout + TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton(services =>
            new Deadline(stopTimeout + TimeSpan.FromSeconds(1.4), services.GetRequiredService<ILogger<Deadline>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<Deadline>());
    }

    /// <summary>
    /// Ends the process when it has not ended by itself. Listens to the signal rather than to the host, so that a host
    /// which is stopped inside a longer-living process (a test) never ends that process.
    /// </summary>
    internal sealed class Deadline(TimeSpan after, ILogger<Deadline> log) : IHostedService, IDisposable
    {
        private PosixSignalRegistration? signal;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, received => _ = EndLater());
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => signal?.Dispose();

        private async Task EndLater()
        {
            await Task.Delay(after);
            log.LogWarning("Not stopped within {Limit} of SIGTERM: ending the process", after);
            Environment.Exit(1);
        }
    }
}
