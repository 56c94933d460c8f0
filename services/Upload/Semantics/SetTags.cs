using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;

namespace Panoramax.Upload.Semantics;

/// <summary>Tags of an upload set. Once it is dispatched, its sequences follow: what is added or deleted there is so here.</summary>
internal static class SetTags
{
    /// <exception cref="Http.Errors.ApiError">400: a pair is there already, or twice.</exception>
    public static async Task Apply(
        PanoramaxDb db, UploadSetRow set, IReadOnlyList<SequenceRow> sequences, IReadOnlyList<TagEdit> edits, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        if (edits.Count == 0) return;
        var present = await db.UploadSetsSemantics.Where(row => row.UploadSetId == set.Id).ToListAsync(cancel);
        var (removed, added, _) = TagEdits.Plan(present, edits);
        db.UploadSetsSemantics.RemoveRange(removed);
        db.UploadSetsSemantics.AddRange(added.Select(tag => new UploadSetSemanticsRow
        {
            UploadSetId = set.Id, Key = tag.Key, Value = tag.Value, AccountId = accountId, Ts = now,
        }));

        foreach (var sequence in sequences) await SequenceTags.Follow(db, sequence, edits, accountId, now, cancel);
    }
}
