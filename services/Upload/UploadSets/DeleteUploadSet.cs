using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Collections;

namespace Panoramax.Upload.UploadSets;

/// <summary>
/// Deletes a set with its pictures and files. Its sequences stay as <c>deleted</c>, so that crawlers learn of it. Pictures may
/// be in preparation meanwhile: their rows go now, the files follow by a <c>delete</c> job that waits for the worker.
/// </summary>
internal static class DeleteUploadSet
{
    /// <exception cref="Http.Errors.ApiError">404 unknown or not visible; 403 not the owner.</exception>
    public static async Task<NoContent> Handle(Guid id, PanoramaxDb db, Uploader uploader, JobRequests jobs, TimeProvider time, CancellationToken cancel)
    {
        var seen = await uploader.FindSet(id, cancel) ?? throw UploadErrors.UnknownSet();
        if (!await uploader.MayEdit(seen.AccountId, cancel)) throw UploadErrors.NotYourSet();

        await using var change = await jobs.BeginChange(cancel);
        var set = await db.UploadSets.Locked(id, cancel) ?? throw UploadErrors.UnknownSet();
        var sequences = await db.Sequences.LockedOfSet(id, cancel);
        var pictures = await db.Database.SqlQuery<Guid>($"SELECT id FROM pictures WHERE upload_set_id = {id} ORDER BY id FOR UPDATE").ToListAsync(cancel);

        await db.Pictures.Where(row => row.UploadSetId == id).ExecuteDeleteAsync(cancel);
        foreach (var sequence in sequences) DeletedSequence.Mark(sequence, time.GetUtcNow());
        db.UploadSets.Remove(set);
        await db.SaveChangesAsync(cancel);
        await JobStore.Forget(db, [id, .. sequences.Select(sequence => sequence.Id), .. pictures], cancel);
        foreach (var picture in pictures) change.Request(JobKind.Delete, picture, "UploadSetDeleted");
        await change.Commit(cancel);
        return TypedResults.NoContent();
    }
}
