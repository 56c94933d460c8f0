using System.Diagnostics;
using Panoramax.Load.Measuring;
using Panoramax.Load.Reading;
using Panoramax.Load.Uploading;
using Panoramax.Testing.Servers;

namespace Panoramax.Load;

/// <summary>All rows that were asked for, one after the other, and the report.</summary>
internal static class Run
{
    private static readonly string[] reading = ["read search", "read item", "read sequence", "read tiles", "read collections", "read SD", "read HD"];
    private static readonly string[] uploading = ["upload metadata", "upload files", "upload large", "upload set", "upload busy"];

    public static async Task<int> All(Arguments arguments, TextWriter log)
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<Row>();
        async Task MeasureAll(string name, Func<Task<IReadOnlyList<Row>>> measure)
        {
            if (!arguments.Wants(name)) return;
            foreach (var row in await measure())
            {
                rows.Add(row);
                await log.WriteLineAsync($"{watch.Elapsed.TotalSeconds,5:0} s  {row.Name}: {row.Figure:0.###} {row.Unit} ({row.Verdict}) {row.Ours} | {row.Floor} | {row.Refused} {row.Note}");
            }
        }

        Task Measure(string name, Func<Task<Row>> measure) => MeasureAll(name, async () => [await measure()]);

        await using var seeded = await SeededDatabase.Find(arguments.Pictures);
        if (reading.Any(arguments.Wants))
        {
            if (seeded is null)
            {
                await log.WriteLineAsync($"There are no {arguments.Pictures:N0} pictures: 'seed --pictures {arguments.Pictures}' first.");
                return 1;
            }

            await using var system = await RunningSystem.Start(seeded);
            await using var source = seeded.Source("stac");
            var (items, map, files) = (new ItemRows(system, source, arguments), new MapRows(system, source, arguments), new FileRows(system, source, arguments));
            await Measure(reading[0], items.Search);
            await Measure(reading[1], items.ById);
            await Measure(reading[2], items.OfSequence);
            await Measure(reading[3], map.Tiles);
            await Measure(reading[4], map.CollectionPages);
            await Measure(reading[5], files.Sd);
            await Measure(reading[6], files.ManyHd);
        }

        if (uploading.Any(arguments.Wants))
        {
            await using var empty = await TestDatabase.Create();
            await using var system = await RunningSystem.Start(empty);
            var intake = new IntakeRows(system, arguments);
            await Measure(uploading[0], MetadataRow.Read);
            await Measure(uploading[1], intake.Files);
            await MeasureAll(uploading[2], intake.LargeAtOnce);
            await MeasureAll(uploading[3], new LargeSetRows(system, arguments).All);
            await Measure(uploading[4], intake.WhilePreparing);
        }

        var report = await Report.Write(arguments, seeded, rows, watch.Elapsed);
        if (arguments.Report is { } file) await File.WriteAllTextAsync(file, report);
        else await log.WriteAsync(report);
        return rows.TrueForAll(row => row.Refused is null) ? 0 : 1;
    }
}
