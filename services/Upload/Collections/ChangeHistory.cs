using System.Text.Json.Nodes;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;

namespace Panoramax.Upload.Collections;

/// <summary>The history of an edit: who, when, and the values before it.</summary>
internal static class ChangeHistory
{
    /// <summary>Adds a row for a sequence; nothing when nothing changed.</summary>
    public static SequenceChangeRow? Add(PanoramaxDb db, SequenceRow sequence, JsonObject previous, Guid accountId, DateTimeOffset now)
    {
        if (previous.Count == 0) return null;
        var change = new SequenceChangeRow { SequenceId = sequence.Id, AccountId = accountId, Ts = now, Previous = previous.ToJsonString() };
        db.SequencesChanges.Add(change);
        return change;
    }

    /// <summary>Adds a row for a picture; nothing when nothing changed.</summary>
    /// <param name="partOf">The edit of a sequence that this is part of.</param>
    public static void Add(PanoramaxDb db, Guid pictureId, JsonObject previous, Guid accountId, DateTimeOffset now, long? partOf = null)
    {
        if (previous.Count == 0) return;
        db.PicturesChanges.Add(new PictureChangeRow
        {
            PictureId = pictureId, AccountId = accountId, Ts = now, SequenceChangeId = partOf, Previous = previous.ToJsonString(),
        });
    }
}

/// <summary>Computes anew what follows from a sequence's pictures, in the transaction of the edit that made it necessary.</summary>
internal static class SequenceResults
{
    /// <param name="relative">Which headings are replaced, and by what.</param>
    /// <returns>The pictures by rank as they were before, and the headings that were written.</returns>
    public static async Task<(IReadOnlyList<StoredPicture> Pictures, IReadOnlyList<ComputedHeading> Headings)> Write(
        PanoramaxDb db, Guid sequenceId, RelativeHeading relative, DateTimeOffset now, CancellationToken cancel)
    {
        var pictures = await StoredPictures.LockThoseOfSequence(db, sequenceId, cancel);
        var headings = await FinalizedSequences.Write(
            db, [new SequenceToFinalize(sequenceId, relative, pictures, HasChanged: true)], status: null, now, cancel);
        return (pictures, headings);
    }

    /// <summary>After a picture was moved or removed: directions that were computed follow the new path, stated ones stay.</summary>
    public static async Task FollowPath(PanoramaxDb db, SequenceRow sequence, int? setDegrees, DateTimeOffset now, CancellationToken cancel) =>
        await Write(db, sequence.Id, RelativeHeading.Of(sequence.RelativeHeading, setDegrees) with { ReplacesCameraHeadings = false }, now, cancel);
}
