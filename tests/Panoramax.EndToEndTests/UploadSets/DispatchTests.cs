using System.Text.Json.Nodes;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>Completing a set again and again, with the contract's own walks, through the whole system (B.3 of the contract).</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class DispatchTests
{
    private static readonly WalkPicture[] streetAndRoad = [.. WalkPicture.Street, WalkPicture.Road[0], WalkPicture.Road[1], WalkPicture.Road[3], WalkPicture.Road[4]];

    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Join() => people = await SharedInstance.Get();

    [Test]
    [Property("Contract", "write.md B.21")]
    public async Task The_last_expected_file_makes_a_collection_of_the_set_s_title()
    {
        var set = await people.B.CreateSet("Rue du Port", estimatedFiles: 2);
        var ids = await people.Send(set, WalkPicture.Street[0]);
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        ids = ids.Concat(await people.Send(set, WalkPicture.Street[1])).ToDictionary();
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.True);

        var done = await people.Settled(set, ids.Values);
        var collection = (await people.Collections(done)).Single().Value;
        Assert.That((collection.Title, collection.Names), Is.EqualTo(("Rue du Port", "S1 S2")));
        Assert.That((done["ready"]!.GetValue<bool>(), collection.Json["ready"]!.GetValue<bool>()), Is.EqualTo((true, true)));
        Assert.That(done["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":2,"preparing":0,"broken":0,"not_processed":0,"rejected":0}"""));
        Assert.That(await people.Done([set, collection.Id, .. ids.Values]), Is.EqualTo(new Dictionary<string, long> { ["prepare"] = 2, ["dispatch"] = 1 }));
    }

    [Test]
    [Property("Contract", "write.md B.22")]
    public async Task A_picture_sent_after_the_dispatch_joins_the_same_collection_when_the_set_is_completed_again()
    {
        var set = await people.B.CreateSet("later");
        await people.Send(set, WalkPicture.Street.Take(2));
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        var first = (await people.Collections(await people.Complete(set))).Single().Value;
        Assert.That(first.Names, Is.EqualTo("S1 S2"));

        await people.Send(set, WalkPicture.Street[2]);
        var open = await people.B.Set(set);
        Assert.That((open["completed"]!.GetValue<bool>(), open["dispatched"]!.GetValue<bool>()), Is.EqualTo((false, true)));

        var again = (await people.Collections(await people.Complete(set))).Single().Value;
        Assert.That((again.Id, again.Names), Is.EqualTo((first.Id, "S1 S2 S3")));
        Assert.That(again.Json["extent"]!["temporal"]!["interval"]![0]![1]!.GetValue<string>(), Is.EqualTo("2021-07-29T09:16:58Z"));
    }

    [TestCase("filename-asc", "001 002 010 011 312")]
    [TestCase("filename-desc", "312 011 010 002 001")]
    [TestCase("time-asc", "010 001 002 312 011")]
    [TestCase("time-desc", "011 312 002 001 010")]
    [Property("Contract", "write.md B.24")]
    public async Task Pictures_come_in_the_order_that_the_set_asks_for(string method, string expected)
    {
        var set = await people.B.CreateSet("sorted", more: Body(("sort_method", method)));
        string[] names = ["010.jpg", "001.jpg", "002.jpg", "312.jpg", "011.jpg"];
        await people.Send(set, WalkPicture.Street.Zip(names, (picture, name) => picture with { Name = name }));
        Assert.That((await people.Collections(await people.Complete(set))).Single().Value.Names, Is.EqualTo(expected));
    }

    [Test]
    [Property("Contract", "write.md B.25")]
    public async Task A_split_set_keeps_its_collections_and_gets_one_more_for_what_belongs_to_neither()
    {
        var set = await people.B.CreateSet("Trip", more: Body(("split_time", 120)));
        var ids = await people.Send(set, streetAndRoad);
        var first = await people.Collections(await people.Complete(set));
        Assert.That(first.Values.Select(collection => (collection.Title, collection.Names)), Is.EqualTo(new[] { ("Trip-1", "S1 S2 S3 S4 S5"), ("Trip-2", "E1 E2 E4 E5") }));

        var second = await people.Collections(await people.Complete(set));
        Assert.That(second.Values.Select(collection => (collection.Id, collection.Title, collection.Names)),
            Is.EqualTo(first.Values.Select(collection => (collection.Id, collection.Title, collection.Names))));
        Assert.That((await people.Done(set))["dispatch"], Is.EqualTo(2));

        ids = ids.Concat(await people.Send(set, WalkPicture.FarApart.Reverse().Append(WalkPicture.Road[2]))).ToDictionary();
        var open = await people.Settled(set);
        Assert.That((Number(open, "nb_items"), open["completed"]!.GetValue<bool>(), open["associated_collections"]!.AsArray().Count), Is.EqualTo((12, false, 2)));
        Assert.That((await people.Done(set))["dispatch"], Is.EqualTo(2));

        var third = await people.Collections(await people.Complete(set));
        Assert.That(third.Values.Select(collection => collection.Names), Is.EquivalentTo(new[] { "B2 B1", "S1 S2 S3 S4 S5", "E1 E2 E3 E4 E5" }));
        Assert.That((third["S1"].Id, third["E1"].Id), Is.EqualTo((first["S1"].Id, first["E1"].Id)));
        Assert.That(await people.Done([set, .. ids.Values, .. third.Values.Select(collection => collection.Id)]),
            Is.EqualTo(new Dictionary<string, long> { ["prepare"] = 12, ["dispatch"] = 3 }));
        var far = await people.Instance.Visitor.Get($"collections/{third["B2"].Id}");
        Assert.That(far.Code, Is.EqualTo(200));
        Assert.That(await people.Instance.Database.Scalar<bool>($"SELECT geom IS NULL AND status = 'ready' FROM sequences WHERE id = '{third["B2"].Id}'"), Is.True);
        Assert.That((await people.Instance.Visitor.Items(third["B2"].Id)).Select(item => item["properties"]!["view:azimuth"]!.GetValue<int>()), Is.EqualTo(new[] { 298, 298 }));
    }

    [Test]
    [Property("Contract", "write.md B.26")]
    [Property("Contract", "known-faults 33")]
    public async Task Larger_limits_join_the_collections_when_the_set_is_completed_again_and_not_before()
    {
        var set = await people.B.CreateSet("Trip", more: Body(("split_time", 120)));
        await people.Send(set, streetAndRoad);
        var first = await people.Collections(await people.Complete(set));

        Assert.That((await people.B.Send(HttpMethod.Patch, $"upload_sets/{set}", Body(("split_time", 1e9), ("split_distance", 100_000_000)))).Code, Is.EqualTo(200));
        var unchanged = await people.Collections(await people.Settled(set));
        Assert.That(unchanged.Values.Select(collection => (collection.Id, collection.Names)), Is.EqualTo(first.Values.Select(collection => (collection.Id, collection.Names))));
        Assert.That((await people.Done(set))["dispatch"], Is.EqualTo(1));

        var joined = (await people.Collections(await people.Complete(set))).Single().Value;
        Assert.That((joined.Id, joined.Names), Is.EqualTo((first["S1"].Id, "S1 S2 S3 S4 S5 E1 E2 E4 E5")));
        Assert.That((await people.Nobody.Get($"collections/{first["E1"].Id}")).Code, Is.EqualTo(404));
        Assert.That(await people.Instance.Database.Scalar<string>($"SELECT status FROM sequences WHERE id = '{first["E1"].Id}'"), Is.EqualTo("deleted"));

        // Back again: the one that is in use keeps its id, no picture is lost and none of the listed is empty.
        await people.B.Send(HttpMethod.Patch, $"upload_sets/{set}", Body(("split_time", 120)));
        var apart = await people.Collections(await people.Complete(set));
        Assert.That(apart.Values.Select(collection => collection.Names), Is.EquivalentTo(new[] { "S1 S2 S3 S4 S5", "E1 E2 E4 E5" }));
        Assert.That(apart["S1"].Id, Is.EqualTo(first["S1"].Id));
    }

    [Test]
    [Property("Contract", "write.md B.27")]
    public async Task A_set_that_is_not_split_is_one_collection_until_it_is_to_be_split()
    {
        var set = await people.B.CreateSet("Trip", more: Body(("no_split", true)));
        await people.Send(set, streetAndRoad);
        var one = (await people.Collections(await people.Complete(set))).Single().Value;
        Assert.That((one.Title, one.Names), Is.EqualTo(("Trip", "S1 S2 S3 S4 S5 E1 E2 E4 E5")));

        var changed = await people.B.Send(HttpMethod.Patch, $"upload_sets/{set}", Body(("no_split", false), ("split_distance", 100), ("split_time", 60)));
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        var two = await people.Collections(await people.Complete(set));
        Assert.That(two.Values.Select(collection => collection.Names), Is.EquivalentTo(new[] { "S1 S2 S3 S4 S5", "E1 E2 E4 E5" }));
    }

    [Test]
    [Property("Contract", "write.md B.28")]
    public async Task Capture_duplicates_go_with_their_files_and_say_what_they_repeat()
    {
        var set = await people.B.CreateSet("halt");
        var ids = await people.Send(set, WalkPicture.Halt);
        var done = await people.Complete(set, ids.Values);

        Assert.That((await people.Collections(done)).Single().Value.Names, Is.EqualTo("S1 S3 S4"));
        Assert.That((Number(done, "nb_items"), Number(done, "items_status", "rejected")), Is.EqualTo((3, 2)));
        var files = (await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray().Where(file => file!["rejected"] is not null).Select(file => file!).ToList();
        Assert.That(files.Select(file => file["file_name"]!.GetValue<string>()), Is.EqualTo(new[] { "S2.jpg", "S5.jpg" }));
        foreach (var (file, kept, angle) in new[] { (files[0], "S1", 0), (files[1], "S4", 6) })
        {
            Assert.That(file.AsObject().ContainsKey("picture_id"), Is.False);
            var rejected = file["rejected"]!;
            Assert.That((rejected["reason"]!.GetValue<string>(), rejected["severity"]!.GetValue<string>()), Is.EqualTo(("capture_duplicate", "info")));
            Assert.That(rejected["message"]!.GetValue<string>(), Is.EqualTo("The picture is too close to another one"));
            var details = rejected["details"]!;
            Assert.That((details["duplicate_of"]!.GetValue<Guid>(), details["distance"]!.GetValue<double>(), Number(details, "angle")), Is.EqualTo((ids[kept], 0.11, angle)));
        }

        foreach (var name in (string[])["S2", "S5"])
        {
            Assert.That((await people.Nobody.Get($"search?ids={ids[name]}"))["features"]!.AsArray(), Is.Empty);
            foreach (var store in Enum.GetValues<StoreName>())
                Assert.That((await people.Instance.Store.Keys(store)).Where(key => PictureKeys.PictureOf(key) == ids[name]), Is.Empty, $"{name} in {store}");
        }

        var jobs = await people.Done([set, .. ids.Values]);
        Assert.That((jobs["dispatch"], jobs["delete"]), Is.EqualTo((1, 2)));
    }

    [Test]
    [Property("Contract", "write.md B.29")]
    public async Task Duplicates_that_a_set_keeps_go_when_it_no_longer_does()
    {
        var set = await people.B.CreateSet("keeps all", more: Body(("no_deduplication", true)));
        var ids = await people.Send(set, WalkPicture.Halt);
        Assert.That((await people.Collections(await people.Complete(set))).Single().Value.Names, Is.EqualTo("S1 S2 S3 S4 S5"));

        var changed = await people.B.Send(HttpMethod.Patch, $"upload_sets/{set}", Body(("no_deduplication", false), ("duplicate_distance", 1), ("duplicate_rotation", 30)));
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        Assert.That((await people.Collections(await people.Complete(set, ids.Values))).Single().Value.Names, Is.EqualTo("S1 S3 S4"));
    }

    [Test]
    [Property("Contract", "write.md B.31")]
    public async Task A_relative_heading_turns_all_pictures_of_a_set_or_of_one_collection()
    {
        var set = await people.B.CreateSet("turned", more: Body(("relative_heading", 90)));
        await people.Send(set, WalkPicture.Street.Concat(WalkPicture.Road).Concat(WalkPicture.FarApart));
        var collections = await people.Collections(await people.Complete(set));
        await HeadingsAre(collections, [114, 103, 96, 72, 72], [7, 2, 2, 0, 0], [28, 28]);

        await people.B.Send(HttpMethod.Patch, $"upload_sets/{set}", Body(("relative_heading", -90)));
        await people.Complete(set);
        await HeadingsAre(collections, [294, 283, 276, 252, 252], [187, 182, 182, 180, 180], [208, 208]);

        var own = await people.B.Send(HttpMethod.Patch, $"collections/{collections["S1"].Id}", Body(("relative_heading", 0)));
        Assert.That(own.Code, Is.EqualTo(200), own.Text);
        await people.Settled(set, collections["S1"].Id);
        await HeadingsAre(collections, [24, 13, 6, 342, 342], [187, 182, 182, 180, 180], [208, 208]);
    }

    private async Task HeadingsAre(Dictionary<string, (Guid Id, string Title, string Names, JsonNode Json)> collections, int[] street, int[] road, int[] far)
    {
        Assert.That(await people.Headings(collections["S1"].Id), Is.EqualTo(street));
        Assert.That(await people.Headings(collections["E1"].Id), Is.EqualTo(road));
        Assert.That(await people.Headings(collections["B2"].Id), Is.EqualTo(far));
    }
}
