using System.Globalization;
using System.Text;
using Npgsql;
using Panoramax.Testing.Servers;

namespace Panoramax.Load.Measuring;

/// <summary>The table as Markdown, with what is needed to understand and repeat it.</summary>
internal static class Report
{
    public static async Task<string> Write(Arguments arguments, TestDatabase? seeded, IReadOnlyList<Row> rows, TimeSpan took)
    {
        var text = new StringBuilder();
        var commit = Environment.GetEnvironmentVariable("PANORAMAX_COMMIT") ?? "unknown";
        text.AppendLine(CultureInfo.InvariantCulture, $"# Measured at {commit}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {(arguments.Quick ? "quick run" : "full run")} of {took.TotalSeconds:0} s; `{Command(arguments)}` repeats it.").AppendLine();
        text.AppendLine("Each ratio is the median of three rounds in which floor and ours took turns over the same number of connections; a row is refused when its floor moved by more than 30 %. Everything runs on one machine over loopback, the generator of requests included.").AppendLine();
        text.AppendLine("| what | at least / at most | aim | measured | | ours | floor | remarks |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Name} | {Number(row.Limit)} {row.Unit} | {(row.Aim is { } aim ? $"{Number(aim)} {row.Unit}" : "")} | **{Number(row.Figure)} {row.Unit}** | {row.Verdict} | {row.Ours} | {row.Floor} | {row.Refused ?? row.Note} |");
        }

        text.AppendLine().AppendLine("Machine: " + Machine()).AppendLine();
        if (seeded is not null) text.AppendLine(await Data(seeded, arguments.Pictures));
        return text.ToString();
    }

    private static string Command(Arguments arguments) =>
        "tests/benchmarks/run.sh" + (arguments.Quick ? " --quick" : "") + (arguments.Pictures == 1_000_000 ? "" : $" --pictures {arguments.Pictures}")
        + (arguments.Only.Count == 0 ? "" : " --only " + string.Join(',', arguments.Only));

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static string Machine()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var memory = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1_000_000.0;
        return $"{Environment.ProcessorCount} × {processor}, {memory:0} GB; {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}; load at the end {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.";
    }

    private static async Task<string> Data(TestDatabase database, long pictures)
    {
        await using var source = database.Source("admin");
        await using var command = source.CreateCommand("""
            SELECT split_part(version(), ' ', 2), postgis_lib_version(), pg_size_pretty(pg_database_size(current_database())), (SELECT count(*) FROM sequences),
                   coalesce(obj_description('public'::regnamespace, 'pg_namespace'), ''), current_setting('shared_buffers'),
                   pg_size_pretty(pg_total_relation_size('pictures')), pg_size_pretty(pg_total_relation_size('pictures_exif'))
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return $"Data: {pictures:N0} pictures in {reader.GetInt64(3):N0} sequences, {reader.GetString(2)} (`pictures` {reader.GetString(6)}, `pictures_exif` {reader.GetString(7)}, indexes included), {reader.GetString(4)}; PostgreSQL {reader.GetString(0)}, PostGIS {reader.GetString(1)}, shared_buffers {reader.GetString(5)}.";
    }
}
