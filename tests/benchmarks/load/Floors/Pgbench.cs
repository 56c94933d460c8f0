using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Panoramax.Load.Floors;

/// <summary>PostgreSQL's own benchmark program, which sends the very statements of an answer as prepared ones: what is left when everything but SQL is taken away.</summary>
internal sealed partial class Pgbench : IDisposable
{
    /// <summary>So many scripts at most does it take.</summary>
    public const int MaxScripts = 120;

    private readonly string folder = Directory.CreateTempSubdirectory("panoramax-pgbench-").FullName;
    private readonly NpgsqlConnectionStringBuilder server;
    private int scripts;

    public Pgbench(string connectionString) => server = new NpgsqlConnectionStringBuilder(connectionString);

    /// <summary>Adds the statements of one answer; their values stand in the text.</summary>
    public void Add(params IEnumerable<string> statements) =>
        File.WriteAllText(Path.Combine(folder, $"{scripts++:000}.sql"), string.Concat(statements.Select(statement => statement.TrimEnd() + ";\n")));

    /// <summary>The statement of a command with its values written out.</summary>
    public static string Text(NpgsqlCommand command)
    {
        var values = command.Parameters.ToDictionary(parameter => parameter.ParameterName, parameter => Literal(parameter.Value!), StringComparer.Ordinal);
        return ParameterName().Replace(command.CommandText, name => values[name.Value[1..]]);
    }

    /// <returns>Answers per second.</returns>
    public double Run(TimeSpan duration, int connections)
    {
        var start = new ProcessStartInfo("pgbench") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PGPASSWORD"] = server.Password;
        foreach (var argument in (string[])
        [
            "--no-vacuum", "--protocol=prepared", $"--client={connections}", "--jobs=2", $"--time={Math.Max(1, (int)duration.TotalSeconds)}", "--random-seed=7",
            $"--host={server.Host}", $"--port={server.Port}", $"--username={server.Username}",
        ]) start.ArgumentList.Add(argument);
        foreach (var script in Directory.GetFiles(folder).Order()) start.ArgumentList.Add($"--file={script}");
        start.ArgumentList.Add(server.Database!);

        using var process = Process.Start(start)!;
        // What it says of each script is more than a pipe holds.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var rate = Rate().Match(output);
        if (process.ExitCode != 0 || !rate.Success) throw new InvalidOperationException($"pgbench failed: {errors.GetAwaiter().GetResult()}");
        return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Literal(object value) => value switch
    {
        Guid id => $"'{id}'::uuid",
        double number => $"({number.ToString("R", CultureInfo.InvariantCulture)})::float8",
        int number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no literal for {value.GetType()}", nameof(value)),
    };

    [GeneratedRegex("@[a-z][a-z0-9]*")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Rate();
}
