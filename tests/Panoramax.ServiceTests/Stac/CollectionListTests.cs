using System.Xml.Linq;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>The list of sequences: criteria, filters, deleted ones, the feed.</summary>
internal sealed class CollectionListTests : StacFixture
{
    private static readonly DateTimeOffset day = new(2024, 5, 10, 12, 0, 0, TimeSpan.Zero);

    private Answer empty = null!;
    private Journey first = null!;
    private Journey second = null!;
    private Journey single = null!;
    private Journey deleted = null!;
    private Journey hidden = null!;
    private Journey waiting = null!;

    protected override async Task SetUp()
    {
        empty = await Nobody.Get("collections");
        first = await Host.Add(Bob, Journey.OfFive360() with { Created = day, Updated = day.AddDays(10) });
        second = await Host.Add(Bob, Journey.Flat(3, 10, 50) with { Created = day.AddDays(1), Updated = day.AddDays(1) });
        single = await Host.Add(Camille, Journey.Flat(1, 20, 50) with { Created = day.AddDays(2), Updated = day.AddDays(2) });
        deleted = await Host.Add(Bob, Journey.Flat(1, 30, 50) with { Created = day.AddDays(3), Updated = day.AddDays(3) });
        await Host.Delete(deleted);
        hidden = await Host.Add(Bob, Journey.Flat(2, 40, 50) with { Created = day.AddDays(4), Updated = day.AddDays(4), Visibility = "owner-only" });
        waiting = await Host.Add(Bob, Journey.Flat(2, 41, 50) with { Created = day.AddDays(5), Status = "waiting-for-process" });
    }

    [Test]
    [Property("Contract", "read.md 23.8")]
    public void An_empty_instance_has_no_sequence_and_four_links()
    {
        Assert.That(empty["collections"]!.AsArray(), Is.Empty);
        Assert.That(Rels(empty.Json), Is.EqualTo((string[])["root", "parent", "self", "http://www.opengis.net/def/rel/ogc/1.0/queryables"]));
    }

