using System.Net;
using System.Text.RegularExpressions;
using Panoramax.Admin.Commands.Checks;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Settings;

/// <summary><c>admin check</c> against real servers: it finds nothing where all is well, and says what to mend where something is not.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed partial class AdminCheckTests
{
    private TestDatabase database = null!;
    private TestBroker broker = null!;
    private TestStore folder = null!;
    private TestStore s3 = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        database = await TestDatabase.Create();
        broker = await TestBroker.Create();
        folder = await TestStore.Create(StoreKind.Folder);
        s3 = await TestStore.Create(StoreKind.S3);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await s3.DisposeAsync();
        await folder.DisposeAsync();
        await broker.DisposeAsync();
        await database.DisposeAsync();
    }

    [TestCase("upload")]
    [TestCase("picture-worker")]
    [TestCase("stac")]
    [TestCase("dispatch-worker")]
    [TestCase("auth")]
    [TestCase("admin")]
    [TestCase("gateway")]
    public async Task Where_all_is_well_there_is_nothing_to_mend(string process)
    {
        var (code, log) = await Run(process);

        Assert.That(log, Does.Contain("Nothing to mend.").And.Not.Contain("MEND"));
        Assert.That(code, Is.Zero);
        if (process is "upload") Assert.That(log, Does.Contain("each role has its rights").And.Contain("what is published is confirmed").And.Contain("write, delete"));
        Assert.That(log, Does.Not.Contain(TestServers.RolePassword).And.Not.Contain(ServiceSettings.SigningKey));
    }

    [Test]
    public async Task An_S3_store_is_tried_and_a_private_bucket_found_private()
    {
        var (_, log) = await Run("upload", [.. s3.Settings.Select(pair => (pair.Key, pair.Value))]);

        Assert.That(log, Does.Contain("ok    store incoming: is private").And.Contain("ok    store incoming: is there"));
        // The tests' key may do everything: that a process has too much is a finding, too.
        Assert.That(log, Does.Contain("MEND  store permanent: the key of upload may read it, which it must not"));
        Assert.That(await s3.Keys(Panoramax.Storage.StoreName.Incoming), Is.Empty, "the check leaves nothing");
    }

    [TestCase("upload", "ConnectionStrings__panoramax=Host=127.0.0.1;Port=1;Database=panoramax;Username=panoramax_upload;Password=x", "MEND  database: .*-> see that the server runs")]
    [TestCase("upload", "ConnectionStrings__panoramax=WRONGPASSWORD", "MEND  database: 28P01.*-> correct the name or the password")]
    [TestCase("upload", "ConnectionStrings__panoramax=WRONGDATABASE", "MEND  database: 3D000.*-> make the database")]
    [TestCase("upload", "ConnectionStrings__panoramax=OTHERROLE", "MEND  database: upload connects as panoramax_stac -> connect as panoramax_upload")]
    [TestCase("upload", "ConnectionStrings__panoramax=SUPERUSER", "MEND  database: .*is a superuser")]
    [TestCase("upload", "ConnectionStrings__rabbitmq=amqp://u:p@127.0.0.1:1/", "MEND  broker: 127.0.0.1:1: .*-> see that the broker runs")]
    [TestCase("upload", "ConnectionStrings__rabbitmq=NOHOST", "MEND  broker: .*-> make the virtual host")]
    [TestCase("upload", "ConnectionStrings__rabbitmq=WRONGUSER", "MEND  broker: .*-> correct name and password")]
    [TestCase("upload", "Storage__Folder=/nowhere/at/all", "MEND  store incoming: .*-> mount the folder")]
    [TestCase("upload", "Upload__TempFolder=/nowhere/at/all", "MEND  receiving folder: .*-> make the folder of Upload:TempFolder")]
    [TestCase("upload", "Upload__MaxFileBytes=much", "MEND  settings: Upload:MaxFileBytes .*is 'much'")]
    [TestCase("upload", "Upload__MaxFileByte=5", "MEND  settings: Upload:MaxFileByte is no setting; was Upload:MaxFileBytes meant")]
    [TestCase("upload", "Auth__SigningKey=short", "MEND  signing key: .*fewer than 32 bytes")]
    [TestCase("upload", "Auth__SigningKey=change-me-change-me-change-me-change-me", "MEND  signing key: Auth:SigningKey is no random text")]
    [TestCase("picture-worker", "Blur__Kind=None", "MEND  blurring: Blur:Kind is None")]
    [TestCase("picture-worker", "Blur__Models=/nowhere", "MEND  blurring: /nowhere lacks faces.onnx")]
    [TestCase("picture-worker", "Blur__Kind=Remote", "MEND  blurring: .*Blur:Url is not set")]
    [TestCase("auth", "Auth__Authority=http://127.0.0.1:1/realm", "MEND  identity provider: .*-> correct Auth:Authority")]
    public async Task What_is_wrong_is_said_with_what_to_do(string process, string setting, string expected)
    {
        var parts = setting.Split('=', 2);
        var value = parts[1] switch
        {
            "WRONGPASSWORD" => database.ConnectionString("upload").Replace(TestServers.RolePassword, "wrong", StringComparison.Ordinal),
            "WRONGDATABASE" => database.ConnectionString("upload").Replace(database.Name, "not_there", StringComparison.Ordinal),
            "OTHERROLE" => database.ConnectionString("stac"),
            "SUPERUSER" => new Npgsql.NpgsqlConnectionStringBuilder(TestServers.Postgres) { Database = database.Name }.ConnectionString,
            "NOHOST" => new UriBuilder(TestServers.RabbitMq) { Path = "/not-there" }.Uri.ToString(),
            "WRONGUSER" => new UriBuilder(broker.Uri) { UserName = "nobody", Password = "wrong" }.Uri.ToString(),
            var given => given,
        };
        // Providers are asked only where one is set; a remote service only where it is the kind.
        var extra = parts[0] == "Auth__Authority" ? ("Auth__Provider", "oidc") : ("Blur__Timeout", "00:00:10");

        var (code, log) = await Run(process, [(parts[0], value), extra]);

        Assert.That(log, Does.Match(expected));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(log, Does.Not.Contain(TestServers.RolePassword));
    }

    [Test]
    public async Task A_database_that_was_never_migrated_is_told()
    {
        await using var empty = await TestDatabase.CreateEmpty();
        var (_, log) = await Run("upload", ("ConnectionStrings__panoramax", empty.ConnectionString("upload")));
        Assert.That(log, Does.Contain("MEND  database: there is no schema yet -> run the console's migrate command"));
    }

    [Test]
    public async Task A_right_that_is_missing_or_too_much_is_told()
    {
        await using var spoilt = await TestDatabase.Create();
        await spoilt.Execute("REVOKE INSERT ON jobs FROM panoramax_upload; GRANT UPDATE ON pictures TO panoramax_stac");
        var (_, log) = await Run("upload", ("ConnectionStrings__panoramax", spoilt.ConnectionString("upload")));
        Assert.That(log, Does.Contain("panoramax_upload may not INSERT on jobs").And.Contain("panoramax_stac may UPDATE on pictures, which it must not"));
    }

    [Test]
    public async Task A_blur_service_that_answers_is_well_and_a_proxy_without_its_service_is_not()
    {
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{ServiceProcess.FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var status = 404;
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var asked = await listener.GetContextAsync();
                asked.Response.StatusCode = Volatile.Read(ref status);
                asked.Response.Close();
            }
        });

        Assert.That((await Run("picture-worker", ("Blur__Kind", "Remote"), ("Blur__Url", address))).Log, Does.Contain("ok    blurring: the service at"));
        Volatile.Write(ref status, 502);
        Assert.That((await Run("picture-worker", ("Blur__Kind", "Remote"), ("Blur__Url", address))).Log, Does.Contain("MEND  blurring:"));
    }

    [Test]
    public async Task A_process_that_does_not_exist_is_a_wrong_call()
    {
        var (code, log) = await Run("uplaod");
        Assert.That(code, Is.EqualTo(2), log);
        Assert.That(log, Does.Contain("There is no process 'uplaod': "));
    }

    [Test]
    public void The_models_it_looks_for_are_those_that_the_detectors_load()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(SharedPictures.RepositoryRoot, "services", "Libraries", "Imaging"), "*.cs", SearchOption.AllDirectories);
        var loaded = sources.SelectMany(file => ModelFile().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct();
        Assert.That(BlurCheck.Models, Is.EquivalentTo(loaded));
    }

    [Test]
    public async Task Await_schema_waits_for_migrate()
    {
        await using var empty = await TestDatabase.CreateEmpty();
        var settings = new Dictionary<string, string> { ["ConnectionStrings__panoramax"] = empty.ConnectionString("owner") };
        await using var waiting = await ServiceProcess.Start("Panoramax.Admin", settings, waitUntilReady: false, arguments: "await-schema");
        for (var waits = 0; !waiting.Log.Contains("Waiting for", StringComparison.Ordinal) && waits < 300; waits++) await Task.Delay(100);
        Assert.That(waiting.HasExited, Is.False);

        await using var migrate = await ServiceProcess.Start("Panoramax.Admin", settings, waitUntilReady: false, arguments: "migrate");
        Assert.That(await migrate.Ended(TimeSpan.FromSeconds(60)), Is.Zero, migrate.Log);
        Assert.That(await waiting.Ended(TimeSpan.FromSeconds(10)), Is.Zero, waiting.Log);
    }

    private async Task<(int Code, string Log)> Run(string process, params (string Key, string Value)[] changed)
    {
        var role = process is "gateway" ? "stac" : process.Replace('-', '_');
        var settings = ServiceSettings.For(role is "uplaod" ? "upload" : role, database, folder.Folder, broker.Uri);
        settings["Blur__Kind"] = "Detect";
        settings["Blur__Models"] = Path.Combine(SharedPictures.RepositoryRoot, "artifacts", "models");
        foreach (var (key, value) in changed) settings[key] = value;
        await using var admin = await ServiceProcess.Start("Panoramax.Admin", settings, waitUntilReady: false, arguments: $"check {process}");
        var code = await admin.Ended(TimeSpan.FromSeconds(60));
        return (code, admin.Log);
    }

    [GeneratedRegex("\"([a-z-]+\\.onnx)\"")]
    private static partial Regex ModelFile();
}
