using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Panoramax.Admin.Commands.Checks;
using Panoramax.ServiceDefaults.Settings;

namespace Panoramax.Admin.Commands;

/// <summary>
/// <c>check [PROCESS]</c>: tries everything that a process depends on, with the settings it was given, and says what to mend.
/// Started with the settings of a process and its name (<c>check upload</c>) it tries what that process needs; without a
/// name, everything that is set. Ends with 0 when nothing is to be mended, else 1. Changes nothing: an object that it stores
/// to try a right is deleted again.
/// </summary>
internal static class Check
{
    /// <summary>Processes that can be tried by name.</summary>
    public static IReadOnlyList<string> Processes { get; } =
        [.. SettingsTable.All.SelectMany(setting => setting.ReadBy).Distinct(StringComparer.Ordinal)];

    public static Command Command(Instance instance)
    {
        var process = new Argument<string?>("process")
        {
            Description = $"The process whose settings are tried: {string.Join(", ", Processes)}. Without it, everything that is set.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("check", CommandLine.About(
            "Tries everything that a process depends on, with the settings given, and says what to mend. Changes nothing.", "check upload")) { process };
        command.SetAction((call, cancel) => Run(instance.Configuration, call.GetValue(process), instance.Output, cancel));
        return command;
    }

    /// <exception cref="UsageError">There is no such process.</exception>
    public static async Task<int> Run(IConfiguration configuration, string? process, TextWriter output, CancellationToken cancel)
    {
        if (process is not null && !Processes.Contains(process))
            throw new UsageError($"There is no process '{process}': {string.Join(", ", Processes)}");

        var findings = new Findings();
        CheckSettings(configuration, process, findings);
        await DatabaseCheck.Run(configuration, process, findings, cancel);
        await BrokerCheck.Run(configuration, process, findings, cancel);
        await StoreCheck.Run(configuration, process, findings, cancel);
        await BlurCheck.Run(configuration, process, findings, cancel);
        await LoginCheck.Run(configuration, process, findings, cancel);
        await FolderCheck.Run(configuration, process, findings, cancel);

        foreach (var finding in findings.All) await output.WriteLineAsync(finding.ToString());
        var toMend = findings.All.Count(finding => finding.Mend is not null);
        await output.WriteLineAsync(toMend == 0 ? "Nothing to mend." : $"{toMend} to mend.");
        return toMend == 0 ? 0 : 1;
    }

    private static void CheckSettings(IConfiguration configuration, string? process, Findings findings)
    {
        var mistakes = SettingsCheck.Mistakes(configuration, process);
        foreach (var mistake in mistakes) findings.ToMend("settings", mistake, "correct it where the process gets its environment");
        foreach (var unknown in SettingsCheck.Unknown(configuration)) findings.ToMend("settings", unknown, "correct the name, or remove it");
        if (mistakes.Count == 0) findings.Good("settings", "each value has its form");
    }
}
