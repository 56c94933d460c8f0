using System.CommandLine;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panoramax.Database;
using Panoramax.Storage;

namespace Panoramax.Admin.Commands;

/// <summary>
/// <c>migrate</c>: brings the schema up to this build, grants the roles' rights, and makes what must exist: the default
/// account, the configuration, the first key of the login cookie. Runs as <c>panoramax_owner</c>, before any service starts.
/// </summary>
internal static partial class Migrate
{
    private static readonly TimeSpan wait = TimeSpan.FromSeconds(1);

    public static Command Command(Instance instance)
    {
        var command = new Command("migrate", CommandLine.About(
            "Brings the database schema up to this build, grants each role its rights, and makes the buckets and the first rows. Runs as panoramax_owner. Safe to run again.",
            "migrate"));
        command.SetAction((_, cancel) => Run(instance, cancel));
        return command;
    }

    public static async Task<int> Run(Instance instance, CancellationToken cancel)
    {
        var (configuration, time) = (instance.Configuration, instance.Time);
        await UntilReachable(instance.Source, instance.Log, time, cancel);

        await using var db = instance.OpenDb();
        var defaults = new InstanceDefaults(
            configuration["Instance:DefaultVisibility"], configuration.GetValue<bool?>("Instance:CollaborativeMetadata"));
        if (defaults.Visibility is { } visibility && !Domain.Pictures.Visibility.All.Contains(visibility))
            throw new UsageError($"Instance:DefaultVisibility is '{visibility}', not one of {string.Join(", ", Domain.Pictures.Visibility.All)}");

        var applied = await DatabaseMigration.Run(db, defaults, time, cancel);
        await MakeFirstKey(instance.Source, time, cancel);
        await MakeBuckets(configuration, cancel);
        await instance.Say(applied.Count == 0
            ? "The schema is up to date."
            : $"Applied {applied.Count} migration(s): {string.Join(", ", applied)}");
        return 0;
    }

    /// <summary>The database may still be starting: everything waits for this command, so it waits too, up to a minute.</summary>
    private static async Task UntilReachable(NpgsqlDataSource source, ILogger log, TimeProvider time, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancel);
                return;
            }
            catch (NpgsqlException error) when ((error.IsTransient || error is PostgresException { SqlState: "57P03" })
                && time.GetElapsedTime(start) < TimeSpan.FromMinutes(1))
            {
                Waiting(log, error.Message);
                await Task.Delay(wait, time, cancel);
            }
        }
    }

    /// <summary>Without one, each login cookie would be an error in the logs of the services that may not make keys.</summary>
    private static async Task MakeFirstKey(NpgsqlDataSource source, TimeProvider time, CancellationToken cancel)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddDbContext<PanoramaxDb>(options => DatabaseSetup.Configure(options, source))
            .AddDataProtection().SetApplicationName("Panoramax").PersistKeysToDbContext<PanoramaxDb>().Services
            .BuildServiceProvider();
        var keys = services.GetRequiredService<IKeyManager>();
        var now = time.GetUtcNow();
        if (keys.GetAllKeys().All(key => key.IsRevoked || key.ExpirationDate <= now)) keys.CreateNewKey(now, now.AddDays(90));
        await Task.CompletedTask.WaitAsync(cancel);
    }

    /// <summary>The services' own keys may not make buckets. Without a storage setting the operator makes them.</summary>
    private static async Task MakeBuckets(IConfiguration configuration, CancellationToken cancel)
    {
        if (configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() is not { } storage) return;
        await StorageSetup.Open(storage, Enum.GetValues<StoreName>()).EnsureBuckets(cancel);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is not reached yet ({Reason}); trying again")]
    private static partial void Waiting(ILogger log, string reason);
}
