using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Panoramax.ServiceDefaults.Settings;
using Panoramax.Testing.Pictures;
using YamlDotNet.Serialization;

namespace Panoramax.ServiceTests.Deployment;

/// <summary>The compose file is sound, as far as that can be seen without an engine: what it names exists here and in the code.</summary>
[Parallelizable(ParallelScope.All)]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ComposeTests
{
    private static readonly string folder = Path.Combine(SharedPictures.RepositoryRoot, "deploy", "compose");

    private static readonly Dictionary<string, object> file = Map(new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build()
        .Deserialize<object>(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(File.OpenText(Path.Combine(folder, "compose.yaml")))))!);

    private static Dictionary<string, Dictionary<string, object>> Services =>
        Map(file["services"]).ToDictionary(pair => pair.Key, pair => Map(pair.Value));

    private static IEnumerable<string> Ours => Services.Where(service => ((string)service.Value["image"]).StartsWith("panoramax/", StringComparison.Ordinal)).Select(service => service.Key);

    [Test]
    public void Every_process_is_there_once_and_built_from_its_project()
    {
        Assert.That(Ours, Is.EquivalentTo(new[] { "gateway", "stac", "auth", "upload", "picture-worker", "dispatch-worker", "migrate", "admin" }));
        foreach (var name in Ours)
        {
            if (!Services[name].TryGetValue("build", out var how))
            {
                Assert.That(Services.Values.Any(other => other.ContainsKey("build") && other["image"].Equals(Services[name]["image"])), $"the image of {name} is built for another one");
                continue;
            }

            var build = Map(how);
            Assert.That(File.Exists(Path.Combine(folder, (string)build["context"], (string)build["dockerfile"])), name);
            var project = (string)Map(build["args"])["PROJECT"];
            Assert.That(Directory.EnumerateFiles(SharedPictures.RepositoryRoot, project + ".csproj", SearchOption.AllDirectories), Is.Not.Empty, name);
        }
    }

    [Test]
    public void Whatever_a_service_names_is_declared()
    {
        foreach (var (name, service) in Services)
        {
            foreach (var network in List(service.GetValueOrDefault("networks"))) Assert.That(Map(file["networks"]).Keys, Does.Contain(network), name);
            foreach (var secret in Secrets(service)) Assert.That(Map(file["secrets"]).Keys, Does.Contain(secret.Source), name);
            foreach (var other in service.TryGetValue("depends_on", out var waits) ? Map(waits).Keys.ToList() : []) Assert.That(Services.Keys, Does.Contain(other), name);
            foreach (var volume in List(service.GetValueOrDefault("volumes")).Select(text => ((string)text).Split(':')[0]))
            {
                if (volume.StartsWith('.')) Assert.That(Path.Exists(Path.Combine(folder, volume)), $"{name}: {volume}");
                else Assert.That(Map(file["volumes"]).Keys, Does.Contain(volume), name);
            }
        }
    }

    [Test]
    public void Its_settings_are_settings_and_none_that_is_needed_is_missing()
    {
        var secrets = MakeSecrets();
        foreach (var name in Ours.Where(name => name is not ("migrate" or "admin")))
        {
            var settings = Services[name].TryGetValue("environment", out var environment) ? Map(environment).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()!) : [];
            foreach (var (source, target) in Secrets(Services[name]))
            {
                Assert.That(SettingsTable.Of(target.Replace("__", ":", StringComparison.Ordinal)), Is.Not.Null, $"{name}: {target}");
                settings[target] = secrets[source];
            }

            foreach (var key in settings.Keys.Where(key => !key.StartsWith("services__", StringComparison.Ordinal)))
                Assert.That(SettingsTable.Of(key.Replace("__", ":", StringComparison.Ordinal)), Is.Not.Null, $"{name}: {key}");
            var configuration = new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value))).Build();
            Assert.That(SettingsCheck.Mistakes(configuration, name), Is.Empty, name);
            foreach (var needed in (string[])["Storage:S3:AccessKey", "Storage:S3:SecretKey", "Auth:SigningKey"])
            {
                if (SettingsTable.Of(needed)!.ReadBy.Contains(name)) Assert.That(configuration[needed], Is.Not.Null.And.Not.Empty, $"{name}: {needed}");
            }
        }
    }

    [Test]
    public void No_process_of_ours_can_write_gain_rights_or_hear_of_what_it_need_not()
    {
        foreach (var name in Ours)
        {
            Assert.That(Services[name]["read_only"].ToString(), Is.EqualTo("true").IgnoreCase, name);
            Assert.That(List(Services[name]["cap_drop"]), Is.EqualTo(new[] { "ALL" }), name);
            Assert.That(Services[name]["restart"], Is.Not.Null, name);
            foreach (var secret in Secrets(Services[name]).Select(secret => secret.Source).Where(source => source.StartsWith("database-", StringComparison.Ordinal)))
                Assert.That(secret, Is.EqualTo(name == "migrate" ? "database-owner" : $"database-{name}"));
        }

        Assert.That(Services.Where(service => service.Value.ContainsKey("ports")).Select(service => service.Key), Is.EqualTo(new[] { "gateway" }));
        Assert.That(Services.Where(service => List(service.Value.GetValueOrDefault("networks")).Contains("store")).Select(service => service.Key),
            Is.EquivalentTo(new[] { "stac", "upload", "picture-worker", "admin", "minio", "s3-set-up" }));
    }

    [Test]
    public void The_script_makes_every_secret_once_and_keeps_it()
    {
        var into = Path.Combine(Directory.CreateTempSubdirectory("panoramax-compose-").FullName, "secrets");
        Run(into);
        var made = Directory.EnumerateFiles(into).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllText);
        Assert.That(made.Keys, Is.EquivalentTo(Map(file["secrets"]).Keys));
        Assert.That(made.Values, Is.Unique);
        Assert.That(File.GetUnixFileMode(into), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Run(into);
        foreach (var (name, text) in made) Assert.That(File.ReadAllText(Path.Combine(into, name)), Is.EqualTo(text), name);
        Directory.Delete(Path.GetDirectoryName(into)!, recursive: true);
    }

    private static Dictionary<string, string> MakeSecrets()
    {
        var into = Path.Combine(Directory.CreateTempSubdirectory("panoramax-compose-").FullName, "secrets");
        Run(into);
        var made = Directory.EnumerateFiles(into).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllText);
        Directory.Delete(Path.GetDirectoryName(into)!, recursive: true);
        return made;
    }

    private static void Run(string into)
    {
        using var script = Process.Start(new ProcessStartInfo("bash", [Path.Combine(folder, "set-up.sh"), into]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        script.WaitForExit();
        Assert.That(script.ExitCode, Is.Zero);
    }

    private static IEnumerable<(string Source, string Target)> Secrets(Dictionary<string, object> service) =>
        List(service.GetValueOrDefault("secrets")).Select(Map).Select(secret => ((string)secret["source"], (string)secret["target"]));

    private static Dictionary<string, object> Map(object node) => ((Dictionary<object, object>)node).ToDictionary(pair => (string)pair.Key, pair => pair.Value);

    private static IEnumerable<object> List(object? node) => node as List<object> ?? [];
}
