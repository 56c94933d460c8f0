namespace Panoramax.Load.Measuring;

/// <summary>What a row of the report says.</summary>
/// <param name="Figure">Ratio of medians, or an absolute figure where there is no floor.</param>
/// <param name="Limit">What it must reach: at least for rates, at most for times and memory.</param>
internal sealed record Row(string Name, double Figure, double Limit, double? Aim, bool HigherIsBetter, string Unit, string Ours, string Floor, string? Refused = null, string Note = "")
{
    public bool Passes => Refused is null && (HigherIsBetter ? Figure >= Limit : Figure <= Limit);

    public bool ReachesAim => Refused is null && Aim is { } aim && (HigherIsBetter ? Figure >= aim : Figure <= aim);

    public string Verdict => Refused is not null ? "refused" : ReachesAim || (Passes && Aim is null) ? "aim" : Passes ? "passes" : "misses";
}

/// <summary>Measures a floor and ours in turns.</summary>
internal static class Interleaved
{
    /// <summary>A floor that moved more than this between its rounds says that something else ran meanwhile.</summary>
    private const double MostMovement = 0.3;

    /// <summary>Rates (more is better): ratio is ours by floor.</summary>
    public static Row Rates(string name, double atLeast, double? aim, string unit, int rounds, Func<double> floor, Func<double> ours, Func<string>? note = null) =>
        Compare(name, atLeast, aim, higherIsBetter: true, unit, rounds, floor, ours, note);

    /// <summary>Times (less is better): ratio is ours by floor.</summary>
    public static Row Times(string name, double atMost, double? aim, string unit, int rounds, Func<double> floor, Func<double> ours, Func<string>? note = null) =>
        Compare(name, atMost, aim, higherIsBetter: false, unit, rounds, floor, ours, note);

    private static Row Compare(
        string name, double limit, double? aim, bool higherIsBetter, string unit, int rounds, Func<double> floor, Func<double> ours, Func<string>? note)
    {
        // Once more when the floor moved: a neighbour on the machine may have been busy just then.
        for (var tries = 0; ; tries++)
        {
            var (floors, figures) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                floors.Add(floor());
                figures.Add(ours());
            }

            var (middle, movement) = (Median(floors), (floors.Max() - floors.Min()) / Median(floors));
            var refused = movement > MostMovement ? $"the floor moved by {movement * 100:0} %" : null;
            if (refused is not null && tries == 0) continue;
            return new Row(
                name, Median(figures) / middle, limit, aim, higherIsBetter, "×", $"{Median(figures):0.##} {unit}", $"{middle:0.##} {unit}", refused, note?.Invoke() ?? "");
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
