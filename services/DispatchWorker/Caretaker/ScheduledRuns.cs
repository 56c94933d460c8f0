using Cronos;
using Npgsql;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>
/// Work at fixed times, done by one process at a time: its row in <c>scheduled_runs</c> holds the last run and is locked while
/// it goes on. What was never run is run at once; what was missed while everything was down is made up for once.
/// </summary>
internal sealed class ScheduledRuns(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Runs the work if its time has come and nobody else is at it.</summary>
    /// <param name="cron">Five fields, UTC.</param>
    /// <param name="work">Given the connection and transaction that hold the row; it may use them or not.</param>
    /// <returns>True when it was run.</returns>
    public async Task<bool> RunIfDue(
        string name, CronExpression cron, Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task> work, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using (var add = new NpgsqlCommand("INSERT INTO scheduled_runs (name) VALUES (@name) ON CONFLICT DO NOTHING", connection))
        {
            add.Parameters.AddWithValue("name", name);
            await add.ExecuteNonQueryAsync(cancel);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        DateTime? last;
        await using (var take = new NpgsqlCommand("SELECT last_run_at FROM scheduled_runs WHERE name = @name FOR UPDATE SKIP LOCKED", connection, transaction))
        {
            take.Parameters.AddWithValue("name", name);
            await using var reader = await take.ExecuteReaderAsync(cancel);
            if (!await reader.ReadAsync(cancel)) return false;
            last = reader.IsDBNull(0) ? null : reader.GetDateTime(0);
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (last is { } before && !(cron.GetNextOccurrence(before) <= now)) return false;

        await work(connection, transaction, cancel);
        await using (var done = new NpgsqlCommand("UPDATE scheduled_runs SET last_run_at = @now WHERE name = @name", connection, transaction))
        {
            done.Parameters.AddWithValue("name", name);
            done.Parameters.AddWithValue("now", now);
            await done.ExecuteNonQueryAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        return true;
    }
}
