using System.Diagnostics;
using Panoramax.Load.Measuring;
using Panoramax.Load.Reading;

namespace Panoramax.Load;

/// <summary>All rows that were asked for, one after the other, and the report.</summary>
internal static class Run
{
    private static readonly string[] reading = ["search", "item by id", "items of", "tiles", "collections", "picture file", "64 HD"];

    public static async Task<int> All(Arguments arguments, TextWriter log)
    {
        var watch = Stopwatch.StartNew();
        var rows = new List<Row>();
        async Task Measure(string name, Func<Task<Row>> measure)
        {
            if (!arguments.Wants(name)) return;
            var row = await measure();
            rows.Add(row);
            await log.WriteLineAsync($"{watch.Elapsed.TotalSeconds,5:0} s  {row.Name}: {row.Figure:0.###} {row.Unit} ({row.Verdict}) {row.Ours} | {row.Floor} | {row.Refused} {row.Note}");
        }

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

        var report = await Report.Write(arguments, seeded, rows, watch.Elapsed);
        if (arguments.Report is { } file) await File.WriteAllTextAsync(file, report);
        else await log.WriteAsync(report);
        return rows.TrueForAll(row => row.Refused is null) ? 0 : 1;
    }
}
