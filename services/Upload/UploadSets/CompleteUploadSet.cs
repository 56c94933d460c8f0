using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Http;
using Panoramax.Messaging.Jobs;

namespace Panoramax.Upload.UploadSets;

/// <summary>
/// Ends an upload set: no more files are expected, so its pictures are sorted into sequences.
/// Asking again sorts again, with the settings the set has now.
/// </summary>
internal static class CompleteUploadSet
{
    /// <exception cref="Http.Errors.ApiError">404 unknown set; 403 not the owner.</exception>
    public static async Task<Ok<UploadSetJson>> Handle(Guid id, PanoramaxDb db, Uploader uploader, JobRequests jobs, Links links, CancellationToken cancel)
    {
        var seen = await uploader.FindSet(id, cancel) ?? throw UploadErrors.UnknownSet();
        if (!await uploader.MayEdit(seen.AccountId, cancel)) throw UploadErrors.NotYourSet();

        await using (var change = await jobs.BeginChange(cancel))
        {
            var set = await db.UploadSets.Locked(id, cancel) ?? throw UploadErrors.UnknownSet();
            set.Completed = true;
            change.Request(JobKind.Dispatch, set.Id, "Completed");
            await change.Commit(cancel);
        }

        return TypedResults.Ok(await UploadSetJson.Load(db, id, uploader.Caller, links, cancel));
    }
}
