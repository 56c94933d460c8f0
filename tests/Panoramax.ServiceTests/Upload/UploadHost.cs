using System.Globalization;
using System.Text.Json.Nodes;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Upload;

/// <summary>
/// The upload service as a real process under its own role, with a database, a virtual host and a folder store of its own.
/// No worker runs: what is owed to workers is looked at in the <c>jobs</c> table.
/// </summary>
internal sealed class UploadHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("panoramax-upload-").FullName;
    private readonly List<IDisposable> clients = [];
    private readonly TestBroker broker;
    private Dictionary<string, string> settings = [];
    private int made;

    private UploadHost(TestDatabase database, TestBroker broker)
    {
        Database = database;
        this.broker = broker;
        var stores = new StorageOptions { Kind = StorageKind.Folder, Folder = folder };
        Stores = StorageSetup.Open(stores, Enum.GetValues<StoreName>());
    }

    public TestDatabase Database { get; }

    public PictureStores Stores { get; }

    /// <summary>Folder of the three stores and of files being received.</summary>
    public string Folder => folder;

    public ServiceProcess Process { get; private set; } = null!;

    public Uploader Anonymous => Client(null);

    /// <param name="settings">Environment form, over the usual ones.</param>
    public static async Task<UploadHost> Start(params (string Key, string Value)[] settings)
    {
        var host = new UploadHost(await TestDatabase.Create(), await TestBroker.Create());
        await host.Stores.EnsureBuckets(default);
        Directory.CreateDirectory(Path.Combine(host.folder, "receiving"));
        host.settings = ServiceSettings.For("upload", host.Database, host.folder, host.broker.Uri);
        foreach (var (key, value) in settings) host.settings[key] = value;
        await host.Restart();
        return host;
    }

    /// <summary>Starts the process; again, after it was killed.</summary>
    public async Task Restart()
    {
        if (Process is not null) await Process.DisposeAsync();
        Process = await ServiceProcess.Start("Panoramax.Upload", settings);
    }

    public Uploader As(Person person) => Client(person.Bearer);

    /// <summary>Makes an account and a token, as auth does.</summary>
    public Task<Person> NewPerson(string name, bool isAdmin = false, DateTimeOffset? acceptedTerms = null) =>
        Person.Register(Database, name, isAdmin, acceptedTerms);

    public Task<Guid> DefaultAccount() => Database.Scalar<Guid>("SELECT id FROM accounts WHERE is_default");

    /// <summary>A picture nobody sent before; a hundred metres and five seconds after the last one.</summary>
    public byte[] NewPicture()
    {
        var number = Interlocked.Increment(ref made);
        return TestJpeg.Make(64, 48, 48.85 + number * 0.001, 2.35, new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)).AddSeconds(5 * number), seed: number);
    }

    /// <summary>Sends a new picture that must be accepted.</summary>
    /// <returns>The picture's id.</returns>
    public async Task<Guid> SendPicture(Uploader uploader, Guid set, string? name = null)
    {
        var picture = NewPicture();
        var answer = await uploader.SendFile(set, name ?? string.Create(CultureInfo.InvariantCulture, $"{made}.jpg"), picture);
        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        return answer["picture_id"]!.GetValue<Guid>();
    }

    /// <summary>Does what a dispatch would: all pictures of the set into one sequence that is ready.</summary>
    public async Task<Guid> Dispatch(Guid set)
    {
        var id = Guid.CreateVersion7();
        await Database.Execute($"""
            INSERT INTO sequences (id, account_id, upload_set_id, status, visibility, title, inserted_at, updated_at, nb_pictures, min_picture_ts, max_picture_ts)
            SELECT '{id}', s.account_id, s.id, 'ready', s.visibility, s.title, now(), now() - interval '1 minute', count(*), min(p.ts), max(p.ts)
            FROM upload_sets s JOIN pictures p ON p.upload_set_id = s.id WHERE s.id = '{set}' AND NOT EXISTS (SELECT 1 FROM sequences_pictures m WHERE m.picture_id = p.id) GROUP BY s.id;
            INSERT INTO sequences_pictures (sequence_id, rank, picture_id)
            SELECT '{id}', row_number() OVER (ORDER BY ts, id), id FROM pictures p WHERE upload_set_id = '{set}' AND NOT EXISTS (SELECT 1 FROM sequences_pictures m WHERE m.picture_id = p.id);
            UPDATE upload_sets SET dispatched = TRUE, completed = TRUE WHERE id = '{set}';
            DELETE FROM jobs WHERE kind = 'dispatch' AND subject_id = '{set}'
            """);
        return id;
    }

    /// <summary>Does what a worker would: files in the public stores, the original gone, the picture prepared.</summary>
    public async Task Prepare(Guid picture)
    {
        using var bytes = new MemoryStream([0xFF, 0xD8]);
        await Stores.Permanent.Put(PictureKeys.Picture(picture), bytes, "image/jpeg", default);
        await Stores.Incoming.Delete(PictureKeys.Picture(picture), default);
        await Database.Execute($"UPDATE pictures SET preparing_status = 'prepared' WHERE id = '{picture}'; DELETE FROM jobs WHERE kind = 'prepare' AND subject_id = '{picture}'");
    }

    /// <summary>Jobs that are owed, as <c>kind</c> texts; of one subject or of all.</summary>
    public async Task<List<string>> Jobs(Guid? subject = null)
    {
        await using var db = Database.Context("owner");
        return [.. db.Jobs.Where(job => subject == null || job.SubjectId == subject).OrderBy(job => job.Kind).Select(job => job.Kind)];
    }

    public Task<long> Count(string fromWhere) => Database.Scalar<long>($"SELECT count(*) FROM {fromWhere}");

    /// <summary>Objects in a store.</summary>
    public async Task<int> Objects(StoreName store)
    {
        var count = 0;
        await foreach (var _ in Stores[store].List("", default)) count++;
        return count;
    }

    /// <summary>Files that a request left in the folder for files being received.</summary>
    public int LeftoverFiles() => Directory.GetFiles(Path.Combine(folder, "receiving")).Length;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await Process.DisposeAsync();
        await Database.DisposeAsync();
        await broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Uploader Client(string? bearer)
    {
        var client = new Uploader(Process.Address, bearer);
        lock (clients) clients.Add(client);
        return client;
    }
}

