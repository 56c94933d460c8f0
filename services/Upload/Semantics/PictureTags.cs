using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;

namespace Panoramax.Upload.Semantics;

/// <summary>Tags of a picture, with the history of who changed them.</summary>
internal static class PictureTags
{
    /// <param name="picture">Locked by the caller.</param>
    /// <exception cref="Http.Errors.ApiError">400: a pair is there already, or twice.</exception>
    public static async Task Apply(PanoramaxDb db, PictureRow picture, IReadOnlyList<TagEdit> edits, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        if (edits.Count == 0) return;
        var present = await db.PicturesSemantics.Where(row => row.PictureId == picture.Id).ToListAsync(cancel);
        var (removed, added, effective) = TagEdits.Plan(present, edits);
        db.PicturesSemantics.RemoveRange(removed);
        db.PicturesSemantics.AddRange(added.Select(tag => new PictureSemanticsRow
        {
            PictureId = picture.Id, Key = tag.Key, Value = tag.Value, AccountId = accountId, Ts = now,
        }));
        AddHistory(db, picture.Id, effective, shape: null, accountId, now);
    }

    /// <param name="shape">GeoJSON of the annotation whose tags were changed; null for the picture's own.</param>
    public static void AddHistory(PanoramaxDb db, Guid pictureId, IReadOnlyList<TagEdit> effective, string? shape, Guid accountId, DateTimeOffset now)
    {
        if (effective.Count == 0) return;
        db.PicturesSemanticsHistory.Add(new PictureSemanticsHistoryRow
        {
            PictureId = pictureId, AccountId = accountId, Ts = now, Updates = TagEdits.ToJson(effective), AnnotationShape = shape,
        });
    }
}
