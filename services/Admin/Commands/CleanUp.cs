using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Storage;

namespace Panoramax.Admin.Commands;

/// <summary>
/// <c>cleanup</c>, with upstream's meaning: takes sequences away from the database and from the stores, or makes their derivates
/// anew. Lost objects are the business of <c>orphans</c>.
/// </summary>
internal static class CleanUp
{
    private const string DerivatesOnly = """{"skip_blurring": true}""";

    public static Command Command(Instance instance)
    {
        var ids = CommandLine.Ids("Sequences; none: all of them, which also needs --yes.", ArgumentArity.ZeroOrMore);
        var database = new Option<bool>("--database") { Description = "Delete the sequences and their pictures from the database." };
        var cache = new Option<bool>("--cache") { Description = "Delete the derivates; without --database they are made anew instead." };
        var originals = new Option<bool>("--permanent-pictures") { Description = "With --database: delete the pictures themselves too. Else their files stay." };
        var yes = new Option<bool>("--yes") { Description = "Do it for all sequences." };
        var command = new Command("cleanup", CommandLine.About(
            "Deletes sequences. Without an option: from the database, with their derivates; the pictures' own files stay in their store.",
            "cleanup --database --cache --permanent-pictures 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77"))
        {
            ids, database, cache, originals, yes,
        };
        command.SetAction(async (call, cancel) =>
        {
            var wanted = new What(call.GetValue(database), call.GetValue(cache), call.GetValue(originals));
            if (wanted is { Database: false, Originals: true }) throw new UsageError("--permanent-pictures needs --database: pictures without their file could not be shown.");
            if (wanted is { Database: false, Cache: false }) wanted = new What(Database: true, Cache: true, Originals: false);
            await Run(instance, wanted, call.GetValue(ids) ?? [], call.GetValue(yes), cancel);
            return 0;
        });
        return command;
    }

    private static async Task Run(Instance instance, What wanted, Guid[] ids, bool yes, CancellationToken cancel)
    {
        await using var db = instance.OpenDb();
        var sequences = await db.Sequences.Where(row => row.Status != SequenceStatus.Deleted && (ids.Length == 0 || ids.Contains(row.Id)))
            .OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancel);
        if (ids.Length > 0 && ids.Except(sequences).Take(1).ToArray() is [var unknown]) throw new CommandFailed($"There is no sequence {unknown}. Nothing was changed.");
        if (ids.Length == 0 && !yes) throw new UsageError($"This would concern all {sequences.Count} sequences: say --yes, or name some.");

        if (!wanted.Database)
        {
            var asked = 0;
            foreach (var sequence in sequences) asked += await MakeAnew(db, sequence, cancel);
            await instance.Say($"Workers make the derivates of {asked} pictures anew.");
            return;
        }

        var (pictures, progress) = (0, new Progress(instance, "pictures", total: null));
        var stores = instance.OpenStores();
        foreach (var sequence in sequences)
        {
            var members = await db.SequencesPictures.Where(row => row.SequenceId == sequence).Select(row => row.PictureId).ToListAsync(cancel);
            // With all files the workers delete them, by a job that outlives an interruption here.
            pictures += await Removal.Sequence(db, sequence, files: wanted is { Cache: true, Originals: true }, instance.Time.GetUtcNow(), progress, cancel);
            if (wanted is { Cache: true, Originals: true }) continue;
            foreach (var picture in members)
            {
                if (wanted.Cache) await stores.Derivates.DeleteFolder(PictureKeys.DerivatesFolder(picture), cancel);
                if (!wanted.Originals) continue;
                await stores.Permanent.Delete(PictureKeys.Picture(picture), cancel);
                await stores.Incoming.Delete(PictureKeys.Picture(picture), cancel);
            }
        }

        await instance.Say($"Deleted {sequences.Count} sequence(s) with {pictures} pictures.");
    }

    /// <summary>Asks for preparations without another blurring; a picture that is still to be blurred keeps its job.</summary>
    private static async Task<int> MakeAnew(PanoramaxDb db, Guid sequence, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var prepare = JobKind.Prepare.Text();
        var pictures = await (
            from member in db.SequencesPictures
            join picture in db.Pictures on member.PictureId equals picture.Id
            where member.SequenceId == sequence && picture.PreparingStatus == PreparingStatus.Prepared
                && !db.Jobs.Any(job => job.Kind == prepare && job.SubjectId == picture.Id)
            select picture.Id).ToListAsync(cancel);
        await JobStore.RequestMany(db, JobKind.Prepare, pictures, DerivatesOnly, traceparent: null, cancel);
        await transaction.CommitAsync(cancel);
        return pictures.Count;
    }

    private sealed record What(bool Database, bool Cache, bool Originals);
}
