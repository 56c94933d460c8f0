using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;

namespace Panoramax.Messaging.Jobs;

/// <summary>Begins changes that may owe work: the entity rows and the job rows are one transaction, the messages follow it.</summary>
public sealed class JobRequests(PanoramaxDb db, JobAnnouncer announcer, TimeProvider time)
{
    public async Task<Change> BeginChange(CancellationToken cancel) =>
        new(db, await db.Database.BeginTransactionAsync(cancel), announcer, time);
}

/// <summary>
/// One transaction on the request's context. <see cref="Request"/> only notes the work; <see cref="Commit"/> saves the
/// context's changes, writes the job rows after them (order of locks), commits, and hands the messages to the publisher.
/// Disposed without a commit, everything is rolled back and nothing is published.
/// </summary>
public sealed class Change : IAsyncDisposable
{
    private readonly PanoramaxDb db;
    private readonly IDbContextTransaction transaction;
    private readonly JobAnnouncer announcer;
    private readonly TimeProvider time;
    private readonly List<Wanted> wanted = [];

    internal Change(PanoramaxDb db, IDbContextTransaction transaction, JobAnnouncer announcer, TimeProvider time)
    {
        this.db = db;
        this.transaction = transaction;
        this.announcer = announcer;
        this.time = time;
    }

    /// <summary>The context that this change belongs to.</summary>
    public PanoramaxDb Db => db;

    /// <summary>Asks for work on a subject.</summary>
    /// <param name="reason">Why, for the message.</param>
    /// <param name="args">Small JSON object kept with the job.</param>
    /// <param name="announce">False when the caller does the work itself right after the commit.</param>
    public void Request(JobKind kind, Guid subjectId, string reason, string? args = null, bool announce = true) =>
        wanted.Add(new Wanted(kind, subjectId, reason, args, announce));

    /// <summary>Saves, writes the job rows, commits, and lets the messages follow.</summary>
    /// <exception cref="DbUpdateException">A constraint refused the change; nothing was committed.</exception>
    public async Task Commit(CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        var due = await WriteJobs(cancel);
        await transaction.CommitAsync(cancel);
        foreach (var (job, message) in due) announcer.Enqueue(job, message);
    }

    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    /// <summary>
    /// Writes the job rows in the order of kinds and ids, so that two changes never wait for each other crosswise; one
    /// statement for all subjects of a kind, because a dispatch may remove thousands of pictures.
    /// </summary>
    internal async Task<List<(DueJob Job, object Message)>> WriteJobs(CancellationToken cancel)
    {
        var traceparent = Activity.Current?.Id;
        var due = new List<(DueJob, object)>();
        foreach (var same in wanted.GroupBy(job => (job.Kind, job.Args)).OrderBy(same => same.Key.Kind).ThenBy(same => same.Key.Args, StringComparer.Ordinal))
        {
            var jobs = same.DistinctBy(job => job.SubjectId).ToList();
            var revisions = await JobStore.RequestMany(db, same.Key.Kind, [.. jobs.Select(job => job.SubjectId)], same.Key.Args, traceparent, cancel);
            foreach (var job in jobs.Where(job => job.Announce))
            {
                var row = new DueJob(job.Kind, job.SubjectId, revisions[job.SubjectId], job.Args, traceparent);
                due.Add((row, JobMessages.For(row, job.Reason, time.GetUtcNow())));
            }
        }

        return due;
    }

    private sealed record Wanted(JobKind Kind, Guid SubjectId, string Reason, string? Args, bool Announce);
}
