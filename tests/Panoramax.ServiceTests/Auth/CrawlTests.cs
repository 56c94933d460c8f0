using Person = Panoramax.ServiceTests.Stac.Person;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Panoramax.ServiceTests.Stac;
using Panoramax.Storage;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Auth;

/// <summary>
/// Two accounts with pictures for everybody, for accounts and for the owner alone, by their own value and by their sequence's. A
/// crawler goes through every route that can show a picture, as nobody, as the other account, as the owner and as an administrator,
/// follows every link, and looks into every body for ids: it finds exactly what it may.
/// </summary>
[Parallelizable(ParallelScope.Self)]
internal sealed partial class CrawlTests
{
    private const string OpenToAll = "anyone";
    private const string ForAccounts = "logged-only";
    private const string ForOwner = "owner-only";

    /// <summary>Ids of pictures, sequences and upload sets with who may see them.</summary>
    private readonly Dictionary<Guid, (Guid Owner, string Visibility)> world = [];
    private readonly List<(Journey Journey, Guid Set)> journeys = [];
    private readonly List<Guid> annotations = [];
    private Community community = null!;
    private Person bob = null!;
    private Person camille = null!;
    private Person admin = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        community = await Community.Start(settings: [("Upload__RequireLogin", "true")]);
        bob = await community.NewPerson("bob");
        camille = await community.NewPerson("camille");
        admin = await community.NewPerson("the administrator", isAdmin: true);
        foreach (var (owner, at) in ((Person, double)[])[(bob, 0), (camille, 0.001)])
        {
            await Add(owner, OpenToAll, at);
            await Add(owner, ForAccounts, at + 0.0001);
            await Add(owner, ForOwner, at + 0.0002);
            // Pictures that are hidden though their sequence is not.
            await Add(owner, OpenToAll, at + 0.0003, hidden: [ForAccounts, ForOwner]);
        }
    }

    [OneTimeTearDown]
    public async Task Stop() => await community.DisposeAsync();

    [TestCase("nobody")]
    [TestCase("camille")]
    [TestCase("bob")]
    [TestCase("the administrator")]
    [Property("Contract", "write.md 4.1")]
    [Property("Contract", "write.md B.36")]
    public async Task A_crawler_finds_exactly_what_it_may_see(string who)
    {
        var person = ((Person?[])[bob, camille, admin]).FirstOrDefault(person => person!.Name == who);
        var allowed = world.Where(thing => MaySee(person, thing.Value.Owner, thing.Value.Visibility)).Select(thing => thing.Key).ToHashSet();
        using var stac = community.Client(community.Stac, person?.Bearer);
        using var upload = community.Client(community.Upload, person?.Bearer);

        var found = new HashSet<Guid>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<(Uploader Client, string Path)>(Routes().Select(path => (IsOfUpload(path) ? upload : stac, path)));
        while (queue.TryDequeue(out var next))
        {
            if (!visited.Add(next.Path)) continue;
            Assert.That(visited, Has.Count.LessThan(5000), "endless links");
            using var answer = await next.Client.Http.GetAsync(next.Path);
            Assert.That((int)answer.StatusCode, Is.LessThan(500), next.Path);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            // Ids are ASCII in every form: JSON, RSS, CSV, vector tiles, and the test's own picture files.
            var text = Encoding.Latin1.GetString(bytes);
            var shown = Ids().Matches(text).Select(match => Guid.Parse(match.Value)).Where(world.ContainsKey).ToHashSet();
            Assert.That(shown.Except(allowed), Is.Empty, $"{next.Path} shows what {who} may not see");
            found.UnionWith(shown);

            if (answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true) continue;
            foreach (var href in Hrefs().Matches(text).Select(match => match.Groups[1].Value).Where(href => href.StartsWith(community.Stac.Address.ToString(), StringComparison.Ordinal) && !href.Contains('{', StringComparison.Ordinal)))
                queue.Enqueue((stac, href[(community.Stac.Address.ToString().Length - 1)..].Replace("\\u0026", "&", StringComparison.Ordinal)));
        }

        var posted = await stac.Post("search", new JsonObject { ["limit"] = 1000, ["ids"] = new JsonArray([.. journeys.SelectMany(pair => pair.Journey.Shots).Select(shot => (JsonNode)shot.Id.ToString())]) });
        Assert.That(posted["features"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()), Is.EquivalentTo(allowed.Where(IsPicture)), "by ids");
        Assert.That(found, Is.EquivalentTo(allowed), "all of it is found");
    }

    [TestCase(OpenToAll, "200 200 200 200")]
    [TestCase(ForAccounts, "404 200 200 200")]
    [TestCase(ForOwner, "404 404 200 200")]
    [Property("Contract", "write.md B.36")]
    public async Task A_set_with_its_files_its_collection_and_its_items_are_shown_alike(string visibility, string expected)
    {
        var (journey, set) = journeys.First(pair => world[pair.Journey.Id] == (bob.Id, visibility));
        foreach (var path in (string[])[$"upload_sets/{set}", $"upload_sets/{set}/files", $"collections/{journey.Id}", $"collections/{journey.Id}/items", $"collections/{journey.Id}/items/{journey[0].Id}"])
        {
            var codes = new List<int>();
            foreach (var bearer in (string?[])[null, camille.Bearer, bob.Bearer, admin.Bearer])
            {
                using var client = community.Client(IsOfUpload("/api/" + path) ? community.Upload : community.Stac, bearer);
                codes.Add((await client.Get(path)).Code);
            }

            Assert.That(string.Join(' ', codes), Is.EqualTo(expected), path);
        }

        using var stranger = community.Client(community.Upload, camille.Bearer);
        var refused = await stranger.Send(HttpMethod.Patch, $"upload_sets/{set}", new JsonObject { ["visibility"] = OpenToAll });
        Assert.That(refused.Code, Is.EqualTo(visibility == ForOwner ? 404 : 403));
    }

    [Test]
    [Property("Contract", "write.md B.37")]
    public async Task Where_everybody_may_register_logged_only_is_refused_everywhere()
    {
        await using var open = await Community.Start(settings: [("Auth__RegistrationIsOpen", "true")]);
        var anna = await open.NewPerson("anna");
        var journey = await JourneyRows.Write(Journey.Flat(1, 5, 5) with { HasUploadSet = true }, anna.Id, open.Database);
        using var upload = open.Client(open.Upload, anna.Bearer);
        using var auth = open.Client(open.Auth, anna.Bearer);
        var set = await open.Database.Scalar<Guid>($"SELECT upload_set_id FROM sequences WHERE id = '{journey.Id}'");

        var wanted = new JsonObject { ["visibility"] = ForAccounts };
        Assert.That((await upload.Post("upload_sets", new JsonObject { ["title"] = "x", ["visibility"] = ForAccounts })).Code, Is.EqualTo(400));
        Assert.That((await upload.Send(HttpMethod.Patch, $"upload_sets/{set}", wanted)).Code, Is.EqualTo(400));
        Assert.That((await upload.Send(HttpMethod.Patch, $"collections/{journey.Id}", wanted)).Code, Is.EqualTo(400));
        Assert.That((await upload.Send(HttpMethod.Patch, $"collections/{journey.Id}/items/{journey[0].Id}", wanted)).Code, Is.EqualTo(400));
        Assert.That((await auth.Send(HttpMethod.Patch, "users/me", new JsonObject { ["default_visibility"] = ForAccounts })).Code, Is.EqualTo(400));
        using var stac = open.Client(open.Stac, null);
        Assert.That((await stac.Get("configuration"))["visibility"]!["possible_values"]!.ToJsonString(), Is.EqualTo("""["anyone","owner-only"]"""));
    }

    [TestCase("picture_id", null, "the default account")]
    [TestCase("sequence_id", "camille", "camille")]
    [Property("Contract", "write.md B.41")]
    public async Task What_a_privacy_report_hides_is_gone_for_others_and_stays_for_its_owner(string what, string? reporter, string author)
    {
        var journey = await JourneyRows.Write(Journey.Flat(2, 60, what.Length), bob.Id, community.Database);
        using var upload = community.Client(community.Upload, reporter is null ? null : camille.Bearer);
        var report = await upload.Post("reports", new JsonObject { ["issue"] = "privacy", [what] = (what == "picture_id" ? journey[0].Id : journey.Id).ToString(), ["reporter_email"] = "me@example.org" });
        Assert.That((report.Code, report["status"]!.GetValue<string>(), report.Text.Contains("me@example.org", StringComparison.Ordinal)), Is.EqualTo((200, "open_autofix", false)));

        async Task<int> Status(string? bearer)
        {
            using var client = community.Client(community.Stac, bearer);
            return (await client.Get($"pictures/{journey[0].Id}")).Code;
        }

        Assert.That((await Status(null), await Status(camille.Bearer), await Status(bob.Bearer)), Is.EqualTo((404, 404, 200)));
        using var owner = community.Client(community.Stac, bob.Bearer);
        var shown = what == "picture_id" ? (await owner.Get($"pictures/{journey[0].Id}"))["properties"]!["geovisio:visibility"] : (await owner.Get($"collections/{journey.Id}"))["geovisio:visibility"];
        Assert.That(shown!.GetValue<string>(), Is.EqualTo(ForOwner));
        var expected = author == "camille" ? camille.Id : await community.Database.Scalar<Guid>("SELECT id FROM accounts WHERE is_default");
        var table = what == "picture_id" ? "pictures_changes" : "sequences_changes";
        Assert.That(await community.Database.Scalar<Guid>($"SELECT account_id FROM {table} WHERE {what} = '{(what == "picture_id" ? journey[0].Id : journey.Id)}'"), Is.EqualTo(expected));
    }

    [Test]
    [Property("Contract", "write.md B.42")]
    public async Task A_report_is_read_and_edited_by_those_whom_it_concerns()
    {
        var journey = await JourneyRows.Write(Journey.Flat(1, 61, 1), bob.Id, community.Database);
        using var nobody = community.Client(community.Upload, null);
        using var owner = community.Client(community.Upload, bob.Bearer);
        using var stranger = community.Client(community.Upload, camille.Bearer);
        using var chief = community.Client(community.Upload, admin.Bearer);
        Assert.That((await nobody.Post("reports", new JsonObject { ["picture_id"] = journey[0].Id.ToString() })).Code, Is.EqualTo(400), "no issue");
        Assert.That((await nobody.Post("reports", new JsonObject { ["issue"] = "other" })).Code, Is.EqualTo(400), "no id");
        var report = await nobody.Post("reports", new JsonObject { ["issue"] = "other", ["picture_id"] = journey[0].Id.ToString(), ["reporter_email"] = "me@example.org" });
        var path = "reports/" + report["id"]!.GetValue<string>();

        Assert.That((await nobody.Get(path)).Code, Is.EqualTo(401));
        Assert.That((await stranger.Get(path)).Code, Is.EqualTo(403));
        Assert.That((await owner.Get(path)).Json!.AsObject().ContainsKey("reporter_email"), Is.False);
        Assert.That((await chief.Get(path))["reporter_email"]!.GetValue<string>(), Is.EqualTo("me@example.org"));

        var closed = await owner.Send(HttpMethod.Patch, path, new JsonObject { ["status"] = "closed_solved" });
        Assert.That((closed.Code, closed["ts_closed"] is not null, closed["resolver_account_id"]!.GetValue<Guid>()), Is.EqualTo((200, true, bob.Id)));
        var waiting = await chief.Send(HttpMethod.Patch, path, new JsonObject { ["status"] = "waiting" });
        Assert.That((waiting.Code, waiting["ts_closed"], waiting["resolver_account_id"]), Is.EqualTo((200, (JsonNode?)null, (JsonNode?)null)));
        foreach (var bad in (JsonObject[])[new() { ["status"] = "open" }, new() { ["issue"] = "privacy" }, new() { ["reporter_email"] = "x@example.org" }])
            Assert.That((await owner.Send(HttpMethod.Patch, path, bad)).Code, Is.EqualTo(400), bad.ToJsonString());
    }

    private static bool MaySee(Person? who, Guid owner, string visibility) => visibility switch
    {
        OpenToAll => true,
        _ when who?.Id == owner || who?.Name == "the administrator" => true,
        ForAccounts => who is not null,
        _ => false,
    };

    private static bool IsOfUpload(string path) => path.Contains("upload_sets", StringComparison.Ordinal);

    private bool IsPicture(Guid id) => journeys.Any(pair => pair.Journey.Shots.Any(shot => shot.Id == id));

    private async Task Add(Person owner, string visibility, double at, params string[] hidden)
    {
        var journey = Journey.OfFive360(1.9 + at, 49) with { HasUploadSet = true, Visibility = visibility };
        for (var i = 0; i < hidden.Length; i++) journey.Shots[i + 1] = journey[i + 1] with { Visibility = hidden[i] };
        await JourneyRows.Write(journey, owner.Id, community.Database);
        var set = await community.Database.Scalar<Guid>($"SELECT upload_set_id FROM sequences WHERE id = '{journey.Id}'");
        await community.Database.Execute($"""
            UPDATE upload_sets SET visibility = '{visibility}' WHERE id = '{set}';
            INSERT INTO files (upload_set_id, file_name, picture_id, content_md5, size, inserted_at)
            SELECT '{set}', row_number() OVER (ORDER BY id) || '.jpg', id, original_content_md5, 1, now() FROM pictures WHERE upload_set_id = '{set}'
            """);
        journeys.Add((journey, set));
        world.Add(journey.Id, (owner.Id, visibility));
        world.Add(set, (owner.Id, visibility));
        foreach (var shot in journey.Shots)
        {
            world.Add(shot.Id, (owner.Id, shot.Visibility ?? visibility));
            await Store(community.Store.Stores.Permanent, PictureKeys.Picture(shot.Id), shot.Id);
            await Store(community.Store.Stores.Derivates, PictureKeys.Sd(shot.Id), shot.Id);
            await Store(community.Store.Stores.Derivates, PictureKeys.Thumbnail(shot.Id), shot.Id);
            await Store(community.Store.Stores.Derivates, PictureKeys.Tile(shot.Id, 0, 0), shot.Id);
            using var client = community.Client(community.Upload, owner.Bearer);
            var annotation = await client.Post($"pictures/{shot.Id}/annotations", JsonNode.Parse("""{"shape":[1,1,10,10],"semantics":[{"key":"k","value":"v"}]}"""));
            Assert.That(annotation.Code, Is.EqualTo(200), annotation.Text);
            annotations.Add(annotation["id"]!.GetValue<Guid>());
        }
    }

    private static async Task Store(IPictureStore store, string key, Guid picture)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes($"a file of {picture}"));
        await store.Put(key, content, "image/jpeg", default);
    }

    /// <summary>Every route that can show a picture, with every id there is; links lead on from there.</summary>
    private IEnumerable<string> Routes()
    {
        List<string> routes =
        [
            "", "collections", "collections?limit=1000", "collections?format=rss", "collections?filter=" + Uri.EscapeDataString("created > '2000-01-01'"), "search?limit=1000",
            "search?limit=1000&bbox=1.8,48.9,2,49.1", "search?limit=1000&place_position=1.9,49&place_distance=0-500", "search?filter=" + Uri.EscapeDataString("\"semantics.k\"='v'") + "&limit=1000",
            "users", "users/me/collection", "users/me/catalog", "users/me/upload_sets",
            .. from zoom in (int[])[0, 3, 6, 9, 12, 14, 15] select $"map/{Tile(zoom)}.mvt",
            .. from zoom in (int[])[0, 6, 15] select $"users/me/map/{Tile(zoom)}.mvt",
        ];
        foreach (var person in (Person[])[bob, camille])
        {
            routes.AddRange(
            [
                $"users/{person.Id}", $"users/{person.Id}/collection", $"users/{person.Id}/collection?format=csv", $"users/{person.Id}/catalog", $"search?limit=1000&users={person.Id}",
                .. from zoom in (int[])[0, 6, 12, 15] select $"users/{person.Id}/map/{Tile(zoom)}.mvt",
            ]);
        }

        foreach (var (journey, set) in journeys)
        {
            var collection = $"collections/{journey.Id}";
            routes.AddRange([collection, $"{collection}/items", $"{collection}/geovisio_status", $"{collection}/thumb.jpg", $"search?collections={journey.Id}", $"upload_sets/{set}", $"upload_sets/{set}/files"]);
            foreach (var id in journey.Shots.Select(shot => shot.Id))
            {
                routes.AddRange(
                [
                    $"{collection}/items/{id}", $"{collection}/items?withPicture={id}", $"pictures/{id}", $"pictures/{id}/hd.jpg", $"pictures/{id}/sd.jpg", $"pictures/{id}/thumb.jpg", $"pictures/{id}/tiled/0_0.jpg",
                    $"search?ids={id}",
                ]);
            }
        }

        routes.AddRange(annotations.Select(id => $"annotations/{id}"));
        return routes.Select(route => "/api/" + route);
    }

    /// <summary>The tile of 1.9° east, 49° north (web mercator).</summary>
    private static string Tile(int zoom)
    {
        var size = 1 << zoom;
        var latitude = 49 * Math.PI / 180;
        return FormattableString.Invariant($"{zoom}/{(int)((1.9005 + 180) / 360 * size)}/{(int)((1 - (Math.Asinh(Math.Tan(latitude)) / Math.PI)) / 2 * size)}");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, 10_000)]
    private static partial Regex Ids();

    [GeneratedRegex("\"href\":\"([^\"]+)\"", RegexOptions.None, 10_000)]
    private static partial Regex Hrefs();
}
