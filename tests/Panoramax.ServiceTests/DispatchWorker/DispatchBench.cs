using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.DispatchWorker;
using Panoramax.DispatchWorker.Caretaker;
using Panoramax.Messaging;
using Panoramax.Messaging.Jobs;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>A picture to be put into a set, with the place and time that a case is about.</summary>
internal sealed record Shot(string Name, double Longitude, double Latitude, DateTimeOffset Ts)
{
    public int? Heading { get; init; }

    public string Type { get; init; } = "equirectangular";

    public double? GpsAccuracy { get; init; } = 4;

    /// <summary>False: left over from an upload that was cut off before its file was accepted.</summary>
    public bool HasFile { get; init; } = true;
}

/// <summary>A sequence as the dispatch left it.</summary>
internal sealed record FoundSequence(Guid Id, string Title, string Status, DateTimeOffset UpdatedAt, string[] Names, int?[] Headings);

/// <summary>
/// The use cases of the dispatch worker over a real database, under its own role, run through the job runner as a message
/// would run them. The bus is not started: what would be announced stays in the table.
/// </summary>
internal sealed class DispatchBench : IAsyncDisposable
{
    private readonly IHost host;
    private readonly NpgsqlDataSource owner;

    private DispatchBench(TestDatabase database, IHost host, NpgsqlDataSource owner, Guid account)
    {
        Database = database;
        this.host = host;
        this.owner = owner;
        Account = account;
    }

    public TestDatabase Database { get; }

    public Guid Account { get; }

    public IServiceProvider Services => host.Services;

