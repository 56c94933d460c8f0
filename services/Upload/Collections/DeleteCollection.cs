using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Sequences;
using Panoramax.Messaging.Jobs;

namespace Panoramax.Upload.Collections;

/// <summary>Deletes a sequence with its pictures; its row stays as <c>deleted</c>, so that crawlers learn of it.</summary>
internal static class DeleteCollection
{
    /// <exception cref="Http.Errors.ApiError">404 unknown or deleted already; 403.</exception>
    public static async Task<NoContent> Handle(Guid id, PanoramaxDb db, Caller caller, JobRequests jobs, TimeProvider time, CancellationToken cancel)
    {
        var seen = await db.Sequences.AsNoTracking().ShownTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownCollection();
        if (!caller.MayEdit(seen.AccountId)) throw UploadErrors.NotYourCollection();

        await using var change = await jobs.BeginChange(cancel);
        if (seen.UploadSetId is { } setId) await db.UploadSets.Locked(setId, cancel);
        var sequence = await db.Sequences.Locked(id, cancel);
        if (sequence is null || sequence.Status == SequenceStatus.Deleted) throw UploadErrors.UnknownCollection();

        var pictures = await db.Database.SqlQuery<Guid>($"""
            SELECT p.id FROM sequences_pictures m JOIN pictures p ON p.id = m.picture_id WHERE m.sequence_id = {id} ORDER BY p.id FOR UPDATE OF p
            """).ToListAsync(cancel);
        DeletedSequence.Mark(sequence, time.GetUtcNow());
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        await PictureRemoval.Remove(db, change, pictures, seen.UploadSetId, "CollectionDeleted", cancel);
        await JobStore.Forget(db, [id], cancel);
        await change.Commit(cancel);
        return TypedResults.NoContent();
    }
}
