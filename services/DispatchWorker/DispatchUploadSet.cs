using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.ServiceDefaults.Telemetry;

namespace Panoramax.DispatchWorker;

internal sealed class DispatchUploadSetConsumer(JobRunner runner, DispatchUploadSet dispatch) : IConsumer<UploadSetCompleted>
{
    public Task Consume(ConsumeContext<UploadSetCompleted> context) =>
        runner.Run(JobKind.Dispatch, context.Message.UploadSetId, dispatch.Run, givenUp: null, context.CancellationToken);
}

/// <summary>
/// Turns an upload set into sequences: sorted, split, freed of capture duplicates, with headings, lines and statistics, all in
/// one transaction. It needs only metadata, so it does not wait for pictures to be prepared. A second dispatch works on the
/// sequences of the first: they keep their ids, titles and tags, and where nothing is different nothing is written.
/// </summary>
internal sealed partial class DispatchUploadSet(TimeProvider time, ILogger<DispatchUploadSet> log)
{
    public Task<JobResult> Run(JobInProgress job, CancellationToken cancel) =>
        Task.FromResult(JobResult.Done((change, write) => Write(change, job, write)));

    /// <summary>Locks in this order: the set, its sequences by id, its pictures by id; the job rows come last.</summary>
    private async Task<bool> Write(Change change, JobInProgress job, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var activity = Instruments.Activities.StartActivity(Spans.UploadSetDispatch);
        activity?.SetTag(Spans.Attributes.UploadSetId, job.SubjectId);
        activity?.SetTag(Spans.Attributes.Attempt, job.Taken.Attempts);

        var db = change.Db;
        var set = await db.UploadSets.FromSql($"SELECT * FROM upload_sets WHERE id = {job.SubjectId} FOR NO KEY UPDATE").AsNoTracking().SingleOrDefaultAsync(cancel);
        if (set is null) return false;
        var known = await LockSequences(db, set.Id, cancel);
        var pictures = await StoredPictures.LockThoseOfSet(db, set.Id, cancel);
        var leftOut = await LeftOutPictures.Read(db, set.Id, cancel);

        // A picture without its file is left over from an upload that was cut off between the two.
        var unfinished = pictures.Where(picture => picture.FileName is null).Select(picture => picture.Id).ToList();
        var sent = pictures.Where(picture => picture.FileName is not null).Select(picture => (picture.InsertedAt, Picture: AsDispatched(picture, known)))
            .Concat(leftOut).OrderBy(picture => picture.InsertedAt).ThenBy(picture => picture.Picture.Id).Select(picture => picture.Picture);
        var plan = await Plan(db, set, [.. sent], cancel);

        using (Instruments.Activities.StartActivity(Spans.DispatchWrite))
            await DispatchRows.Write(change, set, known, pictures, plan, unfinished, time.GetUtcNow(), cancel);

        activity?.SetTag(Spans.Attributes.Pictures, pictures.Count);
        activity?.SetTag(Spans.Attributes.Sequences, plan.Sequences.Count);
        activity?.SetTag(Spans.Attributes.Duplicates, plan.Duplicates.Count);
        Instruments.UploadSetDispatchDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        Dispatched(log, set.Id, pictures.Count, plan.Sequences.Count,
            plan.Sequences.Count(sequence => sequence.Reason == SplitReason.Time),
            plan.Sequences.Count(sequence => sequence.Reason == SplitReason.Distance), plan.Duplicates.Count, unfinished.Count);
        return true;
    }

    /// <returns>The sequences that may be filled anew, with their own relative headings.</returns>
    private static async Task<Dictionary<Guid, int?>> LockSequences(PanoramaxDb db, Guid setId, CancellationToken cancel)
    {
        var sequences = new Dictionary<Guid, int?>();
        await using var command = db.Statement(
            "SELECT id, relative_heading FROM sequences WHERE upload_set_id = @set AND status <> @deleted ORDER BY id FOR NO KEY UPDATE",
            ("set", setId), ("deleted", SequenceStatus.Deleted));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) sequences.Add(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetInt32(1));
        return sequences;
    }

    /// <summary>A computed heading gives way to the camera's: else pictures that were kept apart by it would be duplicates of each other the second time.</summary>
    private static DispatchedPicture AsDispatched(StoredPicture picture, Dictionary<Guid, int?> sequences) => new(
        picture.Id, picture.FileName!, picture.Summarized.Position, picture.Summarized.Timestamp,
        picture.HeadingComputed ? picture.CameraHeadingDegrees ?? picture.HeadingDegrees : picture.HeadingDegrees,
        picture.HeadingComputed && picture.CameraHeadingDegrees is null, picture.SequenceId is { } sequence && sequences.ContainsKey(sequence) ? sequence : null);

    private static async Task<DispatchPlan> Plan(PanoramaxDb db, UploadSetRow set, IReadOnlyList<DispatchedPicture> pictures, CancellationToken cancel)
    {
        var defaults = await db.Configurations.AsNoTracking().SingleAsync(cancel);
        var parameters = DispatchParameters.Of(
            new DispatchSettings
            {
                SortMethod = set.SortMethod,
                NoSplit = set.NoSplit,
                SplitDistanceMetres = set.SplitDistance,
                SplitTime = Seconds(set.SplitTime),
                NoDeduplication = set.NoDeduplication,
                DuplicateDistanceMetres = set.DuplicateDistance,
                DuplicateRotationDegrees = set.DuplicateRotation,
            },
            new DispatchDefaults
            {
                SplitDistanceMetres = defaults.DefaultSplitDistance,
                SplitTime = Seconds(defaults.DefaultSplitTime),
                DuplicateDistanceMetres = defaults.DefaultDuplicateDistance,
                DuplicateRotationDegrees = defaults.DefaultDuplicateRotation,
            });

        IReadOnlyList<DispatchedPicture> sorted;
        using (Instruments.Activities.StartActivity(Spans.DispatchSort))
            sorted = SortPictures.By(parameters.SortMethod, pictures);
        using (Instruments.Activities.StartActivity(Spans.DispatchSplit))
            return DispatchPlan.OfSorted(set.Title, sorted, parameters);
    }

    /// <summary>The time that a number of seconds stands for; numbers beyond all journeys count as the longest time there is.</summary>
    private static TimeSpan? Seconds(double? seconds) => seconds is not { } value
        ? null
        : Math.Abs(value) < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(value)
        : value > 0 ? TimeSpan.MaxValue : TimeSpan.MinValue;

    [LoggerMessage(Level = LogLevel.Information, Message = "Upload set {UploadSetId}: {Pictures} pictures in {Sequences} sequences ({CutByTime} cut by time, {CutByDistance} by distance), {Duplicates} capture duplicates, {Unfinished} left over from cut-off uploads")]
    private static partial void Dispatched(
        ILogger log, Guid uploadSetId, int pictures, int sequences, int cutByTime, int cutByDistance, int duplicates, int unfinished);
}
