using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;

namespace Panoramax.Admin.Commands;

/// <summary><c>requeue</c>: asks for work again. The caretaker announces it within its sweep interval; no broker is needed here.</summary>
internal static class Requeue
{
    public static Command Command(Instance instance)
    {
        var ids = CommandLine.Ids("Pictures (prepared again), upload sets (dispatched again) and sequences (computed anew).", ArgumentArity.ZeroOrMore);
        var broken = new Option<bool>("--broken") { Description = "All pictures whose preparation was given up." };
        var waiting = new Option<bool>("--waiting") { Description = "All work that waits for its next try: now, and with all its tries." };
        var command = new Command("requeue", CommandLine.About("Asks for work again: of single things, of all broken pictures, of all that waits.", "requeue --broken")) { ids, broken, waiting };
        command.SetAction(async (call, cancel) =>
        {
            if (call.GetValue(ids) is not { Length: > 0 } && !call.GetValue(broken) && !call.GetValue(waiting)) throw new UsageError("Nothing to do: name ids, or say --broken or --waiting.");
            await using var db = instance.OpenDb();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var asked = await Ids(db, call.GetValue(ids) ?? [], cancel);
            if (call.GetValue(broken)) asked += await Broken(db, cancel);
            if (call.GetValue(waiting)) asked += await Waiting(db, cancel);
            await transaction.CommitAsync(cancel);
            await instance.Say($"Asked for {asked} job(s) again.");
            return 0;
        });
        return command;
    }

    private static async Task<int> Ids(PanoramaxDb db, Guid[] ids, CancellationToken cancel)
    {
        var pictures = await db.Pictures.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancel);
        var sets = await db.UploadSets.Where(row => ids.Contains(row.Id) && row.Completed).Select(row => row.Id).ToListAsync(cancel);
        var sequences = await db.Sequences.Where(row => ids.Contains(row.Id) && row.Status != SequenceStatus.Deleted).Select(row => row.Id).ToListAsync(cancel);
        if (ids.Except([.. pictures, .. sets, .. sequences]).Take(1).ToArray() is [var unknown])
            throw new CommandFailed($"{unknown} is no picture, no complete upload set and no sequence. Nothing was asked for.");

        await db.Pictures.Where(row => pictures.Contains(row.Id) && row.PreparingStatus == PreparingStatus.Broken)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.PreparingStatus, PreparingStatus.NotProcessed), cancel);
        await JobStore.RequestMany(db, JobKind.Prepare, pictures, args: null, traceparent: null, cancel);
        await JobStore.RequestMany(db, JobKind.Dispatch, sets, args: null, traceparent: null, cancel);
        await JobStore.RequestMany(db, JobKind.Finalize, sequences, args: null, traceparent: null, cancel);
        return ids.Distinct().Count();
    }

    private static async Task<int> Broken(PanoramaxDb db, CancellationToken cancel)
    {
        var pictures = await db.Database.SqlQuery<Guid>($"SELECT id FROM pictures WHERE preparing_status = {PreparingStatus.Broken} ORDER BY id FOR UPDATE").ToListAsync(cancel);
        return await Ids(db, [.. pictures], cancel);
    }

    private static Task<int> Waiting(PanoramaxDb db, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"UPDATE jobs SET not_before = now(), attempts = 0, announced_at = NULL WHERE attempts > 0 AND not_before > now()", cancel);
}
