using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Stac;

/// <summary>An account with a token of its own.</summary>
internal sealed record Person(Guid Id, string Name, string Bearer);

/// <summary>
/// The reading service as a real process under its own role, over a database and a folder store of its own. What uploads,
/// dispatches and preparations would leave behind is written straight into both.
/// </summary>
internal sealed class StacHost : IAsyncDisposable
{
    private readonly List<IDisposable> clients = [];
    private readonly TestStore store;

    private StacHost(TestDatabase database, TestStore store)
    {
        Database = database;
        this.store = store;
    }

    public TestDatabase Database { get; }

    public PictureStores Stores => store.Stores;

    public ServiceProcess Process { get; private set; } = null!;

    /// <summary>Nobody.</summary>
    public Visitor Anonymous => Client(null);

    /// <param name="settings">Environment form, over the usual ones.</param>
    public static async Task<StacHost> Start(params (string Key, string Value)[] settings)
    {
        var host = new StacHost(await TestDatabase.Create(), await TestStore.Create(StoreKind.Folder));
        var all = ServiceSettings.For("stac", host.Database, host.store.Folder);
        foreach (var (key, value) in settings) all[key] = value;
        host.Process = await ServiceProcess.Start("Panoramax.Stac", all);
        return host;
    }

    public Visitor As(Person person) => Client(person.Bearer);

    /// <summary>Makes an account and a token, as auth does.</summary>
    public async Task<Person> NewPerson(string name, bool isAdmin = false, Action<AccountRow>? more = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = new AccountRow { Id = Guid.CreateVersion7(now), Name = name, Role = isAdmin ? Roles.Admin : Roles.User, CreatedAt = now };
        more?.Invoke(account);
        var token = new TokenRow { Id = DatabaseMigration.NewTokenId(), AccountId = account.Id, Description = "test", GeneratedAt = now };
        await using var db = Database.Context("owner");
        db.Accounts.Add(account);
        db.Tokens.Add(token);
        await db.SaveChangesAsync();
        return new Person(account.Id, name, TokenText.Write(token.Id, Encoding.UTF8.GetBytes(ServiceSettings.SigningKey)));
    }

    /// <summary>Writes a journey into the database as its upload, dispatch and preparation would.</summary>
    public Task<Journey> Add(Person owner, Journey journey) => JourneyRows.Write(journey, owner.Id, Database);

    public Task Delete(Journey journey) => Database.Execute($"""
        DELETE FROM pictures WHERE id IN (SELECT picture_id FROM sequences_pictures WHERE sequence_id = '{journey.Id}');
        UPDATE sequences SET status = 'deleted', updated_at = now() WHERE id = '{journey.Id}'
        """);

    /// <summary>Sets who may see a sequence.</summary>
    public Task Show(Journey journey, string? visibility) => Show("sequences", journey.Id, visibility);

    /// <summary>Sets who may see a picture.</summary>
    public Task Show(Shot shot, string? visibility) => Show("pictures", shot.Id, visibility);

    /// <summary>Adds a tag; the table without its ending, such as <c>pictures</c>.</summary>
    public Task Tag(string table, string ownerColumn, Guid owner, string key, string value, Person author) => Database.Execute($"""
        INSERT INTO {table}_semantics ({ownerColumn}, key, value, account_id, ts)
        VALUES ('{owner}', '{key.Replace("'", "''", StringComparison.Ordinal)}', '{value.Replace("'", "''", StringComparison.Ordinal)}', '{author.Id}', now())
        """);

    /// <summary>Adds an annotation with one tag.</summary>
    public async Task<Guid> Annotate(Shot shot, string key, string value, Person author)
    {
        var id = Guid.CreateVersion7();
        await Database.Execute($$"""
            INSERT INTO annotations (id, picture_id, shape)
            VALUES ('{{id}}', '{{shot.Id}}', '{"type":"Polygon","coordinates":[[[1,1],[{{Random.Shared.Next(10, 1000)}},1],[10,10],[1,10],[1,1]]]}')
            """);
        await Tag("annotations", "annotation_id", id, key, value, author);
        return id;
    }

