using System.Text.Json.Nodes;
using Panoramax.Metadata;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>Files of a set through the whole system, up to the collection and the picture that is served (B.2 of the contract).</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class FileTests
{
    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Join() => people = await SharedInstance.Get();

    [Test]
    [Property("Contract", "write.md B.11")]
    [Property("Contract", "write.md B.12")]
    public async Task Overrides_are_in_the_item_and_in_the_file_that_is_served()
    {
        var set = await people.B.CreateSet("overrides", estimatedFiles: 1);
        var sent = await people.B.SendFile(set, "1.jpg", New(WalkPicture.Street[0]),
            ("override_capture_time", "2023-07-03T10:12:01.001Z"), ("override_latitude", "42.42"), ("override_longitude", "4.42"),
            ("override_Exif.Image.Artist", "R. D. Cameron"), ("override_Xmp.xmp.Rating", "5"));
        Assert.That(sent.Code, Is.EqualTo(202), sent.Text);
        var id = sent["picture_id"]!.GetValue<Guid>();
        var ready = await people.B.UntilReady(set);

        var collection = ready["associated_collections"]!.AsArray().Single()!;
        Assert.That(collection["extent"]!["temporal"]!["interval"]!.ToJsonString(), Is.EqualTo("""[["2023-07-03T10:12:01.001000Z","2023-07-03T10:12:01.001000Z"]]"""));
        var item = (await people.Instance.Visitor.Picture(id))!;
        Assert.That(item["geometry"]!["coordinates"]!.ToJsonString(), Is.EqualTo("[4.42,42.42]"));
        var properties = item["properties"]!;
        Assert.That(DateTimeOffset.Parse(properties["datetime"]!.GetValue<string>(), null), Is.EqualTo(new DateTimeOffset(2023, 7, 3, 10, 12, 1, 1, TimeSpan.Zero)));
        Assert.That(properties["exif"]!["Exif.Image.Artist"]!.GetValue<string>(), Is.EqualTo("R. D. Cameron"));
        Assert.That(properties["exif"]!["Xmp.xmp.Rating"]!.GetValue<string>(), Is.EqualTo("5"));

        var served = MetadataReader.Read(new MemoryStream(await people.Instance.Visitor.Bytes($"pictures/{id}/hd.jpg")));
        Assert.That((served.Longitude, served.Latitude), Is.EqualTo((4.42, 42.42)).Within(1e-9));
        Assert.That(served.Timestamp.UtcDateTime, Is.EqualTo(new DateTime(2023, 7, 3, 10, 12, 1, 1, DateTimeKind.Utc)));
        Assert.That((served.Exif["Exif.Image.Artist"], served.Exif["Xmp.xmp.Rating"]), Is.EqualTo(("R. D. Cameron", "5")));
    }

    [Test]
    [Property("Contract", "write.md B.14")]
    [Property("Contract", "known-faults 19")]
    public async Task A_set_with_refused_files_becomes_one_collection_of_the_others()
    {
        var set = await people.B.CreateSet("six files", estimatedFiles: 6);
        var codes = new List<int>();
        foreach (var (name, bytes) in new (string, byte[])[]
        {
            ("X2.jpg", new TestJpeg(seed: 901).WithCaptureTime(DateTimeOffset.UnixEpoch.AddYears(50)).With("Exif.GPSInfo.GPSLatitude", "0/0 0/0 0/0").ToBytes()),
            ("X1.jpg", new TestJpeg(seed: 902).ToBytes()),
            ("E2.jpg", New(WalkPicture.Road[1])), ("notes.txt", "a text"u8.ToArray()), ("text.jpg", "a text too"u8.ToArray()), ("E3.jpg", New(WalkPicture.Road[2])),
        })
        {
            codes.Add((await people.B.SendFile(set, name, bytes)).Code);
        }

        Assert.That(codes, Is.EqualTo(new[] { 400, 400, 202, 400, 400, 202 }));
        var ready = await people.B.UntilReady(set);
        Assert.That(ready["completed"]!.GetValue<bool>(), Is.True);
        Assert.That((Number(ready, "nb_items"), Number(ready, "items_status", "rejected")), Is.EqualTo((2, 4)));
        Assert.That((await people.Collections(ready)).Values.Select(collection => collection.Names), Is.EqualTo(new[] { "E2 E3" }));

        var files = (await people.Nobody.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        Assert.That(
            files.Select(file => (file!["file_name"]!.GetValue<string>(), file["rejected"]?["reason"]?.GetValue<string>(), file["rejected"]?["severity"]?.GetValue<string>())),
            Is.EqualTo(new[]
            {
                ("X2.jpg", "invalid_metadata", "error"), ("X1.jpg", "invalid_metadata", "error"), ("E2.jpg", null, null),
                ("notes.txt", "invalid_file", "error"), ("text.jpg", "invalid_file", "error"), ("E3.jpg", null, null),
            }));
        Assert.That(files.Where(file => file!["rejected"] is not null).Select(file => file!["rejected"]!["message"]!.GetValue<string>()), Has.All.Not.Empty);
        Assert.That(files.Select(file => file!["size"] is not null), Is.EqualTo(new[] { true, true, true, false, true, true }));
    }

    [Test]
    [Property("Contract", "write.md B.16")]
    public async Task A_refused_file_sent_again_with_what_it_lacked_opens_its_set_until_it_is_completed()
    {
        var set = await people.B.CreateSet("second try", estimatedFiles: 1);
        var bare = new TestJpeg(seed: 903).ToBytes();
        Assert.That((await people.B.SendFile(set, "X1.jpg", bare)).Code, Is.EqualTo(400));
        var closed = await people.Settled(set);
        Assert.That((closed["completed"]!.GetValue<bool>(), Number(closed, "nb_items"), closed["associated_collections"]!.AsArray().Count), Is.EqualTo((true, 0, 0)));

        var again = await people.B.SendFile(set, "X1.jpg", bare,
            ("override_capture_time", "2023-07-03T10:12:01Z"), ("override_latitude", "42.42"), ("override_longitude", "4.42"));
        Assert.That(again.Code, Is.EqualTo(202), again.Text);
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(1));

        var completed = await people.Complete(set);
        Assert.That((completed["completed"]!.GetValue<bool>(), completed["dispatched"]!.GetValue<bool>(), Number(completed, "nb_items")), Is.EqualTo((true, true, 1)));
        Assert.That((await people.Collections(completed)).Keys, Is.EqualTo(new[] { "X1" }));
    }

    [Test]
    [Property("Contract", "write.md B.17")]
    public async Task A_set_that_waits_for_a_file_of_a_taken_name_is_completed_by_hand()
    {
        var set = await people.B.CreateSet("one name", estimatedFiles: 2);
        var (first, second) = (New(WalkPicture.Street[0]), New(WalkPicture.Street[1]));
        var taken = await people.B.SendFile(set, "1.jpg", first);
        var refused = await people.B.SendFile(set, "1.jpg", second);
        Assert.That((refused.Code, refused["existing_item"]!["id"]!.GetValue<string>()), Is.EqualTo((409, taken["picture_id"]!.GetValue<string>())));
        var same = await people.B.SendFile(set, "1.jpg", first);
        Assert.That((same.Code, same["message"]!.GetValue<string>()), Is.EqualTo((409, "This picture is already in this upload set")));
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.False);

        var completed = await people.Complete(set);
        Assert.That((completed["dispatched"]!.GetValue<bool>(), Number(completed, "nb_items")), Is.EqualTo((true, 1)));
    }

    [Test]
    [Property("Contract", "write.md B.35")]
    public async Task Pictures_deleted_one_by_one_take_their_set_with_them_and_may_be_sent_again()
    {
        var set = await people.B.CreateSet("five");
        var bytes = WalkPicture.Street.Select(New).ToArray();
        var ids = new List<Guid>();
        foreach (var (picture, content) in WalkPicture.Street.Zip(bytes))
            ids.Add((await people.B.SendFile(set, picture.Name, content))["picture_id"]!.GetValue<Guid>());
        var collection = (await people.Complete(set))["associated_collections"]![0]!["id"]!.GetValue<Guid>();
        foreach (var id in ids[..4]) Assert.That((await people.B.Send(HttpMethod.Delete, $"collections/{collection}/items/{id}")).Code, Is.EqualTo(204));

        var left = await people.Settled(set, ids);
        Assert.That((left["completed"]!.GetValue<bool>(), Number(left, "nb_items")), Is.EqualTo((true, 1)));
        Assert.That(left["associated_collections"]![0]!["extent"]!["temporal"]!["interval"]!.ToJsonString(), Is.EqualTo("""[["2021-07-29T09:17:02Z","2021-07-29T09:17:02Z"]]"""));
        var shown = await people.Nobody.Get($"collections/{collection}");
        Assert.That(shown["extent"]!["temporal"]!["interval"]![0]!.AsArray().Select(time => DateTimeOffset.Parse(time!.GetValue<string>(), null)),
            Is.All.EqualTo(WalkPicture.Street[4].Time));
        Assert.That(Number(shown.Json!, "stats:items", "count"), Is.EqualTo(1));

        Assert.That((await people.B.SendFile(set, "S1.jpg", bytes[0])).Code, Is.EqualTo(202), "to the same set");
        var other = await people.B.CreateSet("another");
        Assert.That((await people.B.SendFile(other, "S2.jpg", bytes[1])).Code, Is.EqualTo(202), "to another set");

        await people.Complete(set);
        foreach (var item in await people.Instance.Visitor.Items(collection))
            Assert.That((await people.B.Send(HttpMethod.Delete, $"collections/{collection}/items/{item["id"]}")).Code, Is.EqualTo(204));
        Assert.That((await people.B.Set(set)).Code, Is.EqualTo(404));
        Assert.That((await people.B.Get($"collections/{collection}")).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task What_a_sender_blurred_himself_and_his_tags_are_in_the_item()
    {
        var set = await people.B.CreateSet("tagged", estimatedFiles: 1);
        var sent = await people.B.SendFile(set, "1.jpg", New(WalkPicture.Street[0]), ("isBlurred", "true"),
            ("semantics", """[{"key": "osm|highway", "value": "footway"}]"""),
            ("annotations", """[{"shape": [1, 1, 10, 10], "semantics": [{"key": "osm|traffic_sign", "value": "FR:B1"}]}]"""));
        await people.B.UntilReady(set);
        var properties = (await people.Instance.Visitor.Picture(sent["picture_id"]!.GetValue<Guid>()))!["properties"]!;
        Assert.That(properties["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"osm|highway","value":"footway"}]"""));
        var annotation = properties["annotations"]!.AsArray().Single()!;
        Assert.That(annotation["shape"]!["coordinates"]!.ToJsonString(), Is.EqualTo("[[[1,1],[10,1],[10,10],[1,10],[1,1]]]"));
        Assert.That(annotation["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"osm|traffic_sign","value":"FR:B1"}]"""));
        Assert.That(await people.Instance.Store.Stores.Incoming.Exists(PictureKeys.Picture(sent["picture_id"]!.GetValue<Guid>()), default), Is.False);
    }
}
