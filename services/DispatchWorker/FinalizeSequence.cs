using MassTransit;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Domain.Sequences;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.ServiceDefaults.Telemetry;

namespace Panoramax.DispatchWorker;

internal sealed class FinalizeSequenceConsumer(JobRunner runner, FinalizeSequence finalize) : IConsumer<SequenceChanged>
{
    public Task Consume(ConsumeContext<SequenceChanged> context) =>
        runner.Run(JobKind.Finalize, context.Message.SequenceId, finalize.Run, givenUp: null, context.CancellationToken);
}

/// <summary>
/// Computes headings, line, box and statistics of one sequence anew, after its pictures were edited or removed. (A dispatch
/// does this for its own sequences, in its own transaction.) Its pictures keep their ranks.
/// </summary>
internal sealed class FinalizeSequence(TimeProvider time)
{
    public Task<JobResult> Run(JobInProgress job, CancellationToken cancel) =>
        Task.FromResult(JobResult.Done((change, write) => Write(change.Db, job, write)));

    private async Task<bool> Write(PanoramaxDb db, JobInProgress job, CancellationToken cancel)
    {
        using var activity = Instruments.Activities.StartActivity(Spans.SequenceFinalize);
        activity?.SetTag(Spans.Attributes.SequenceId, job.SubjectId);
        activity?.SetTag(Spans.Attributes.Attempt, job.Taken.Attempts);

        if (await LockSequence(db, job.SubjectId, cancel) is not { } relativeHeading) return false;

        var pictures = await StoredPictures.LockThoseOfSequence(db, job.SubjectId, cancel);
        activity?.SetTag(Spans.Attributes.Pictures, pictures.Count);
        await FinalizedSequences.Write(
            db, [new SequenceToFinalize(job.SubjectId, relativeHeading, pictures, HasChanged: false)],
            SequenceStatus.Ready, time.GetUtcNow(), cancel);
        Instruments.SequencePictures.Record(pictures.Count);
        return true;
    }

    /// <returns>Null when there is no such sequence, or it is deleted.</returns>
    private static async Task<RelativeHeading?> LockSequence(PanoramaxDb db, Guid id, CancellationToken cancel)
    {
        await using var command = db.Statement(
            """
            SELECT s.relative_heading, u.relative_heading
            FROM sequences s
            LEFT JOIN upload_sets u ON u.id = s.upload_set_id
            WHERE s.id = @id AND s.status <> @deleted
            FOR NO KEY UPDATE OF s
            """,
            ("id", id), ("deleted", SequenceStatus.Deleted));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? RelativeHeading.Of(reader.IsDBNull(0) ? null : reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1))
            : null;
    }
}
