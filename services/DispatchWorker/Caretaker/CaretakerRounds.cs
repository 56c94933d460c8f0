using Microsoft.Extensions.Options;
using Panoramax.Messaging;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>
/// Makes the caretaker's rounds, one each <c>Jobs:SweepInterval</c>. Each duty has its own round, so that counting the grid
/// for minutes does not hold up announcements, and one that fails is tried again in the next.
/// </summary>
internal sealed partial class CaretakerRounds(
    AnnounceDueJobs announce, MeasureDueJobs measure, RefreshPictureGrid refresh, PruneJobHistory prune,
    IOptions<JobOptions> options, TimeProvider time, ILogger<CaretakerRounds> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds(nameof(AnnounceDueJobs), announce.Run, stoppingToken),
        Rounds(nameof(MeasureDueJobs), measure.Run, stoppingToken),
        Rounds(nameof(RefreshPictureGrid), refresh.Run, stoppingToken),
        Rounds(nameof(PruneJobHistory), prune.Run, stoppingToken));

    private async Task Rounds(string duty, Func<CancellationToken, Task> run, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await run(cancel);
            }
            catch (Exception error) when (!cancel.IsCancellationRequested)
            {
                Failed(log, duty, error);
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Duty} failed; the next round tries again")]
    private static partial void Failed(ILogger log, string duty, Exception error);
}
