using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Panoramax.Database.Jobs;

/// <summary>A job that a worker has taken.</summary>
/// <param name="Revision">The request it answers; finishing deletes the row only while this is still the newest.</param>
/// <param name="Attempts">Started tries since that request, this one included: 1 on the first.</param>
/// <param name="Args">Small JSON object, or null.</param>
/// <param name="Traceparent">Trace context of the request, or null.</param>
public sealed record TakenJob(JobKind Kind, Guid SubjectId, long Revision, int Attempts, string? Args, string? Traceparent);

/// <summary>A job that somebody should hear of.</summary>
public sealed record DueJob(JobKind Kind, Guid SubjectId, long Revision, string? Args, string? Traceparent);

/// <summary>
/// The operations on the <c>jobs</c> table, each one statement. A job row is written in the transaction of the change that
/// needs it; a message only says "look at this row now".
/// </summary>
public static class JobStore
{
    /// <summary>Asks for work, inside the caller's transaction and after its entity rows.</summary>
    /// <returns>The revision of this request.</returns>
    public static async Task<long> Request(
        PanoramaxDb db, JobKind kind, Guid subjectId, string? args, string? traceparent, CancellationToken cancel)
    {
        await using var command = await Command(db, """
            INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, announced_at, requested_at, args, traceparent)
            VALUES (@kind, @subject, 1, 0, now(), NULL, now(), @args, @traceparent)
            ON CONFLICT (kind, subject_id) DO UPDATE SET
                revision = jobs.revision + 1, attempts = 0, not_before = now(), requested_at = now(), announced_at = NULL,
                args = excluded.args, traceparent = excluded.traceparent
            RETURNING revision
            """, cancel);
        command.Parameters.AddWithValue("kind", kind.Text());
        command.Parameters.AddWithValue("subject", subjectId);
        command.Parameters.Add(new NpgsqlParameter("args", NpgsqlDbType.Jsonb) { Value = (object?)args ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("traceparent", NpgsqlDbType.Text) { Value = (object?)traceparent ?? DBNull.Value });
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Asks for the same work on many subjects in one statement.</summary>
    /// <param name="subjectIds">Each once.</param>
    /// <returns>The revision of each request.</returns>
    public static async Task<IReadOnlyDictionary<Guid, long>> RequestMany(
        PanoramaxDb db, JobKind kind, IReadOnlyCollection<Guid> subjectIds, string? args, string? traceparent, CancellationToken cancel)
    {
        var revisions = new Dictionary<Guid, long>(subjectIds.Count);
        if (subjectIds.Count == 0) return revisions;
        await using var command = await Command(db, """
            INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, announced_at, requested_at, args, traceparent)
            SELECT @kind, subject, 1, 0, now(), NULL, now(), @args, @traceparent FROM unnest(@subjects) AS subject ORDER BY subject
            ON CONFLICT (kind, subject_id) DO UPDATE SET
                revision = jobs.revision + 1, attempts = 0, not_before = now(), requested_at = now(), announced_at = NULL,
                args = excluded.args, traceparent = excluded.traceparent
            RETURNING subject_id, revision
            """, cancel);
        command.Parameters.AddWithValue("kind", kind.Text());
        command.Parameters.AddWithValue("subjects", subjectIds.ToArray());
        command.Parameters.Add(new NpgsqlParameter("args", NpgsqlDbType.Jsonb) { Value = (object?)args ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("traceparent", NpgsqlDbType.Text) { Value = (object?)traceparent ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) revisions.Add(reader.GetGuid(0), reader.GetInt64(1));
        return revisions;
    }

    /// <summary>Removes the jobs of subjects that are going away, inside the caller's transaction.</summary>
    public static async Task Forget(PanoramaxDb db, IReadOnlyCollection<Guid> subjectIds, CancellationToken cancel)
    {
        await using var command = await Command(db, "DELETE FROM jobs WHERE subject_id = ANY(@subjects) AND kind <> 'delete'", cancel);
        command.Parameters.AddWithValue("subjects", subjectIds.ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The broker confirmed the message of this revision. A row postponed meanwhile stays unannounced.</summary>
    public static async Task Announced(NpgsqlDataSource source, DueJob job, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("""
            UPDATE jobs SET announced_at = now()
            WHERE kind = @kind AND subject_id = @subject AND revision = @revision AND not_before <= now()
            """);
        command.Parameters.AddWithValue("kind", job.Kind.Text());
        command.Parameters.AddWithValue("subject", job.SubjectId);
        command.Parameters.AddWithValue("revision", job.Revision);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The broker did not confirm an announcement that <see cref="Due"/> had already marked.</summary>
    public static async Task NotAnnounced(NpgsqlDataSource source, DueJob job, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("""
            UPDATE jobs SET announced_at = NULL WHERE kind = @kind AND subject_id = @subject AND revision = @revision
            """);
        command.Parameters.AddWithValue("kind", job.Kind.Text());
        command.Parameters.AddWithValue("subject", job.SubjectId);
        command.Parameters.AddWithValue("revision", job.Revision);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>
    /// Takes a job under its subject's lock. The started try is committed before the work begins, so that work which kills the
    /// process is counted.
    /// </summary>
    /// <returns>Null when there is no such job or it is not due: the message was old news.</returns>
    public static async Task<TakenJob?> Take(NpgsqlConnection connection, JobKind kind, Guid subjectId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE jobs SET attempts = attempts + 1
            WHERE kind = @kind AND subject_id = @subject AND not_before <= now()
            RETURNING revision, attempts, args::text, traceparent
            """, connection);
        command.Parameters.AddWithValue("kind", kind.Text());
        command.Parameters.AddWithValue("subject", subjectId);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new TakenJob(kind, subjectId, reader.GetInt64(0), reader.GetInt32(1), Text(reader, 2), Text(reader, 3))
            : null;
    }

    /// <summary>Ends a job inside the transaction of its result. If it was asked for again meanwhile, the row stays.</summary>
    public static async Task Finish(PanoramaxDb db, TakenJob job, CancellationToken cancel)
    {
        await using var command = await Command(db,
            "DELETE FROM jobs WHERE kind = @kind AND subject_id = @subject AND revision = @revision", cancel);
        command.Parameters.AddWithValue("kind", job.Kind.Text());
        command.Parameters.AddWithValue("subject", job.SubjectId);
        command.Parameters.AddWithValue("revision", job.Revision);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Ends a job outside a transaction, whatever its revision: its work was done right after the commit that asked for it.</summary>
    public static async Task Remove(NpgsqlConnection connection, JobKind kind, Guid subjectId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("DELETE FROM jobs WHERE kind = @kind AND subject_id = @subject", connection);
        command.Parameters.AddWithValue("kind", kind.Text());
        command.Parameters.AddWithValue("subject", subjectId);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Puts a job off. Only while nobody asked for it again: a new request is due at once.</summary>
    /// <param name="giveAttemptBack">True after an outage or an interruption: the try does not count.</param>
    public static async Task Postpone(NpgsqlConnection connection, TakenJob job, TimeSpan delay, bool giveAttemptBack, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE jobs SET
                attempts = attempts - @back,
                not_before = now() + @delay,
                announced_at = NULL
            WHERE kind = @kind AND subject_id = @subject AND revision = @revision
            """, connection);
        command.Parameters.AddWithValue("kind", job.Kind.Text());
        command.Parameters.AddWithValue("subject", job.SubjectId);
        command.Parameters.AddWithValue("revision", job.Revision);
        command.Parameters.AddWithValue("delay", delay);
        command.Parameters.AddWithValue("back", giveAttemptBack ? 1 : 0);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>
    /// Jobs of a kind that somebody should hear of: due, and never announced though asked for longer than
    /// <paramref name="sweepInterval"/> ago, or announced longer than <paramref name="reannounceAfter"/> ago. Marks them as
    /// announced; fewest tries first, so that failed work goes behind fresh work.
    /// </summary>
    public static async Task<IReadOnlyList<DueJob>> Due(
        NpgsqlDataSource source, JobKind kind, int limit, TimeSpan sweepInterval, TimeSpan reannounceAfter, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("""
            WITH due AS (
                SELECT kind, subject_id FROM jobs
                WHERE kind = @kind AND not_before <= now()
                  AND ((announced_at IS NULL AND requested_at <= now() - @sweep) OR announced_at <= now() - @reannounce)
                ORDER BY attempts, requested_at
                LIMIT @limit
                FOR UPDATE SKIP LOCKED
            )
            UPDATE jobs SET announced_at = now() FROM due
            WHERE jobs.kind = due.kind AND jobs.subject_id = due.subject_id
            RETURNING jobs.subject_id, jobs.revision, jobs.args::text, jobs.traceparent
            """);
        command.Parameters.AddWithValue("kind", kind.Text());
        command.Parameters.AddWithValue("sweep", sweepInterval);
        command.Parameters.AddWithValue("reannounce", reannounceAfter);
        command.Parameters.AddWithValue("limit", limit);
        var due = new List<DueJob>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            due.Add(new DueJob(kind, reader.GetGuid(0), reader.GetInt64(1), Text(reader, 2), Text(reader, 3)));
        return due;
    }

    /// <summary>Due jobs of one subject: what a worker looks for after it gave the subject's lock back.</summary>
    public static async Task<IReadOnlyList<DueJob>> DueOf(NpgsqlConnection connection, Guid subjectId, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            SELECT kind, revision, args::text, traceparent FROM jobs WHERE subject_id = @subject AND not_before <= now()
            """, connection);
        command.Parameters.AddWithValue("subject", subjectId);
        var due = new List<DueJob>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            due.Add(new DueJob(JobKindText.Parse(reader.GetString(0)), subjectId, reader.GetInt64(1), Text(reader, 2), Text(reader, 3)));
        return due;
    }

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A command on the context's own connection and transaction.</summary>
    private static async Task<NpgsqlCommand> Command(PanoramaxDb db, string sql, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        if (connection.State != System.Data.ConnectionState.Open) await db.Database.OpenConnectionAsync(cancel);
        return new NpgsqlCommand(sql, connection, (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction());
    }
}
