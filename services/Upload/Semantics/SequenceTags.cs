using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;

namespace Panoramax.Upload.Semantics;

/// <summary>Tags of a sequence, with the history of who changed them.</summary>
internal static class SequenceTags
{
    /// <summary>Applies a person's edits.</summary>
    /// <exception cref="Http.Errors.ApiError">400: a pair is there already, or twice.</exception>
    public static async Task Apply(
        PanoramaxDb db, SequenceRow sequence, IReadOnlyList<TagEdit> edits, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        if (edits.Count == 0) return;
        var present = await db.SequencesSemantics.Where(row => row.SequenceId == sequence.Id).ToListAsync(cancel);
        Write(db, sequence, present, edits, accountId, now);
    }

    /// <summary>Lets a sequence follow its upload set: a pair that it has already by an edit of its own is no fault.</summary>
    public static async Task Follow(
        PanoramaxDb db, SequenceRow sequence, IReadOnlyList<TagEdit> edits, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        var present = await db.SequencesSemantics.Where(row => row.SequenceId == sequence.Id).ToListAsync(cancel);
        var deleted = edits.Where(edit => edit.Action == TagEdits.Delete).Select(edit => (edit.Key, edit.Value)).ToHashSet();
        var kept = present.Select(row => (row.Key, row.Value)).Where(pair => !deleted.Contains(pair)).ToHashSet();
        Write(db, sequence, present, [.. edits.Where(edit => edit.Action == TagEdits.Delete || !kept.Contains((edit.Key, edit.Value)))], accountId, now);
    }

    private static void Write(
        PanoramaxDb db, SequenceRow sequence, List<SequenceSemanticsRow> present, IReadOnlyList<TagEdit> edits, Guid accountId, DateTimeOffset now)
    {
        var (removed, added, effective) = TagEdits.Plan(present, edits);
        if (effective.Count == 0) return;
        db.SequencesSemantics.RemoveRange(removed);
        db.SequencesSemantics.AddRange(added.Select(tag => new SequenceSemanticsRow
        {
            SequenceId = sequence.Id, Key = tag.Key, Value = tag.Value, AccountId = accountId, Ts = now,
        }));
        db.SequencesSemanticsHistory.Add(new SequenceSemanticsHistoryRow
        {
            SequenceId = sequence.Id, AccountId = accountId, Ts = now, Updates = TagEdits.ToJson(effective),
        });
        sequence.UpdatedAt = now;
    }
}
