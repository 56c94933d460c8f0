namespace Panoramax.ServiceTests.Stac;

/// <summary>The search by tags of pictures, of their annotations and of their sequences.</summary>
internal sealed class TagSearchTests : StacFixture
{
    private Journey tagged = null!;
    private Journey wholly = null!;
    private Journey bare = null!;

    protected override async Task SetUp()
    {
        tagged = await Host.Add(Bob, Journey.Flat(4, 10, 50));
        wholly = await Host.Add(Bob, Journey.Flat(2, 11, 50));
        bare = await Host.Add(Bob, Journey.Flat(2, 12, 50));
        await Host.Tag("pictures", "picture_id", tagged[0].Id, "osm|traffic_sign", "stop", Bob);
        await Host.Tag("pictures", "picture_id", tagged[1].Id, "osm|traffic_sign", "🛑", Bob);
        await Host.Annotate(tagged[2], "osm|traffic_sign", "stop", Bob);
        await Host.Tag("sequences", "sequence_id", wholly.Id, "osm|traffic_sign", "it's", Bob);
        await Host.Tag("sequences", "sequence_id", wholly.Id, "wd|a[b=c]#1", new string('x', 2000), Bob);
    }

    // Pictures: a to d of the first sequence, w of the wholly tagged one, x of the bare one.
    [TestCase("\"semantics.osm|traffic_sign\"='stop'", "ac")]
    [TestCase("\"semantics.osm|traffic_sign\"='🛑'", "b")]
    [TestCase("\"semantics.osm|traffic_sign\"='it''s'", "ww")]
    [TestCase("\"semantics.osm|traffic_sign\" IN ('stop', '🛑')", "abc")]
    [TestCase("\"semantics.osm|traffic_sign\" IS NOT NULL", "abcww")]
    [TestCase("\"semantics.wd|a[b=c]#1\" IS NOT NULL", "ww")]
    [TestCase("\"semantics\" IS NOT NULL", "abcww")]
    [TestCase("semantics IS NOT NULL OR \"semantics.none\" = 'x'", "abcww")]
    [TestCase("\"semantics.osm|traffic_sign\"='🛑' OR \"semantics.wd|a[b=c]#1\" IS NOT NULL", "bww")]
    [TestCase("\"semantics.osm|traffic_sign\"='STOP'", "")]
    [TestCase("\"semantics.none\" IS NOT NULL", "")]
    [Property("Contract", "read.md 23.37")]
    public async Task A_tag_counts_on_the_picture_its_annotations_and_its_sequence(string filter, string expected)
    {
        var query = "filter=" + Uri.EscapeDataString(filter);

        Assert.That(Names(Ids(await Nobody.Get("search?" + query))), Is.EqualTo(expected));
        Assert.That(Names(Ids(await Nobody.Get($"search?{query}&bbox=9,49,13,51&limit=1000"))), Is.EqualTo(expected));
        Assert.That(Names(Ids(await Nobody.Post("search", new System.Text.Json.Nodes.JsonObject { ["filter"] = filter }))), Is.EqualTo(expected));
    }

    [Test]
    [Property("Contract", "read.md 23.37")]
    public async Task Tags_combine_with_other_criteria_and_no_limit_is_applied_before_them()
    {
        var filter = "filter=" + Uri.EscapeDataString("\"semantics.osm|traffic_sign\" IS NOT NULL");

        Assert.That(Names(Ids(await Nobody.Get($"search?{filter}&collections={tagged.Id}"))), Is.EqualTo("abc"));
        Assert.That(Names(Ids(await Nobody.Get($"search?{filter}&bbox=10.9,49,11.1,51&limit=2"))), Is.EqualTo("ww"));
        Assert.That(Names(Ids(await Nobody.Get($"search?{filter}&bbox=11.9,49,12.1,51"))), Is.Empty);
        Assert.That(Names(Ids(await Nobody.Get($"search?{filter}&ids={tagged[0].Id},{tagged[3].Id}"))), Is.EqualTo("a"));
        Assert.That(Names(Ids(await Nobody.Get($"search?{filter}&sortby=ts&bbox=9,49,13,51&limit=3"))), Has.Length.EqualTo(3));
    }

    [Test]
    [Property("Contract", "read.md 23.37")]
    public async Task Found_pictures_carry_all_their_tags_sorted_by_key_and_value()
    {
        var journey = await Host.Add(Bob, Journey.Flat(1, 14, 50));
        foreach (var (key, value) in ((string, string)[])[("b", "2"), ("a", "9"), ("b", "1"), ("a", "10")])
        {
            await Host.Tag("pictures", "picture_id", journey[0].Id, key, value, Bob);
            await Host.Tag("sequences", "sequence_id", journey.Id, key, value, Bob);
        }

        var annotation = await Host.Annotate(journey[0], "b", "1", Bob);
        await Host.Tag("annotations", "annotation_id", annotation, "a", "1", Bob);

        var properties = (await Nobody.Get("search?filter=" + Uri.EscapeDataString("\"semantics.b\"='1'")))["features"]![0]!["properties"]!;

        const string sorted = """[{"key":"a","value":"10"},{"key":"a","value":"9"},{"key":"b","value":"1"},{"key":"b","value":"2"}]""";
        IsJson(properties["semantics"], sorted);
        IsJson(properties["collection"]!["semantics"], sorted);
        IsJson(properties["annotations"]![0]!["semantics"], """[{"key":"a","value":"1"},{"key":"b","value":"1"}]""");
        await Host.Delete(journey);
    }

    [Test]
    public async Task Tags_of_hidden_sequences_find_nothing_for_strangers()
    {
        var secret = await Host.Add(Camille, Journey.Flat(1, 13, 50) with { Visibility = "owner-only" });
        await Host.Tag("sequences", "sequence_id", secret.Id, "secret", "1", Camille);
        var query = "search?filter=" + Uri.EscapeDataString("\"semantics.secret\"='1'");

        Assert.That(Ids(await Nobody.Get(query)), Is.Empty);
        Assert.That(Ids(await C.Get(query)), Is.EqualTo((Guid[])[secret[0].Id]));
    }

    private string Names(Guid[] ids) => string.Concat(ids.Select(id =>
        Array.FindIndex(tagged.Shots, shot => shot.Id == id) is >= 0 and var at ? (char)('a' + at)
        : Array.Exists(wholly.Shots, shot => shot.Id == id) ? 'w' : Array.Exists(bare.Shots, shot => shot.Id == id) ? 'x' : '?').Order());
}
