using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Panoramax.Http.Callers;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload;

/// <summary>The table of contents of this service: every route with its guard.</summary>
internal static class Endpoints
{
    private static readonly string[] read = ["GET", "HEAD"];

    public static void MapUpload(this WebApplication app)
    {
        var api = app.MapGroup("/api");
        MapUploadSets(api);
    }

    private static void MapUploadSets(RouteGroupBuilder api)
    {
        var sets = api.MapGroup("upload_sets");
        sets.MapPost("", CreateUploadSet.Handle).RequireUploader();
        sets.MapMethods("{id:uuid}", read, GetUploadSet.Handle);
        sets.MapPatch("{id:uuid}", UpdateUploadSet.Handle).RequireUploader();
        sets.MapDelete("{id:uuid}", DeleteUploadSet.Handle).RequireUploader();
        sets.MapPost("{id:uuid}/complete", CompleteUploadSet.Handle).RequireUploader();
        sets.MapMethods("{id:uuid}/files", read, ListFiles.Handle);
        sets.MapPost("{id:uuid}/files", AddFile.Handle).RequireUploader();
        // The name that upstream's guide uses for the same.
        sets.MapPost("{id:uuid}/items", AddFile.Handle).RequireUploader();
        api.MapMethods("users/me/upload_sets", read, ListMyUploadSets.Handle).RequireLoginOrRedirect();
    }
}
