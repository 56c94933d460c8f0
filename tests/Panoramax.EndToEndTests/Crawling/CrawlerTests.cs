using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Crawling;

/// <summary>
/// A crawler that knows nothing but the landing page, behind a proxy with another scheme, host, port and a path before the API:
/// it follows every address in every answer to the last page of everything and back.
/// </summary>
public sealed class CrawlerTests
{
    private const string Public = "https://pano.example.org:8443/street";

    /// <summary>Relations whose address is sent to, or whose answer wants somebody.</summary>
    private static readonly string[] notRead = ["report", "license"];

    private PanoramaxInstance instance = null!;
    private Visitor client = null!;
    private Walk[] walks = [];

    [OneTimeSetUp]
    public async Task SendPictures()
    {
        instance = await PanoramaxInstance.Start(extra: new Dictionary<string, string>
        {
            ["Gateway__TrustedProxies"] = "1", ["Instance__License__SpdxId"] = "etalab-2.0", ["Instance__License__Url"] = "https://license.example.org/",
        });
        var (lea, tom) = (await instance.NewPhotographer("lea"), await instance.NewPhotographer("tom"));
        var start = new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);
        walks =
        [
            await instance.Send(lea, "Flat", 4, is360: false, 47.2, -1.55, start),
            await instance.Send(lea, "Around", 3, is360: true, 47.3, -1.55, start.AddDays(1)),
            await instance.Send(tom, "Beside it", 2, is360: false, 47.2, -1.55005, start.AddDays(2)),
            await instance.Send(tom, "Alone", 1, is360: false, 46.1, 3.4, start.AddDays(3)),
        ];
        client = new Visitor(instance.Address);
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Host", "pano.example.org:8443");
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/street");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        client?.Dispose();
        await instance.DisposeAsync();
    }

    [Test]
    [Property("Contract", "read.md 23.6")]
    public async Task Every_address_of_every_answer_answers_and_everything_is_reached_from_the_landing_page()
    {
        var (todo, seen) = (new Queue<string>(["/api/"]), new HashSet<string>(["/api/"]));
        var (collections, items) = (new HashSet<Guid>(), new HashSet<Guid>());
        var faults = new List<string>();

        void Add(string? href, string from)
        {
            if (href is null) return;
            foreach (var address in Filled(href))
            {
                if (!address.StartsWith(Public + "/", StringComparison.Ordinal)) faults.Add($"{from} leads away: {address}");
                else if (seen.Add(address[Public.Length..])) todo.Enqueue(address[Public.Length..]);
            }
        }

        while (todo.TryDequeue(out var path))
        {
            using var answer = await client.Http.GetAsync(new Uri(path, UriKind.Relative));
            if ((int)answer.StatusCode == 404 && IsOfWhoHasNothing(path)) continue;
            if ((int)answer.StatusCode != 200)
            {
                faults.Add($"{path}: {(int)answer.StatusCode}");
                continue;
            }

            var text = await answer.Content.ReadAsStringAsync();
            if (text.Contains("127.0.0.1", StringComparison.Ordinal)) faults.Add($"{path} names the inner address");
            if (path.StartsWith("/api/docs", StringComparison.Ordinal) || answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true) continue;

            var json = JsonNode.Parse(text)!;
            foreach (var thing in Things(json))
            {
                if (thing["type"]?.GetValue<string>() == "Collection" && Guid.TryParse(thing["id"]!.GetValue<string>(), out var id)) collections.Add(id);
                if (thing["type"]?.GetValue<string>() == "Feature" && thing["assets"] is not null) items.Add(thing["id"]!.GetValue<Guid>());
                foreach (var href in Addresses(thing)) Add(href, path);
            }

            // Small pages of every list, so that there are pages to go through.
            if (path is "/api/collections" or "/api/search" || path.EndsWith("/items", StringComparison.Ordinal) || path.EndsWith("/collection", StringComparison.Ordinal)
                || path.EndsWith("/catalog/", StringComparison.Ordinal))
            {
                Add($"{Public}{path}?limit=1", path);
                Add($"{Public}{path}?limit=2", path);
            }
        }

        Assert.That(faults, Is.Empty);
        Assert.That(collections, Is.EquivalentTo(walks.Select(walk => walk.Collection)));
        Assert.That(items, Is.EquivalentTo(walks.SelectMany(walk => walk.Pictures)));
        foreach (var part in (string[])["/api/docs/swagger", "/tiled/7_3.jpg", "/hd.jpg", "startAfterRank", "page=", "/api/upload_sets/", "/map/0/0/0.mvt", "format=rss", "/catalog/?limit=1"])
        {
            Assert.That(seen, Has.Some.Contains(part));
        }
    }

    [TestCase("collections?limit={0}", "collections")]
    [TestCase("collections?limit={0}&sortby=-updated", "collections")]
    [TestCase("search?limit={0}", "features")]
    [TestCase("search?bbox=-2,46,4,48&limit={0}", "features")]
    [TestCase("search?sortby=-ts&limit={0}", "features")]
    [TestCase("collections/{1}/items?limit={0}", "features")]
    [TestCase("users/{2}/collection?limit={0}", "child")]
    [TestCase("users/{2}/catalog?limit={0}", "child")]
    public async Task Pages_show_each_thing_once_forward_and_backward(string address, string list)
    {
        string At(int limit) => string.Format(System.Globalization.CultureInfo.InvariantCulture, address, limit, walks[0].Collection, walks[0].By.Id);
        var all = (await Page(At(1000), list)).Ids;
        Assert.That(all, Is.Unique.And.Not.Empty);

        foreach (var limit in (int[])[1, 2, 3])
        {
            var forward = new List<Guid>();
            string? last = null;
            for (string? at = At(limit); at is not null;)
            {
                var page = await Page(at, list);
                Assert.That(page.Ids, Has.Count.InRange(1, limit));
                forward.AddRange(page.Ids);
                last ??= page.Last;
                at = page.Next;
            }

            Assert.That(forward, Is.EqualTo(all), $"limit {limit}");
            // A search goes forward alone; where there is one page there is nothing to go back from.
            if (address.StartsWith("search", StringComparison.Ordinal) || last is null) continue;
            var backward = new List<Guid>();
            for (var at = last; at is not null;)
            {
                var page = await Page(at, list);
                backward.InsertRange(0, page.Ids.Where(id => !backward.Contains(id)));
                at = page.Previous;
            }

            Assert.That(backward, Is.EqualTo(all), $"limit {limit}");
        }
    }

    private async Task<(List<Guid> Ids, string? Next, string? Previous, string? Last)> Page(string address, string list)
    {
        var answer = await client.Get(address.StartsWith(Public, StringComparison.Ordinal) ? address[Public.Length..] : address);
        Assert.That(answer.Code, Is.EqualTo(200), $"{address}: {answer.Text}");
        var links = answer["links"]!.AsArray();
        var things = list == "child" ? links.Where(link => link!["rel"]!.GetValue<string>() == "child") : answer[list]!.AsArray();
        string? Href(string rel) => links.FirstOrDefault(link => link!["rel"]!.GetValue<string>() == rel)?["href"]!.GetValue<string>();
        return ([.. things.Select(thing => thing!["id"]!.GetValue<Guid>())], Href("next"), Href("prev"), Href("last"));
    }

    /// <summary>An answer and the things it lists.</summary>
    private static IEnumerable<JsonNode> Things(JsonNode answer)
    {
        if (answer is not JsonObject) yield break;
        yield return answer;
        foreach (var list in (string[])["features", "collections", "users", "associated_collections"])
        {
            if (answer[list] is not JsonArray things) continue;
            foreach (var thing in things) yield return thing!;
        }
    }

    private static IEnumerable<string?> Addresses(JsonNode thing)
    {
        if (thing["links"] is JsonArray links)
        {
            foreach (var link in links)
            {
                // A page by POST is asked for by POST.
                if (!notRead.Contains(link!["rel"]!.GetValue<string>()) && link["method"]?.GetValue<string>() != "POST") yield return link["href"]!.GetValue<string>();
            }
        }

        foreach (var assets in (string[])["assets", "asset_templates"])
        {
            if (thing[assets] is not JsonObject files) continue;
            foreach (var file in files) yield return file.Value!["href"]!.GetValue<string>();
        }

        yield return thing["properties"]?["geovisio:image"]?.GetValue<string>();
        yield return thing["properties"]?["geovisio:thumbnail"]?.GetValue<string>();
        if (thing["sources"] is not JsonObject sources) yield break;
        foreach (var source in sources)
        {
            foreach (var tiles in source.Value!["tiles"]!.AsArray()) yield return tiles!.GetValue<string>();
        }
    }

    /// <summary>The sequences of an account that has none are 404; all accounts are listed with the address of theirs.</summary>
    private bool IsOfWhoHasNothing(string path) => path.StartsWith("/api/users/", StringComparison.Ordinal) && path.Contains("/c", StringComparison.Ordinal)
        && !walks.Any(walk => path.Contains(walk.By.Id.ToString(), StringComparison.Ordinal));

    /// <summary>An address with its placeholders filled in.</summary>
    private IEnumerable<string> Filled(string href)
    {
        if (href.Contains("/users/search", StringComparison.Ordinal) && !href.Contains('?', StringComparison.Ordinal)) href += "?q=lea";
        href = href.Replace("{userId}", walks[0].By.Id.ToString(), StringComparison.Ordinal)
            .Replace("{z}/{x}/{y}", "0/0/0", StringComparison.Ordinal)
            .Replace("collections/{id}", $"collections/{walks[0].Collection}", StringComparison.Ordinal).Replace("pictures/{id}", $"pictures/{walks[0].Pictures[0]}", StringComparison.Ordinal);
        return href.Contains("{TileCol}", StringComparison.Ordinal)
            ? [href.Replace("{TileCol}_{TileRow}", "0_0", StringComparison.Ordinal), href.Replace("{TileCol}_{TileRow}", "7_3", StringComparison.Ordinal)]
            : [href];
    }
}
