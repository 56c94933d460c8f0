using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;

namespace Panoramax.Admin.Commands;

/// <summary><c>sequences reorder</c> and <c>set-sequences-heading</c>: what follows from the pictures is computed in the same transaction.</summary>
internal static class Sequences
{
    public static Command Command(Instance instance)
    {
        var ids = CommandLine.Ids("Sequences; none: all of them.", ArgumentArity.ZeroOrMore);
        var reorder = new Command("reorder", CommandLine.About("Sorts the pictures of sequences by capture time.", "sequences reorder 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77")) { ids };
        reorder.SetAction(async (call, cancel) =>
        {
            var changed = await ForEach(instance, call.GetValue(ids) ?? [], (db, sequence, token) => Reorder(db, sequence, instance.Time.GetUtcNow(), token), cancel);
            await instance.Say($"Sorted {changed} sequence(s) anew; the others were in order.");
            return 0;
        });
        return new Command("sequences", CommandLine.About("Sequences of pictures.", "sequences reorder")) { reorder };
    }

    public static Command HeadingCommand(Instance instance)
    {
        var value = new Option<int>("--value") { Description = "Degrees clockwise from the direction of travel, -180 to 180.", Required = true };
        var overwrite = new Option<bool>("--overwrite") { Description = "Also for pictures whose camera said where it looks; the sequence remembers it." };
        var ids = CommandLine.Ids("Sequences.", ArgumentArity.OneOrMore);
        var command = new Command("set-sequences-heading", CommandLine.About(
            "Sets where the camera looks relative to the direction of travel.", "set-sequences-heading --value 90 --overwrite 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77"))
        {
            value, overwrite, ids,
        };
        command.SetAction(async (call, cancel) =>
        {
            var degrees = call.GetValue(value);
            if (!RelativeHeading.IsValid(degrees)) throw new UsageError($"--value must be from {RelativeHeading.Smallest} to {RelativeHeading.Largest}, not {degrees}.");
            var relative = new RelativeHeading(degrees, call.GetValue(overwrite));
            var changed = await ForEach(instance, call.GetValue(ids)!, (db, sequence, token) => SetHeading(db, sequence, relative, instance.Time.GetUtcNow(), token), cancel);
            await instance.Say($"Set the headings of {changed} sequence(s).");
            return 0;
        });
        return command;
    }

    /// <summary>One transaction for each sequence; a fault leaves the ones before it done.</summary>
    private static async Task<int> ForEach(Instance instance, Guid[] ids, Func<PanoramaxDb, SequenceRow, CancellationToken, Task<bool>> change, CancellationToken cancel)
    {
        await using var db = instance.OpenDb();
        var wanted = await db.Sequences.Where(row => row.Status != SequenceStatus.Deleted && (ids.Length == 0 || ids.Contains(row.Id)))
            .OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancel);
        if (ids.Length > 0 && ids.Except(wanted).Take(1).ToArray() is [var unknown]) throw new CommandFailed($"There is no sequence {unknown}. Nothing was changed.");

        var (changed, progress) = (0, new Progress(instance, "sequences", wanted.Count));
        foreach (var id in wanted)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            if (await db.Sequences.Locked(id, cancel) is { } sequence && await change(db, sequence, cancel)) changed++;
            await transaction.CommitAsync(cancel);
            db.ChangeTracker.Clear();
            await progress.Add();
        }

        return changed;
    }

    private static async Task<bool> Reorder(PanoramaxDb db, SequenceRow sequence, DateTimeOffset now, CancellationToken cancel)
    {
        var pictures = await StoredPictures.LockThoseOfSequence(db, sequence.Id, cancel);
        // At the same time the order of now decides.
        var sorted = pictures.OrderBy(picture => picture.Summarized.Timestamp).ThenBy(picture => picture.Rank).ToList();
        if (sorted.SequenceEqual(pictures)) return false;
        await db.Statement(
            "UPDATE sequences_pictures m SET rank = n.rank FROM unnest(@ids, @ranks) AS n(id, rank) WHERE m.picture_id = n.id AND m.rank <> n.rank",
            ("ids", sorted.Select(picture => picture.Id).ToArray()), ("ranks", Enumerable.Range(1, sorted.Count).ToArray())).Run(cancel);
        var ofSet = await db.UploadSets.Where(set => set.Id == sequence.UploadSetId).Select(set => set.RelativeHeading).SingleOrDefaultAsync(cancel);
        var relative = RelativeHeading.Of(sequence.RelativeHeading, ofSet) with { ReplacesCameraHeadings = false };
        await FinalizedSequences.Write(db, [new SequenceToFinalize(sequence.Id, relative, sorted, HasChanged: true)], status: null, now, cancel);
        return true;
    }

    private static async Task<bool> SetHeading(PanoramaxDb db, SequenceRow sequence, RelativeHeading relative, DateTimeOffset now, CancellationToken cancel)
    {
        if (relative.ReplacesCameraHeadings && sequence.RelativeHeading != relative.Degrees)
        {
            var operatorAccount = await db.Accounts.Where(row => row.IsDefault).Select(row => row.Id).SingleAsync(cancel);
            db.SequencesChanges.Add(new SequenceChangeRow
            {
                SequenceId = sequence.Id, AccountId = operatorAccount, Ts = now, Previous = new JsonObject { ["relative_heading"] = sequence.RelativeHeading }.ToJsonString(),
            });
            sequence.RelativeHeading = relative.Degrees;
            await db.SaveChangesAsync(cancel);
        }

        var pictures = await StoredPictures.LockThoseOfSequence(db, sequence.Id, cancel);
        var headings = await FinalizedSequences.Write(db, [new SequenceToFinalize(sequence.Id, relative, pictures, HasChanged: true)], status: null, now, cancel);
        return headings.Count > 0;
    }
}
