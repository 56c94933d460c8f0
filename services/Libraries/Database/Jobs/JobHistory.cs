using Npgsql;
using NpgsqlTypes;

namespace Panoramax.Database.Jobs;

/// <summary>
/// The tries of jobs, which <c>geovisio_status</c> shows for pictures. A row left open by a crash is closed as
/// <c>interrupted</c> by the next try of the same work.
/// </summary>
public static class JobHistory
{
    /// <summary>In place of a row's id: this work keeps no history.</summary>
    public const long None = 0;

    /// <summary>Opens a row for a try that begins now, on the connection that holds the subject's lock.</summary>
    public static async Task<long> Open(NpgsqlConnection connection, TakenJob job, string worker, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            WITH interrupted AS (
                UPDATE job_history SET finished_at = now(), warning = 'interrupted'
                WHERE subject_id = @subject AND kind = @kind AND finished_at IS NULL
            )
            INSERT INTO job_history (kind, subject_id, started_at, attempt, worker)
            VALUES (@kind, @subject, now(), @attempt, @worker)
            RETURNING id
            """, connection);
        command.Parameters.AddWithValue("kind", job.Kind.Text());
        command.Parameters.AddWithValue("subject", job.SubjectId);
        command.Parameters.AddWithValue("attempt", job.Attempts);
        command.Parameters.AddWithValue("worker", worker);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Closes a row, with the outcome of the try.</summary>
    /// <param name="transaction">The result's transaction, so that result and history are one; null to close it alone.</param>
    public static async Task Close(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, long id, string? error, string? warning, CancellationToken cancel)
    {
        if (id == None) return;
        await using var command = new NpgsqlCommand(
            "UPDATE job_history SET finished_at = clock_timestamp(), error = @error, warning = @warning WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.Add(new NpgsqlParameter("error", NpgsqlDbType.Text) { Value = (object?)error ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("warning", NpgsqlDbType.Text) { Value = (object?)warning ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Deletes rows that ended before <paramref name="keep"/> ago, but never a subject's last one.</summary>
    public static async Task<int> Prune(NpgsqlDataSource source, TimeSpan keep, int limit, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("""
            DELETE FROM job_history WHERE id IN (
                SELECT old.id FROM job_history old
                WHERE old.finished_at < now() - @keep
                  AND EXISTS (SELECT 1 FROM job_history newer WHERE newer.subject_id = old.subject_id AND newer.id > old.id)
                LIMIT @limit)
            """);
        command.Parameters.AddWithValue("keep", keep);
        command.Parameters.AddWithValue("limit", limit);
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
