using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panoramax.Database;
using Panoramax.Storage;

namespace Panoramax.Admin;

/// <summary>The instance that a command works on: its settings, database and stores, and where the command says what it does.</summary>
internal sealed class Instance(IConfiguration configuration, ILogger log, TimeProvider time, TextWriter output) : IAsyncDisposable
{
    private NpgsqlDataSource? source;

    public IConfiguration Configuration => configuration;

    public ILogger Log => log;

    public TimeProvider Time => time;

    /// <summary>Results and progress. Complaints go to the error stream.</summary>
    public TextWriter Output => output;

    /// <summary>The database, as <c>panoramax_admin</c>; <c>migrate</c> and <c>db</c> need <c>panoramax_owner</c>.</summary>
    /// <exception cref="UsageError">No connection string is set.</exception>
    public NpgsqlDataSource Source => source ??= DatabaseSetup.DataSource(configuration.GetConnectionString(DatabaseSetup.ConnectionName)
        ?? throw new UsageError($"ConnectionStrings:{DatabaseSetup.ConnectionName} is not set: the connection string of panoramax_admin (for 'migrate' and 'db': of panoramax_owner)."));

    public PanoramaxDb OpenDb()
    {
        var options = new DbContextOptionsBuilder<PanoramaxDb>();
        DatabaseSetup.Configure(options, Source);
        return new PanoramaxDb(options.Options);
    }

    /// <summary>All three stores.</summary>
    /// <exception cref="UsageError">No store is configured.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; its sentence says which.</exception>
    public PictureStores OpenStores() => StorageSetup.Open(
        configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? throw new UsageError("Storage is not configured: set Storage:Kind and what belongs to it."),
        Enum.GetValues<StoreName>());

    public Task Say(string line) => output.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        if (source is not null) await source.DisposeAsync();
    }
}

/// <summary>Says how far long work has come, a line every few seconds.</summary>
/// <param name="what">What is counted, such as "pictures".</param>
/// <param name="total">How many there are; null when nobody knows.</param>
internal sealed class Progress(Instance instance, string what, long? total)
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(5);

    private long done;
    private long said = instance.Time.GetTimestamp();

    public async Task Add(long count = 1)
    {
        done += count;
        if (instance.Time.GetElapsedTime(said) < interval) return;
        said = instance.Time.GetTimestamp();
        await instance.Say(total is null ? $"  {done} {what}…" : $"  {done} of {total} {what}…");
    }
}
