using System.Diagnostics;

namespace Panoramax.PictureCosts;

/// <summary>CPU of a piece of work against that of its floor, both by turns in one run.</summary>
internal sealed record Ratio(string What, double Ours, double Floor, double Spread)
{
    internal double Value => Ours / Floor;

    /// <summary>Medians of the rounds. Both sides run once before, unmeasured. What is given makes ready, and what that returns is measured.</summary>
    internal static Ratio Measure(string what, Func<Action> ours, Func<Action> floor, int rounds = 5)
    {
        ours()();
        floor()();
        var (mine, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            mine.Add(Cpu(ours()));
            bare.Add(Cpu(floor()));
        }

        return new Ratio(what, Median(mine), Median(bare), bare.Max() / bare.Min());
    }

    private static double Cpu(Action run)
    {
        GC.Collect();
        var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        run();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
