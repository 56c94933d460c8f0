using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Panoramax.Http.Callers;
using Panoramax.Upload.Annotations;
using Panoramax.Upload.Collections;
using Panoramax.Upload.ExcludedAreas;
using Panoramax.Upload.Items;
using Panoramax.Upload.Reports;
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
        MapCollections(api);
        MapAnnotations(api);
        MapReports(api);
        MapExcludedAreas(api);
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

    private static void MapCollections(RouteGroupBuilder api)
    {
        var collections = api.MapGroup("collections");
        collections.MapPost("", CreateCollection.Handle).RequireUploader();
        collections.MapPatch("{id:uuid}", UpdateCollection.Handle).RequireLogin();
        collections.MapDelete("{id:uuid}", DeleteCollection.Handle).RequireLogin();
        collections.MapPost("{id:uuid}/prepare", Prepare.Collection);

        var items = collections.MapGroup("{id:uuid}/items");
        items.MapPost("", AddItem.Handle).RequireUploader();
        // The collection of the address is not compared: pictures move between collections when a set is dispatched anew.
        items.MapPatch("{pictureId:uuid}", UpdateItem.Handle).RequireLogin();
        items.MapDelete("{pictureId:uuid}", DeleteItem.Handle).RequireLogin();
        items.MapPost("{pictureId:uuid}/prepare", Prepare.Item);
    }

    private static void MapAnnotations(RouteGroupBuilder api)
    {
        const string ofItem = "collections/{id:uuid}/items/{pictureId:uuid}/annotations";
        api.MapPost(ofItem, CreateAnnotation.Handle).RequireLogin();
        api.MapPost("pictures/{pictureId:uuid}/annotations", CreateAnnotation.Handle).RequireLogin();
        foreach (var path in new[] { ofItem + "/{annotationId:uuid}", "annotations/{annotationId:uuid}" })
        {
            api.MapPatch(path, ChangeAnnotation.Update).RequireLogin();
            api.MapDelete(path, ChangeAnnotation.Delete).RequireLogin();
        }
    }

    private static void MapReports(RouteGroupBuilder api)
    {
        api.MapPost("reports", CreateReport.Handle);
        api.MapMethods("reports", read, ListReports.All).RequireLoginOrRedirect();
        api.MapMethods("reports/{id:uuid}", read, GetReport.Handle);
        api.MapPatch("reports/{id:uuid}", UpdateReport.Handle).RequireLoginOrRedirect();
        api.MapMethods("users/me/reports", read, ListReports.Mine).RequireLoginOrRedirect();
    }

    private static void MapExcludedAreas(RouteGroupBuilder api)
    {
        var general = api.MapGroup("configuration/excluded_areas");
        general.MapMethods("", read, Areas.List);
        general.MapPost("", Areas.Add).RequireLoginOrRedirect();
        general.MapPut("", Areas.Replace).RequireLoginOrRedirect();
        general.MapDelete("{id:uuid}", Areas.Delete).RequireLoginOrRedirect().RequireAdmin();

        var mine = api.MapGroup("users/me/excluded_areas");
        mine.MapMethods("", read, Areas.ListMine).RequireLoginOrRedirect();
        mine.MapPost("", Areas.AddMine).RequireLoginOrRedirect();
        mine.MapDelete("{id:uuid}", Areas.DeleteMine).RequireLoginOrRedirect();
    }
}
