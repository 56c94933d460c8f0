using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Panoramax.ServiceDefaults.Settings;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Settings;

/// <summary>
/// The table of settings, the options classes that read them, the sources and the README say the same. When a setting is
/// added: a row in <c>ServiceDefaults/Settings/SettingsTable.cs</c>, then this test once with PANORAMAX_WRITE_README=1.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed partial class SettingsTableTests
{
    private const string Begin = "<!-- settings: written by SettingsTableTests -->";
    private const string End = "<!-- end of settings -->";

    /// <summary>Read by their names and not through an options class.</summary>
    private static readonly string[] readByName =
        ["ConnectionStrings:panoramax", "ConnectionStrings:panoramax-read", "ConnectionStrings:rabbitmq", "Secrets:Folder"];

    /// <summary>Options of the identity provider, which belong to <c>auth</c> alone.</summary>
    private static readonly string[] ofTheProvider = ["Auth:Authority", "Auth:ClientId", "Auth:ClientSecret", "Auth:AppCallbacks"];

    private static IEnumerable<(string Key, PropertyInfo Property, object? Default)> OfTheOptionsClasses()
    {
        string[] assemblies =
        [
            "Panoramax.Stac", "Panoramax.Auth", "Panoramax.Upload", "Panoramax.PictureWorker", "Panoramax.DispatchWorker", "Panoramax.Admin",
            "Panoramax.Messaging", "Panoramax.Storage", "Panoramax.Http", "Panoramax.StacShapes", "Panoramax.Database",
        ];
        var gateway = Assembly.LoadFrom(Path.ChangeExtension(ServiceProcess.Executable("Panoramax.Gateway") + ".x", ".dll"));
        foreach (var type in assemblies.Select(Assembly.Load).Append(gateway).SelectMany(Types))
        {
            if (type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is not { IsLiteral: true } section) continue;
            foreach (var setting in Properties((string)section.GetRawConstantValue()!, Activator.CreateInstance(type)!)) yield return setting;
        }
    }

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            // The gateway's own libraries are not here; its settings need none of them.
            return error.Types.OfType<Type>();
        }
    }

    private static IEnumerable<(string, PropertyInfo, object?)> Properties(string section, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(options);
            if (value is not null && value.GetType().Name is "S3Options" or "LicenseOptions")
            {
                foreach (var below in Properties($"{section}:{property.Name}", value)) yield return below;
            }
            else if (property.CanWrite || value is System.Collections.IDictionary)
            {
                yield return ($"{section}:{property.Name}", property, value);
            }
        }
    }

    [Test]
    public void Every_property_of_an_options_class_is_a_setting_of_the_table_with_its_range_and_default()
    {
        var checkedKeys = new HashSet<string>(StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            foreach (var (key, property, otherwise) in OfTheOptionsClasses())
            {
                checkedKeys.Add(key);
                var setting = SettingsTable.All.SingleOrDefault(setting => setting.Key == key);
                Assert.That(setting, Is.Not.Null, $"{key} ({property.DeclaringType!.FullName}) needs a row in SettingsTable");
                if (setting is null) continue;

                if (property.GetCustomAttribute<System.ComponentModel.DataAnnotations.RangeAttribute>() is { } range)
                {
                    Assert.That(setting.Range, Is.Not.Null, key);
                    Assert.That((Text(range.Minimum), Text(range.Maximum)), Is.EqualTo(setting.Range), key);
                }

                if (property.PropertyType == typeof(TimeSpan)) Assert.That(setting.Form, Is.EqualTo(SettingForm.Duration), key);
                if (property.PropertyType == typeof(int) || property.PropertyType == typeof(long)) Assert.That(setting.Form, Is.EqualTo(SettingForm.Whole), key);
                if (property.PropertyType == typeof(bool) || property.PropertyType == typeof(bool?)) Assert.That(setting.Form, Is.EqualTo(SettingForm.Switch), key);
                if (property.PropertyType.IsEnum)
                    Assert.That(setting.Words, Is.EquivalentTo(Enum.GetNames(property.PropertyType)), key);
                if (otherwise is System.Collections.IEnumerable and not string || setting.Default?.StartsWith('(') == true) continue;
                Assert.That(setting.Default ?? "", Is.EqualTo(Text(otherwise)), $"default of {key}");
            }

            foreach (var setting in SettingsTable.All.Select(setting => setting.Key).Except(readByName).Except(ofTheProvider))
                Assert.That(checkedKeys, Does.Contain(setting), $"no options class reads {setting}");
        });
    }

    [Test]
    public void Every_setting_that_the_sources_name_is_in_the_table()
    {
        var root = SharedPictures.RepositoryRoot;
        var sources = ((string[])["services", "gateway", "ServiceDefaults"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories));
        var named = sources.SelectMany(file => NamedSetting().Matches(File.ReadAllText(file)).Select(match => (Key: match.Groups[1].Value, File: Path.GetFileName(file))))
            .Where(found => !found.Key.StartsWith("Logging:", StringComparison.Ordinal)).ToList();

        Assert.That(named, Has.Count.GreaterThan(5));
        Assert.Multiple(() =>
        {
            foreach (var (key, file) in named) Assert.That(SettingsTable.Of(key), Is.Not.Null, $"{file} reads {key}");
        });
    }

    [Test]
    public void Every_default_has_the_form_of_its_setting()
    {
        Assert.Multiple(() =>
        {
            foreach (var setting in SettingsTable.All.Where(setting => setting.Default is { } text && !text.StartsWith('(')))
                Assert.That(setting.Mistake(With((setting.Key, setting.Default!))), Is.Null, setting.Key);
        });
        Assert.That(SettingsTable.All.Select(setting => setting.Key), Is.Unique);
        Assert.That(SettingsTable.All.Where(setting => setting.ReadBy.Length == 0), Is.Empty);
    }

    [Test]
    public void Whatever_is_set_wrongly_is_told_by_its_name_its_old_name_and_what_is_expected()
    {
        var checkable = SettingsTable.All.Where(setting => setting.Form is not (SettingForm.Text or SettingForm.TextByLanguage or SettingForm.List or SettingForm.Group)).ToList();
        Assert.That(checkable, Has.Count.GreaterThan(35));
        Assert.Multiple(() =>
        {
            foreach (var setting in checkable)
            {
                foreach (var wrong in (string[])["none of it ::", .. setting.Range is { } range ? new[] { "-" + range.Most, setting.Form == SettingForm.Whole ? range.Most + "0" : "99999.00:00:00" } : []])
                {
                    var sentence = SettingsCheck.Mistakes(With((setting.Key, wrong)), null).SingleOrDefault();
                    Assert.That(sentence, Does.Contain(setting.Key).And.Contain(setting.Environment).And.Contain(setting.Expected), $"{setting.Key} = {wrong}");
                    foreach (var old in setting.OldNames) Assert.That(sentence, Does.Contain(old), setting.Key);
                    if (setting.IsSecret) Assert.That(sentence, Does.Not.Contain(wrong), setting.Key);
                    else Assert.That(sentence, Does.Contain(wrong), setting.Key);
                }
            }
        });
    }

    [Test]
    public void A_number_or_time_that_is_left_blank_is_a_mistake_and_a_blank_text_is_none()
    {
        Assert.That(SettingsCheck.Mistakes(With(("Upload:MaxFileBytes", "")), "upload"), Has.Some.Contains("Upload:MaxFileBytes").And.Some.Contains("is empty"));
        Assert.That(SettingsCheck.Mistakes(With(("Auth:Provider", ""), ("ConnectionStrings:panoramax", "Host=a")), "auth"), Is.Empty);
    }

    [Test]
    public void What_a_process_needs_and_does_not_have_is_told_and_what_others_need_is_not()
    {
        Assert.That(SettingsCheck.Mistakes(With(), "upload"), Has.Count.EqualTo(2).And.Some.StartWith("ConnectionStrings:panoramax (").And.Some.StartWith("ConnectionStrings:rabbitmq ("));
        Assert.That(SettingsCheck.Mistakes(With(), "gateway"), Is.Empty);
        Assert.That(SettingsCheck.Mistakes(With(("Imaging:Deadline", "soon")), "gateway"), Is.Empty);
    }

    [Test]
    public void A_misspelt_setting_is_told_with_the_one_that_was_meant()
    {
        var unknown = SettingsCheck.Unknown(With(("Upload:MaxFileByte", "5"), ("Instance:Name:fr", "Panoramax"), ("Auth:AppCallbacks:0", "app://x"), ("Elsewhere:X", "1")));
        Assert.That(unknown, Is.EqualTo(new[] { "Upload:MaxFileByte is no setting; was Upload:MaxFileBytes meant?" }));
    }

    [Test]
    public void Every_old_name_of_the_table_is_taken_for_its_setting()
    {
        var old = new Dictionary<string, string>
        {
            ["API_SUMMARY"] = """{"name":{"en":"N"},"description":{"en":"D"},"geo_coverage":{"en":"G"},"logo":"https://l","color":"red","email":"e@x"}""",
            ["FS_TMP_URL"] = "s3://k:s@tmp?endpoint_url=https%3A//h&region=r", ["FS_PERMANENT_URL"] = "s3://k:s@per?endpoint_url=https%3A//h&region=r",
            ["FS_DERIVATES_URL"] = "s3://k:s@der?endpoint_url=https%3A//h&region=r", ["DB_URL"] = "postgres://u:p@h:1/d",
            ["FLASK_PERMANENT_SESSION_LIFETIME"] = "60", ["PICTURE_PROCESS_THREADS_LIMIT"] = "2", ["API_FORCE_AUTH_ON_UPLOAD"] = "true",
            ["API_MAIN_PAGE"] = "https://m", ["API_VIEWER_PAGE"] = "https://v", ["API_PICTURES_LICENSE_URL"] = "https://l",
        };
        Assert.Multiple(() =>
        {
            foreach (var setting in SettingsTable.All)
            {
                foreach (var name in setting.OldNames.Where(name => name is not ("FS_URL" or "DB_PORT" or "DB_NAME" or "DB_USERNAME" or "DB_PASSWORD")))
                {
                    var value = old.GetValueOrDefault(name, "true");
                    var taken = UpstreamSettings.Translate(With((name, value)));
                    // The three stores give the S3 server only with their own address.
                    if (!taken.Keys.Any(key => key == setting.Key || key.StartsWith(setting.Key + ":", StringComparison.Ordinal))) Assert.Fail($"{name} is not taken for {setting.Key}");
                }
            }

            foreach (var (key, _) in UpstreamSettings.Translate(With([.. old.Select(pair => (pair.Key, pair.Value))])))
                Assert.That(SettingsTable.Of(key), Is.Not.Null, key);
        });
    }

    [TestCase("API_ACCEPT_DUPLICATE", "perhaps", "API_ACCEPT_DUPLICATE")]
    [TestCase("DB_URL", "not an address", "DB_URL")]
    [TestCase("FLASK_PERMANENT_SESSION_LIFETIME", "a week", "FLASK_PERMANENT_SESSION_LIFETIME")]
    [TestCase("INFRA_NB_PROXIES", "-1", "INFRA_NB_PROXIES")]
    public void An_old_setting_that_is_wrong_is_told_and_not_left_out(string name, string value, string told)
    {
        var taken = UpstreamSettings.Translate(With((name, value)));
        var settings = With([.. taken.Select(pair => (pair.Key, pair.Value.Value))]);
        Assert.That(SettingsCheck.Mistakes(settings, null), Has.Some.Contains(told));
    }

    [Test]
    public async Task The_readme_holds_the_table()
    {
        var path = Path.Combine(SharedPictures.RepositoryRoot, "deploy", "README.md");
        var text = await File.ReadAllTextAsync(path);
        var from = text.IndexOf(Begin, StringComparison.Ordinal);
        var to = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(from, Is.Positive);
        Assert.That(to, Is.GreaterThan(from));
        var wanted = $"{Begin}\n{Markdown()}{End}";
        if (Environment.GetEnvironmentVariable("PANORAMAX_WRITE_README") == "1")
            await File.WriteAllTextAsync(path, text = text[..from] + wanted + text[(to + End.Length)..]);

        Assert.That(text, Does.Contain(wanted), "run this test with PANORAMAX_WRITE_README=1");
    }

    private static string Markdown()
    {
        var lines = SettingsTable.All.Select(setting =>
            $"| `{setting.Environment}` | {string.Join(", ", setting.OldNames.Select(name => $"`{name}`"))} | {Default(setting)} | "
            + $"{Expected(setting)} | {(setting.IsSecret ? "yes" : "")} | {string.Join(", ", setting.ReadBy)} | {setting.Meaning} |\n");
        return "| environment | in the Python server | default | form | secret | read by | meaning |\n| --- | --- | --- | --- | --- | --- | --- |\n" + string.Concat(lines);

        static string Default(Setting setting) => setting.Default is null ? "–" : setting.Default.StartsWith('(') ? setting.Default.Trim('(', ')') : $"`{setting.Default}`";

        static string Expected(Setting setting) => setting.Form switch
        {
            SettingForm.Whole or SettingForm.Duration => $"{setting.Range!.Value.Least} to {setting.Range.Value.Most}",
            SettingForm.Choice => string.Join(", ", setting.Words),
            _ => setting.Expected,
        };
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static IConfigurationRoot With(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    [GeneratedRegex("""(?:onfiguration|ettings)(?:\[|\.GetValue(?:<[^>]+>)?\()"([A-Z][A-Za-z0-9]*(?::[A-Za-z0-9]+)+)""")]
    private static partial Regex NamedSetting();
}
