using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Collections;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Annotations;

/// <summary>Edits of an annotation's tags, and its removal. Its shape cannot be edited. Every logged-in account may do both.</summary>
internal sealed class ChangeAnnotation(PanoramaxDb db, Caller caller, JobRequests jobs, TimeProvider time)
{
    /// <returns>200 with the annotation; 204 when no tag is left: then it is gone.</returns>
    /// <exception cref="Http.Errors.ApiError">404 unknown, not of this picture, or not visible; 415; 400.</exception>
    public static async Task<IResult> Update(Guid annotationId, Guid? pictureId, HttpRequest request, ChangeAnnotation use, CancellationToken cancel)
    {
        var seen = await use.Find(annotationId, pictureId, cancel);
        var fields = await RequestFields.ReadJson(request, cancel);
        var tags = TagEdits.Read(fields) ?? [];
        fields.ThrowIfFaulty();
        return await use.Edit(seen, tags, cancel);
    }

    /// <exception cref="Http.Errors.ApiError">404 unknown, not of this picture, or not visible.</exception>
    public static async Task<NoContent> Delete(Guid annotationId, Guid? pictureId, ChangeAnnotation use, CancellationToken cancel)
    {
        await use.Remove(await use.Find(annotationId, pictureId, cancel), cancel);
        return TypedResults.NoContent();
    }

    private async Task<AnnotationRow> Find(Guid id, Guid? pictureId, CancellationToken cancel) =>
        await db.Annotations.AsNoTracking()
            .Where(row => row.Id == id && (pictureId == null || row.PictureId == pictureId) && db.Pictures.ShownTo(db, caller).Any(picture => picture.Id == row.PictureId))
            .SingleOrDefaultAsync(cancel) ?? throw UploadErrors.UnknownAnnotation();

    private async Task<IResult> Edit(AnnotationRow seen, IReadOnlyList<TagEdit> tags, CancellationToken cancel)
    {
        if (tags.Count == 0) return TypedResults.Ok(await AnnotationJson.Load(db, seen, cancel));
        await using var change = await jobs.BeginChange(cancel);
        var (picture, annotation) = await Lock(seen, cancel);
        var hasTags = await AnnotationTags.Apply(db, picture, annotation, tags, caller.AccountId!.Value, time.GetUtcNow(), cancel);
        if (!hasTags) db.Annotations.Remove(annotation);
        await change.Commit(cancel);
        return hasTags ? TypedResults.Ok(await AnnotationJson.Load(db, annotation, cancel)) : TypedResults.NoContent();
    }

    /// <summary>Tag by tag, so that the history tells what was there.</summary>
    private async Task Remove(AnnotationRow seen, CancellationToken cancel)
    {
        await using var change = await jobs.BeginChange(cancel);
        var (picture, annotation) = await Lock(seen, cancel);
        var tags = await db.AnnotationsSemantics.AsNoTracking().Where(row => row.AnnotationId == seen.Id).ToListAsync(cancel);
        var now = time.GetUtcNow();
        await AnnotationTags.Apply(
            db, picture, annotation, [.. tags.Select(tag => new TagEdit(TagEdits.Delete, tag.Key, tag.Value))], caller.AccountId!.Value, now, cancel);
        picture.UpdatedAt = now;
        db.Annotations.Remove(annotation);
        await change.Commit(cancel);
    }

    private async Task<(PictureRow Picture, AnnotationRow Annotation)> Lock(AnnotationRow seen, CancellationToken cancel)
    {
        var picture = await db.Pictures.Locked(seen.PictureId, cancel) ?? throw UploadErrors.UnknownAnnotation();
        var annotation = await db.Annotations.SingleOrDefaultAsync(row => row.Id == seen.Id, cancel) ?? throw UploadErrors.UnknownAnnotation();
        return (picture, annotation);
    }
}
