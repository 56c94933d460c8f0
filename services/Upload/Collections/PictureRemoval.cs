using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Jobs;

namespace Panoramax.Upload.Collections;

/// <summary>
/// Takes pictures out of the database, in the caller's transaction: their rows with all details, the work still owed to them,
/// and their upload set when it has no picture left. Their files follow by a <c>delete</c> job each, whose keys come from the
/// ids alone, so that a worker who prepares one of them now is waited for.
/// </summary>
internal static class PictureRemoval
{
    /// <param name="uploadSetId">The set of all these pictures, locked by the caller; null for none.</param>
    /// <param name="reason">See <see cref="Messaging.Contracts.PictureRemoved"/>.</param>
    public static async Task Remove(
        PanoramaxDb db, Change change, IReadOnlyCollection<Guid> pictureIds, Guid? uploadSetId, string reason, CancellationToken cancel)
    {
        if (pictureIds.Count == 0) return;
        await db.Pictures.Where(row => pictureIds.Contains(row.Id)).ExecuteDeleteAsync(cancel);
        List<Guid> subjects = [.. pictureIds];
        if (uploadSetId is { } setId && !await db.Pictures.AnyAsync(row => row.UploadSetId == setId, cancel))
        {
            await db.UploadSets.Where(row => row.Id == setId).ExecuteDeleteAsync(cancel);
            subjects.Add(setId);
        }

        await JobStore.Forget(db, subjects, cancel);
        foreach (var id in pictureIds) change.Request(JobKind.Delete, id, reason);
    }
}
