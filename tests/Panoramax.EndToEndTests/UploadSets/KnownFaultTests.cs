using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>What people reported of servers like this one, seen from outside: the input and the right value.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class KnownFaultTests
{
    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Join() => people = await SharedInstance.Get();

    [Test]
    [Property("Contract", "known-faults 1")]
    public async Task A_phone_that_strips_the_position_is_told_what_is_missing()
    {
        var set = await people.B.CreateSet("no position");
        var picture = SharedFile("odd/no_gps.jpg") ?? new TestJpeg(seed: 930).WithCaptureTime(WalkPicture.Street[0].Time).ToBytes();
        var refused = await people.B.SendFile(set, "no_gps.jpg", picture);
        Assert.That((refused.Code, refused["status_code"]!.GetValue<int>(), refused["details"]!["missing_fields"]!.ToJsonString()), Is.EqualTo((400, 400, """["location"]""")));
        Assert.That((refused["message"]!.GetValue<string>(), refused["details"]!["error"]!.GetValue<string>()), Is.Not.EqualTo(("", "")));
        var file = (await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray().Single()!;
        Assert.That(file["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("invalid_metadata"));
    }

    [Test]
    [Property("Contract", "known-faults 3")]
    public async Task A_western_picture_is_in_the_west_wherever_it_is_shown()
    {
        var set = await people.B.CreateSet("south-west", estimatedFiles: 1);
        var id = await Send(people.B, set, new WalkPicture("1.jpg", -12.0464, -77.0428, WalkPicture.Street[0].Time, 10, Is360: false));
        await people.B.UntilReady(set);
        var item = (await people.Instance.Visitor.Picture(id))!;
        Assert.That(item["geometry"]!["coordinates"]!.ToJsonString(), Is.EqualTo("[-77.0428,-12.0464]"));
        Assert.That(item["bbox"]!.AsArray().Select(value => value!.GetValue<double>()), Is.EqualTo(new[] { -77.0428, -12.0464, -77.0428, -12.0464 }));
        var west = await people.Nobody.Get("search?bbox=-77.1,-12.1,-77,-12");
        Assert.That(west["features"]!.AsArray().Select(feature => feature!["id"]!.GetValue<Guid>()), Does.Contain(id));
        var east = await people.Nobody.Get("search?bbox=77,-12.1,77.1,-12");
        Assert.That(east["features"]!.AsArray(), Is.Empty);
        var tile = await people.Instance.Visitor.Bytes("map/15/9371/17488.mvt");
        Assert.That(tile, Has.Length.GreaterThan(0));
        Assert.That(System.Text.Encoding.Latin1.GetString(tile), Does.Contain(id.ToString()));
    }

    [Test]
    [Property("Contract", "known-faults 4")]
    public async Task A_heading_of_zero_gives_way_to_the_direction_of_travel_but_a_lone_picture_keeps_it()
    {
        var set = await people.B.CreateSet("no compass");
        var start = WalkPicture.Road[0] with { Heading = 0 };
        await people.Send(set, Enumerable.Range(0, 3).Select(index => start with { Name = $"{index}.jpg", Longitude = start.Longitude + (index * 1e-4), Time = start.Time.AddSeconds(index) }));
        var walk = (await people.Collections(await people.Complete(set))).Single().Value;
        Assert.That(await people.Headings(walk.Id), Is.EqualTo(new[] { 90, 90, 90 }));

        var alone = await people.B.CreateSet("alone");
        await people.Send(alone, start);
        Assert.That(await people.Headings((await people.Collections(await people.Complete(alone))).Single().Value.Id), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    [Property("Contract", "known-faults 45")]
    public async Task One_bad_coordinate_is_refused_and_the_extent_of_the_instance_stays_in_the_world()
    {
        var set = await people.B.CreateSet("bad coordinate");
        var picture = SharedFile("hostile/latitude_213.jpg")
            ?? new TestJpeg(seed: 931).WithPosition(12, 5).WithCaptureTime(WalkPicture.Street[0].Time).With("Exif.GPSInfo.GPSLatitude", "213/1 0/1 0/1").ToBytes();
        Assert.That((await people.B.SendFile(set, "213.jpg", picture)).Code, Is.EqualTo(400));
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("invalid_metadata"));
        var box = (await people.Nobody.Get("/api"))["extent"]!["spatial"]!["bbox"]![0]!.AsArray().Select(value => value!.GetValue<double>()).ToArray();
        Assert.That(box, Has.Length.EqualTo(4));
        Assert.That((box[0], box[2]), Is.EqualTo((0.0, 0.0)).Within(180));
        Assert.That((box[1], box[3]), Is.EqualTo((0.0, 0.0)).Within(90));
    }

    [Test]
    [Property("Contract", "known-faults 59")]
    public async Task Local_and_gps_time_are_one_moment_in_the_zone_of_the_place()
    {
        var set = await people.B.CreateSet("Tbilisi", estimatedFiles: 1);
        var sent = await people.B.SendFile(set, "1.jpg", new TestJpeg(320, 240, seed: 932).WithPosition(41.7151, 44.8271).With("Exif.Photo.DateTimeOriginal", "2015:06:13 12:34:28")
            .With("Exif.GPSInfo.GPSDateStamp", "2015:06:13").With("Exif.GPSInfo.GPSTimeStamp", "8/1 34/1 28/1").ToBytes());
        await people.B.UntilReady(set);
        var properties = (await people.Instance.Visitor.Picture(sent["picture_id"]!.GetValue<Guid>()))!["properties"]!;
        Assert.That(properties["datetime"]!.GetValue<string>(), Does.StartWith("2015-06-13T08:34:28"));
        Assert.That(properties["datetimetz"]!.GetValue<string>(), Does.StartWith("2015-06-13T12:34:28").And.EndsWith("+04:00"));
    }

    [TestCase(null, 10)]
    [TestCase(250, 1)]
    [Property("Contract", "known-faults 64")]
    public async Task A_hike_stays_together_when_its_set_asks_for_it(int? splitDistance, int collections)
    {
        var set = await people.B.CreateSet("hike", more: splitDistance is null ? null : Body(("split_distance", splitDistance)));
        var start = WalkPicture.FarApart[0];
        await people.Send(set, Enumerable.Range(0, 10).Select(index => start with
        {
            Name = $"{index}.jpg", Latitude = start.Latitude + (index * 150 / 111_194.9), Time = start.Time.AddMinutes(4 * index),
        }));
        Assert.That((await people.Complete(set))["associated_collections"]!.AsArray(), Has.Count.EqualTo(collections));
    }

    [Test]
    [Property("Contract", "known-faults 66")]
    public async Task A_picture_from_an_excluded_area_is_refused_by_the_rule_of_its_area()
    {
        var area = JsonNode.Parse("""{"type":"Feature","properties":{"is_public":true},"geometry":{"type":"Polygon","coordinates":[[[-160,10],[-159,10],[-159,11],[-160,11],[-160,10]]]}}""");
        Assert.That((await people.A.Post("configuration/excluded_areas", area)).Code, Is.EqualTo(200));
        var set = await people.B.CreateSet("excluded");
        var refused = await people.B.SendFile(set, "1.jpg", New(WalkPicture.FarApart[0] with { Latitude = 10.5, Longitude = -159.5 }));
        Assert.That((refused.Code, refused["details"]!["error"]!.GetValue<string>()), Is.EqualTo((400, "The picture lies in an area that this instance takes no pictures of")));
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("invalid_metadata"));
        Assert.That((await people.Nobody.Get("configuration"))["geo_coverage"], Is.Not.Null);
    }

    [Test]
    [Property("Contract", "known-faults 65")]
    public async Task A_file_of_25_megabytes_is_taken_through_the_gateway()
    {
        var set = await people.B.CreateSet("large", estimatedFiles: 1);
        var picture = New(WalkPicture.FarApart[0]);
        Array.Resize(ref picture, 25_000_000);
        var sent = await people.B.SendFile(set, "large.jpg", picture);
        Assert.That((sent.Code, sent["size"]?.GetValue<int>()), Is.EqualTo((202, 25_000_000)), sent.Text);
        Assert.That(Number(await people.B.UntilReady(set), "items_status", "prepared"), Is.EqualTo(1));
    }

    private static byte[]? SharedFile(string name) => SharedPictures.Folder is { } folder ? File.ReadAllBytes(Path.Combine(folder, name)) : null;
}
