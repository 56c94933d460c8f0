using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Domain.Accounts;
using Panoramax.Http;

namespace Panoramax.Upload.UploadSets;

/// <summary>The state of an upload set; clients ask every few seconds until it is ready.</summary>
internal static class GetUploadSet
{
    /// <exception cref="Http.Errors.ApiError">404: unknown or not visible.</exception>
    public static async Task<Ok<UploadSetJson>> Handle(Guid id, PanoramaxDb db, Caller caller, Links links, CancellationToken cancel)
    {
        var set = await db.UploadSets.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownSet();
        return TypedResults.Ok((await UploadSetJson.LoadAll(db, [set], caller, links, cancel))[0]);
    }
}

/// <summary>Every file that a set received, accepted or refused, in the order they came.</summary>
internal static class ListFiles
{
    /// <exception cref="Http.Errors.ApiError">404: unknown or not visible.</exception>
    public static async Task<Ok<FilesJson>> Handle(Guid id, HttpRequest request, PanoramaxDb db, Caller caller, Links links, CancellationToken cancel)
    {
        var owner = await db.UploadSets.AsNoTracking().VisibleTo(caller).Where(row => row.Id == id).Select(row => (Guid?)row.AccountId)
            .SingleOrDefaultAsync(cancel) ?? throw UploadErrors.UnknownSet();
        var files = await db.Files.AsNoTracking().Where(row => row.UploadSetId == id).OrderBy(row => row.InsertedAt).ThenBy(row => row.FileName).ToListAsync(cancel);
        var language = Language.Of(request);
        return TypedResults.Ok(new FilesJson(
            [.. files.Select(file => FileJson.Of(file, caller.Owns(owner), links, language))], [LinkJson.Self(links.UploadSet(id))]));
    }
}
