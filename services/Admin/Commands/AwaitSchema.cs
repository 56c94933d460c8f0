using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Panoramax.Database;

namespace Panoramax.Admin.Commands;

/// <summary>
/// <c>await-schema</c>: waits until <c>migrate</c> has brought the schema up to this build, with the connection string of the
/// process that is about to start. The first step of every process where nothing else orders the start. Exit code 1 after
/// ten minutes: the platform then tries again.
/// </summary>
internal static class AwaitSchema
{
    private static readonly TimeSpan rhythm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(10);

    public static Command Command(Instance instance)
    {
        var command = new Command("await-schema", CommandLine.About(
            "Waits until migrate has brought the schema up to this version, with the connection string of the process that is about to start.", "await-schema"));
        command.SetAction((_, cancel) => Run(instance.Configuration, instance.Time, instance.Output, cancel));
        return command;
    }

    /// <exception cref="UsageError">No connection string is configured.</exception>
    public static async Task<int> Run(IConfiguration configuration, TimeProvider time, TextWriter output, CancellationToken cancel)
    {
        await using var source = DatabaseSetup.DataSource(configuration.GetConnectionString(DatabaseSetup.ConnectionName)
            ?? throw new UsageError($"ConnectionStrings:{DatabaseSetup.ConnectionName} is not set"));
        var options = new DbContextOptionsBuilder<PanoramaxDb>();
        DatabaseSetup.Configure(options, source);
        await using var db = new PanoramaxDb(options.Options);
        var start = time.GetTimestamp();
        var told = "";
        while (true)
        {
            var reason = await Lacking(db, source, cancel);
            if (reason is null) return 0;
            if (reason != told) await output.WriteLineAsync(told = reason);
            if (time.GetElapsedTime(start) > limit) return 1;
            await Task.Delay(rhythm, time, cancel);
        }
    }

    private static async Task<string?> Lacking(PanoramaxDb db, NpgsqlDataSource source, CancellationToken cancel)
    {
        try
        {
            var missing = await SchemaVersion.Missing(db, source, cancel);
            return missing.Count == 0 ? null : $"Waiting for migrate: the schema lacks {string.Join(", ", missing)}";
        }
        catch (NpgsqlException error)
        {
            return $"Waiting for the database: {error.Message}";
        }
    }
}
