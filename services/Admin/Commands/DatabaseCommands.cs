using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Panoramax.Admin.Commands;

/// <summary><c>db upgrade</c>, <c>db rollback</c>, <c>db refresh</c>: the names that operators of the upstream server know. As panoramax_owner.</summary>
internal static class DatabaseCommands
{
    public static Command Command(Instance instance)
    {
        var upgrade = new Command("upgrade", CommandLine.About("The same as 'migrate'.", "db upgrade"));
        upgrade.SetAction((_, cancel) => Migrate.Run(instance, cancel));

        var all = new Option<bool>("--all") { Description = "Take back all migrations: nothing is left of the schema." };
        var yes = new Option<bool>("--yes") { Description = "Do it. Without this the command only says what it would do." };
        var rollback = new Command("rollback", CommandLine.About(
            "Takes the last migration back, and with it the data that it made room for.", "db rollback --yes"))
        {
            all, yes,
        };
        rollback.SetAction((call, cancel) => Rollback(instance, call.GetValue(all), call.GetValue(yes), cancel));

        var refresh = new Command("refresh", CommandLine.About("Computes the squares of the map's far zooms anew, as happens every night.", "db refresh"));
        refresh.SetAction((_, cancel) => Refresh(instance, cancel));
        return new Command("db", CommandLine.About("The database schema and its statistics.", "db refresh")) { upgrade, rollback, refresh };
    }

    private static async Task<int> Rollback(Instance instance, bool all, bool yes, CancellationToken cancel)
    {
        await using var db = instance.OpenDb();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancel)).ToList();
        if (applied.Count == 0)
        {
            await instance.Say("There is no migration to take back.");
            return 0;
        }

        var taken = all ? applied : applied[^1..];
        if (!yes)
        {
            await instance.Say($"Would take back {string.Join(", ", taken)}, and the data with it. Say --yes to do it.");
            return 1;
        }

        var target = all || applied.Count == 1 ? Migration.InitialDatabase : applied[^2];
        await db.GetService<IMigrator>().MigrateAsync(target, cancel);
        await instance.Say($"Took back {string.Join(", ", taken)}.");
        return 0;
    }

    private static async Task<int> Refresh(Instance instance, CancellationToken cancel)
    {
        await using var db = instance.OpenDb();
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await db.Database.ExecuteSqlAsync($"REFRESH MATERIALIZED VIEW CONCURRENTLY pictures_grid", cancel);
        await instance.Say("The grid is up to date.");
        return 0;
    }
}
