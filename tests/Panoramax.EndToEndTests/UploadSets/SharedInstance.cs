using System.Diagnostics;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>
/// One whole instance where uploads need a login, for all tests that send sets of their own and look at nothing else.
/// Started by the first that needs it.
/// </summary>
[SetUpFixture]
public sealed class SharedInstance
{
    private static readonly Lazy<Task<Contributors>> started = new(() => Contributors.Join(new Dictionary<string, string> { ["Upload__RequireLogin"] = "true" }));

    internal static Task<Contributors> Get() => started.Value;

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (started.IsValueCreated) await (await started.Value).DisposeAsync();
    }
}

/// <summary>An instance with the people of the contract's examples: two contributors, an administrator, and nobody.</summary>
internal sealed class Contributors : IAsyncDisposable
{
    private static int seeds = 1000;

    private readonly List<Uploader> clients = [];

    private Contributors(PanoramaxInstance instance) => Instance = instance;

    public PanoramaxInstance Instance { get; }

    public Person Bob { get; private set; } = null!;

    /// <summary>Bob, who uploads.</summary>
    public Uploader B { get; private set; } = null!;

    /// <summary>Camille, another account.</summary>
    public Uploader C { get; private set; } = null!;

    /// <summary>An administrator.</summary>
    public Uploader A { get; private set; } = null!;

    public Uploader Nobody => Instance.Uploader;

    public static async Task<Contributors> Join(IReadOnlyDictionary<string, string>? settings = null)
    {
        var people = new Contributors(await PanoramaxInstance.Start(extra: settings));
        people.Bob = await Person.Register(people.Instance.Database, "bob");
        people.B = people.As(people.Bob);
        people.C = people.As(await Person.Register(people.Instance.Database, "camille"));
        people.A = people.As(await Person.Register(people.Instance.Database, "the administrator", isAdmin: true));
        return people;
    }

    public Uploader As(Person person)
    {
        var client = new Uploader(Instance.Address, person.Bearer);
        lock (clients) clients.Add(client);
        return client;
    }

    /// <summary>Bytes that nobody sent before.</summary>
    public static byte[] New(WalkPicture picture) => picture.ToBytes(Interlocked.Increment(ref seeds));

    /// <summary>Sends a picture that must be accepted.</summary>
    /// <returns>The picture's id.</returns>
    public static async Task<Guid> Send(Uploader who, Guid set, WalkPicture picture)
    {
        var answer = await who.SendFile(set, picture.Name, New(picture));
        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        return answer["picture_id"]!.GetValue<Guid>();
    }

    /// <summary>Sends pictures one after the other.</summary>
    /// <returns>Their ids by name without extension.</returns>
    public async Task<Dictionary<string, Guid>> Send(Guid set, params IEnumerable<WalkPicture> pictures)
    {
        var ids = new Dictionary<string, Guid>();
        foreach (var picture in pictures) ids[Path.GetFileNameWithoutExtension(picture.Name)] = await Send(B, set, picture);
        return ids;
    }

    /// <summary>Completes a set and waits until all that is owed for it is done.</summary>
    /// <returns>The set.</returns>
    public async Task<JsonNode> Complete(Guid set, params IEnumerable<Guid> pictures)
    {
        var answer = await B.Complete(set);
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        Assert.That(answer["completed"]!.GetValue<bool>(), Is.True);
        return await Settled(set, pictures);
    }

    /// <summary>Waits until no work is owed for a set, its pictures or those named here.</summary>
    /// <returns>The set as its owner sees it then.</returns>
    public async Task<JsonNode> Settled(Guid set, params IEnumerable<Guid> pictures)
    {
        var named = string.Join(',', pictures.Append(set).Select(id => $"'{id}'"));
        var watch = Stopwatch.StartNew();
        while (await Instance.Database.Scalar<long>($"""
            SELECT count(*) FROM jobs WHERE subject_id IN ({named}) OR subject_id IN (SELECT id FROM pictures WHERE upload_set_id = '{set}')
            """) > 0)
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(90)) throw new TimeoutException($"work is left for set {set}\n{Instance.Logs()}");
            await Task.Delay(100);
        }

        return (await B.Set(set)).Json!;
    }

    /// <summary>Successful work for these subjects by its kind. <c>discard</c> is a matter of the stores and left out.</summary>
    public async Task<Dictionary<string, long>> Done(params IEnumerable<Guid> subjects)
    {
        var ids = string.Join(',', subjects.Select(id => $"'{id}'"));
        var counted = new Dictionary<string, long>();
        foreach (var kind in (string[])["prepare", "dispatch", "delete", "finalize"])
        {
            var count = await Instance.Database.Scalar<long>(
                $"SELECT count(*) FROM job_history WHERE kind = '{kind}' AND subject_id IN ({ids}) AND finished_at IS NOT NULL AND error IS NULL AND warning IS NULL");
            if (count > 0) counted[kind] = count;
        }

        return counted;
    }

    /// <summary>Names of a collection's pictures by rank, without extension.</summary>
    public async Task<string[]> Names(Guid collection) =>
        [.. (await Instance.Visitor.Items(collection)).Select(item => Path.GetFileNameWithoutExtension(item["properties"]!["original_file:name"]!.GetValue<string>()))];

    /// <summary>Collections of a set by the name of their first picture.</summary>
    public async Task<Dictionary<string, (Guid Id, string Title, string Names, JsonNode Json)>> Collections(JsonNode set)
    {
        var found = new Dictionary<string, (Guid, string, string, JsonNode)>();
        foreach (var collection in set["associated_collections"]!.AsArray())
        {
            var id = collection!["id"]!.GetValue<Guid>();
            var names = await Names(id);
            Assert.That(collection["nb_items"]!.GetValue<int>(), Is.EqualTo(names.Length));
            found.Add(names[0], (id, collection["title"]!.GetValue<string>(), string.Join(' ', names), collection));
        }

        return found;
    }

    /// <summary>Headings of a collection's pictures by rank.</summary>
    public async Task<int[]> Headings(Guid collection) =>
        [.. (await Instance.Visitor.Items(collection)).Select(item => item["properties"]!["view:azimuth"]!.GetValue<int>())];

    /// <summary>A member of a set or collection that is a number.</summary>
    public static int Number(JsonNode json, params IEnumerable<string> path) =>
        path.Aggregate(json, (node, name) => node[name]!).GetValue<int>();

    public static JsonObject Body(params (string Name, JsonNode? Value)[] members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, member.Value)));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        await Instance.DisposeAsync();
    }
}
