using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;

namespace Panoramax.Messaging.Jobs;

/// <summary>
/// Runs one job for one message: lock, take, work, write, unlock, look for more. Safe for messages that come twice, late or
/// never; a process killed at any point leaves a row that somebody takes up again.
/// </summary>
public sealed partial class JobRunner(
    WorkerDatabase database, JobAnnouncer announcer, IOptions<JobOptions> options, TimeProvider time, ILogger<JobRunner> log)
{
    private static readonly TimeSpan databasePause = TimeSpan.FromSeconds(1);
    private static readonly string worker = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Does the work that is owed to a subject, if it is owed and nobody else is at it.</summary>
    /// <param name="givenUp">
    /// Writes that the subject is broken, when no try is left or none can succeed. Null for work that is never given up: it
    /// stays, at the longest delay.
    /// </param>
    /// <exception cref="NpgsqlException">The database is not reached at all; the message must be tried again.</exception>
    /// <exception cref="OperationCanceledException">The process stops; the message goes back to the queue.</exception>
    public async Task Run(JobKind kind, Guid subjectId, JobWork work, WriteGivenUp? givenUp, CancellationToken cancel)
    {
        await using var subject = await SubjectLock.TryTake(database.Unpooled, subjectId, cancel);
        if (subject is null)
        {
            // Whoever is at it looks for more work after unlocking, and sees this row: it was committed before its message.
            Skip(kind, subjectId, "locked");
            return;
        }

        if (await JobStore.Take(subject.Connection, kind, subjectId, cancel) is not { } taken)
        {
            Skip(kind, subjectId, "old-news");
            await subject.Release(cancel);
            return;
        }

        await Try(subject, taken, work, givenUp, cancel);

        await subject.Release(CancellationToken.None);
        foreach (var due in await JobStore.DueOf(subject.Connection, subjectId, CancellationToken.None))
            announcer.Enqueue(due, JobMessages.For(due, "Requeued", time.GetUtcNow()));
    }

    private async Task Try(SubjectLock subject, TakenJob taken, JobWork work, WriteGivenUp? givenUp, CancellationToken cancel)
    {
        // What geovisio_status shows is the preparation; discarding its original is no try of its own.
        var history = taken.Kind == JobKind.Discard ? JobHistory.None : await JobHistory.Open(subject.Connection, taken, worker, cancel);
        if (givenUp is not null && taken.Attempts > options.Value.RetryLimit + 1)
        {
            await GiveUp(subject, taken, history, givenUp, "the work killed its worker at every try", "given-up", cancel);
            return;
        }

        try
        {
            await using var db = new PanoramaxDb(DatabaseSetup.OptionsOn(subject.Connection));
            var result = await work(new JobInProgress(taken, db), cancel);
            cancel.ThrowIfCancellationRequested();
            await Finish(subject, db, taken, history, result, cancel);
        }
        catch (Exception error)
        {
            if (IsDatabaseOutage(error))
            {
                await WaitForDatabase(taken, history, cancel);
                throw;
            }

            switch (error)
            {
                case OperationCanceledException when cancel.IsCancellationRequested:
                    await PutOff(subject, taken, history, TimeSpan.Zero, giveBack: true, error: null, "interrupted", "interrupted");
                    throw;

                case Outage:
                    OutageSeen(log, taken.Kind.Text(), taken.SubjectId, error.Message);
                    await PutOff(subject, taken, history, options.Value.RetryDelay, giveBack: true, error: null, $"outage: {error.Message}", "outage");
                    break;

                case PermanentFailure when givenUp is not null:
                    await GiveUp(subject, taken, history, givenUp, error.Message, "permanent", cancel);
                    break;

                case Exception when givenUp is not null && taken.Attempts > options.Value.RetryLimit:
                    TryFailed(log, taken.Kind.Text(), taken.SubjectId, taken.Attempts, error);
                    await GiveUp(subject, taken, history, givenUp, error.Message, "given-up", cancel);
                    break;

                case Exception:
                    TryFailed(log, taken.Kind.Text(), taken.SubjectId, taken.Attempts, error);
                    await PutOff(subject, taken, history, options.Value.DelayAfter(taken.Attempts), giveBack: false, error.Message, warning: null, "error");
                    break;
            }
        }
    }

    private async Task Finish(SubjectLock subject, PanoramaxDb db, TakenJob taken, long history, JobResult result, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var change = new Change(db, transaction, announcer, time);
        if (result.Write is null || !await result.Write(change, cancel))
        {
            await transaction.RollbackAsync(cancel);
            db.ChangeTracker.Clear();
            await using var end = await db.Database.BeginTransactionAsync(cancel);
            await JobStore.Finish(db, taken, cancel);
            await JobHistory.Close(subject.Connection, Npgsql(end), history, error: null, "the subject is gone", cancel);
            await end.CommitAsync(cancel);
            return;
        }

        await db.SaveChangesAsync(cancel);
        var due = await change.WriteJobs(cancel);
        await JobStore.Finish(db, taken, cancel);
        await JobHistory.Close(subject.Connection, Npgsql(transaction), history, error: null, result.Warning, cancel);
        if (!await subject.IsStillHeld(cancel))
            throw new NpgsqlException("the connection that held the subject's lock was lost: its result is not written", new SocketException());
        await transaction.CommitAsync(cancel);
        foreach (var (job, message) in due) announcer.Enqueue(job, message);

        if (result.Afterwards is null) return;
        try
        {
            await result.Afterwards(cancel);
        }
        catch (Exception error)
        {
            // The result is committed, so nothing of it may be taken back, not even when the process stops or the broker went
            // away right now; a job row is left for what could not be done.
            AfterwardsFailed(log, taken.Kind.Text(), taken.SubjectId, error);
        }
    }

    private async Task GiveUp(
        SubjectLock subject, TakenJob taken, long history, WriteGivenUp givenUp, string reason, string label, CancellationToken cancel)
    {
        JobTelemetry.Failed.Add(1, new("kind", taken.Kind.Text()), new("reason", label));
        await using var db = new PanoramaxDb(DatabaseSetup.OptionsOn(subject.Connection));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var change = new Change(db, transaction, announcer, time);
        await givenUp(change, permanent: label == "permanent", cancel);
        await db.SaveChangesAsync(cancel);
        var due = await change.WriteJobs(cancel);
        await JobStore.Finish(db, taken, cancel);
        await JobHistory.Close(subject.Connection, Npgsql(transaction), history, reason, warning: null, cancel);
        if (!await subject.IsStillHeld(cancel))
            throw new NpgsqlException("the connection that held the subject's lock was lost: its result is not written", new SocketException());
        await transaction.CommitAsync(cancel);
        foreach (var (job, message) in due) announcer.Enqueue(job, message);
        GaveUp(log, taken.Kind.Text(), taken.SubjectId, reason);
    }

    private static async Task PutOff(
        SubjectLock subject, TakenJob taken, long history, TimeSpan delay, bool giveBack, string? error, string? warning, string label)
    {
        JobTelemetry.Failed.Add(1, new("kind", taken.Kind.Text()), new("reason", label));
        await JobStore.Postpone(subject.Connection, taken, delay, giveBack, CancellationToken.None);
        await JobHistory.Close(subject.Connection, transaction: null, history, error, warning, CancellationToken.None);
    }

    /// <summary>
    /// The database went away under the work: nothing is committed. Gives the try back as soon as it answers again; the
    /// message itself is tried again by the bus.
    /// </summary>
    private async Task WaitForDatabase(TakenJob taken, long history, CancellationToken cancel)
    {
        JobTelemetry.Failed.Add(1, new("kind", taken.Kind.Text()), new("reason", "outage"));
        OutageSeen(log, taken.Kind.Text(), taken.SubjectId, "the database is not reached");
        while (true)
        {
            try
            {
                await using var connection = await database.Unpooled.OpenConnectionAsync(cancel);
                await JobStore.Postpone(connection, taken, TimeSpan.Zero, giveAttemptBack: true, cancel);
                await JobHistory.Close(connection, transaction: null, history, error: null, "outage: the database was not reached", cancel);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(databasePause, time, cancel);
            }
        }
    }

    /// <summary>True when the database could not be reached, as against an answer with an error.</summary>
    private static bool IsDatabaseOutage(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // 57P01 to 57P03: the server is shut down or starts up; class 08: connection exceptions.
                case PostgresException { SqlState: "57P01" or "57P02" or "57P03" }:
                case PostgresException { SqlState: ['0', '8', ..] }:
                    return true;
                case PostgresException:
                    return false;
                case NpgsqlException { InnerException: SocketException or IOException }:
                    return true;
            }
        }

        return false;
    }

    private static NpgsqlTransaction Npgsql(IDbContextTransaction transaction) => (NpgsqlTransaction)transaction.GetDbTransaction();

    private void Skip(JobKind kind, Guid subjectId, string reason)
    {
        JobTelemetry.Skipped.Add(1, new("kind", kind.Text()), new("reason", reason));
        Skipped(log, kind.Text(), subjectId, reason);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No {Kind} work for {SubjectId}: {Reason}")]
    private static partial void Skipped(ILogger log, string kind, Guid subjectId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outage during the {Kind} job of {SubjectId}, not counted as a try: {Reason}")]
    private static partial void OutageSeen(ILogger log, string kind, Guid subjectId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Try {Attempt} of the {Kind} job of {SubjectId} failed")]
    private static partial void TryFailed(ILogger log, string kind, Guid subjectId, int attempt, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Kind} job of {SubjectId} is given up: {Reason}")]
    private static partial void GaveUp(ILogger log, string kind, Guid subjectId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What follows the {Kind} job of {SubjectId} failed; the caretaker will bring it up again")]
    private static partial void AfterwardsFailed(ILogger log, string kind, Guid subjectId, Exception error);
}
