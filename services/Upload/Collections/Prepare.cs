using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;

namespace Panoramax.Upload.Collections;

/// <summary>
/// Asks for pictures to be blurred and cut again. Anybody may who sees them, without a login. They stay readable meanwhile.
/// Nobody can make a picture be published unblurred by this: see the worker.
/// </summary>
internal static class Prepare
{
    private const string SkipBlurring = """{"skip_blurring": true}""";

    /// <summary>All pictures of a sequence that the caller sees.</summary>
    /// <exception cref="Http.Errors.ApiError">404 unknown or not visible; 400 bad value.</exception>
    public static async Task<Accepted<JsonObject>> Collection(Guid id, HttpRequest request, PanoramaxDb db, Caller caller, JobRequests jobs, CancellationToken cancel)
    {
        if (!await db.Sequences.ShownTo(caller).AnyAsync(row => row.Id == id, cancel)) throw UploadErrors.UnknownCollection();
        return await Ask(id, pictureId: null, request, db, caller, jobs, cancel);
    }

    /// <summary>One picture of a sequence.</summary>
    /// <exception cref="Http.Errors.ApiError">404 unknown, not in that sequence, or not visible; 400 bad value.</exception>
    public static Task<Accepted<JsonObject>> Item(
        Guid id, Guid pictureId, HttpRequest request, PanoramaxDb db, Caller caller, JobRequests jobs, CancellationToken cancel) =>
        Ask(id, pictureId, request, db, caller, jobs, cancel);

    private static async Task<Accepted<JsonObject>> Ask(
        Guid id, Guid? pictureId, HttpRequest request, PanoramaxDb db, Caller caller, JobRequests jobs, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadOptionalJson(request, cancel);
        var skips = fields.Bool("skip_blurring") ?? false;
        fields.ThrowIfFaulty();

        await using var change = await jobs.BeginChange(cancel);
        var pictures = await (
            from member in db.SequencesPictures
            join picture in db.Pictures.VisibleTo(caller) on member.PictureId equals picture.Id
            where member.SequenceId == id && (pictureId == null || picture.Id == pictureId)
                && db.Sequences.ShownTo(caller).Any(sequence => sequence.Id == member.SequenceId)
            orderby picture.Id
            select picture.Id).ToListAsync(cancel);
        if (pictureId is not null && pictures.Count == 0) throw UploadErrors.UnknownPicture();

        var broken = await db.Database.SqlQuery<Guid>($"""
            SELECT id FROM pictures WHERE id = ANY({pictures}) AND preparing_status = {PreparingStatus.Broken} ORDER BY id FOR NO KEY UPDATE
            """).ToListAsync(cancel);
        await db.Pictures.Where(row => broken.Contains(row.Id))
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.PreparingStatus, PreparingStatus.NotProcessed), cancel);

        // Work that is owed with blurring is not turned into work without by somebody else's wish.
        var prepare = JobKind.Prepare.Text();
        var toBlur = skips
            ? (await db.Jobs.Where(job => job.Kind == prepare && pictures.Contains(job.SubjectId) && job.Args == null).Select(job => job.SubjectId).ToListAsync(cancel)).ToHashSet()
            : [];
        foreach (var picture in pictures)
            change.Request(JobKind.Prepare, picture, "AskedAgain", skips && !toBlur.Contains(picture) ? SkipBlurring : null);
        await change.Commit(cancel);
        return TypedResults.Accepted((string?)null, new JsonObject());
    }
}
