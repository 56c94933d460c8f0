using System.Globalization;

namespace Panoramax.Load;

/// <summary>What the command was asked for.</summary>
/// <param name="Pictures">Size of the seeded database.</param>
/// <param name="Quick">Short phases, fewer sizes: to see that it works, not to state figures.</param>
/// <param name="Only">Parts of names of rows; empty: all.</param>
/// <param name="Report">Markdown file to write; null: standard output alone.</param>
internal sealed record Arguments(string Command, long Pictures, bool Quick, IReadOnlyList<string> Only, string? Report)
{
    public const string Usage = """
        Usage: Panoramax.Load seed [--pictures N]
               Panoramax.Load run  [--pictures N] [--quick] [--only NAME,NAME] [--report FILE]
        The servers are those of tests/servers.sh; tests/benchmarks/run.sh does all of it.
        """;

    /// <summary>Length of one measured phase.</summary>
    public TimeSpan Phase => TimeSpan.FromSeconds(Quick ? 2 : 8);

    public int Rounds => 3;

    public bool Wants(string name) => Only.Count == 0 || Only.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <returns>Null: it cannot be read.</returns>
    public static Arguments? Parse(string[] args)
    {
        if (args is not ["seed" or "run", ..]) return null;
        var arguments = new Arguments(args[0], 1_000_000, false, [], null);
        for (var at = 1; at < args.Length; at++)
        {
            switch (args[at])
            {
                case "--quick": arguments = arguments with { Quick = true }; break;
                case "--pictures" when at + 1 < args.Length && long.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0:
                    arguments = arguments with { Pictures = count };
                    at++;
                    break;
                case "--only" when at + 1 < args.Length: arguments = arguments with { Only = args[++at].Split(',') }; break;
                case "--report" when at + 1 < args.Length: arguments = arguments with { Report = args[++at] }; break;
                default: return null;
            }
        }

        return arguments;
    }
}
