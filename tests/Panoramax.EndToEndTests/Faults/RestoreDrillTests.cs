using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.EndToEndTests.Faults;

/// <summary>
/// The drill: an instance is backed up with <c>deploy/backup/backup.sh</c> while pictures arrive, loses its database and its
/// pictures, is restored with <c>restore.sh</c>, and goes on.
/// </summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class RestoreDrillTests
{
    [Test, Property("Fault", "database restored from a backup")]
    public async Task What_was_backed_up_while_pictures_arrived_is_restored_and_the_work_that_was_owed_goes_on()
    {
        // Work that was announced before the backup is announced again after this time; its message is long gone.
        await using var instance = await PanoramaxInstance.Start(StoreKind.Folder, new Dictionary<string, string> { ["Jobs__ReannounceAfter"] = "00:00:05" });
        var before = await SendSet(instance, 6, 0);
        await instance.Uploader.UntilReady(before.Set);
        // Owed at the time of the backup: nobody prepares it before.
        await instance["Panoramax.PictureWorker"].Kill();
        var owed = await SendSet(instance, 2, 100);
        await instance.Restart("Panoramax.PictureWorker");

        var backup = Directory.CreateTempSubdirectory("panoramax-backup-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            using var stop = new CancellationTokenSource();
            var arriving = Task.Run(async () =>
            {
                for (var n = 0; !stop.IsCancellationRequested && n < 200; n++) await SendSet(instance, 1, 1000 + (n * 10));
            });
            await Run("backup.sh", backup, instance);
            await stop.CancelAsync();
            await arriving;
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"backup: {watch.Elapsed.TotalSeconds:F1} s"));

            // Everything is lost.
            foreach (var process in instance.Processes.Where(process => process != "Panoramax.Gateway").ToList()) await instance[process].Kill();
            await Superuser($"DROP DATABASE {instance.Database.Name} WITH (FORCE)", "postgres");
            foreach (var store in (string[])["incoming", "permanent", "derivates"]) Directory.Delete(Path.Combine(instance.Store.Folder, store), recursive: true);

            watch.Restart();
            await Superuser($"CREATE DATABASE {instance.Database.Name}", "postgres");
            await Superuser(await File.ReadAllTextAsync(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "postgres", "roles.sql")), instance.Database.Name);
            await instance.Store.Stores.EnsureBuckets(default);
            await Run("restore.sh", backup, instance);
            await Migrate(instance);
            foreach (var process in instance.Processes.Where(process => process != "Panoramax.Gateway").ToList()) await instance.Restart(process);
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"restore until ready: {watch.Elapsed.TotalSeconds:F1} s"));

            // What was there is there, what was owed is done.
            foreach (var (set, ids) in new[] { before, owed })
            {
                var answer = await instance.Uploader.UntilReady(set);
                Assert.That(answer["items_status"]!["prepared"]!.GetValue<int>(), Is.EqualTo(ids.Count), answer.ToJsonString());
                foreach (var id in ids) Assert.That((await instance.Visitor.Bytes($"pictures/{id}/hd.jpg")).Length, Is.GreaterThan(1000));
            }

            // No row points to bytes that are not there, whatever arrived meanwhile.
            await UntilZero(instance, "SELECT count(*) FROM jobs");
            var permanent = (await instance.Store.Keys(StoreName.Permanent)).ToHashSet(StringComparer.Ordinal);
            var rows = (await instance.Database.Scalar<string>("SELECT coalesce(string_agg(id::text, ','), '') FROM pictures WHERE preparing_status = 'prepared'"))
                .Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse).ToList();
            Assert.That(rows.Where(id => !permanent.Contains(PictureKeys.Picture(id))), Is.Empty);
            Assert.That(rows, Is.SupersetOf(before.Ids.Concat(owed.Ids)));

            // And it takes new ones.
            var after = await SendSet(instance, 1, 900_000);
            await instance.Uploader.UntilReady(after.Set);
        }
        finally
        {
            Directory.Delete(backup, recursive: true);
        }
    }

    [Test]
    public async Task A_database_that_is_not_empty_is_not_restored_over()
    {
        await using var instance = await PanoramaxInstance.Start(StoreKind.Folder);
        var backup = Directory.CreateTempSubdirectory("panoramax-backup-").FullName;
        await File.WriteAllTextAsync(Path.Combine(backup, "finished"), "");
        var refused = Assert.ThrowsAsync<InvalidOperationException>(async () => await Run("restore.sh", backup, instance));
        Assert.That((await refused)!.Message, Does.Contain("is not empty"));
        Directory.Delete(backup, recursive: true);
    }

    private static async Task<(Guid Set, IReadOnlyList<Guid> Ids)> SendSet(PanoramaxInstance instance, int pictures, int first)
    {
        var set = await instance.Uploader.CreateSet($"Drill {first}", pictures);
        var ids = new List<Guid>();
        var start = new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < pictures; i++)
        {
            var picture = TestJpeg.Make(320, 240, 46.0 + (first * 0.00001) + (i * 0.000135), -2.3, start.AddSeconds((first + i) * 5), seed: 70_000 + first + i);
            var answer = await instance.Uploader.SendFile(set, $"{i}.jpg", picture);
            Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
            ids.Add(answer["picture_id"]!.GetValue<Guid>());
        }

        return (set, ids);
    }

    private static async Task Run(string script, string backup, PanoramaxInstance instance)
    {
        var start = new ProcessStartInfo(Path.Combine(SharedPictures.RepositoryRoot, "deploy", "backup", script), [backup])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        var server = new DbConnectionStringBuilder { ConnectionString = TestServers.Postgres };
        start.Environment["PGHOST"] = (string)server["Host"];
        start.Environment["PGPORT"] = (string)server["Port"];
        start.Environment["PGUSER"] = (string)server["Username"];
        start.Environment["PGPASSWORD"] = (string)server["Password"];
        start.Environment["PANORAMAX_DATABASE"] = instance.Database.Name;
        start.Environment["PICTURES_FOLDER"] = instance.Store.Folder;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{script}: {output}{await errors}");
    }

    private static async Task Migrate(PanoramaxInstance instance)
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings__panoramax"] = instance.Database.ConnectionString("owner") };
        await using var admin = await ServiceProcess.Start("Panoramax.Admin", settings, waitUntilReady: false, arguments: "migrate");
        Assert.That(await admin.Ended(TimeSpan.FromSeconds(60)), Is.Zero, admin.Log);
    }

    private static async Task Superuser(string sql, string database)
    {
        var connection = new DbConnectionStringBuilder { ConnectionString = TestServers.Postgres, ["Database"] = database, ["Pooling"] = false }.ConnectionString;
        await using var source = Npgsql.NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task UntilZero(PanoramaxInstance instance, string sql)
    {
        var watch = Stopwatch.StartNew();
        while (await instance.Database.Scalar<long>(sql) > 0)
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(60)) throw new TimeoutException(sql);
            await Task.Delay(200);
        }
    }
}
