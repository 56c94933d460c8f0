using System.Security.Cryptography;
using Panoramax.Storage;

namespace Panoramax.ServiceTests.Upload;

/// <summary>What may come with a file: values to be written into it, tags, whether it is blurred (B.2 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FileFieldTests : UploadFixture
{
    [Test]
    [Property("Contract", "write.md B.11")]
    [Property("Contract", "write.md B.12")]
    public async Task Overrides_are_written_into_the_file_and_read_from_there()
    {
        var set = await B.CreateSet("overrides", estimatedFiles: 1);
        var answer = await B.SendFile(set, "1.jpg", Host.NewPicture(),
            ("override_capture_time", "2023-07-03T10:12:01.001Z"), ("override_latitude", "42.42"), ("override_longitude", "4.42"),
            ("override_Exif.Image.Artist", "R. D. Cameron"), ("override_Xmp.xmp.Rating", "5"));

        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        var id = answer["picture_id"]!.GetValue<Guid>();
        Assert.That(await Host.Database.Scalar<DateTime>($"SELECT ts FROM pictures WHERE id = '{id}'"), Is.EqualTo(new DateTime(2023, 7, 3, 10, 12, 1, 1, DateTimeKind.Utc)));
        Assert.That(await Host.Database.Scalar<string>($"SELECT ST_AsText(geom, 6) FROM pictures WHERE id = '{id}'"), Is.EqualTo("POINT(4.42 42.42)"));
        Assert.That(await Host.Database.Scalar<string>($"SELECT exif->>'Exif.Image.Artist' FROM pictures_exif WHERE picture_id = '{id}'"), Is.EqualTo("R. D. Cameron"));
        Assert.That(await Host.Database.Scalar<string>($"SELECT exif->>'Xmp.xmp.Rating' FROM pictures_exif WHERE picture_id = '{id}'"), Is.EqualTo("5"));

        await using var stored = await Host.Stores.Incoming.Get(PictureKeys.Picture(id), null, default);
        using var copy = new MemoryStream();
        await stored!.Content.CopyToAsync(copy);
        var read = Metadata.MetadataReader.Read(copy);
        Assert.That(read.Timestamp.UtcDateTime, Is.EqualTo(new DateTime(2023, 7, 3, 10, 12, 1, 1, DateTimeKind.Utc)));
        Assert.That((read.Longitude, read.Latitude), Is.EqualTo((4.42, 42.42)).Within(1e-6));

        await Host.Dispatch(set);
        var shown = await B.Set(set);
        Assert.That(shown["associated_collections"]![0]!["extent"]!["temporal"]!["interval"]!.ToJsonString(),
            Is.EqualTo("""[["2023-07-03T10:12:01.001000Z","2023-07-03T10:12:01.001000Z"]]"""));
    }

    [TestCase("override_latitude", "42")]
    [TestCase("override_longitude", "4")]
    [TestCase("override_capture_time", "tomorrow-ish")]
    [TestCase("isBlurred", "perhaps")]
    [TestCase("override_Exif.Image.NoSuchTag", "1")]
    [TestCase("override_Exif.Image.Orientation", "upright")]
    [TestCase("semantics", "{")]
    [TestCase("semantics", """[{"key": "a"}]""")]
    [TestCase("annotations", """[{"shape": [1, 2, 3]}]""")]
    [TestCase("annotations", """[{"shape": [0, 0, 10, 4000], "semantics": [{"key": "a", "value": "b"}]}]""")]
    [Property("Contract", "write.md B.12")]
    public async Task A_bad_field_is_refused_and_not_tracked(string field, string value)
    {
        var set = await B.CreateSet("bad field");
        var answer = await B.SendFile(set, "1.jpg", Host.NewPicture(), (field, value));
        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Is.Empty);
    }

    [TestCase("isBlurred", "Yes", true)]
    [TestCase("isBlurred", "0", false)]
    [TestCase("isBlurred", "", false)]
    public async Task Whether_a_picture_came_blurred_is_kept(string field, string value, bool expected)
    {
        var set = await B.CreateSet("blurred");
        var answer = await B.SendFile(set, "1.jpg", Host.NewPicture(), (field, value));
        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        Assert.That(await Host.Database.Scalar<bool>($"SELECT blurred_by_author FROM pictures WHERE id = '{answer["picture_id"]}'"), Is.EqualTo(expected));
        Assert.That(await Host.Stores.Incoming.Exists(PictureKeys.Picture(answer["picture_id"]!.GetValue<Guid>()), default), Is.True);
    }

    [Test]
    public async Task Tags_and_annotations_may_come_with_the_file()
    {
        var set = await B.CreateSet("tags");
        var answer = await B.SendFile(set, "1.jpg", Host.NewPicture(),
            ("semantics", """[{"key": "osm|traffic_sign", "value": "yes"}]"""),
            ("annotations", """[{"shape": [1, 1, 10, 10], "semantics": [{"key": "a", "value": "b"}]}]"""));

        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        var id = answer["picture_id"]!.GetValue<Guid>();
        Assert.That(await Host.Count($"pictures_semantics WHERE picture_id = '{id}' AND account_id = '{Bob.Id}' AND key = 'osm|traffic_sign'"), Is.EqualTo(1));
        Assert.That(await Host.Count($"annotations a JOIN annotations_semantics t ON t.annotation_id = a.id WHERE a.picture_id = '{id}' AND t.key = 'a'"), Is.EqualTo(1));
        Assert.That(await Host.Count($"pictures_semantics_history WHERE picture_id = '{id}' AND account_id = '{Bob.Id}'"), Is.EqualTo(2));
    }

    /// <summary>What a phone took is a document: nothing but tags may change.</summary>
    [Test]
    public async Task Overrides_leave_the_coded_pixels_as_they_came()
    {
        var set = await B.CreateSet("lossless");
        var picture = Host.NewPicture();
        var answer = await B.SendFile(set, "1.jpg", picture,
            ("override_capture_time", "2023-07-03T10:12:01.001Z"), ("override_latitude", "42.42"), ("override_longitude", "4.42"),
            ("override_Exif.Image.Artist", "R. D. Cameron"), ("override_Xmp.xmp.Rating", "5"));

        await using var stored = await Host.Stores.Incoming.Get(PictureKeys.Picture(answer["picture_id"]!.GetValue<Guid>()), null, default);
        using var copy = new MemoryStream();
        await stored!.Content.CopyToAsync(copy);
        Assert.That(Pixels(copy.ToArray()), Is.EqualTo(Pixels(picture)));
        Assert.That(answer["content_md5"]!.GetValue<string>(), Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(picture))), "of the bytes as sent");

        // From the first table on: tables, frame and scan.
        static byte[] Pixels(byte[] jpeg) => jpeg[jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xDB])..];
    }
}
