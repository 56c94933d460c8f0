using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Panoramax.Database;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Database;

/// <summary>
/// An update does not hold up the running instance: while the schema is brought up from every released version, somebody
/// goes on reading and writing each large table and never waits a second. PANORAMAX_MIGRATION_ROWS makes it a million rows;
/// every day it is fewer, enough for a rewrite of the table to be seen in the locks.
/// </summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class MigrationLockTests
{
    private static readonly int rows =
        int.TryParse(Environment.GetEnvironmentVariable("PANORAMAX_MIGRATION_ROWS"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : 20_000;

    [Test]
    public async Task No_migration_holds_up_anybody_for_a_second()
    {
        await using var database = await TestDatabase.CreateEmpty();
        await using var source = database.Source("owner");
        await using var db = database.Context("owner");
        var migrator = (IMigrator)((Microsoft.EntityFrameworkCore.Infrastructure.IInfrastructure<IServiceProvider>)db.Database).Instance.GetService(typeof(IMigrator))!;
        var all = db.Database.GetMigrations().ToList();
        // The schema of the first release, filled.
        await migrator.MigrateAsync(all[0]);
        await Fill(source);

        using var stop = new CancellationTokenSource();
        var waits = Watch(database.ConnectionString("owner"), stop.Token);
        // As an update does it: all at once, with the grants at the end; then the same again.
        for (var run = 0; run < 2; run++)
        {
            var watch = Stopwatch.StartNew();
            await using var context = database.Context("owner");
            await DatabaseMigration.Run(context, new InstanceDefaults(null, null), TimeProvider.System, default);
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"migrate over {rows} pictures, run {run + 1}: {watch.Elapsed.TotalSeconds:F2} s"));
        }

        await stop.CancelAsync();
        var (longest, what) = await waits;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"longest wait of a statement meanwhile: {longest.TotalMilliseconds:F0} ms ({what})"));
        Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(1)), what);
    }

    /// <summary>Reads and writes what an instance reads and writes all the time, and times each.</summary>
    private static async Task<(TimeSpan Longest, string What)> Watch(string connectionString, CancellationToken stop)
    {
        string[] statements =
        [
            "UPDATE pictures SET heading = 7 WHERE id = (SELECT id FROM pictures LIMIT 1)",
            "SELECT count(*) FROM (SELECT 1 FROM pictures LIMIT 10) part",
            "UPDATE upload_sets SET title = 'moved' WHERE id = (SELECT id FROM upload_sets LIMIT 1)",
            "SELECT count(*) FROM (SELECT 1 FROM sequences LIMIT 10) part",
            "SELECT count(*) FROM (SELECT 1 FROM pictures_exif LIMIT 10) part",
            "SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT 10) part",
            "SELECT count(*) FROM (SELECT 1 FROM files LIMIT 10) part",
        ];
        await using var source = NpgsqlDataSource.Create(connectionString);
        var found = await Task.WhenAll(statements.Select(async sql =>
        {
            var longest = TimeSpan.Zero;
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            while (!stop.IsCancellationRequested)
            {
                var watch = Stopwatch.StartNew();
                await using (var command = new NpgsqlCommand(sql, connection)) await command.ExecuteNonQueryAsync(CancellationToken.None);
                if (watch.Elapsed > longest) longest = watch.Elapsed;
                await Task.Delay(20, CancellationToken.None);
            }

            return (longest, sql);
        }));
        return found.MaxBy(wait => wait.longest);
    }

    private static async Task Fill(NpgsqlDataSource source)
    {
        var id = Guid.CreateVersion7();
        await Execute(source, $"""
            INSERT INTO accounts (id, name, role, is_default, created_at) VALUES ('{id}', 'lock test', 'user', false, now());
            INSERT INTO upload_sets (id, account_id, title, created_at, completed, dispatched, nb_files, sort_method)
            VALUES ('{id}', '{id}', 'lock test', now(), true, true, {rows}, 'time-asc');
            INSERT INTO pictures (id, account_id, upload_set_id, preparing_status, geom, ts, type, width, height, original_content_md5, inserted_at, updated_at,
                blurred_by_author, heading_computed, metadata)
            SELECT gen_random_uuid(), '{id}', '{id}', 'prepared', ST_SetSRID(ST_MakePoint(random() * 10, 40 + random() * 10), 4326), now(), 'flat', 4000, 3000, gen_random_uuid(), now(), now(),
                false, false, jsonb_build_object()
            FROM generate_series(1, {rows});
            INSERT INTO pictures_exif (picture_id, exif) SELECT id, jsonb_build_object('Exif.Image.Make', 'Maker') FROM pictures;
            """);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }
}
