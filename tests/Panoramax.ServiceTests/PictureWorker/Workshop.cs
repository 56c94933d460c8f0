using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetTopologySuite.Geometries;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.Messaging;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.PictureWorker;
using Panoramax.Storage;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>
/// A picture worker with a database, a virtual host and stores of its own, under its own role; put together as its
/// <c>Program.cs</c> does. Pictures arrive here as <c>upload</c> leaves them.
/// </summary>
internal sealed class Workshop : IAsyncDisposable
{
    private static readonly GeometryFactory wgs84 = new(new PrecisionModel(), 4326);

    private readonly ConcurrentDictionary<string, NpgsqlDataSource> sources = new(StringComparer.Ordinal);
    private readonly StorageOptions options;
    private readonly TestBroker broker;

    private Workshop(TestDatabase database, TestBroker broker, StorageOptions options, PictureStores stores)
    {
        Database = database;
        this.broker = broker;
        this.options = options;
        Stores = stores;
    }

    public TestDatabase Database { get; }

    /// <summary>The stores as they are, without <see cref="Break"/>.</summary>
    public PictureStores Stores { get; }

    /// <summary>Folder of the stores; only of the kind <c>Folder</c>.</summary>
    public string Folder => options.Folder!;

    /// <summary>AMQP URI.</summary>
    public string BrokerUri => broker.Uri;

    public IHost Host { get; private set; } = null!;

    /// <summary>Called by the worker's store around each operation, with a name such as <c>before put Permanent</c>; null: nothing breaks.</summary>
    public Func<string, Task>? Break { get; set; }

    /// <summary>A context on this workshop's one pool of the role.</summary>
    public PanoramaxDb Context(string role)
    {
        var context = new DbContextOptionsBuilder<PanoramaxDb>();
        DatabaseSetup.Configure(context, sources.GetOrAdd(role, Database.Source));
        return new PanoramaxDb(context.Options);
    }

    public JobRunner Runner => Host.Services.GetRequiredService<JobRunner>();

    public static Task<Workshop> Open(StorageKind kind = StorageKind.Folder, params (string Key, string Value)[] settings) =>
        Open(kind, _ => { }, settings);

    public static async Task<Workshop> Open(StorageKind kind, Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var storage = kind == StorageKind.S3
            ? S3Server.NewBuckets()
            : new StorageOptions { Kind = StorageKind.Folder, Folder = Directory.CreateTempSubdirectory("panoramax-worker-").FullName };
        var stores = StorageSetup.Open(storage, Enum.GetValues<StoreName>());
        await stores.EnsureBuckets(default);

        var workshop = new Workshop(await TestDatabase.Create(), await TestBroker.Create(), storage, stores);
        workshop.Host = workshop.Build(configure, settings);
        return workshop;
    }

    /// <summary>Leaves a picture as <c>upload</c> does: bytes in <c>incoming</c>, its rows, and the job to prepare it.</summary>
    public async Task<Guid> Receive(
        byte[] jpeg, string type = "flat", bool blurredByAuthor = false, bool legacy = false, string exif = """{"Exif.Image.Make": "Maker"}""", string? args = null)
    {
        var id = Guid.CreateVersion7();
        await Stores.Incoming.Put(PictureKeys.Picture(id), new MemoryStream(jpeg), "image/jpeg", default);
        await using var db = Context("owner");
        var account = await db.Accounts.Where(row => row.IsDefault).Select(row => row.Id).SingleAsync();
        var now = TimeProvider.System.GetUtcNow();
        var set = legacy ? null : new UploadSetRow { Id = Guid.CreateVersion7(), AccountId = account, Title = "test", CreatedAt = now };
        if (set is not null) db.UploadSets.Add(set);
        await db.SaveChangesAsync();
        db.Pictures.Add(new PictureRow
        {
            Id = id, AccountId = account, UploadSetId = set?.Id, BlurredByAuthor = blurredByAuthor, Geom = wgs84.CreatePoint(new Coordinate(2.35, 48.85)),
            Ts = now, Type = type, Width = 1, Height = 1, OriginalContentMd5 = Guid.NewGuid(), InsertedAt = now, UpdatedAt = now.AddMinutes(-5),
            Metadata = """{"originalFileName": "a.jpg", "pitch": 2.5}""",
        });
        db.PicturesExif.Add(new PictureExifRow { PictureId = id, Exif = exif });
        if (legacy)
        {
            var sequence = new SequenceRow { Id = Guid.CreateVersion7(), AccountId = account, InsertedAt = now, UpdatedAt = now };
            db.Sequences.Add(sequence);
            await db.SaveChangesAsync();
            db.SequencesPictures.Add(new SequencePictureRow { SequenceId = sequence.Id, Rank = 1, PictureId = id });
        }

        await db.SaveChangesAsync();
        await Ask(JobKind.Prepare, id, args);
        return id;
    }

