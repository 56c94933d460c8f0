using System.Diagnostics;
using Cronos;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>Counts the picture grid of low zooms anew at <c>Map:GridRefreshCron</c>; tiles are read from the old one meanwhile.</summary>
internal sealed partial class RefreshPictureGrid(ScheduledRuns runs, IOptions<GridOptions> options, ILogger<RefreshPictureGrid> log)
{
    private readonly CronExpression cron = CronExpression.Parse(options.Value.GridRefreshCron);

    public async Task Run(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        if (await runs.RunIfDue("picture-grid", cron, Refresh, cancel)) Refreshed(log, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task Refresh(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        // Counting all pictures of a large instance takes longer than any other statement of this role may.
        await using var command = new NpgsqlCommand(
            "SET LOCAL statement_timeout = '2h'; REFRESH MATERIALIZED VIEW CONCURRENTLY pictures_grid", connection, transaction) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Picture grid refreshed in {Seconds} s")]
    private static partial void Refreshed(ILogger log, double seconds);
}
