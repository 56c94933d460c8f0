using Panoramax.ServiceDefaults.Settings;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Settings;

/// <summary>Processes as an operator starts them, with settings that cannot be right.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SettingsAtStartTests
{
    private const string Connection = "Host=127.0.0.1;Port=1;Database=d;Username=u;Password=a-password-that-nobody-may-see";
    private const string Broker = "amqp://user:another-secret@127.0.0.1:1/";

    private static readonly object[] mistakes =
    [
        new[] { "Panoramax.Stac", "ConnectionStrings__panoramax=", "ConnectionStrings:panoramax (ConnectionStrings__panoramax; in the Python server DB_URL" },
        new[] { "Panoramax.Stac", "Storage__Kind=Cloud", "Storage:Kind (Storage__Kind; in the Python server FS_URL" },
        new[] { "Panoramax.Stac", "Storage__S3__Endpoint=", "Storage:S3:Endpoint" },
        new[] { "Panoramax.Stac", "Instance__License__SpdxId=etalab-2.0", "Instance:License:SpdxId was API_PICTURES_LICENSE_SPDX_ID" },
        new[] { "Panoramax.Stac", "Instance__Website=here", "Instance:Website was API_WEBSITE_URL" },
        new[] { "Panoramax.Auth", "Auth__SigningKey=short", "Auth:SigningKey was FLASK_SECRET_KEY" },
        new[] { "Panoramax.Auth", "Auth__CookieLifetime=7 days", "FLASK_PERMANENT_SESSION_LIFETIME) is '7 days'" },
        new[] { "Panoramax.Upload", "Upload__MaxFileBytes=100MB", "Upload:MaxFileBytes (Upload__MaxFileBytes) is '100MB', which is not a whole number" },
        new[] { "Panoramax.Upload", "API_ACCEPT_DUPLICATE=maybe", "in the Python server API_ACCEPT_DUPLICATE) is 'maybe', which is not true or false" },
        new[] { "Panoramax.Upload", "ConnectionStrings__rabbitmq=localhost", "ConnectionStrings:rabbitmq (ConnectionStrings__rabbitmq) is wrong (its value is not shown)" },
        new[] { "Panoramax.PictureWorker", "Blur__Kind=Remote", "Blur:Url" },
        new[] { "Panoramax.PictureWorker", "PICTURE_PROCESS_NB_RETRIES=-1", "Jobs:RetryLimit (Jobs__RetryLimit; in the Python server PICTURE_PROCESS_NB_RETRIES) is '-1'" },
        new[] { "Panoramax.DispatchWorker", "Map__GridRefreshCron=daily", "Map:GridRefreshCron was PICTURE_PROCESS_REFRESH_CRON" },
        new[] { "Panoramax.DispatchWorker", "Jobs__StopTimeout=00:01:00", "Jobs:StopTimeout (Jobs__StopTimeout) is '00:01:00'" },
        new[] { "Panoramax.Gateway", "Gateway__TrustedProxies=many", "in the Python server INFRA_NB_PROXIES) is 'many'" },
        new[] { "Panoramax.Gateway", "Gateway__MapOrigins__0=tiles", "Gateway:MapOrigins" },
        new[] { "Panoramax.Gateway", "Gateway__MainPage=index.html", "in the Python server API_MAIN_PAGE) is 'index.html'" },
    ];

    [TestCaseSource(nameof(mistakes))]
    public async Task A_wrong_setting_ends_the_process_with_a_sentence_and_no_secret(string process, string setting, string sentence)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__panoramax"] = Connection, ["ConnectionStrings__rabbitmq"] = Broker, ["Blur__Kind"] = "None",
            ["Storage__S3__Endpoint"] = "http://127.0.0.1:1", ["Storage__S3__AccessKey"] = "an-access-key-to-hide", ["Storage__S3__SecretKey"] = "a-secret-key-to-hide",
            ["Auth__SigningKey"] = "a-signing-key-that-nobody-may-see-either", ["Auth__ClientSecret"] = "a-client-secret-to-hide",
        };
        var parts = setting.Split('=', 2);
        settings[parts[0]] = parts[1];

        await using var started = await ServiceProcess.Start(process, settings, waitUntilReady: false);

        Assert.That(await started.Ended(TimeSpan.FromSeconds(30)), Is.EqualTo(SettingsCheck.ExitCode), started.Log);
        var told = started.Log.Split('\n').Where(line => line.StartsWith("SETTINGS: ", StringComparison.Ordinal)).ToList();
        Assert.That(told, Has.Count.EqualTo(1).And.Some.Contains(sentence), started.Log);
        foreach (var secret in settings.Where(pair => SettingsTable.All.Any(known => known.Environment == pair.Key && known.IsSecret) && pair.Value.Length > 6))
            Assert.That(started.Log, Does.Not.Contain(secret.Value), secret.Key);
    }

    [Test]
    public async Task All_mistakes_are_told_at_once()
    {
        var settings = new Dictionary<string, string> { ["Upload__ConcurrentFiles"] = "0", ["Upload__WaitingFiles"] = "some", ["ConnectionStrings__rabbitmq"] = Broker };

        await using var started = await ServiceProcess.Start("Panoramax.Upload", settings, waitUntilReady: false);

        Assert.That(await started.Ended(TimeSpan.FromSeconds(30)), Is.EqualTo(SettingsCheck.ExitCode));
        Assert.That(started.Log.Split('\n').Count(line => line.StartsWith("SETTINGS: ", StringComparison.Ordinal)), Is.EqualTo(3), started.Log);
    }

    [Test]
    public async Task Secrets_may_come_from_mounted_files_and_the_environment_wins()
    {
        var folder = Directory.CreateTempSubdirectory("panoramax-secrets-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "ConnectionStrings__panoramax"), Connection);
        await File.WriteAllTextAsync(Path.Combine(folder, "ConnectionStrings__rabbitmq"), "amqp://from-a-file");
        await File.WriteAllTextAsync(Path.Combine(folder, "Upload__ConcurrentFiles"), "from a file");
        await File.WriteAllTextAsync(Path.Combine(folder, "Upload__WaitingFiles"), "7");
        await File.WriteAllTextAsync(Path.Combine(folder, "unrelated"), "of somebody else");
        var settings = new Dictionary<string, string> { ["Secrets__Folder"] = folder, ["Upload__WaitingFiles"] = "from the environment" };

        await using var started = await ServiceProcess.Start("Panoramax.Upload", settings, waitUntilReady: false);

        Assert.That(await started.Ended(TimeSpan.FromSeconds(30)), Is.EqualTo(SettingsCheck.ExitCode));
        Assert.That(started.Log, Does.Contain("'from a file'").And.Contain("'from the environment'").And.Not.Contain("is not set"), started.Log);
        Directory.Delete(folder, recursive: true);
    }
}