    [Test]
    public async Task Sequences_come_by_upload_time_and_not_before_they_are_ready()
    {
        var answer = await Nobody.Get("collections?limit=100&created_after=2020-01-01&bbox=-180,-90,180,90");

        Assert.That(Ids(answer), Is.EqualTo((Guid[])[first.Id, second.Id, single.Id]));
        Assert.That(answer.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/json"));
        Assert.That(Href(answer.Json, "self"), Does.EndWith("/api/collections?limit=100&created_after=2020-01-01"));
        Assert.That(Ids(await B.Get("collections")), Is.EqualTo((Guid[])[first.Id, second.Id, single.Id, hidden.Id]));
        Assert.That(Ids(await C.Get("collections")), Is.EqualTo((Guid[])[first.Id, second.Id, single.Id]));
        Assert.That(Ids(await A.Get("collections")), Is.EqualTo((Guid[])[first.Id, second.Id, single.Id, hidden.Id]));
    }

    [TestCase("limit=-1")]
    [TestCase("limit=0")]
    [TestCase("limit=1001")]
    [TestCase("limit=ten")]
    [TestCase("created_after=2100-01-01T00:00:00Z")]
    [TestCase("created_before=2000-01-01")]
    [TestCase("bbox=1,2,3")]
    [TestCase("bbox=1,2,3,4,5")]
    [TestCase("bbox=-181,0,1,1")]
    [TestCase("bbox=0,-91,1,1")]
    [TestCase("bbox=0,2,1,1")]
    [TestCase("datetime=2021-01-01/")]
    [TestCase("datetime=/2021-01-01")]
    [TestCase("datetime=..")]
    [TestCase("datetime=2021-01-01/2021-01-02/2021-01-03")]
    [TestCase("sortby=title")]
    [TestCase("sortby=%2B%2Bcreated")]
    [TestCase("sortby=%2Bcreated,")]
    [TestCase("page=nonsense")]
    [TestCase("page=created%20%3E%20'soon'")]
    [TestCase("filter=updated %3D%3D '2023-12-31'")]
    [TestCase("filter=title %3D 'x'")]
    [TestCase("filter=updated %3E")]
    [TestCase("filter=updated %3E 'soon'")]
    [TestCase("filter=status %3D 'deleted'")]
    [TestCase("filter=status IN ('deleted','ready')")]
    [TestCase("filter=created %3E '2020-01-01'; DROP TABLE sequences")]
    [TestCase("format=rss&show_deleted=true")]
    [Property("Contract", "read.md 23.11")]
    [Property("Contract", "read.md 23.13")]
    public async Task Bad_parameters_are_refused(string query)
    {
        var answer = await Nobody.Get("collections?" + query);

        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
        Assert.That(answer["status_code"]!.GetValue<int>(), Is.EqualTo(400));
        Assert.That(answer["message"]!.GetValue<string>(), Does.Contain(query.Split('=')[0]).Or.Contain(query.Split('&')[^1].Split('=')[0]));
    }

    [TestCase("created_after=pouet")]
    [TestCase("created_before=32/13/2020")]
    [TestCase("datetime=pouet")]
    [TestCase("bbox=1,2,x,4")]
    [Property("Contract", "read.md 23.11")]
    public async Task What_cannot_be_read_is_named_in_details(string query) =>
        Assert.That((await Nobody.Get("collections?" + query))["details"]!["error"]!.GetValue<string>(), Is.Not.Empty);

    [Test]
    public async Task A_filter_on_the_status_leads_to_the_parameter_that_fits()
    {
        Assert.That((await Nobody.Get("collections?filter=status%3D'hidden'"))["message"]!.GetValue<string>(), Does.Contain("visibility"));
        Assert.That((await Nobody.Get("collections?filter=status%3D'deleted'"))["message"]!.GetValue<string>(), Does.Contain("show_deleted"));
    }

    [TestCase("bbox=100,0,101,1", "")]
    [TestCase("bbox=1.9,49,2,49.1", "first")]
    [TestCase("bbox=[1.9,49,2,49.1]", "first")]
    [TestCase("bbox=9,49,21,51", "second single")]
    [TestCase("bbox=20,50,20,50", "single")]
    [TestCase("bbox=10.00001,49.9,10.00002,50.1", "second")]
    [TestCase("datetime=../2021-01-01", "")]
    [TestCase("datetime=2021-01-01/..", "first second single")]
    [TestCase("datetime=2021-07-29T22:00:00Z/2021-07-29T23:00:00Z", "first")]
    [TestCase("datetime=2021-07-29", "first")]
    [TestCase("datetime=July 2021/May 2022", "first second single")]
    [TestCase("created_after=2024-05-10", "first second single")]
    [TestCase("created_after=2024-05-10T12:00:00", "second single")]
    [TestCase("created_after=2024-05-10T12:00:00Z", "second single")]
    [TestCase("created_after=2024-05-10T13:00:00%2B02:00", "first second single")]
    [TestCase("created_after=2024-05-10T14:00:00+02:00", "second single")]
    [TestCase("created_before=2024-05-12T12:00:00Z", "first second")]
    [TestCase("created_after=2024-05-10T12:00:00Z&created_before=2024-05-12T12:00:00Z", "second")]
    [TestCase("filter=updated >= '2024-05-12'", "first single")]
    [TestCase("filter=updated > '2099-01-01'", "")]
    [TestCase("filter=updated BETWEEN '2024-05-11T00:00:00Z' AND '2024-05-12T00:00:00Z'", "second")]
    [TestCase("filter=created <= '2024-05-11T12:00:00Z' AND updated >= '2024-05-12'", "first")]
    [TestCase("filter=NOT (created <= '2024-05-11T12:00:00Z')", "single")]
    [TestCase("filter=\"created\" <> '2024-05-11T12:00:00Z'", "first single")]
    [TestCase("filter=datetime = '2021-07-29'", "first")]
    [TestCase("filter=created > 2024-05-11T00:00:00Z", "second single")]
    [TestCase("filter=updated > '2024-05-12 12:00:00.000000+00:00' OR id = '00000000-0000-0000-0000-000000000000'", "first")]
    [TestCase("filter=visibility LIKE 'any%25'", "first second single")]
    [TestCase("filter=visibility IS NULL", "")]
    [TestCase("filter=visibility IN ('owner-only', 'logged-only')", "")]
    [TestCase("sortby=-created", "single second first")]
    [TestCase("sortby= created", "first second single")]
    [TestCase("sortby=updated", "second single first")]
    [TestCase("sortby=%2Bdatetime,-created", "first single second")]
    [TestCase("limit=", "first second single")]
    [TestCase("format=anything", "first second single")]
    [Property("Contract", "read.md 23.12")]
    [Property("Contract", "read.md 23.13")]
    [Property("Contract", "read.md 23.15")]
    [Property("Contract", "known-faults 31")]
    public async Task Criteria_choose(string query, string expected)
    {
        var answer = await Nobody.Get("collections?" + query.Replace("'", "%27", StringComparison.Ordinal));

        Assert.That(string.Join(' ', Ids(answer).Select(Name)), Is.EqualTo(expected), answer.Text);
    }

    [Test]
    [Property("Contract", "read.md 23.17")]
    [Property("Contract", "known-faults 51")]
    public async Task Deleted_and_hidden_sequences_cannot_be_told_apart()
    {
        foreach (var query in (string[])["show_deleted=true", "show_deleted=TRUE&limit=1000", "filter=status IN ('deleted','ready') AND updated >= '2020-01-01'"])
        {
            var answer = await Nobody.Get("collections?" + query);
            Assert.That(Ids(answer), Is.EquivalentTo((Guid[])[first.Id, second.Id, single.Id, deleted.Id, hidden.Id]), query);
            foreach (var id in (Guid[])[deleted.Id, hidden.Id])
            {
                IsJson(answer["collections"]!.AsArray().Single(each => each!["id"]!.GetValue<Guid>() == id),
                    $$"""{"id":"{{id}}","geovisio:status":"deleted"}""");
            }
        }
    }

    [Test]
    [Property("Contract", "read.md 23.17")]
    public async Task Owner_and_administrator_see_what_they_hide()
    {
        foreach (var client in (Visitor[])[B, A])
        {
            var answer = await client.Get("collections?show_deleted=true");
            Assert.That(answer["collections"]!.AsArray().Single(each => each!["id"]!.GetValue<Guid>() == hidden.Id)!["stats:items"]!["count"]!.GetValue<int>(), Is.EqualTo(2));
            IsJson(answer["collections"]!.AsArray().Single(each => each!["id"]!.GetValue<Guid>() == deleted.Id), $$"""{"id":"{{deleted.Id}}","geovisio:status":"deleted"}""");
        }
    }

    [TestCase("filter=visibility %3D 'owner-only'", false)]
    [TestCase("filter=visibility <> 'anyone'", false)]
    [TestCase("filter=NOT (visibility %3D 'anyone')", false)]
    [TestCase("filter=visibility IS NULL", true)]
    [TestCase("filter=datetime > '2000-01-01'", false)]
    [TestCase("bbox=29,49,31,51", true)]
    [TestCase("datetime=1990-01-01", true)]
    [TestCase("sortby=visibility", false)]
    public async Task No_criterion_tells_a_hidden_sequence_from_a_deleted_one(string query, bool listed)
    {
        var ids = Ids(await Nobody.Get("collections?show_deleted=true&" + query.Replace("'", "%27", StringComparison.Ordinal)));

        Assert.That((ids.Contains(deleted.Id), ids.Contains(hidden.Id)), Is.EqualTo((listed, listed)));
    }

    [Test]
    [Property("Contract", "read.md 23.17")]
    public async Task Deleted_ones_are_paged_as_the_others()
    {
        var seen = new List<Guid>();
        for (string? next = "collections?show_deleted=true&limit=2"; next is not null;)
        {
            var page = await Nobody.Get(next);
            seen.AddRange(Ids(page));
            next = Href(page.Json, "next");
            if (next is not null) Assert.That(next, Does.Contain("show_deleted=true"));
        }

        Assert.That(seen, Is.EqualTo((Guid[])[first.Id, second.Id, single.Id, deleted.Id, hidden.Id]));

        var back = new List<Guid>();
        for (var at = Href((await Nobody.Get("collections?show_deleted=true&limit=2")).Json, "last"); at is not null;)
        {
            Assert.That(at, Does.Contain("show_deleted=true"));
            var page = await Nobody.Get(at);
            back.InsertRange(0, Ids(page));
            at = Href(page.Json, "prev");
        }

        Assert.That(back, Is.EqualTo(seen));
    }

    [TestCase("collections?format=rss", null)]
    [TestCase("collections", "application/rss+xml")]
    [TestCase("collections", "application/json;q=0.5, application/rss+xml")]
    [Property("Contract", "read.md 23.16")]
    public async Task A_feed_holds_the_newest_sequences_first(string path, string? accept)
    {
        using var client = Feed(accept, "fr");
        var answer = await client.Get(path);

        Assert.That(answer.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/xml"));
        Assert.That(answer.Text, Does.StartWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\""));
        var channel = XDocument.Parse(answer.Text).Root!.Element("channel")!;
        Assert.That(channel.Elements().Select(element => element.Name.LocalName).Distinct(), Is.EqualTo((string[])
            ["title", "link", "description", "language", "lastBuildDate", "generator", "docs", "image", "item"]));
        Assert.That(channel.Element("language")!.Value, Is.EqualTo("fr"));
        Assert.That(channel.Element("generator")!.Value, Is.EqualTo("GeoVisio"));
        Assert.That(channel.Elements("item").Select(item => Guid.Parse(item.Element("guid")!.Value.Split('/')[^1])), Is.EqualTo((Guid[])[single.Id, second.Id, first.Id]));

        var root = Host.Process.Address.ToString().TrimEnd('/');
        var last = channel.Elements("item").Last();
        Assert.That(last.Elements().Select(element => element.Name.LocalName), Is.EqualTo((string[])
            ["title", "link", "description", "author", "pubDate", "enclosure", "guid", "point", "encoded"]));
        Assert.Multiple(() =>
        {
            Assert.That(last.Element("title")!.Value, Is.EqualTo("Five around"));
            Assert.That(last.Element("link")!.Value, Is.EqualTo(root + "/viewer#focus=map&map=18/49.00688962/1.919185442"));
            Assert.That(last.Element("author")!.Value, Is.EqualTo("bob"));
            Assert.That(last.Element("pubDate")!.Value, Is.EqualTo("Fri, 10 May 2024 12:00:00 GMT"));
            Assert.That(last.Element("description")!.Value, Is.EqualTo("La séquence « Five around » de « bob » a été prise le 2021-07-29 09:16:54 UTC"));
            Assert.That(last.Element("enclosure")!.Attributes().Select(attribute => attribute.Value), Is.EqualTo((string[])[$"{root}/api/collections/{first.Id}/thumb.jpg", "", "image/jpeg"]));
            Assert.That(last.Element("guid")!.Attribute("isPermaLink")!.Value, Is.EqualTo("true"));
            Assert.That(last.Element("{http://www.georss.org/georss}point")!.Value, Is.EqualTo("1.919185442 49.00688962"));
            Assert.That(last.Element("{http://purl.org/rss/1.0/modules/content/}encoded")!.Value, Does.Contain("<img src=\"").And.Contain("</a>"));
        });
    }

    [TestCase("de", "Die Sequenz „Five around“ von „bob“ wurde am 2021-07-29 09:16:54 UTC aufgenommen")]
    [TestCase("en", "Sequence \"Five around\" by \"bob\" was captured on 2021-07-29 09:16:54 UTC")]
    [TestCase("pt", "Sequence \"Five around\" by \"bob\" was captured on 2021-07-29 09:16:54 UTC")]
    [Property("Contract", "read.md 23.16")]
    public async Task A_feed_speaks_the_reader_s_language_where_it_can(string language, string sentence)
    {
        using var client = Feed(accept: null, language);
        var channel = XDocument.Parse((await client.Get("collections?format=rss")).Text).Root!.Element("channel")!;

        Assert.That(channel.Element("language")!.Value, Is.EqualTo(language == "pt" ? "en" : language));
        Assert.That(channel.Elements("item").Last().Element("description")!.Value, Is.EqualTo(sentence));
    }

    [Test]
    [Property("Contract", "read.md 23.9")]
    [Property("Contract", "read.md 23.18")]
    public async Task A_sequence_of_the_list_has_its_count_its_length_and_the_day_of_its_upload()
    {
        var today = await Host.Add(Camille, Journey.OfFive360(80, 10));
        try
        {
            var listed = (await Nobody.Get("collections?limit=1000"))["collections"]!.AsArray().Single(each => each!["id"]!.GetValue<Guid>() == today.Id);
            Assert.That(listed!["created"]!.GetValue<string>()[..10], Is.EqualTo(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
            IsJson(listed["stats:items"], """{"count":5}""");
            Assert.That(Members(listed), Has.None.EqualTo("stats:collections"));
            // Four steps of 0.00002° of longitude and 0.00001° of latitude on the ellipsoid near 10° north: 9.8 m.
            Assert.That(listed["geovisio:length_km"]!.GetValue<double>(), Is.EqualTo(0.01));
        }
        finally
        {
            await Host.Database.Execute($"DELETE FROM pictures WHERE id IN (SELECT picture_id FROM sequences_pictures WHERE sequence_id = '{today.Id}'); DELETE FROM sequences WHERE id = '{today.Id}'");
        }
    }

    [Test]
    public async Task A_title_with_marks_of_XML_and_control_characters_does_not_break_the_feed()
    {
        var odd = await Host.Add(Bob, Journey.Flat(1, 60, 50) with { Title = "<b>&\u0001\"</b>", Created = day.AddDays(-5) });
        try
        {
            var titles = XDocument.Parse((await Nobody.Get("collections?format=rss")).Text).Descendants("item").Select(item => item.Element("title")!.Value);
            Assert.That(titles, Has.One.EqualTo("<b>&\"</b>"));
        }
        finally
        {
            await Host.Database.Execute($"DELETE FROM sequences WHERE id = '{odd.Id}'");
        }
    }

    private Visitor Feed(string? accept, string language)
    {
        var client = new Visitor(Host.Process.Address);
        if (accept is not null) client.Http.DefaultRequestHeaders.Add("Accept", accept);
        client.Http.DefaultRequestHeaders.Add("Accept-Language", language);
        return client;
    }

    private string Name(Guid id) => id == first.Id ? "first" : id == second.Id ? "second" : id == single.Id ? "single" : id == waiting.Id ? "waiting" : id.ToString();
}
