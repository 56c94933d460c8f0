using System.CommandLine;
using Panoramax.Admin.Commands;

namespace Panoramax.Admin;

/// <summary>All commands of the console.</summary>
internal static class CommandLine
{
    public static RootCommand Root(Instance instance) => new("The operator's console of Panoramax. Every command has --help with an example.")
    {
        Migrate.Command(instance),
        AwaitSchema.Command(instance),
        Check.Command(instance),
        DatabaseCommands.Command(instance),
        DefaultAccountToken.Command(instance),
        Users.Command(instance),
        Requeue.Command(instance),
        Sequences.Command(instance),
        Sequences.HeadingCommand(instance),
        CleanUp.Command(instance),
        Orphans.Command(instance),
        PictureWorkerHint.Command(instance),
    };

    /// <summary>Describes a command with an example, which every command has.</summary>
    public static string About(string what, string example) => $"{what}\n\nExample:\n  Panoramax.Admin {example}";

    /// <summary>An argument of ids. Texts that are none are refused, which the library's own list of ids forgets.</summary>
    public static Argument<Guid[]> Ids(string description, ArgumentArity arity) => new("ids")
    {
        Description = description,
        Arity = arity,
        CustomParser = words =>
        {
            var ids = new List<Guid>();
            foreach (var word in words.Tokens)
            {
                if (Guid.TryParseExact(word.Value, "D", out var id)) ids.Add(id);
                else words.AddError($"'{word.Value}' is no id.");
            }

            return [.. ids];
        },
    };

    /// <summary>Runs a command and returns the process's exit code: 0 done, 1 not done, 2 called wrongly, 130 interrupted.</summary>
    public static async Task<int> Run(Instance instance, string[] args, TextWriter complaints, CancellationToken cancel)
    {
        var call = Root(instance).Parse(args);
        if (call.Errors.Count > 0)
        {
            foreach (var error in call.Errors) await complaints.WriteLineAsync(error.Message);
            await complaints.WriteLineAsync("'Panoramax.Admin --help' lists the commands.");
            return 2;
        }

        try
        {
            return await call.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = instance.Output, Error = complaints, ProcessTerminationTimeout = null }, cancel);
        }
        catch (UsageError error)
        {
            await complaints.WriteLineAsync(error.Message);
            return 2;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await complaints.WriteLineAsync("Interrupted. What was done so far stays; the command can be run again.");
            return 130;
        }
        catch (Exception error) when (Sentence(error) is { } sentence)
        {
            await complaints.WriteLineAsync(sentence);
            return 1;
        }
    }

    /// <summary>What an operator reads of a fault that is not ours; null for one that is, which keeps its stack trace.</summary>
    private static string? Sentence(Exception error) => error switch
    {
        CommandFailed => error.Message,
        Microsoft.Extensions.Options.OptionsValidationException => error.Message,
        Npgsql.PostgresException { SqlState: "42501" } refused => $"The database refuses this to the role of the connection string ({refused.MessageText}).",
        Npgsql.PostgresException { SqlState: "42P01" } => "The database has no schema yet, or an older one: run 'migrate' first.",
        Npgsql.NpgsqlException => $"The database does not answer as it should: {error.Message}",
        Panoramax.Storage.PictureStoreUnavailable or Panoramax.Storage.PictureStoreRefused => $"The picture store does not answer as it should: {error.Message}",
        Microsoft.EntityFrameworkCore.DbUpdateException or InvalidOperationException when error.InnerException is { } inner => Sentence(inner),
        _ => null,
    };
}
