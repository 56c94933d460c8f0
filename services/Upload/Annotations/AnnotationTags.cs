using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Annotations;

/// <summary>Tags of an annotation. Their history stands with the picture's and tells the shape, for an annotation may vanish.</summary>
internal static class AnnotationTags
{
    /// <param name="picture">The annotation's picture, locked by the caller.</param>
    /// <returns>True when the annotation has a tag then.</returns>
    /// <exception cref="Http.Errors.ApiError">400: a pair is there already, or twice.</exception>
    public static async Task<bool> Apply(
        PanoramaxDb db, PictureRow picture, AnnotationRow annotation, IReadOnlyList<TagEdit> edits, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        var present = await db.AnnotationsSemantics.Where(row => row.AnnotationId == annotation.Id).ToListAsync(cancel);
        var (removed, added, effective) = TagEdits.Plan(present, edits);
        db.AnnotationsSemantics.RemoveRange(removed);
        db.AnnotationsSemantics.AddRange(added.Select(tag => new AnnotationSemanticsRow
        {
            AnnotationId = annotation.Id, Key = tag.Key, Value = tag.Value, AccountId = accountId, Ts = now,
        }));
        PictureTags.AddHistory(db, picture.Id, effective, annotation.Shape, accountId, now);
        if (effective.Count > 0) picture.UpdatedAt = now;
        return present.Count - removed.Count + added.Count > 0;
    }
}