    /// <summary>Refreshes the squares of low zooms, as the caretaker does at night.</summary>
    public async Task RefreshGrid()
    {
        await using var source = Database.Source("dispatch_worker");
        await using var command = source.CreateCommand("REFRESH MATERIALIZED VIEW pictures_grid");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Puts files of a prepared picture into the stores. Each holds a text of its own, so that none can be taken for another.</summary>
    public async Task StoreFiles(Shot shot, int cols = 0)
    {
        await Put(Stores.Permanent, PictureKeys.Picture(shot.Id), $"hd of {shot.Id}");
        await Put(Stores.Derivates, PictureKeys.Sd(shot.Id), $"sd of {shot.Id}");
        await Put(Stores.Derivates, PictureKeys.Thumbnail(shot.Id), $"thumb of {shot.Id}");
        for (var col = 0; col < cols; col++)
        {
            for (var row = 0; row < cols / 2; row++) await Put(Stores.Derivates, PictureKeys.Tile(shot.Id, col, row), $"tile {col}_{row} of {shot.Id}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await Process.DisposeAsync();
        await Database.DisposeAsync();
        await store.DisposeAsync();
    }

    private static async Task Put(IPictureStore store, string key, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await store.Put(key, content, "image/jpeg", CancellationToken.None);
    }

    private Task Show(string table, Guid id, string? visibility) =>
        Database.Execute($"UPDATE {table} SET visibility = {(visibility is null ? "NULL" : $"'{visibility}'")} WHERE id = '{id}'");

    private Visitor Client(string? bearer)
    {
        var client = new Visitor(Process.Address, bearer);
        lock (clients) clients.Add(client);
        return client;
    }
}

/// <summary>A service with the usual people; one for a fixture.</summary>
internal abstract class StacFixture
{
    protected StacHost Host { get; private set; } = null!;

    /// <summary>Who owns what the fixture adds.</summary>
    protected Person Bob { get; private set; } = null!;

    protected Person Camille { get; private set; } = null!;

    protected Person Admin { get; private set; } = null!;

    protected Visitor Nobody { get; private set; } = null!;

    protected Visitor B { get; private set; } = null!;

    protected Visitor C { get; private set; } = null!;

    protected Visitor A { get; private set; } = null!;

    protected virtual (string Key, string Value)[] Settings => [];

    [OneTimeSetUp]
    public async Task StartService()
    {
        Host = await StacHost.Start(Settings);
        Bob = await Host.NewPerson("bob");
        Camille = await Host.NewPerson("camille");
        Admin = await Host.NewPerson("the administrator", isAdmin: true);
        (Nobody, B, C, A) = (Host.Anonymous, Host.As(Bob), Host.As(Camille), Host.As(Admin));
        await SetUp();
    }

    /// <summary>What the fixture's tests read.</summary>
    protected virtual Task SetUp() => Task.CompletedTask;

    [OneTimeTearDown]
    public async Task StopService()
    {
        if (Host is not null) await Host.DisposeAsync();
    }

    /// <summary>Relations of an answer's links, in order.</summary>
    protected static string[] Rels(JsonNode? answer) => [.. answer!["links"]!.AsArray().Select(link => link!["rel"]!.GetValue<string>())];

    /// <summary>The link of a relation, or null.</summary>
    protected static JsonNode? Link(JsonNode? answer, string rel) => answer!["links"]!.AsArray().FirstOrDefault(link => link!["rel"]!.GetValue<string>() == rel);

    protected static string? Href(JsonNode? answer, string rel) => Link(answer, rel)?["href"]!.GetValue<string>();

    /// <summary>Ids of the features (or collections) of an answer.</summary>
    protected static Guid[] Ids(Answer answer)
    {
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        return [.. (answer["features"] ?? answer["collections"])!.AsArray().Select(each => each!["id"]!.GetValue<Guid>())];
    }

    /// <summary>Names of the members of a JSON object.</summary>
    protected static string[] Members(JsonNode? node) => [.. node!.AsObject().Select(member => member.Key)];

    /// <summary>Held against a JSON text, whatever the order of members.</summary>
    protected static void IsJson(JsonNode? actual, string expected) =>
        Assert.That(JsonNode.DeepEquals(actual, JsonNode.Parse(expected)), Is.True, () => $"{actual?.ToJsonString()}\nis not\n{JsonNode.Parse(expected)!.ToJsonString()}");
}
