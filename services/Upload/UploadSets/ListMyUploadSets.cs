using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Upload.Filters;

namespace Panoramax.Upload.UploadSets;

/// <summary>The caller's sets, oldest first; by default those that are not dispatched yet.</summary>
internal static class ListMyUploadSets
{
    private static readonly FilterFields<UploadSetRow> fields = new FilterFields<UploadSetRow>()
        .Boolean("completed", row => row.Completed)
        .Boolean("dispatched", row => row.Dispatched);

    /// <exception cref="Http.Errors.ApiError">400: bad limit or filter.</exception>
    public static async Task<Ok<UploadSetsJson>> Handle(HttpRequest request, PanoramaxDb db, Caller caller, Links links, CancellationToken cancel)
    {
        var limit = ListLimit.Read(request);
        var filter = fields.Read(request.Query.TryGetValue("filter", out var text) ? text.ToString() : "dispatched = FALSE");
        var sets = await db.UploadSets.AsNoTracking().Where(row => row.AccountId == caller.AccountId).Where(filter)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).Take(limit).ToListAsync(cancel);
        var shown = await UploadSetJson.LoadAll(db, sets, caller, links, cancel);
        return TypedResults.Ok(new UploadSetsJson([.. shown.Select(set => set with { Status = null })]));
    }
}
