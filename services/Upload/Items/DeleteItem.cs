using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Sequences;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Collections;

namespace Panoramax.Upload.Items;

/// <summary>Deletes one picture. Its sequence stays, even when it is empty then; its upload set goes with its last picture.</summary>
internal static class DeleteItem
{
    /// <exception cref="Http.Errors.ApiError">404 unknown or not visible; 403.</exception>
    public static async Task<NoContent> Handle(Guid pictureId, PanoramaxDb db, Caller caller, JobRequests jobs, TimeProvider time, CancellationToken cancel)
    {
        var seen = await db.Pictures.AsNoTracking().ShownTo(db, caller).SingleOrDefaultAsync(row => row.Id == pictureId, cancel) ?? throw UploadErrors.UnknownPicture();
        if (!caller.MayEdit(seen.AccountId)) throw UploadErrors.NotYourPicture();

        await using var change = await jobs.BeginChange(cancel);
        var set = seen.UploadSetId is { } setId ? await db.UploadSets.Locked(setId, cancel) : null;
        var sequenceId = await db.SequencesPictures.AsNoTracking().Where(row => row.PictureId == pictureId).Select(row => (Guid?)row.SequenceId).SingleOrDefaultAsync(cancel);
        var sequence = sequenceId is { } known ? await db.Sequences.Locked(known, cancel) : null;
        _ = await db.Pictures.Locked(pictureId, cancel) ?? throw UploadErrors.UnknownPicture();

        db.ChangeTracker.Clear();
        await PictureRemoval.Remove(db, change, [pictureId], seen.UploadSetId, "DeletedByOwner", cancel);
        if (sequence is not null && sequence.Status != SequenceStatus.Deleted)
            await SequenceResults.FollowPath(db, sequence, set?.RelativeHeading, time.GetUtcNow(), cancel);
        await change.Commit(cancel);
        return TypedResults.NoContent();
    }
}