    /// <param name="broker">AMQP URI for cases that need one.</param>
    /// <param name="settings">Further settings, with colons.</param>
    /// <param name="time">The clock of the use cases.</param>
    public static async Task<DispatchBench> Create(string? broker = null, Dictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        var database = await TestDatabase.Create();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:panoramax"] = database.ConnectionString("dispatch_worker"),
            ["ConnectionStrings:rabbitmq"] = broker ?? "amqp://nobody@127.0.0.1:1/",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddPanoramaxDatabase();
        builder.AddPanoramaxBus();
        builder.Services.AddSingleton(services => new WorkerDatabase(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<JobRunner>();
        builder.Services.AddSingleton<DispatchUploadSet>();
        builder.Services.AddSingleton<FinalizeSequence>();
        builder.AddCaretaker();
        var account = await database.Scalar<Guid>("SELECT id FROM accounts WHERE is_default");
        return new DispatchBench(database, builder.Build(), database.Source("owner"), account);
    }

    public async Task<Guid> AddSet(string title = "Walk", Action<UploadSetRow>? with = null)
    {
        var set = new UploadSetRow { Id = Guid.CreateVersion7(), AccountId = Account, Title = title, CreatedAt = DateTimeOffset.UnixEpoch, Completed = true };
        with?.Invoke(set);
        await using var db = Database.Context("owner");
        db.UploadSets.Add(set);
        await db.SaveChangesAsync();
        return set.Id;
    }

    /// <summary>Changes a set as a PATCH would.</summary>
    public async Task Change(Guid setId, Action<UploadSetRow> with)
    {
        await using var db = Database.Context("owner");
        with((await db.UploadSets.FindAsync(setId))!);
        await db.SaveChangesAsync();
    }

    /// <summary>Pictures as an upload leaves them, each with its prepare job. They count as sent in the order given.</summary>
    public async Task<Dictionary<string, Guid>> AddPictures(Guid? setId, params IReadOnlyList<Shot> shots)
    {
        var ids = shots.ToDictionary(shot => shot.Name, _ => Guid.CreateVersion7());
        await using var command = owner.CreateCommand("""
            WITH shots AS (
                SELECT * FROM unnest(@ids, @names, @lons, @lats, @times, @headings, @types, @accuracies, @files)
                    WITH ORDINALITY AS n(id, name, lon, lat, ts, heading, type, accuracy, has_file, place)
            ), sent AS (
                INSERT INTO pictures (id, account_id, upload_set_id, preparing_status, blurred_by_author, geom, ts, heading, heading_computed,
                    type, width, height, make, model, field_of_view, h_pixel_density, gps_accuracy_m, original_content_md5, inserted_at, updated_at, metadata)
                SELECT id, @account, @set, 'not-processed', FALSE, ST_SetSRID(ST_MakePoint(lon, lat), 4326), ts, heading, FALSE,
                    type, 5760, 2880, 'GoPro', 'Max', 360, 16, accuracy, gen_random_uuid(),
                    TIMESTAMPTZ '2026-01-01' + place * INTERVAL '1 ms', '2026-01-01', jsonb_strip_nulls(jsonb_build_object('camera_heading', heading))
                FROM shots
            ), owed AS (
                INSERT INTO jobs (kind, subject_id, revision, attempts, not_before, requested_at) SELECT 'prepare', id, 1, 0, now(), now() FROM shots
            )
            INSERT INTO files (upload_set_id, file_name, picture_id, size, inserted_at)
            SELECT @set, name, id, 1, '2026-01-01' FROM shots WHERE has_file AND @set IS NOT NULL
            """);
        command.Parameters.AddWithValue("account", Account);
        command.Parameters.Add(new NpgsqlParameter("set", NpgsqlDbType.Uuid) { Value = OrNull(setId) });
        command.Parameters.AddWithValue("ids", shots.Select(shot => ids[shot.Name]).ToArray());
        command.Parameters.AddWithValue("names", shots.Select(shot => shot.Name).ToArray());
        command.Parameters.AddWithValue("lons", shots.Select(shot => shot.Longitude).ToArray());
        command.Parameters.AddWithValue("lats", shots.Select(shot => shot.Latitude).ToArray());
        command.Parameters.AddWithValue("times", shots.Select(shot => shot.Ts).ToArray());
        command.Parameters.AddWithValue("headings", shots.Select(shot => shot.Heading).ToArray());
        command.Parameters.AddWithValue("types", shots.Select(shot => shot.Type).ToArray());
        command.Parameters.AddWithValue("accuracies", shots.Select(shot => shot.GpsAccuracy).ToArray());
        command.Parameters.AddWithValue("files", shots.Select(shot => shot.HasFile).ToArray());
        await command.ExecuteNonQueryAsync();
        return ids;
    }

    public async Task AddTags(Guid setId, params (string Key, string Value, Guid Author)[] tags)
    {
        await using var db = Database.Context("owner");
        db.UploadSetsSemantics.AddRange(tags.Select(tag => new UploadSetSemanticsRow
        {
            UploadSetId = setId, Key = tag.Key, Value = tag.Value, AccountId = tag.Author, Ts = DateTimeOffset.UnixEpoch,
        }));
        await db.SaveChangesAsync();
    }

    public async Task<Guid> AddAccount()
    {
        var account = new AccountRow { Id = Guid.CreateVersion7(), Name = "camille", CreatedAt = DateTimeOffset.UnixEpoch };
        await using var db = Database.Context("owner");
        db.Accounts.Add(account);
        await db.SaveChangesAsync();
        return account.Id;
    }

    /// <summary>Asks for a dispatch, as completing a set does, and does it.</summary>
    public async Task Dispatch(Guid setId)
    {
        await Ask(JobKind.Dispatch, setId);
        await Services.GetRequiredService<JobRunner>().Run(
            JobKind.Dispatch, setId, Services.GetRequiredService<DispatchUploadSet>().Run, givenUp: null, CancellationToken.None);
    }

    /// <summary>Asks for a sequence to be finalized, as an edit does, and does it.</summary>
    public async Task Finalize(Guid sequenceId)
    {
        await Ask(JobKind.Finalize, sequenceId);
        await Services.GetRequiredService<JobRunner>().Run(
            JobKind.Finalize, sequenceId, Services.GetRequiredService<FinalizeSequence>().Run, givenUp: null, CancellationToken.None);
    }

    public async Task Ask(JobKind kind, Guid subjectId)
    {
        await using var db = Database.Context("owner");
        await JobStore.Request(db, kind, subjectId, args: null, traceparent: null, CancellationToken.None);
    }

    /// <summary>Sequences of a set that are not deleted, in the order they were made, with their pictures by rank.</summary>
    public async Task<FoundSequence[]> Sequences(Guid setId, bool deleted = false)
    {
        await using var command = owner.CreateCommand($"""
            SELECT s.id, s.title, s.status, s.updated_at,
                array_agg(f.file_name ORDER BY sp.rank) FILTER (WHERE sp.rank IS NOT NULL),
                array_agg(p.heading ORDER BY sp.rank) FILTER (WHERE sp.rank IS NOT NULL)
            FROM sequences s
            LEFT JOIN sequences_pictures sp ON sp.sequence_id = s.id
            LEFT JOIN pictures p ON p.id = sp.picture_id
            LEFT JOIN files f ON f.picture_id = p.id
            WHERE s.upload_set_id = @set AND s.status {(deleted ? "=" : "<>")} 'deleted'
            GROUP BY s.id ORDER BY s.inserted_at, s.id
            """);
        command.Parameters.AddWithValue("set", setId);
        var found = new List<FoundSequence>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(new FoundSequence(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? [] : reader.GetFieldValue<string[]>(4), reader.IsDBNull(5) ? [] : reader.GetFieldValue<int?[]>(5)));
        }

        return [.. found];
    }

    /// <summary>First column of all rows.</summary>
    public async Task<T[]> Column<T>(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = owner.CreateCommand(sql);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, OrNull(value));
        var values = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) values.Add(reader.IsDBNull(0) ? default! : reader.GetFieldValue<T>(0));
        return [.. values];
    }

    public async Task<T> One<T>(string sql, params (string Name, object? Value)[] parameters) => (await Column<T>(sql, parameters)).Single();

    public async Task Run(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = owner.CreateCommand(sql);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, OrNull(value));
        await command.ExecuteNonQueryAsync();
    }

    private static object OrNull(object? value) => value ?? DBNull.Value;

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
