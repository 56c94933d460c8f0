using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>The search by place, time, ids, sequences and tags, asked by GET and by POST.</summary>
internal sealed class SearchTests : StacFixture
{
    private Journey five = null!;
    private Journey flat = null!;

    protected override async Task SetUp()
    {
        five = await Host.Add(Bob, Journey.OfFive360() with { Updated = new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero) });
        for (var at = 0; at < 5; at++)
            await Host.Database.Execute($"UPDATE pictures SET updated_at = '2024-05-01 00:00:0{at}+00' WHERE id = '{five[at].Id}'");
        flat = await Host.Add(Bob, Journey.Flat(2, 50, 50) with { Updated = new DateTimeOffset(2023, 5, 1, 0, 0, 0, TimeSpan.Zero) });
        await Host.Database.Execute($"UPDATE pictures SET updated_at = '2023-05-01 00:00:01+00' WHERE id = '{flat[1].Id}'");
    }

    // Ranks of the first sequence in the order of the answer; 6 and 7 are the flat pictures far away.
    [TestCase("", "5432176")]
    [TestCase("limit=", "5432176")]
    [TestCase("limit=2", "54")]
    [TestCase("bbox=0,0,1,1", "")]
    [TestCase("bbox=1.9,49,2,49.1", "54321")]
    [TestCase("bbox=[1.9,49,2,49.1]", "54321")]
    [TestCase("bbox=[1.9,49,2,49.1", "54321")]
    [TestCase("bbox=1.919225442,49.00690962,1.919225442,49.00690962", "3")]
    [TestCase("datetime=2021-07-29T09:16:56Z", "2")]
    [TestCase("datetime=2021-07-29T11:16:56%2B02:00", "2")]
    [TestCase("datetime=2021-07-29T11:16:56 02:00", "2")]
    [TestCase("datetime=2021-07-29T09:16:56", "2")]
    [TestCase("datetime=2021-07-29T09:16:56Z/2021-07-29T09:17:00Z", "432")]
    [TestCase("datetime=../2021-07-29T09:16:56Z", "21")]
    [TestCase("datetime=2021-07-29T09:17:00Z/..", "5476")]
    [TestCase("datetime=../..", "5432176")]
    [TestCase("datetime=2021-07-30/2021-08-01", "")]
    [TestCase("intersects={\"type\":\"Polygon\",\"coordinates\":[[[1.9,49],[1.93,49],[1.93,49.01],[1.9,49.01],[1.9,49]]]}", "12345")]
    [TestCase("intersects={\"type\":\"Point\",\"coordinates\":[1.919185442,49.00688962]}", "1")]
    [TestCase("intersects={\"type\":\"Point\",\"coordinates\":[1.919185542,49.00688952]}", "1")]
    [TestCase("intersects={\"type\":\"Point\",\"coordinates\":[1.919175442,49.00688962]}", "")]
    [TestCase("intersects={\"type\":\"MultiPolygon\",\"coordinates\":[[[[49,49],[51,49],[51,51],[49,51],[49,49]]]]}", "67")]
    [TestCase("intersects={\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Polygon\",\"coordinates\":[[[49,49],[51,49],[51,51],[49,51],[49,49]]]}]}", "67")]
    [TestCase("sortby=updated", "6712345")]
    [TestCase("sortby=%2Bupdated", "6712345")]
    [TestCase("sortby= updated", "6712345")]
    [TestCase("sortby=-updated", "5432176")]
    [TestCase("sortby=-ts", "7654321")]
    [TestCase("sortby=-ts&bbox=1.9,49,2,49.1&limit=2", "54")]
    [TestCase("sortby=ts&bbox=-180,-90,180,90&limit=2", "12")]
    [TestCase("sortby=ts,-updated,id", "1234567")]
    [TestCase("place_fov_tolerance=900", "5432176")]
    [TestCase("place_distance=5-1", "5432176")]
    [TestCase("unknown=1", "5432176")]
    [Property("Contract", "read.md 23.32")]
    public async Task Criteria_choose_and_order(string query, string expected) =>
        Assert.That(string.Concat(Ids(await Nobody.Get("search?" + query)).Select(Number)), Is.EqualTo(expected));

    [TestCase("limit=-1")]
    [TestCase("limit=0")]
    [TestCase("limit=99999")]
    [TestCase("limit=many")]
    [TestCase("bbox=1")]
    [TestCase("bbox=1,2,3")]
    [TestCase("bbox=0,0,1,91")]
    [TestCase("bbox=a,b,c,d")]
    [TestCase("datetime=2021-01-01/")]
    [TestCase("datetime=/2021-01-01")]
    [TestCase("datetime=2021-01-01/2021-01-02/2021-01-03")]
    [TestCase("datetime=yesterday-ish")]
    [TestCase("intersects={broken")]
    [TestCase("intersects={\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]},\"properties\":{}}")]
    [TestCase("intersects={\"type\":\"Point\",\"coordinates\":[1]}")]
    [TestCase("intersects={\"type\":\"Point\",\"coordinates\":[\"a\",2]}")]
    [TestCase("intersects={\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1]]]}")]
    [TestCase("intersects={\"type\":\"Polygon\",\"coordinates\":[]}")]
    [TestCase("intersects=[1,2]")]
    [TestCase("ids=bla")]
    [TestCase("ids=00000000-0000-0000-0000-000000000000,bla")]
    [TestCase("collections=bla")]
    [TestCase("sortby=-pouet")]
    [TestCase("sortby=distance_to")]
    [TestCase("place_position=1")]
    [TestCase("place_position=a,b")]
    [TestCase("place_position=181,0")]
    [TestCase("place_position=1,2&place_distance=5-1")]
    [TestCase("place_position=1,2&place_distance=far")]
    [TestCase("place_position=1,2&place_distance=1.5-3")]
    [TestCase("place_position=1,2&place_fov_tolerance=1")]
    [TestCase("place_position=1,2&place_fov_tolerance=181")]
    [TestCase("filter=created > '2020-01-01'")]
    [TestCase("filter=\"semantics.a\"%3D'1' AND \"semantics.b\"%3D'2'")]
    [TestCase("page=bla")]
    [TestCase("page=!!!")]
    [Property("Contract", "read.md 23.32")]
    public async Task Bad_parameters_are_refused(string query)
    {
        var answer = await Nobody.Get("search?" + query);

        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
        Assert.That(answer["message"]!.GetValue<string>(), Does.Contain(query.Split('=')[0]).Or.Contain(query.Split('&')[^1].Split('=')[0]));
    }

    [TestCase("datetime=yesterday-ish")]
    [TestCase("bbox=a,b,c,d")]
    [TestCase("place_position=181,0")]
    public async Task What_cannot_be_read_is_named_in_details(string query) =>
        Assert.That((await Nobody.Get("search?" + query))["details"]!["error"]!.GetValue<string>(), Is.Not.Empty);

    [Test]
    [Property("Contract", "read.md 23.33")]
    public async Task An_answer_without_a_next_page_has_the_root_link_alone()
    {
        var answer = await Nobody.Get("search");

        Assert.That(answer.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/geo+json"));
        Assert.That(Members(answer.Json), Is.EqualTo((string[])["type", "features", "links"]));
        IsJson(answer["links"], $$"""[{"rel":"root","type":"application/json","title":"Instance catalog","href":"{{Host.Process.Address}}api/"}]""");
    }

    [TestCase("")]
    [TestCase("sortby=ts&")]
    [TestCase("sortby=-ts,updated&")]
    [TestCase("bbox=-180,-90,180,90&")]
    [TestCase("bbox=170,-90,60,90&")]
    [TestCase("place_position=1.919185442,49.00688962&place_distance=0-20&")]
    public async Task Pages_go_on_by_key_in_any_order(string query)
    {
        var all = Ids(await Nobody.Get($"search?{query}limit=100"));
        var seen = new List<Guid>();
        for (string? next = $"search?{query}limit=2"; next is not null;)
        {
            var page = await Nobody.Get(next);
            seen.AddRange(Ids(page));
            next = Href(page.Json, "next");
        }

        Assert.That(all, Has.Length.GreaterThanOrEqualTo(5));
        Assert.That(seen, Is.EqualTo(all));
    }

    [Test]
    public async Task A_page_by_POST_goes_on_with_the_body_of_its_link()
    {
        var body = new JsonObject { ["limit"] = 3, ["sortby"] = new JsonArray(new JsonObject { ["field"] = "ts", ["direction"] = "desc" }) };
        var first = await Nobody.Post("search", body);
        var next = Link(first.Json, "next")!;
        Assert.That((next["method"]!.GetValue<string>(), next["merge"]!.GetValue<bool>()), Is.EqualTo(("POST", true)));
        body["page"] = next["body"]!["page"]!.DeepClone();

        var second = await Nobody.Post(next["href"]!.GetValue<string>(), body);

        Assert.That(string.Concat(Ids(first).Concat(Ids(second)).Select(Number)), Is.EqualTo("765432"));
    }

    [Test]
    [Property("Contract", "read.md 23.32")]
    public async Task Ids_and_sequences_are_taken_in_every_form_by_GET()
    {
        var (one, two, five_) = (five[0].Id, five[1].Id, five.Id);
        foreach (var ids in (string[])[$"{one},{two}", $"[{one},{two}]", $"[\"{one}\",\"{two}\"]", $"['{one}', '{two}']"])
            Assert.That(Ids(await Nobody.Get($"search?ids={ids}")), Is.EqualTo((Guid[])[two, one]), ids);
        Assert.That(Ids(await Nobody.Get($"search?ids={one}&ids={two}")), Is.EqualTo((Guid[])[two, one]));
        Assert.That(Ids(await Nobody.Get($"search?collections={five_}")), Has.Length.EqualTo(5));
        Assert.That(Ids(await Nobody.Get($"search?collections=[\"{five_}\",\"{flat.Id}\"]")), Has.Length.EqualTo(7));
        Assert.That(Ids(await Nobody.Get($"search?collections={five_}&collections={flat.Id}")), Has.Length.EqualTo(7));
        Assert.That(Ids(await Nobody.Get($"search?collections={Guid.NewGuid()}")), Is.Empty);
        Assert.That(Ids(await Nobody.Get($"search?ids={one},{flat[0].Id}&collections={flat.Id}")), Is.EqualTo((Guid[])[flat[0].Id]));
    }

    [Test]
    [Property("Contract", "read.md 23.34")]
    [Property("Contract", "known-faults 46")]
    public async Task Every_criterion_works_by_POST_as_JSON_and_as_text()
    {
        var polygon = """{"type":"Polygon","coordinates":[[[1.9,49],[1.93,49],[1.93,49.01],[1.9,49.01],[1.9,49]]]}""";
        async Task<string> Found(string json) => string.Concat(Ids(await Nobody.Post("search", JsonNode.Parse(json))).Select(Number));

        Assert.That(await Found("{}"), Is.EqualTo("5432176"));
        Assert.That(await Found($$"""{"limit":2,"intersects":{{polygon}}}"""), Is.EqualTo("12"));
        Assert.That(await Found($$"""{"limit":"2","intersects":{{JsonValue.Create(polygon).ToJsonString()}}}"""), Is.EqualTo("12"));
        Assert.That(await Found($$"""{"ids":["{{five[0].Id}}","{{five[2].Id}}"]}"""), Is.EqualTo("31"));
        Assert.That(await Found($$"""{"ids":["{{five[0].Id}}"]}"""), Is.EqualTo("1"));
        Assert.That(await Found($$"""{"ids":[],"collections":["{{flat.Id}}","{{five.Id}}"]}"""), Is.EqualTo("5432176"));
        Assert.That(await Found("""{"bbox":[49,49,51,51]}"""), Is.EqualTo("67"));
        Assert.That(await Found("""{"bbox":"49,49,51,51","limit":null}"""), Is.EqualTo("67"));
        Assert.That(await Found("""{"place_position":[1.919185442,49.00688962],"place_distance":"0-1"}"""), Is.EqualTo("1"));
        Assert.That(await Found("""{"place_position":"1.919185442,49.00688962","place_distance":"0-1","place_fov_tolerance":30}"""), Is.EqualTo("1"));
        Assert.That(await Found("""{"sortby":"-ts","limit":1}"""), Is.EqualTo("7"));
        Assert.That(await Found("""{"datetime":"2021-07-29T09:16:56Z"}"""), Is.EqualTo("2"));
    }

    [TestCase("application/json; charset=utf-8", "{}", 200)]
    [TestCase("text/plain", "{}", 400)]
    [TestCase("application/x-www-form-urlencoded", "limit=1", 400)]
    [TestCase("application/json", "[]", 400)]
    [TestCase("application/json", "{", 400)]
    [TestCase("application/json", "", 400)]
    [TestCase("application/json", """{"limit":{}}""", 400)]
    [TestCase("application/json", """{"filter":"\ud800"}""", 400)]
    [TestCase("application/json", """{"filter":"semantics = '\u0000'"}""", 400)]
    [TestCase("application/json", """{"intersects":{"type":"Feature"}}""", 400)]
    public async Task A_body_must_be_a_JSON_object(string type, string text, int status)
    {
        using var content = new StringContent(text, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await Nobody.Http.PostAsync("/api/search", content);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    [Test]
    [Property("Contract", "read.md 23.33")]
    public async Task Neighbours_are_those_of_the_sequence_not_of_the_answer()
    {
        var item = (await Nobody.Get("search?datetime=2021-07-29T09:16:56Z"))["features"]![0];

        Assert.That(Link(item, "next")!["id"]!.GetValue<Guid>(), Is.EqualTo(five[2].Id));
        Assert.That(Link(item, "prev")!["id"]!.GetValue<Guid>(), Is.EqualTo(five[0].Id));
        Assert.That(Rels(item), Has.None.EqualTo("related"));
    }

    [Test]
    [Property("Contract", "known-faults 52")]
    public async Task A_search_by_one_id_looks_at_nothing_else()
    {
        var waiting = await Host.Add(Bob, new Journey(new Shot(-60, -60) { Status = "not-processed" }) { Status = "waiting-for-process" });

        var answer = await Nobody.Get($"search?ids={waiting[0].Id}&bbox=0,0,1,1&limit=5");

        Assert.That(Ids(answer), Is.EqualTo((Guid[])[waiting[0].Id]));
        Assert.That(answer["features"]![0]!["properties"]!["geovisio:status"]!.GetValue<string>(), Is.EqualTo("waiting-for-process"));
        Assert.That(Ids(await Nobody.Get($"search?ids={Guid.NewGuid()}")), Is.Empty);
        Assert.That(Ids(await Nobody.Get("search?bbox=-61,-61,-59,-59")), Is.Empty);
    }

    [Test]
    [Property("Contract", "read.md 23.35")]
    public async Task Results_come_by_distance_to_the_centre()
    {
        Assert.That(string.Concat(Ids(await Nobody.Get("search?bbox=1.919185442,49.00688962,1.919185442,49.5&limit=1")).Select(Number)), Is.EqualTo("1"));
        Assert.That(string.Concat(Ids(await Nobody.Get("search?bbox=1.9191,49.0068,1.91932542,49.00700962&limit=3")).Select(Number))[..1], Is.EqualTo("2").Or.EqualTo("3"));
        Assert.That(Ids(await Nobody.Get($"search?bbox={five[3].Longitude - 0.01},{five[3].Latitude - 0.01},{five[3].Longitude + 0.01},{five[3].Latitude + 0.01}&limit=1")),
            Is.EqualTo((Guid[])[five[3].Id]));
    }

    [Test]
    public async Task A_box_across_the_180th_meridian_finds_both_sides_by_distance()
    {
        var pacific = await Host.Add(Camille, new Journey(new Shot(179.9, -10), new Shot(-179.95, -10), new Shot(-179.7, -10), new Shot(179.5, -10), new Shot(178, -10)));
        try
        {
            var found = Ids(await Nobody.Get("search?bbox=179.4,-11,-179.5,-9"));
            Assert.That(found, Is.EqualTo((Guid[])[pacific[0].Id, pacific[1].Id, pacific[2].Id, pacific[3].Id]));
            Assert.That(Ids(await Nobody.Get("collections?bbox=179.4,-11,-179.5,-9")), Is.EqualTo((Guid[])[pacific.Id]));
            Assert.That(Ids(await Nobody.Get("search?bbox=-179.5,-11,179.4,-9")), Is.EqualTo((Guid[])[pacific[4].Id]));
        }
        finally
        {
            await Host.Delete(pacific);
        }
    }

    [Test]
    [Property("Contract", "read.md 23.38")]
    public async Task Hidden_pictures_and_sequences_are_found_by_their_owner_alone()
    {
        var journey = await Host.Add(Camille, Journey.Flat(2, 70, 50));
        async Task<int> Count(Visitor who) => Ids(await who.Get("search?bbox=69,49,71,51")).Length + Ids(await who.Get($"search?ids={journey[0].Id}")).Length;

        Assert.That(await Count(Nobody), Is.EqualTo(3));
        await Host.Show(journey[0], "owner-only");
        Assert.That((await Count(Nobody), await Count(B), await Count(C), await Count(A)), Is.EqualTo((1, 1, 3, 3)));
        await Host.Show(journey[0], "logged-only");
        Assert.That((await Count(Nobody), await Count(B), await Count(C)), Is.EqualTo((1, 3, 3)));
        await Host.Show(journey[0], null);
        await Host.Show(journey, "owner-only");
        Assert.That((await Count(Nobody), await Count(B), await Count(C), await Count(A)), Is.EqualTo((0, 0, 3, 3)));
        await Host.Delete(journey);
        Assert.That((await Count(Nobody), await Count(C)), Is.EqualTo((0, 0)));
    }

    private string Number(Guid id)
    {
        var at = Array.FindIndex(five.Shots, shot => shot.Id == id);
        return at >= 0 ? $"{at + 1}" : Array.FindIndex(flat.Shots, shot => shot.Id == id) is >= 0 and var place ? $"{place + 6}" : "?";
    }
}
