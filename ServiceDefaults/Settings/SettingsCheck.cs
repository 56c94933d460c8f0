using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Panoramax.ServiceDefaults.Settings;

/// <summary>A process was started with settings that cannot be right: one sentence for each, for the operator.</summary>
public sealed class SettingsException(IReadOnlyList<string> mistakes) : Exception(string.Join('\n', mistakes))
{
    public IReadOnlyList<string> Mistakes => mistakes;
}

/// <summary>
/// Looks at all settings of a process before anything reads them, so that its start fails at once, with every mistake and in
/// the operator's words. Rules between settings stay with their options classes; their sentences get the old names added.
/// </summary>
public static class SettingsCheck
{
    /// <summary>Exit code of a process whose settings are wrong (<c>EX_CONFIG</c> of sysexits).</summary>
    public const int ExitCode = 78;

    private static readonly string[] sections = [.. SettingsTable.All.Select(setting => setting.Key.Split(':')[0]).Where(section => section != "ConnectionStrings").Distinct(StringComparer.Ordinal)];
    private static int listening;

    /// <summary>What is wrong: a sentence for each setting, empty when all is well.</summary>
    /// <param name="process">A process of the manifests: only what it reads counts. Null: everything that is set.</param>
    public static IReadOnlyList<string> Mistakes(IConfiguration settings, string? process)
    {
        var mistakes = new List<string>();
        foreach (var setting in SettingsTable.All.Where(setting => process is null || setting.ReadBy.Contains(process)))
        {
            if (setting.Mistake(settings) is { } mistake) mistakes.Add($"{Named(setting)} {mistake}");
            else if (process is not null && setting.RequiredBy.Contains(process) && string.IsNullOrWhiteSpace(settings[setting.Key]))
                mistakes.Add($"{Named(setting)} is not set: {setting.Expected}");
        }

        return mistakes;
    }

    /// <summary>Keys in our sections that no setting has, each with the one that may have been meant.</summary>
    public static IReadOnlyList<string> Unknown(IConfiguration settings) =>
    [
        .. sections.SelectMany(section => settings.GetSection(section).AsEnumerable())
            .Where(pair => pair.Value is not null && SettingsTable.Of(pair.Key) is null)
            .Select(pair => $"{pair.Key} is no setting{(Nearest(pair.Key) is { } near ? $"; was {near} meant?" : "")}"),
    ];

    /// <summary>The same sentence with the old name of each setting that it speaks of.</summary>
    internal static string WithOldNames(string sentence)
    {
        var spokenOf = SettingsTable.All
            .Where(setting => setting.OldNames.Count > 0 && Mentions(sentence, setting.Key) && !setting.OldNames.Any(name => sentence.Contains(name, StringComparison.Ordinal)))
            .Select(setting => $"{setting.Key} was {string.Join(", ", setting.OldNames)}").ToList();
        return spokenOf.Count == 0 ? sentence : $"{sentence} (in the Python server {string.Join("; ", spokenOf)})";
    }

    internal static void CheckSettings(this IHostApplicationBuilder builder)
    {
        TellOperatorAtTheEnd();
        var mistakes = Mistakes(builder.Configuration, Process(builder.Environment.ApplicationName));
        // The console's "check" tells them with all else that is to be mended.
        if (mistakes.Count > 0 && !(Environment.GetCommandLineArgs() is [_, "check", ..])) throw new SettingsException(mistakes);

        // Not a reason to refuse: the settings may be those of a newer version that is being rolled back.
        var unknown = Unknown(builder.Configuration);
        if (unknown.Count > 0)
            builder.Services.AddHostedService(services => new Warning(unknown, services.GetRequiredService<ILogger<Warning>>()));
    }

    /// <summary><c>Panoramax.PictureWorker</c> is <c>picture-worker</c>; null for a program that is none of ours (a test).</summary>
    internal static string? Process(string application)
    {
        if (!application.StartsWith("Panoramax.", StringComparison.Ordinal)) return null;
        var name = application["Panoramax.".Length..];
        name = string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at > 0 ? "-" : "") + char.ToLower(letter, CultureInfo.InvariantCulture) : letter.ToString()));
        return SettingsTable.All.Any(setting => setting.ReadBy.Contains(name)) ? name : null;
    }

    private static string Named(Setting setting) =>
        $"{setting.Key} ({setting.Environment}{(setting.OldNames.Count > 0 ? "; in the Python server " + string.Join(", ", setting.OldNames) : "")})";

    private static bool Mentions(string sentence, string key)
    {
        var at = sentence.IndexOf(key, StringComparison.Ordinal);
        return at >= 0 && (at + key.Length == sentence.Length || !char.IsLetterOrDigit(sentence[at + key.Length]));
    }

    private static string? Nearest(string key)
    {
        var (near, distance) = SettingsTable.All.Select(setting => (setting.Key, Distance: Distance(key.ToUpperInvariant(), setting.Key.ToUpperInvariant())))
            .MinBy(pair => pair.Distance);
        return distance <= 4 ? near : null;
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    /// <summary>
    /// The last lines of a process that ends over its settings are the sentences, not a stack trace. Only for the end of the
    /// process: whoever catches the exception is not disturbed.
    /// </summary>
    private static void TellOperatorAtTheEnd()
    {
        if (Interlocked.Exchange(ref listening, 1) == 1) return;
        AppDomain.CurrentDomain.UnhandledException += (_, end) =>
        {
            if (Sentences(end.ExceptionObject as Exception) is not { } sentences) return;
            foreach (var sentence in sentences) Console.Error.WriteLine($"SETTINGS: {WithOldNames(sentence)}");
            Console.Error.Flush();
            Environment.Exit(ExitCode);
        };
    }

    private static IEnumerable<string>? Sentences(Exception? error) => error switch
    {
        SettingsException settings => settings.Mistakes,
        OptionsValidationException options => options.Failures,
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            several.InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures),
        _ => null,
    };

    private sealed class Warning(IReadOnlyList<string> unknown, ILogger<Warning> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var sentence in unknown) log.LogWarning("{Setting}", sentence);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
