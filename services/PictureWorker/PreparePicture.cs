using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.PictureWorker.Blurring;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>
/// Blurs a picture, stores it where it is public, and makes its derivates. May be repeated any number of times and be
/// interrupted anywhere: files are written to keys that depend on the id only, each replaced as a whole, and the original
/// goes only after the result is committed.
/// </summary>
internal sealed class PreparePicture(
    PictureStores stores, IBlurrer blurrer, NoBlurrer unblurred, IOptions<ImagingOptions> limits, TimeProvider time)
{
    private readonly DerivateFiles derivates = new(stores.Derivates);

    public Task<JobResult> Run(JobInProgress job, CancellationToken cancel) => Failures.Named(async () =>
    {
        using var step = Step.Prepare();
        step.Span?.SetTag(Spans.Attributes.PictureId, job.SubjectId);
        step.Span?.SetTag(Spans.Attributes.Attempt, job.Taken.Attempts);

        var deadline = TimeSpan.FromSeconds(limits.Value.Deadline);
        using var late = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await Prepare(job, step, either.Token);
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"not prepared within the deadline of {deadline.TotalSeconds} s", error);
        }
    });

    /// <summary>Writes that no try will be made any more. The original stays where it is.</summary>
    public static async Task GiveUp(Change change, Guid id, bool permanent, CancellationToken cancel)
    {
        Instruments.PicturesPrepared.Add(1, new KeyValuePair<string, object?>("outcome", "broken"));
        await change.Db.Database.ExecuteSqlAsync(
            $"UPDATE pictures SET preparing_status = {PreparingStatus.Broken}, updated_at = now() WHERE id = {id}", cancel);
        // When tries ran out the sequence keeps waiting: somebody may ask again.
        if (permanent) await FinalizeLegacySequence(change, id, cancel);
    }

    private async Task<JobResult> Prepare(JobInProgress job, Step step, CancellationToken cancel)
    {
        var id = job.SubjectId;
        var picture = await job.Db.Pictures.AsNoTracking().Where(row => row.Id == id)
            .Select(row => new { row.Type, row.BlurredByAuthor, row.UploadSetId, row.Metadata }).SingleOrDefaultAsync(cancel);
        if (picture is null) return JobResult.Gone;

        var (bytes, isOriginal) = await FindSource(id, cancel);
        var isWhole = PictureDetails.Parse(picture.Metadata).Crop is not { } crop || crop.Width >= crop.FullWidth;
        var source = SourcePicture.Check(bytes, limits.Value, picture.Type == PictureType.Equirectangular && isWhole);
        step.Span?.SetTag(Spans.Attributes.UploadSetId, picture.UploadSetId);
        step.Span?.SetTag(Spans.Attributes.Type, picture.Type);
        step.Span?.SetTag(Spans.Attributes.Bytes, bytes.Length);

        // Whoever asks early with "skip blurring" must not get an original published that nobody blurred yet.
        var isBlurred = isOriginal ? picture.BlurredByAuthor : SkipsBlurring(job.Taken.Args);
        using var blurred = await Blur(source, isBlurred, cancel);
        cancel.ThrowIfCancellationRequested();

        var hd = PublishedFile.Hd(blurred.Picture);
        step.Span?.SetTag(Spans.Attributes.Width, blurred.Picture.Width);
        step.Span?.SetTag(Spans.Attributes.Height, blurred.Picture.Height);
        step.Span?.SetTag(Spans.Attributes.Regions, blurred.Regions.Count);
        var detected = await DetectedObjectsChange.Plan(job.Db, id, blurred, cancel);

        if (isOriginal || !hd.AsSpan().SequenceEqual(bytes)) await stores.Permanent.PutJpeg(PictureKeys.Picture(id), hd, cancel);
        await derivates.Write(id, picture.Type, blurred.Picture, hd, cancel);

        var grid = picture.Type == PictureType.Equirectangular ? TileGrid.Of(blurred.Picture.Width) : (TileGrid?)null;
        var size = (blurred.Picture.Width, blurred.Picture.Height);
        var details = new PictureDetails { BlurringId = blurred.BlurringId, Blurred = blurred.Regions is { Count: > 0 } regions ? regions : null };
        var warnings = blurred.Warnings.Concat(detected.Warnings).ToList();
        var write = JobResult.Done(async (change, stop) =>
        {
            if (!await WriteResult(change, id, size, grid, details, stop)) return false;
            await detected.Write(change.Db, time.GetUtcNow(), stop);
            if (picture.UploadSetId is null) await FinalizeLegacySequence(change, id, stop);
            if (isOriginal) change.Request(JobKind.Discard, id, "Prepared", announce: false);
            Instruments.PicturesPrepared.Add(1, new KeyValuePair<string, object?>("outcome", "prepared"));
            return true;
        });
        return write with
        {
            Warning = warnings.Count > 0 ? string.Join("; ", warnings) : null,
            Afterwards = isOriginal ? stop => Discard(job, stop) : null,
        };
    }

    /// <summary>What was received, else (asked again) what is published already.</summary>
    private async Task<(byte[] Bytes, bool IsOriginal)> FindSource(Guid id, CancellationToken cancel)
    {
        var key = PictureKeys.Picture(id);
        await using (var original = await stores.Incoming.Get(key, range: null, cancel))
        {
            if (original is not null) return (await original.ReadAll(cancel), true);
        }

        await using var published = await stores.Permanent.Get(key, range: null, cancel);
        return published is not null
            ? (await published.ReadAll(cancel), false)
            : throw new PermanentFailure("the picture's file is in no store: neither received nor published");
    }

    private async Task<BlurredPicture> Blur(SourcePicture source, bool isBlurred, CancellationToken cancel)
    {
        if (isBlurred) return await unblurred.Blur(source, cancel);
        using var step = Step.Blur();
        return await blurrer.Blur(source, cancel);
    }

    /// <summary>False when the picture was deleted meanwhile.</summary>
    private static async Task<bool> WriteResult(
        Change change, Guid id, (int Width, int Height) size, TileGrid? grid, PictureDetails details, CancellationToken cancel)
    {
        var db = change.Db.Database;
        var written = await db.ExecuteSqlAsync($"""
            UPDATE pictures SET
                preparing_status = {PreparingStatus.Prepared},
                width = {size.Width}, height = {size.Height}, cols = {grid?.Columns}, rows = {grid?.Rows},
                metadata = metadata - 'blurring_id' - 'blurred' || {details.ToJson()}::jsonb,
                updated_at = now()
            WHERE id = {id}
            """, cancel);
        if (written == 0) return false;

        // The published file is upright; what the stored tags say about its turn and size must be true of it too.
        await db.ExecuteSqlAsync($"""
            UPDATE pictures_exif SET exif = exif - 'Exif.Image.Orientation' - 'Xmp.tiff.Orientation' || coalesce((
                SELECT jsonb_object_agg(tag, value::text)
                FROM (VALUES ('Exif.Photo.PixelXDimension', {size.Width}), ('Exif.Photo.PixelYDimension', {size.Height})) AS sizes (tag, value)
                WHERE jsonb_exists(exif, tag)), jsonb_build_object())
            WHERE picture_id = {id}
            """, cancel);
        return true;
    }

    /// <summary>A picture that belongs to no upload set is dispatched by nobody: its sequence is computed when it is done.</summary>
    private static async Task FinalizeLegacySequence(Change change, Guid id, CancellationToken cancel)
    {
        var sequence = await change.Db.SequencesPictures
            .Where(member => member.PictureId == id && change.Db.Pictures.Any(row => row.Id == id && row.UploadSetId == null))
            .Select(member => (Guid?)member.SequenceId).SingleOrDefaultAsync(cancel);
        if (sequence is { } sequenceId) change.Request(JobKind.Finalize, sequenceId, "LegacyItemPrepared");
    }

    /// <summary>The unblurred original is never kept. If this fails, the discard row brings somebody back to it.</summary>
    private async Task Discard(JobInProgress job, CancellationToken cancel)
    {
        await stores.Incoming.Delete(PictureKeys.Picture(job.SubjectId), cancel);
        await JobStore.Remove(job.Connection, JobKind.Discard, job.SubjectId, cancel);
    }

    private static bool SkipsBlurring(string? args)
    {
        if (args is null) return false;
        using var json = JsonDocument.Parse(args);
        return json.RootElement.TryGetProperty("skip_blurring", out var value) && value.ValueKind == JsonValueKind.True;
    }
}

internal sealed class PreparePictureConsumer(JobRunner runner, PreparePicture prepare) : IConsumer<PictureReceived>
{
    public Task Consume(ConsumeContext<PictureReceived> context)
    {
        var id = context.Message.PictureId;
        return runner.Run(
            JobKind.Prepare, id, prepare.Run, (change, permanent, cancel) => PreparePicture.GiveUp(change, id, permanent, cancel), context.CancellationToken);
    }
}
