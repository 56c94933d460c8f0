using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Jobs;

namespace Panoramax.Messaging.Jobs;

/// <summary>A job being worked on, under its subject's lock.</summary>
/// <param name="Taken">The job's row as it was taken.</param>
/// <param name="Db">A context on the connection that holds the lock. No transaction is open while the work runs.</param>
public sealed record JobInProgress(TakenJob Taken, PanoramaxDb Db)
{
    public Guid SubjectId => Taken.SubjectId;

    /// <summary>The connection that holds the lock.</summary>
    public NpgsqlConnection Connection => (NpgsqlConnection)Db.Database.GetDbConnection();
}

/// <summary>
/// Work on a subject: it does what is slow (files, pixels) and returns what is to be written. Called once per try; a try may
/// be repeated any number of times, so it must come to the same result.
/// </summary>
/// <exception cref="PermanentFailure">No later try can succeed.</exception>
/// <exception cref="Outage">Something that the work needs is not reached.</exception>
public delegate Task<JobResult> JobWork(JobInProgress job, CancellationToken cancel);

/// <summary>Writes into the result's transaction. False: the subject is gone, nothing is to be committed.</summary>
public delegate Task<bool> WriteResult(Change change, CancellationToken cancel);

/// <summary>Writes that a subject is given up.</summary>
/// <param name="permanent">True when no try can succeed; false when the tries are used up.</param>
public delegate Task WriteGivenUp(Change change, bool permanent, CancellationToken cancel);

/// <summary>What a piece of work came to.</summary>
public sealed record JobResult
{
    private JobResult(WriteResult? write) => Write = write;

    /// <summary>Null when there is nothing to write: the subject is gone.</summary>
    public WriteResult? Write { get; }

    /// <summary>A sentence for the history's <c>warning</c>.</summary>
    public string? Warning { get; init; }

    /// <summary>What follows the commit, still under the lock. If it fails, the job rows left behind bring somebody back to it.</summary>
    public Func<CancellationToken, Task>? Afterwards { get; init; }

    /// <summary>The subject is gone: the job ends, nothing else is committed.</summary>
    public static JobResult Gone { get; } = new(write: null);

    /// <summary>Done; <paramref name="write"/> is called in one transaction with the end of the job and of its history row.</summary>
    public static JobResult Done(WriteResult write) => new(write);

    /// <summary>Done, with nothing to write but the end of the job.</summary>
    public static JobResult Nothing() => new((_, _) => Task.FromResult(true));
}

/// <summary>No later try can succeed: the file is damaged, or its source is missing.</summary>
public sealed class PermanentFailure(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Store, blur service or database was not reached (no connection, or 502/503/504). The try does not count, however long it
/// lasts. An answer with an error, or a time-out once connected, is no outage.
/// </summary>
public sealed class Outage(string message, Exception? inner = null) : Exception(message, inner);
