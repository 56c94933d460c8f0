using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Storage;

namespace Panoramax.Admin.Commands;

/// <summary>
/// <c>orphans</c>: objects without a row, which a process that died between storing and writing leaves behind, and rows without
/// their object, which must not be. Only what is older than a day: younger things may be under way. About 50 bytes of memory for
/// each picture of the instance.
/// </summary>
internal static class Orphans
{
    private const int Batch = 1000;

    private static readonly TimeSpan underWay = TimeSpan.FromDays(1);

    public static Command Command(Instance instance)
    {
        var yes = new Option<bool>("--yes") { Description = "Delete the objects without a row. Without this the command only lists them." };
        var command = new Command("orphans", CommandLine.About(
            "Lists objects older than a day without a row, and rows without their object.", "orphans --yes")) { yes };
        command.SetAction(async (call, cancel) =>
        {
            await Run(instance, call.GetValue(yes), cancel);
            return 0;
        });
        return command;
    }

    private static async Task Run(Instance instance, bool yes, CancellationToken cancel)
    {
        await using var db = instance.OpenDb();
        var stores = instance.OpenStores();
        var limit = instance.Time.GetUtcNow() - underWay;
        var (lost, foreign) = (0L, 0L);

        // Originals move from incoming to permanent: looked at in this order, a moved one is met at least once.
        var seen = new HashSet<Guid>();
        foreach (var store in Enum.GetValues<StoreName>())
        {
            var progress = new Progress(instance, $"objects in {store}", total: null);
            await foreach (var objects in stores[store].List("", cancel).Chunk(Batch).WithCancellation(cancel))
            {
                var known = await Known(db, [.. objects.Select(each => PictureKeys.PictureOf(each.Key)).OfType<Guid>().Distinct()], cancel);
                foreach (var each in objects)
                {
                    if (PictureKeys.PictureOf(each.Key) is not { } picture)
                    {
                        foreign++;
                        await instance.Say($"{store}: {each.Key} is not ours");
                        continue;
                    }

                    if (store != StoreName.Derivates) seen.Add(picture);
                    if (known.Contains(picture) || each.LastModified > limit) continue;
                    lost++;
                    await instance.Say($"{store}: {each.Key} has no row ({each.Length} bytes, {each.LastModified:yyyy-MM-dd}){(yes ? ", deleted" : "")}");
                    if (yes) await stores[store].Delete(each.Key, cancel);
                }

                await progress.Add(objects.Length);
            }
        }

        var missing = await RowsWithoutObject(instance, db, seen, limit, cancel);
        await instance.Say($"{lost} object(s) without a row{(yes ? ", deleted" : lost > 0 ? " (nothing deleted: say --yes)" : "")}; {missing} row(s) without an object; {foreign} object(s) that are not ours.");
    }

    /// <summary>Pictures that have a row, or whose files a worker is going to delete.</summary>
    private static async Task<HashSet<Guid>> Known(PanoramaxDb db, Guid[] pictures, CancellationToken cancel) =>
        [.. await db.Pictures.Where(row => pictures.Contains(row.Id)).Select(row => row.Id)
            .Union(db.Jobs.Where(row => row.Kind == "delete" && pictures.Contains(row.SubjectId)).Select(row => row.SubjectId)).ToListAsync(cancel)];

    private static async Task<long> RowsWithoutObject(Instance instance, PanoramaxDb db, HashSet<Guid> seen, DateTimeOffset limit, CancellationToken cancel)
    {
        var (missing, last, progress) = (0L, Guid.Empty, new Progress(instance, "rows", total: null));
        while (true)
        {
            var rows = await db.Pictures.AsNoTracking().Where(row => row.Id > last).OrderBy(row => row.Id).Take(Batch)
                .Select(row => new { row.Id, row.InsertedAt, row.PreparingStatus }).ToListAsync(cancel);
            if (rows.Count == 0) return missing;
            foreach (var row in rows.Where(row => row.InsertedAt < limit && !seen.Contains(row.Id)))
            {
                missing++;
                await instance.Say($"Picture {row.Id} ({row.PreparingStatus}) has no object");
            }

            last = rows[^1].Id;
            await progress.Add(rows.Count);
        }
    }
}
