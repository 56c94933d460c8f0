using System.Globalization;
using Npgsql;

namespace Panoramax.Load.Measuring;

/// <summary>
/// Processor time by process while something happens. On a machine whose processors are the limit, it says where the time of
/// an answer goes; and other work on the machine does not change it as it changes rates.
/// </summary>
internal sealed class Processors
{
    /// <summary>The kernel counts in hundredths of a second, on every machine that this runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly List<(string Name, int Process)> processes;
    private readonly int postmaster;
    private Dictionary<string, double> before = [];
    private Dictionary<string, double> after = [];

    public Processors(RunningSystem system)
    {
        processes = [("gateway", system["Panoramax.Gateway"].Id), ("stac", system["Panoramax.Stac"].Id), ("upload", system["Panoramax.Upload"].Id), ("client", Environment.ProcessId)];
        using var connection = new NpgsqlConnection(system.Database.ConnectionString("stac") + ";Pooling=false");
        connection.Open();
        postmaster = (int)Field(Stat(connection.ProcessID), 4);
    }

    public T While<T>(Func<T> work)
    {
        before = Now();
        var result = work();
        after = Now();
        return result;
    }

    /// <summary>Such as <c>gateway 0.21, stac 0.33, database 0.20, client 0.05</c>: milliseconds for each of so many answers.</summary>
    public string PerAnswer(int answers) => "ms of processor an answer: " + string.Join(", ", after
        .Select(process => (process.Key, Each: (process.Value - before[process.Key]) * 1000 / Math.Max(1, answers))).Where(process => process.Each >= 0.005)
        .Select(process => string.Create(CultureInfo.InvariantCulture, $"{process.Key} {process.Each:0.00}")));

    private Dictionary<string, double> Now()
    {
        var times = processes.ToDictionary(process => process.Name, process => Used(Stat(process.Process)));
        // Connections may end meanwhile: then the postmaster has their time.
        times["database"] = Field(Stat(postmaster), 16) / TicksPerSecond + Field(Stat(postmaster), 17) / TicksPerSecond + Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _)).Select(name => Stat(int.Parse(name!, CultureInfo.InvariantCulture)))
            .Where(stat => stat is not null && Field(stat, 4) == postmaster).Sum(Used);
        return times;
    }

    private static double Used(string? stat) => (Field(stat, 14) + Field(stat, 15)) / TicksPerSecond;

    /// <summary>Numbered as proc(5) does; behind the name, which may hold blanks.</summary>
    private static double Field(string? stat, int number) =>
        stat is null ? 0 : double.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[number - 3], CultureInfo.InvariantCulture);

    private static string? Stat(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
