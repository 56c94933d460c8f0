using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Collections;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Annotations;

/// <summary>Marks something in a picture. The same shape again is the same annotation: its tags are edited then.</summary>
internal static class CreateAnnotation
{
    /// <exception cref="Http.Errors.ApiError">404 picture (looked at first); 415; 400 no shape, outside of the picture, or a tag twice.</exception>
    public static async Task<IResult> Handle(
        Guid pictureId, HttpRequest request, HttpResponse response, PanoramaxDb db, Caller caller, JobRequests jobs, Links links, TimeProvider time, CancellationToken cancel)
    {
        if (!await db.Pictures.ShownTo(db, caller).AnyAsync(row => row.Id == pictureId, cancel)) throw UploadErrors.UnknownPicture();
        var fields = await RequestFields.ReadJson(request, cancel);
        var shape = AnnotationShape.Read(fields, fields.Raw("shape"), ["shape"]);
        var tags = TagEdits.Read(fields) ?? [];
        fields.ThrowIfFaulty();

        await using var change = await jobs.BeginChange(cancel);
        var picture = await db.Pictures.Locked(pictureId, cancel) ?? throw UploadErrors.UnknownPicture();
        var (width, height) = PublishedSize(picture);
        shape!.ThrowIfOutside(width, height);

        var now = time.GetUtcNow();
        var geoJson = shape.ToGeoJson();
        var existing = await db.Annotations.FromSql($"SELECT * FROM annotations WHERE picture_id = {pictureId} AND shape = {geoJson}::jsonb").SingleOrDefaultAsync(cancel);
        var annotation = existing ?? new AnnotationRow { Id = Guid.CreateVersion7(now), PictureId = pictureId, Shape = geoJson };
        if (existing is null) db.Annotations.Add(annotation);
        picture.UpdatedAt = now;
        var hasTags = await AnnotationTags.Apply(db, picture, annotation, tags, caller.AccountId!.Value, now, cancel);
        // An old annotation whose last tags went is gone; a new one may wait for its tags.
        var isGone = existing is not null && !hasTags && tags.Count > 0;
        if (isGone) db.Annotations.Remove(annotation);
        await change.Commit(cancel);
        if (isGone) return TypedResults.NoContent();

        response.SetCreated(links.Annotation(annotation.Id));
        return TypedResults.Ok(await AnnotationJson.Load(db, annotation, cancel));
    }

    /// <summary>Size of the HD picture; before it is prepared the stored size is that of the file, which may still have to be turned.</summary>
    private static (int Width, int Height) PublishedSize(PictureRow picture) =>
        picture.PreparingStatus != PreparingStatus.Prepared && PictureDetails.Parse(picture.Metadata).Orientation >= 5
            ? (picture.Height, picture.Width)
            : (picture.Width, picture.Height);
}
