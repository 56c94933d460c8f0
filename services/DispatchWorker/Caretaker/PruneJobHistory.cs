using Cronos;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Database.Jobs;
using Panoramax.Messaging;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>
/// Deletes tries that ended more than <c>Jobs:KeepHistory</c> ago, but never a subject's last one, which tells its state. Once a
/// day: those last ones stay for ever, and each search for old rows passes all of them.
/// </summary>
internal sealed partial class PruneJobHistory(
    ScheduledRuns runs, NpgsqlDataSource database, IOptions<JobOptions> options, ILogger<PruneJobHistory> log)
{
    private const int BatchSize = 10_000;

    private static readonly CronExpression cron = CronExpression.Parse("30 3 * * *");

    public Task Run(CancellationToken cancel) => runs.RunIfDue("job-history", cron, Prune, cancel);

    private async Task Prune(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var deleted = 0;
        int batch;
        do
        {
            // On a connection of its own: each batch is committed, so that a long clean-up is not lost at its end.
            batch = await JobHistory.Prune(database, options.Value.KeepHistory, BatchSize, cancel);
            deleted += batch;
        }
        while (batch == BatchSize);

        if (deleted > 0) Pruned(log, deleted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Rows} rows of job history deleted")]
    private static partial void Pruned(ILogger log, int rows);
}
