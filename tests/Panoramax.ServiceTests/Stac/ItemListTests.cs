using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>The list of a sequence's pictures and its pages.</summary>
internal sealed class ItemListTests : StacFixture
{
    private Journey five = null!;
    private string Items => $"collections/{five.Id}/items";

    protected override async Task SetUp() => five = await Host.Add(Bob, Journey.OfFive360());

    [Test]
    [Property("Contract", "read.md 23.21")]
    public async Task Without_paging_all_pictures_come_in_one_answer_with_three_links()
    {
        var answer = await Nobody.Get(Items);

        Assert.That(Ids(answer), Is.EqualTo(five.Shots.Select(shot => shot.Id)));
        Assert.That(Rels(answer.Json), Is.EqualTo((string[])["root", "parent", "self"]));
        Assert.That(Href(answer.Json, "self"), Does.EndWith(Items));
        Assert.That(answer.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/geo+json"));
        var features = answer["features"]!.AsArray();
        Assert.That(Rels(features[0]), Has.One.EqualTo("next").And.None.EqualTo("prev").And.None.EqualTo("related"));
        Assert.That(Rels(features[4]), Has.One.EqualTo("prev").And.None.EqualTo("next"));
        Assert.That(features.Select(item => item!["properties"]!["geovisio:status"]!.GetValue<string>()), Is.All.EqualTo("ready"));
        Assert.That(features.Select(item => item!["properties"]!["geovisio:rank_in_collection"]!.GetValue<int>()), Is.EqualTo((int[])[1, 2, 3, 4, 5]));
        var second = features[1]!["properties"]!;
        Assert.Multiple(() =>
        {
            Assert.That(second["datetime"]!.GetValue<string>(), Is.EqualTo("2021-07-29T09:16:56+00:00"));
            Assert.That(second["datetimetz"]!.GetValue<string>(), Is.EqualTo("2021-07-29T11:16:56+02:00"));
            Assert.That(second["original_file:name"]!.GetValue<string>(), Is.EqualTo("2.jpg"));
            Assert.That(second["original_file:size"]!.GetValue<int>(), Is.EqualTo(1_000_001));
            Assert.That(second["panoramax:horizontal_pixel_density"]!.GetValue<int>(), Is.EqualTo(16));
            Assert.That((second["pers:pitch"]!.GetValue<double>(), second["pers:roll"]!.GetValue<double>()), Is.EqualTo((0.0, 0.0)));
            IsJson(second["pers:interior_orientation"]!["sensor_array_dimensions"], "[5760,2880]");
            Assert.That(second["quality:horizontal_accuracy"]!.GetValue<double>(), Is.EqualTo(4));
        });
    }

    // Ranks of the page; then rank parameters of first, prev, next, last: "-" without the parameter, null without the link.
    [TestCase("?limit=2", "12", null, null, "2", "3")]
    [TestCase("?limit=2&startAfterRank=2", "34", "-", "-", "4", "4")]
    [TestCase("?limit=2&startAfterRank=4", "5", "-", "2", null, null)]
    [TestCase("?limit=5", "12345", null, null, null, null)]
    [TestCase("?limit=10000", "12345", null, null, null, null)]
    [TestCase("?startAfterRank=1", "2345", "-", "-", null, null)]
    [TestCase("?startAfterRank=3", "45", "-", "-", null, null)]
    [TestCase("?limit=1&startAfterRank=1", "2", "-", "-", "2", "4")]
    [Property("Contract", "read.md 23.22")]
    public async Task Pages_go_by_rank(string query, string ranks, string? first, string? previous, string? next, string? last)
    {
        var answer = await Nobody.Get(Items + query);

        string? Rank(string rel) => Href(answer.Json, rel) is not { } href ? null
            : System.Web.HttpUtility.ParseQueryString(new Uri(href).Query)["startAfterRank"] ?? "-";
        Assert.That(string.Concat(Ranks(answer)), Is.EqualTo(ranks), answer.Text);
        Assert.That((Rank("first"), Rank("prev"), Rank("next"), Rank("last")), Is.EqualTo((first, previous, next, last)));
        Assert.That(Rels(answer.Json)[3..], Is.EqualTo(((string[])["first", "prev", "next", "last"]).Where(rel => Rank(rel) is not null)));
    }

    [Test]
    [Property("Contract", "read.md 23.22")]
    public async Task Following_next_visits_every_picture_once_though_ranks_have_holes_and_some_are_hidden()
    {
        var journey = await Host.Add(Bob, Journey.Flat(12, 20, 10));
        await Host.Database.Execute($"DELETE FROM pictures WHERE id IN ('{journey[3].Id}', '{journey[4].Id}', '{journey[11].Id}')");
        await Host.Show(journey[0], "owner-only");
        await Host.Show(journey[6], "owner-only");

        var seen = await Nobody.Items(journey.Id, "?limit=2");

        Assert.That(seen.Select(item => item["properties"]!["geovisio:rank_in_collection"]!.GetValue<int>()), Is.EqualTo((int[])[2, 3, 6, 8, 9, 10, 11]));
        var first = await Nobody.Get($"collections/{journey.Id}/items?limit=2");
        Assert.That(Href(first.Json, "first"), Is.Null);
        Assert.That((await B.Items(journey.Id, "?limit=2")).Count, Is.EqualTo(9));
        Assert.That(Rels((await Nobody.Get($"collections/{journey.Id}/items?limit=2&startAfterRank=6"))["features"]![0]), Has.One.EqualTo("prev"));
    }

    [TestCase("?limit=0", 400)]
    [TestCase("?limit=-1", 400)]
    [TestCase("?limit=10001", 400)]
    [TestCase("?limit=many", 400)]
    [TestCase("?startAfterRank=0", 400)]
    [TestCase("?startAfterRank=first", 400)]
    [TestCase("?startAfterRank=9000", 404)]
    [TestCase("?startAfterRank=5", 404)]
    [TestCase("?withPicture=not-an-id", 400)]
    [TestCase("?withPicture=00000000-0000-0000-0000-000000000000", 400)]
    [Property("Contract", "read.md 23.22")]
    [Property("Contract", "read.md 23.23")]
    public async Task Bad_pages_are_refused(string query, int status) => Assert.That((await Nobody.Get(Items + query)).Code, Is.EqualTo(status));

    [Test]
    public async Task The_last_rank_is_told_to_who_went_beyond_it() =>
        Assert.That((await Nobody.Get(Items + "?startAfterRank=9000"))["message"]!.GetValue<string>(), Does.Contain("5"));

    [Test]
    [Property("Contract", "read.md 23.23")]
    public async Task A_page_can_be_asked_for_by_a_picture_on_it()
    {
        Assert.That(Ranks(await Nobody.Get($"{Items}?withPicture={five[3].Id}")), Is.EqualTo((int[])[4, 5]));
        Assert.That(Ranks(await Nobody.Get($"{Items}?withPicture={five[3].Id}&limit=2")), Is.EqualTo((int[])[3, 4]));
        Assert.That(Ranks(await Nobody.Get($"{Items}?withPicture={five[0].Id}&limit=2")), Is.EqualTo((int[])[1, 2]));
        Assert.That((await Nobody.Get($"{Items}?withPicture={five[3].Id}&startAfterRank=2")).Code, Is.EqualTo(400));
        var other = await Host.Add(Bob, Journey.Flat(1, 21, 10));
        Assert.That((await Nobody.Get($"{Items}?withPicture={other[0].Id}")).Code, Is.EqualTo(400));
    }

    [Test]
    [Property("Contract", "read.md 23.21")]
    public async Task A_hidden_picture_leaves_its_rank_empty()
    {
        var journey = await Host.Add(Bob, Journey.OfFive360(10, 10));
        await Host.Show(journey[0], "owner-only");

        Assert.That(Ranks(await Nobody.Get($"collections/{journey.Id}/items")), Is.EqualTo((int[])[2, 3, 4, 5]));
        Assert.That(Ranks(await B.Get($"collections/{journey.Id}/items")), Is.EqualTo((int[])[1, 2, 3, 4, 5]));
    }

    [Test]
    public async Task Pictures_that_are_not_prepared_are_for_their_owner()
    {
        var journey = await Host.Add(Bob, new Journey(new Shot(22, 10) { Status = "not-processed" }, new Shot(22, 10.0001), new Shot(22, 10.0002) { Status = "broken" }));

        Assert.That(Ranks(await Nobody.Get($"collections/{journey.Id}/items")), Is.EqualTo((int[])[2]));
        Assert.That(Ranks(await B.Get($"collections/{journey.Id}/items")), Is.EqualTo((int[])[1, 2, 3]));
    }

    [Test]
    [Property("Contract", "read.md 23.22")]
    [Property("Contract", "read.md 23.24")]
    public async Task A_sequence_that_is_not_ready_is_404_to_others_and_its_owner_sees_what_there_is()
    {
        var fresh = await Host.Add(Bob, new Journey { Status = "waiting-for-process" });
        var emptied = await Host.Add(Bob, Journey.Flat(1, 23, 10));
        await Host.Database.Execute($"DELETE FROM pictures WHERE id = '{emptied[0].Id}'");

        Assert.That((await Nobody.Get($"collections/{fresh.Id}/items")).Code, Is.EqualTo(404));
        Assert.That(Ids(await B.Get($"collections/{fresh.Id}/items")), Is.Empty);
        var answer = await Nobody.Get($"collections/{emptied.Id}/items?limit=10");
        Assert.That(Ids(answer), Is.Empty);
        Assert.That(Rels(answer.Json), Is.EqualTo((string[])["root", "parent", "self"]));
    }

    [Test]
    public async Task A_trailing_slash_is_taken_for_nothing() => Assert.That(Ids(await Nobody.Get(Items + "/?limit=1")), Has.Length.EqualTo(1));

    private static int[] Ranks(Answer answer)
    {
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        return [.. answer["features"]!.AsArray().Select(item => item!["properties"]!["geovisio:rank_in_collection"]!.GetValue<int>())];
    }
}