/// <summary>A service with login required and the usual people; one for a fixture.</summary>
internal abstract class UploadFixture
{
    protected UploadHost Host { get; private set; } = null!;

    protected Person Bob { get; private set; } = null!;

    protected Person Camille { get; private set; } = null!;

    protected Person Admin { get; private set; } = null!;

    /// <summary>Bob, who uploads.</summary>
    protected Uploader B { get; private set; } = null!;

    /// <summary>Camille, another account.</summary>
    protected Uploader C { get; private set; } = null!;

    /// <summary>An administrator.</summary>
    protected Uploader A { get; private set; } = null!;

    /// <summary>Nobody.</summary>
    protected Uploader Nobody { get; private set; } = null!;

    protected virtual (string Key, string Value)[] Settings => [("Upload__RequireLogin", "true")];

    [OneTimeSetUp]
    public async Task StartService()
    {
        Host = await UploadHost.Start(Settings);
        Bob = await Host.NewPerson("bob");
        Camille = await Host.NewPerson("camille");
        Admin = await Host.NewPerson("the administrator", isAdmin: true);
        (B, C, A, Nobody) = (Host.As(Bob), Host.As(Camille), Host.As(Admin), Host.Anonymous);
    }

    [OneTimeTearDown]
    public async Task StopService()
    {
        if (Host is not null) await Host.DisposeAsync();
    }

    protected static JsonObject Json(params (string Name, JsonNode? Value)[] members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, member.Value)));
}
