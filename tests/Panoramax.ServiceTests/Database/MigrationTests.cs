using Microsoft.EntityFrameworkCore;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Database;

[Parallelizable(ParallelScope.Self)]
public sealed class MigrationTests
{
    [Test]
    public async Task Migrate_sets_up_an_empty_database_and_can_be_run_again()
    {
        await using var database = await TestDatabase.CreateEmpty();

        Assert.That(await Migrate(database), Does.Contain("Applied").And.Contain("Initial"));
        Assert.That(await Migrate(database), Does.Contain("up to date"));

        await using var db = database.Context("admin");
        Assert.That(await db.Accounts.CountAsync(row => row.IsDefault && row.Role == "admin" && row.Name == "Default account"), Is.EqualTo(1));
        Assert.That(await db.Tokens.CountAsync(row => row.Description == "default token" && row.AccountId != null), Is.EqualTo(1));
        Assert.That(await db.DataProtectionKeys.CountAsync(), Is.EqualTo(1), "the second run needs no second key");
        var configuration = await db.Configurations.SingleAsync();
        Assert.That(configuration.DefaultVisibility, Is.EqualTo("anyone"));
        Assert.That((configuration.DefaultSplitDistance, configuration.DefaultSplitTime), Is.EqualTo((100, 300.0)));
        Assert.That((configuration.DefaultDuplicateDistance, configuration.DefaultDuplicateRotation), Is.EqualTo((1.0, 60)));
    }

    [Test]
    public async Task Two_migrations_at_the_same_time_do_not_disturb_each_other()
    {
        await using var database = await TestDatabase.CreateEmpty();
        var runs = await Task.WhenAll(Migrate(database), Migrate(database));
        Assert.That(runs.Count(output => output.Contains("Applied", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_that_no_migration_covers_is_noticed()
    {
        await using var database = await TestDatabase.Create();
        await using var db = database.Context("owner");
        Assert.That(db.Database.HasPendingModelChanges(), Is.False);
    }

    private static async Task<string> Migrate(TestDatabase database)
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings__panoramax"] = database.ConnectionString("owner") };
        await using var admin = await ServiceProcess.Start("Panoramax.Admin", settings, waitUntilReady: false, arguments: "migrate");
        var code = await admin.Ended(TimeSpan.FromSeconds(60));
        Assert.That(code, Is.Zero, admin.Log);
        return admin.Log;
    }
}
