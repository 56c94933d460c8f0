using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Panoramax.Admin;
using Panoramax.Domain.Accounts;
using Panoramax.ServiceTests.Stac;
using Panoramax.Storage;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Admin;

/// <summary>The operator's console on a real database, under its own role, and real folders.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class ConsoleTests
{
    private TestDatabase database = null!;
    private TestStore store = null!;

    [OneTimeSetUp]
    public async Task Start() => (database, store) = (await TestDatabase.Create(), await TestStore.Create(StoreKind.Folder));

    [OneTimeTearDown]
    public async Task Stop()
    {
        await database.DisposeAsync();
        await store.DisposeAsync();
    }

    private static IEnumerable<string> Commands() =>
    [
        "migrate", "db upgrade", "db rollback", "db refresh", "default-account-tokens get", "user", "requeue", "sequences reorder", "set-sequences-heading", "cleanup", "orphans", "picture-worker",
    ];

    [TestCaseSource(nameof(Commands))]
    public async Task Every_command_explains_itself_with_an_example(string command)
    {
        var (code, output, _) = await Run([.. command.Split(' '), "--help"]);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("Example:").And.Contain($"Panoramax.Admin {command}"));
    }

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("user bob")]
    [TestCase("user bob --set-role king")]
    [TestCase("user bob --create --provider osm")]
    [TestCase("set-sequences-heading --value 181 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77")]
    [TestCase("set-sequences-heading --value 1")]
    [TestCase("requeue")]
    [TestCase("requeue 17")]
    [TestCase("cleanup")]
    [TestCase("cleanup --permanent-pictures 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77")]
    public async Task A_wrong_call_is_answered_with_a_sentence_and_code_2(string call)
    {
        var (code, _, complaints) = await Run(call.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(code, Is.EqualTo(2));
        Assert.That(complaints, Is.Not.Empty.And.Not.Contain("   at "));
    }

    [TestCase("user nobody-knows --set-role admin", "nobody-knows")]
    [TestCase("sequences reorder 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77", "no sequence")]
    [TestCase("set-sequences-heading --value 1 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77", "no sequence")]
    [TestCase("cleanup 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77", "no sequence")]
    [TestCase("requeue 5b1c3f0e-8f0a-4a55-9a0c-0d9b3f1e2a77", "Nothing was asked for")]
    [TestCase("picture-worker", "")]
    [TestCase("db refresh", "refuses")]
    public async Task What_cannot_be_done_is_a_sentence_and_code_1(string call, string sentence)
    {
        var (code, _, complaints) = await Run(call.Split(' '));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(complaints, Does.Contain(sentence).And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_database_that_is_down_or_empty_is_a_sentence_too()
    {
        var (code, _, complaints) = await Run(["orphans"], ("ConnectionStrings:panoramax", "Host=127.0.0.1;Port=1;Username=x;Password=y;Timeout=2"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(complaints, Does.Contain("does not answer"));
        await using var empty = await TestDatabase.CreateEmpty();
        (code, _, complaints) = await Run(["default-account-tokens", "get"], ("ConnectionStrings:panoramax", empty.ConnectionString("admin")));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(complaints, Does.Contain("migrate").Or.Contain("refuses"));
    }

    [Test]
    [Property("Contract", "write.md B.45")]
    public async Task The_token_of_the_default_account_is_printed_and_opens_the_instance()
    {
        var (code, output, _) = await Run(["default-account-tokens", "get"]);
        Assert.That(code, Is.Zero);
        var token = TokenText.Read(output.Trim(), Encoding.UTF8.GetBytes(ServiceSettings.SigningKey), out _);
        Assert.That(await database.Scalar<bool>($"SELECT a.is_default AND a.role = 'admin' FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE t.id = '{token}'"), Is.True);

        var (without, _, complaints) = await Run(["default-account-tokens", "get"], ("Auth:SigningKey", ""));
        Assert.That((without, complaints.Contains("Auth:SigningKey", StringComparison.Ordinal)), Is.EqualTo((2, true)));
    }

    [Test]
    public async Task Accounts_are_made_found_by_name_or_id_and_given_a_role()
    {
        Assert.That((await Run(["user", "nora", "--create", "--set-role", "admin"])).Code, Is.Zero, "combined");
        var nora = await Account("nora");
        Assert.That(nora, Is.EqualTo(("admin", 1L)), "with its default token");
        Assert.That((await Run(["user", "nora", "--create"])).Code, Is.EqualTo(1), "there already");
        var id = await database.Scalar<Guid>("SELECT id FROM accounts WHERE name = 'nora'");
        Assert.That((await Run(["user", id.ToString(), "--set-role", "user"])).Code, Is.Zero);
        Assert.That(await Account("nora"), Is.EqualTo(("user", 1L)));

        await database.Execute("INSERT INTO accounts (id, name, role, is_default, created_at) VALUES (gen_random_uuid(), 'nora', 'user', FALSE, now())");
        var (code, _, complaints) = await Run(["user", "nora", "--set-role", "admin"]);
        Assert.That((code, complaints.Contains(id.ToString(), StringComparison.Ordinal)), Is.EqualTo((1, true)), "which of them");

        string[] first = ["user", "chief", "--create", "--provider", "keycloak", "--provider-id", "sub-1", "--set-role", "admin"];
        Assert.That((await Run(first)).Code, Is.Zero);
        Assert.That((await Run(first)).Code, Is.Zero, "again: theirs already");
        Assert.That(await database.Scalar<long>("SELECT count(*) FROM accounts WHERE oauth_provider = 'keycloak' AND oauth_id = 'sub-1' AND role = 'admin'"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_data_of_an_account_is_deleted_and_nobody_else_s()
    {
        var (victim, other) = (await NewAccount("to be emptied"), await NewAccount("to be kept"));
        var gone = await JourneyRows.Write(Journey.Flat(3, 1, 1) with { HasUploadSet = true }, victim, database);
        var legacy = await JourneyRows.Write(Journey.Flat(2, 1, 2), victim, database);
        var kept = await JourneyRows.Write(Journey.Flat(2, 1, 3) with { HasUploadSet = true }, other, database);

        var (code, output, complaints) = await Run(["user", "to be emptied", "--delete-data"]);
        Assert.That(code, Is.Zero, complaints);
        Assert.That(output, Does.Contain("5 pictures"));
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM pictures WHERE account_id = '{victim}'"), Is.Zero);
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM upload_sets WHERE account_id = '{victim}'"), Is.Zero);
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM sequences WHERE id IN ('{gone.Id}', '{legacy.Id}') AND status = 'deleted' AND nb_pictures = 0 AND geom IS NULL"), Is.EqualTo(2));
        foreach (var shot in gone.Shots.Concat(legacy.Shots))
            Assert.That(await database.Scalar<long>($"SELECT count(*) FROM jobs WHERE kind = 'delete' AND subject_id = '{shot.Id}'"), Is.EqualTo(1), "workers delete the files");
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM pictures WHERE account_id = '{other}'"), Is.EqualTo(2));
        Assert.That(await database.Scalar<string>($"SELECT status FROM sequences WHERE id = '{kept.Id}'"), Is.EqualTo("ready"));
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM accounts WHERE id = '{victim}'"), Is.EqualTo(1), "the account stays");
    }

    [Test]
    public async Task Sequences_are_sorted_by_capture_time_and_headings_follow()
    {
        var account = await NewAccount("sorter");
        var walk = Journey.Flat(3, 20, 10);
        var mixed = await JourneyRows.Write(new Journey(walk[2], walk[0], walk[1]), account, database);
        var sorted = await JourneyRows.Write(Journey.Flat(3, 21, 10), account, database);

        var (code, output, complaints) = await Run(["sequences", "reorder", mixed.Id.ToString(), sorted.Id.ToString()]);
        Assert.That((code, complaints), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("Sorted 1 sequence(s)"));
        Assert.That(await Ranks(mixed), Is.EqualTo((Guid[])[walk[0].Id, walk[1].Id, walk[2].Id]));
        Assert.That(await database.Scalar<int>($"SELECT heading FROM pictures WHERE id = '{walk[0].Id}'"), Is.EqualTo(90), "to the east");

        Assert.That((await Run(["sequences", "reorder"])).Code, Is.Zero, "all of them");
    }

    [Test]
    public async Task Headings_are_set_relative_to_the_path()
    {
        var account = await NewAccount("director");
        var walk = Journey.Flat(2, 22, 10);
        var journey = await JourneyRows.Write(new Journey(walk[0] with { Heading = 5 }, walk[1]), account, database);
        Assert.That((await Run(["set-sequences-heading", "--value", "90", journey.Id.ToString()])).Code, Is.Zero);
        Assert.That(await Headings(journey), Is.EqualTo((int[])[5, 180]), "the camera's own stays");
        Assert.That((await Run(["set-sequences-heading", "--value", "-90", "--overwrite", journey.Id.ToString()])).Code, Is.Zero);
        Assert.That(await Headings(journey), Is.EqualTo((int[])[0, 0]));
        Assert.That(await database.Scalar<int>($"SELECT relative_heading FROM sequences WHERE id = '{journey.Id}'"), Is.EqualTo(-90));
    }

    [Test]
    public async Task Work_is_asked_for_again()
    {
        var account = await NewAccount("worker");
        var journey = await JourneyRows.Write(Journey.Flat(3, 23, 10) with { HasUploadSet = true }, account, database);
        var set = await database.Scalar<Guid>($"SELECT upload_set_id FROM sequences WHERE id = '{journey.Id}'");
        await database.Execute($"UPDATE pictures SET preparing_status = 'broken' WHERE id = '{journey[0].Id}'");
        await database.Execute($"INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, announced_at, requested_at) VALUES ('prepare', '{journey[1].Id}', 1, 3, now() + interval '1 hour', now(), now())");

        Assert.That((await Run(["requeue", "--broken"])).Code, Is.Zero);
        Assert.That(await database.Scalar<string>($"SELECT preparing_status FROM pictures WHERE id = '{journey[0].Id}'"), Is.EqualTo("not-processed"));
        Assert.That((await Run(["requeue", "--waiting"])).Code, Is.Zero);
        Assert.That(await database.Scalar<bool>($"SELECT attempts = 0 AND not_before <= now() AND announced_at IS NULL FROM jobs WHERE subject_id = '{journey[1].Id}'"), Is.True);
        Assert.That((await Run(["requeue", journey[2].Id.ToString(), set.ToString(), journey.Id.ToString()])).Code, Is.Zero);
        Assert.That(await database.Scalar<string>($"SELECT string_agg(kind, ' ' ORDER BY kind) FROM jobs WHERE subject_id IN ('{journey[0].Id}', '{journey[1].Id}', '{journey[2].Id}', '{set}', '{journey.Id}')"),
            Is.EqualTo("dispatch finalize prepare prepare prepare"));
    }

    [Test]
    public async Task Cleaning_up_keeps_originals_unless_told()
    {
        var account = await NewAccount("cleaned");
        var (kept, all, anew) = (Journey.Flat(1, 24, 10), Journey.Flat(1, 25, 10), Journey.Flat(1, 26, 10));
        foreach (var journey in (Journey[])[kept, all, anew])
        {
            await JourneyRows.Write(journey, account, database);
            await Put(store.Stores.Permanent, PictureKeys.Picture(journey[0].Id));
            await Put(store.Stores.Derivates, PictureKeys.Sd(journey[0].Id));
        }

        Assert.That((await Run(["cleanup", "--cache", anew.Id.ToString()])).Code, Is.Zero);
        Assert.That(await database.Scalar<string>($"SELECT kind || args::text FROM jobs WHERE subject_id = '{anew[0].Id}'"), Is.EqualTo("""prepare{"skip_blurring": true}"""));
        Assert.That((await Run(["cleanup", kept.Id.ToString()])).Code, Is.Zero);
        Assert.That(await database.Scalar<string>($"SELECT status FROM sequences WHERE id = '{kept.Id}'"), Is.EqualTo("deleted"));
        Assert.That((await store.Stores.Permanent.Exists(PictureKeys.Picture(kept[0].Id), default), await store.Stores.Derivates.Exists(PictureKeys.Sd(kept[0].Id), default)), Is.EqualTo((true, false)));
        Assert.That((await Run(["cleanup", "--database", "--cache", "--permanent-pictures", all.Id.ToString()])).Code, Is.Zero);
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM jobs WHERE kind = 'delete' AND subject_id = '{all[0].Id}'"), Is.EqualTo(1));
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM pictures WHERE id IN ('{kept[0].Id}', '{all[0].Id}')"), Is.Zero);
    }

    [Test]
    public async Task Orphans_are_listed_and_deleted_only_when_told()
    {
        await using var fresh = await TestDatabase.Create();
        await using var files = await TestStore.Create(StoreKind.Folder);
        var journey = Journey.Flat(2, 27, 10) with { Created = TimeProvider.System.GetUtcNow().AddDays(-3) };
        await JourneyRows.Write(journey, await fresh.Scalar<Guid>("SELECT id FROM accounts WHERE is_default"), fresh);
        var (lost, young) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Put(files.Stores.Permanent, PictureKeys.Picture(journey[0].Id));
        await Put(files.Stores.Incoming, PictureKeys.Picture(lost));
        await Put(files.Stores.Derivates, PictureKeys.Thumbnail(lost));
        await Put(files.Stores.Permanent, PictureKeys.Picture(young));
        foreach (var file in Directory.GetFiles(files.Folder, "*.jpg", SearchOption.AllDirectories).Where(file => !file.EndsWith(young.ToString()[9..] + ".jpg", StringComparison.Ordinal)))
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().AddDays(-2).UtcDateTime);

        Task<(int Code, string Output, string Complaints)> Orphans(params string[] more) =>
            Run(["orphans", .. more], ("ConnectionStrings:panoramax", fresh.ConnectionString("admin")), ("Storage:Folder", files.Folder));
        var (code, output, _) = await Orphans();
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain($"Incoming: {PictureKeys.Picture(lost)} has no row").And.Contain($"Derivates: {PictureKeys.Thumbnail(lost)}").And.Contain($"Picture {journey[1].Id} (prepared) has no object"));
        Assert.That(output, Does.Contain("2 object(s) without a row (nothing deleted: say --yes); 1 row(s) without an object"));
        Assert.That(await files.Stores.Incoming.Exists(PictureKeys.Picture(lost), default), Is.True);

        Assert.That((await Orphans("--yes")).Output, Does.Contain("2 object(s) without a row, deleted"));
        Assert.That(await files.Stores.Incoming.Exists(PictureKeys.Picture(lost), default), Is.False);
        Assert.That(await files.Stores.Permanent.Exists(PictureKeys.Picture(journey[0].Id), default), Is.True);
        Assert.That(await files.Stores.Permanent.Exists(PictureKeys.Picture(young), default), Is.True, "it may be under way");
        Assert.That((await Orphans()).Output, Does.Contain("0 object(s) without a row"));
    }

    [Test]
    public async Task The_schema_can_be_taken_back_and_brought_up_again()
    {
        await using var fresh = await TestDatabase.Create();
        var owner = ("ConnectionStrings:panoramax", fresh.ConnectionString("owner"));
        Assert.That((await Run(["db", "refresh"], owner)).Code, Is.Zero);
        var (code, output, _) = await Run(["db", "rollback", "--all"], owner);
        Assert.That((code, output.Contains("--yes", StringComparison.Ordinal)), Is.EqualTo((1, true)));
        Assert.That((await Run(["db", "rollback", "--all", "--yes"], owner)).Code, Is.Zero);
        Assert.That(await fresh.Scalar<bool>("SELECT to_regclass('pictures') IS NULL"), Is.True);
        Assert.That((await Run(["db", "upgrade"], owner)).Code, Is.Zero);
        Assert.That(await fresh.Scalar<long>("SELECT count(*) FROM accounts WHERE is_default"), Is.EqualTo(1));
    }

    private async Task<(int Code, string Output, string Complaints)> Run(string[] arguments, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:panoramax"] = database.ConnectionString("admin"), ["Storage:Kind"] = "Folder", ["Storage:Folder"] = store.Folder, ["Auth:SigningKey"] = ServiceSettings.SigningKey,
        };
        foreach (var (key, value) in settings) all[key] = value;
        using var output = new StringWriter();
        using var complaints = new StringWriter();
        await using var instance = new Instance(new ConfigurationBuilder().AddInMemoryCollection(all).Build(), NullLogger.Instance, TimeProvider.System, output);
        var code = await CommandLine.Run(instance, arguments, complaints, CancellationToken.None);
        return (code, output.ToString(), complaints.ToString());
    }

    private async Task<Guid> NewAccount(string name)
    {
        Assert.That((await Run(["user", name, "--create"])).Code, Is.Zero);
        return await database.Scalar<Guid>($"SELECT id FROM accounts WHERE name = '{name}'");
    }

    private async Task<(string Role, long Tokens)> Account(string name)
    {
        await using var db = database.Context("owner");
        var account = await db.Accounts.SingleAsync(row => row.Name == name);
        return (account.Role, await db.Tokens.LongCountAsync(row => row.AccountId == account.Id && row.Description == "default token"));
    }

    private async Task<Guid[]> Ranks(Journey journey)
    {
        await using var db = database.Context("owner");
        return await db.SequencesPictures.Where(row => row.SequenceId == journey.Id).OrderBy(row => row.Rank).Select(row => row.PictureId).ToArrayAsync();
    }

    private async Task<int[]> Headings(Journey journey)
    {
        await using var db = database.Context("owner");
        var headings = await db.Pictures.Where(row => journey.Shots.Select(shot => shot.Id).Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Heading ?? -1);
        return [.. journey.Shots.Select(shot => headings[shot.Id])];
    }

    private static async Task Put(IPictureStore store, string key)
    {
        using var content = new MemoryStream([1, 2, 3]);
        await store.Put(key, content, "image/jpeg", default);
    }
}
