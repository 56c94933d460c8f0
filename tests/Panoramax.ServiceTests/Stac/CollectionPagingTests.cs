using System.Text.Json.Nodes;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Pages by key, also where a thousand sequences share one time.</summary>
internal sealed class CollectionPagingTests : StacFixture
{
    private const int Count = 1024;

    protected override Task SetUp() => Host.Database.Execute($"""
        INSERT INTO sequences (id, account_id, status, title, inserted_at, updated_at, nb_pictures, computed_capture_date, visibility)
        SELECT gen_random_uuid(), '{Bob.Id}', 'ready', 'S' || i, '2026-03-01 10:11:12.345678+00', '2026-03-02 00:00:00+00'::timestamptz + (i % 7) * interval '1 hour', 0,
               CASE WHEN i % 5 = 0 THEN NULL ELSE DATE '2020-01-01' + i % 3 END, CASE WHEN i % 2 = 0 THEN 'anyone' END
        FROM generate_series(1, {Count}) i
        """);

    [Test]
    [Property("Contract", "read.md 23.14")]
    public async Task Forward_and_backward_both_visit_every_sequence_once()
    {
        var first = await Nobody.Get("collections?limit=50");
        Assert.That(Rels(first.Json)[4..], Is.EqualTo((string[])["next", "last"]));

        var forward = await Follow("collections?limit=50", "next");
        Assert.That(forward.Ids, Is.Unique.And.Count.EqualTo(Count));
        Assert.That(forward.Sizes[..^1], Is.All.EqualTo(50));
        Assert.That(Rels(forward.Last)[4..], Is.EqualTo((string[])["first", "prev"]));
        Assert.That(Href(forward.Last, "first"), Does.EndWith("/api/collections?limit=50&sortby=%2Bcreated,%2Bid"));

        var backward = await Follow(Href(first.Json, "last")!, "prev");
        Assert.That(backward.Ids, Is.EquivalentTo(forward.Ids));
        Assert.That(backward.Sizes[..^1], Is.All.EqualTo(50));
        Assert.That(Rels(backward.Last)[4..], Is.EqualTo((string[])["next", "last"]));
    }

    [Test]
    [Property("Contract", "read.md 23.14")]
    public async Task A_middle_page_has_all_four_links_and_leads_back_to_where_it_came_from()
    {
        var first = await Nobody.Get("collections?limit=300");
        var second = await Nobody.Get(Href(first.Json, "next")!);

        Assert.That(Rels(second.Json)[4..], Is.EqualTo((string[])["first", "prev", "next", "last"]));
        Assert.That(Ids(await Nobody.Get(Href(second.Json, "prev")!)), Is.EqualTo(Ids(first)));
        Assert.That(Ids(await Nobody.Get(Href(second.Json, "first")!)), Is.EqualTo(Ids(first)));
        Assert.That(second["links"]!.AsArray().Skip(4).Select(link => link!["type"]!.GetValue<string>()), Is.All.EqualTo("application/json"));
    }

    [Test]
    [Property("Contract", "read.md 23.14")]
    public async Task The_next_link_is_of_the_form_that_other_servers_read()
    {
        var page = await Nobody.Get("collections?limit=2");
        var last = page["collections"]![1]!["id"]!.GetValue<string>();

        Assert.That(Href(page.Json, "next"), Is.EqualTo(
            $"{Host.Process.Address}api/collections?limit=2&sortby=%2Bcreated,%2Bid&page=created+%3E+'2026-03-01+10:11:12.345678%2B00:00'+OR+(created+%3D+'2026-03-01+10:11:12.345678%2B00:00'+AND+id+%3E+'{last}')"));
    }

    [TestCase("-updated,%2Bdatetime", 1024)]
    [TestCase("-datetime", 820)]
    [TestCase("%2Bvisibility,-id", 1024)]
    [TestCase("-id", 1024)]
    public async Task Any_order_can_be_paged(string sort, int count)
    {
        var forward = await Follow($"collections?limit=400&sortby={sort}", "next");
        var backward = await Follow(Href((await Nobody.Get($"collections?limit=400&sortby={sort}")).Json, "last")!, "prev");

        Assert.That(forward.Ids, Is.Unique.And.Count.EqualTo(count));
        Assert.That(backward.Ids, Is.Unique.And.EquivalentTo(forward.Ids));
    }

    [Test]
    public async Task Criteria_stay_in_the_links_of_pages()
    {
        var page = await Nobody.Get("collections?limit=100&filter=updated > '2026-03-02T03:30:00Z'&datetime=2020-01-02/..&created_after=2020-01-01&created_before=2027-01-01");
        var next = Href(page.Json, "next")!;

        Assert.That(next, Does.Contain("&datetime=2020-01-02%2F..").And.Contain("&created_after=2020-01-01").And.Contain("&created_before=2027-01-01").And.Contain("&filter=updated+%3E+"));
        var all = await Follow(next, "next");
        Assert.That(all.Ids.Concat(Ids(page)).ToList(), Is.Unique.And.Count.EqualTo(
            await Host.Database.Scalar<long>("SELECT count(*) FROM sequences WHERE updated_at > '2026-03-02T03:30:00Z' AND computed_capture_date >= '2020-01-02'")));
    }

    [Test]
    [Property("Contract", "read.md 23.58")]
    public async Task A_user_s_children_and_catalog_page_in_the_same_way()
    {
        var collection = await FollowChildren($"users/{Bob.Id}/collection?limit=300");
        var catalog = await FollowChildren($"users/{Bob.Id}/catalog?limit=300");
        var backward = await FollowChildren(Href((await Nobody.Get($"users/{Bob.Id}/catalog?limit=300")).Json, "last")!, "prev");

        Assert.That(collection, Is.Unique.And.Count.EqualTo(Count));
        Assert.That(catalog, Is.Unique.And.EquivalentTo(collection));
        Assert.That(backward, Is.Unique.And.EquivalentTo(catalog));
    }

    private async Task<(List<Guid> Ids, List<int> Sizes, JsonNode Last)> Follow(string start, string rel)
    {
        var (ids, sizes) = (new List<Guid>(), new List<int>());
        for (var at = start; ;)
        {
            var page = await Nobody.Get(at);
            var found = Ids(page);
            ids.AddRange(found);
            sizes.Add(found.Length);
            if (Href(page.Json, rel) is not { } next) return (ids, sizes, page.Json!);
            at = next;
        }
    }

    private async Task<List<Guid>> FollowChildren(string start, string rel = "next")
    {
        var ids = new List<Guid>();
        for (string? at = start; at is not null;)
        {
            var page = await Nobody.Get(at);
            Assert.That(page.Code, Is.EqualTo(200), page.Text);
            ids.AddRange(page["links"]!.AsArray().Where(link => link!["rel"]!.GetValue<string>() == "child").Select(link => link!["id"]!.GetValue<Guid>()));
            at = Href(page.Json, rel);
        }

        return ids;
    }
}