    /// <summary>Publishes the message of a picture to prepare, as <c>upload</c> does.</summary>
    public async Task Announce(Guid id)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(BrokerUri)));
        await bus.StartAsync();
        await bus.Publish(new PictureReceived(id, UploadSetId: null, "Uploaded", TimeProvider.System.GetUtcNow()));
        await bus.StopAsync();
    }

    /// <summary>Writes a job row that is due now.</summary>
    public async Task Ask(JobKind kind, Guid id, string? args = null)
    {
        await using var db = Context("upload");
        await using var transaction = await db.Database.BeginTransactionAsync();
        await JobStore.Request(db, kind, id, args, traceparent: null, default);
        await transaction.CommitAsync();
    }

    /// <summary>Deletes a picture as <c>upload</c> does: row and details, its jobs, and a job to delete its files.</summary>
    public async Task DeleteRow(Guid id)
    {
        await using var db = Context("upload");
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Pictures.Where(row => row.Id == id).ExecuteDeleteAsync();
        await JobStore.Forget(db, [id], default);
        await JobStore.Request(db, JobKind.Delete, id, args: null, traceparent: null, default);
        await transaction.CommitAsync();
    }

    /// <summary>What happens when the message for a job arrives.</summary>
    public Task Work(JobKind kind, Guid id)
    {
        var services = Host.Services;
        return kind switch
        {
            JobKind.Prepare => Runner.Run(kind, id, services.GetRequiredService<PreparePicture>().Run,
                (change, permanent, cancel) => PreparePicture.GiveUp(change, id, permanent, cancel), default),
            JobKind.Discard => Runner.Run(kind, id, services.GetRequiredService<DiscardOriginal>().Run, givenUp: null, default),
            JobKind.Delete => Runner.Run(kind, id, services.GetRequiredService<DeletePictureFiles>().Run, givenUp: null, default),
            JobKind.ReadMetadata => Runner.Run(kind, id, services.GetRequiredService<ReadMetadataAgain>().Run, (_, _, _) => Task.CompletedTask, default),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not this worker's"),
        };
    }

    public Task Prepare(Guid id) => Work(JobKind.Prepare, id);

    /// <summary>Asks for preparation again, as the prepare routes do, and does it.</summary>
    public async Task PrepareAgain(Guid id, string? args = null)
    {
        await Ask(JobKind.Prepare, id, args);
        await Prepare(id);
    }

    public Task MakeDue(Guid id) => Database.Execute($"UPDATE jobs SET not_before = now() WHERE subject_id = '{id}'");

    public async Task<PictureRow> Row(Guid id)
    {
        await using var db = Context("owner");
        return await db.Pictures.AsNoTracking().SingleAsync(row => row.Id == id);
    }

    public async Task<string> Exif(Guid id)
    {
        await using var db = Context("owner");
        return await db.PicturesExif.Where(row => row.PictureId == id).Select(row => row.Exif).SingleAsync();
    }

    public async Task<IReadOnlyList<JobRow>> Jobs(Guid id)
    {
        await using var db = Context("owner");
        return await db.Jobs.AsNoTracking().Where(row => row.SubjectId == id).OrderBy(row => row.Kind).ToListAsync();
    }

    public async Task<IReadOnlyList<JobHistoryRow>> History(Guid id)
    {
        await using var db = Context("owner");
        return await db.JobHistory.AsNoTracking().Where(row => row.SubjectId == id).OrderBy(row => row.Id).ToListAsync();
    }

    /// <summary>The one sequence that the picture is in.</summary>
    public async Task<Guid> Sequence(Guid id)
    {
        await using var db = Context("owner");
        return await db.SequencesPictures.Where(row => row.PictureId == id).Select(row => row.SequenceId).SingleAsync();
    }

    /// <summary>Bytes of an object, or null.</summary>
    public static async Task<byte[]?> Read(IPictureStore store, string key)
    {
        await using var found = await store.Get(key, range: null, default);
        return found is null ? null : await found.ReadAll(default);
    }

    public Task<byte[]?> Hd(Guid id) => Read(Stores.Permanent, PictureKeys.Picture(id));

    public Task<byte[]?> Sd(Guid id) => Read(Stores.Derivates, PictureKeys.Sd(id));

    public Task<byte[]?> Thumbnail(Guid id) => Read(Stores.Derivates, PictureKeys.Thumbnail(id));

    /// <summary>All keys of a store.</summary>
    public static async Task<IReadOnlyList<string>> Keys(IPictureStore store, string folder = "")
    {
        var keys = new List<string>();
        await foreach (var found in store.List(folder, default)) keys.Add(found.Key);
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await broker.DisposeAsync();
        await Database.DisposeAsync();
        if (options.Kind == StorageKind.S3) await S3Server.Remove(options);
        else Directory.Delete(options.Folder!, recursive: true);
    }

    private IHost Build(Action<IServiceCollection> configure, (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:panoramax"] = Database.ConnectionString("picture_worker"),
            ["ConnectionStrings:rabbitmq"] = broker.Uri,
            ["Storage:Kind"] = "Folder",
            ["Storage:Folder"] = options.Folder ?? "/replaced",
            ["Blur:Kind"] = "None",
            ["Jobs:RetryLimit"] = "2",
        });
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddPanoramaxDatabase();
        builder.AddPictureStores(Enum.GetValues<StoreName>());
        builder.AddPictureWork();
        builder.AddPanoramaxBus(PictureWork.Consumers);

        Task On(string operation) => Break?.Invoke(operation) ?? Task.CompletedTask;
        builder.Services.AddSingleton(new PictureStores(Enum.GetValues<StoreName>().ToDictionary(
            name => name, IBucket (name) => new FaultyStore((IBucket)Stores[name], name, On))));
        configure(builder.Services);
        return builder.Build();
    }
}
