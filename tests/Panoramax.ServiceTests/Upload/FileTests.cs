using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Files of upload sets (B.2 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FileTests : UploadFixture
{
    private static byte[] WithoutTags(int seed) => new TestJpeg(seed: seed).ToBytes();

    private static byte[] WithoutPosition(int seed) => new TestJpeg(seed: seed).WithCaptureTime(new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero)).ToBytes();

    [Test]
    public async Task An_accepted_file_is_stored_and_owed_its_preparation()
    {
        var set = await B.CreateSet("one file");
        var picture = Host.NewPicture();
        var answer = await B.SendFile(set, "Bild 1.JPG", picture);

        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        var id = answer["picture_id"]!.GetValue<Guid>();
        Assert.That(answer["file_name"]!.GetValue<string>(), Is.EqualTo("Bild 1.JPG"));
        Assert.That(answer["file_type"]!.GetValue<string>(), Is.EqualTo("picture"));
        Assert.That(answer["size"]!.GetValue<long>(), Is.EqualTo(picture.Length));
        Assert.That(answer["content_md5"]!.GetValue<string>(), Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(picture))));
        Assert.That(answer["links"]![0]!["rel"]!.GetValue<string>(), Is.EqualTo("parent"));
        Assert.That(answer.Json!.AsObject().ContainsKey("rejected"), Is.False);
        Assert.That(answer.Message.Headers.Location, Is.Null);

        await using var stored = await Host.Stores.Incoming.Get(PictureKeys.Picture(id), null, default);
        using var copy = new MemoryStream();
        await stored!.Content.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(picture));
        Assert.That(await Host.Jobs(id), Is.EqualTo(new[] { "prepare" }));
        Assert.That(await Host.Count($"pictures_exif WHERE picture_id = '{id}'"), Is.EqualTo(1));

        var shown = await Nobody.Set(set);
        Assert.That(shown["nb_items"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(shown["completed"]!.GetValue<bool>(), Is.False);
        Assert.That(shown["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":0,"preparing":0,"broken":0,"not_processed":1,"rejected":0}"""));
        Assert.That(Host.LeftoverFiles(), Is.Zero);
    }

    [Test]
    public async Task The_same_bytes_again_are_refused_with_409_and_not_counted()
    {
        var set = await B.CreateSet("same bytes", estimatedFiles: 2);
        var picture = Host.NewPicture();
        var first = await B.SendFile(set, "1.jpg", picture);
        var second = await B.SendFile(set, "1.jpg", picture);
        var renamed = await B.SendFile(set, "2.jpg", picture);

        foreach (var refused in new[] { second, renamed })
        {
            Assert.That(refused.Code, Is.EqualTo(409));
            Assert.That(refused["existing_item"]!["id"]!.GetValue<Guid>(), Is.EqualTo(first["picture_id"]!.GetValue<Guid>()));
        }

        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task The_same_bytes_in_another_set_are_a_file_duplicate_that_counts()
    {
        var (one, other) = (await B.CreateSet("one"), await B.CreateSet("other", estimatedFiles: 2));
        var picture = Host.NewPicture();
        var first = await B.SendFile(one, "1.jpg", picture);
        await Host.SendPicture(B, other);
        var copy = await B.SendFile(other, "copy.jpg", picture);

        Assert.That(copy.Code, Is.EqualTo(409));
        Assert.That(copy["upload_sets"]!.ToJsonString(), Is.EqualTo(
            $$"""[{"existing_item_id":"{{first["picture_id"]}}","upload_set_id":"{{one}}"}]"""));
        var files = (await B.Get($"upload_sets/{other}/files"))["files"]!.AsArray();
        Assert.That(files, Has.Count.EqualTo(2));
        Assert.That(files[1]!["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("file_duplicate"));
        Assert.That(files[1]!["rejected"]!["severity"]!.GetValue<string>(), Is.EqualTo("error"));
        Assert.That(files[1]!["picture_id"], Is.Null);
        var set = await B.Set(other);
        Assert.That(set["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(set["items_status"]!["rejected"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(await Host.Jobs(other), Is.EqualTo(new[] { "dispatch" }));
    }

    [Test]
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

    [Test]
    public async Task Missing_metadata_are_named_in_the_language_of_the_sender()
    {
        var set = await B.CreateSet("no tags");
        var nothing = await B.SendFile(set, "x1.jpg", WithoutTags(1));
        Assert.That(nothing.Code, Is.EqualTo(400));
        Assert.That(nothing["details"]!["missing_fields"]!.ToJsonString(), Is.EqualTo("""["datetime","location"]"""));
        Assert.That(nothing["details"]!["error"]!.GetValue<string>(), Does.StartWith("The picture has several problems"));

        using var french = new Uploader(Host.Process.Address, Bob.Bearer);
        french.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr-CA, en;q=0.5");
        var place = await french.SendFile(set, "x2.jpg", WithoutPosition(2));
        Assert.That(place["details"]!["missing_fields"]!.ToJsonString(), Is.EqualTo("""["location"]"""));
        Assert.That(place["details"]!["error"]!.GetValue<string>(), Does.StartWith("L'image n'a pas de position"));
        Assert.That(place["message"]!.GetValue<string>(), Does.StartWith("Les métadonnées"));

        var files = (await Nobody.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        var rejected = files[1]!["rejected"]!;
        Assert.That(rejected["reason"]!.GetValue<string>(), Is.EqualTo("invalid_metadata"));
        Assert.That(rejected["severity"]!.GetValue<string>(), Is.EqualTo("error"));
        Assert.That(rejected["message"]!.GetValue<string>(), Is.EqualTo(place["details"]!["error"]!.GetValue<string>()));
        Assert.That(rejected["details"]!.ToJsonString(), Is.EqualTo("""{"missing_fields":["location"]}"""));
    }

    [Test]
    public async Task Refused_files_count_towards_completion()
    {
        var set = await B.CreateSet("six", estimatedFiles: 6);
        var answers = new List<int>
        {
            (await B.SendFile(set, "x2.jpg", WithoutPosition(12))).Code,
            (await B.SendFile(set, "x1.jpg", WithoutTags(11))).Code,
            (await B.SendFile(set, "e2.jpg", Host.NewPicture())).Code,
            (await B.SendFile(set, "notes.txt", "text"u8.ToArray())).Code,
            (await B.SendFile(set, "text.jpg", "text too"u8.ToArray())).Code,
        };
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        answers.Add((await B.SendFile(set, "e3.jpg", Host.NewPicture())).Code);

        Assert.That(answers, Is.EqualTo(new[] { 400, 400, 202, 400, 400, 202 }));
        var shown = await B.Set(set);
        Assert.That(shown["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(shown["nb_items"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(shown["items_status"]!["rejected"]!.GetValue<int>(), Is.EqualTo(4));
        var files = (await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        Assert.That(files.Select(file => file!["rejected"]?["reason"]?.GetValue<string>()),
            Is.EqualTo(new[] { "invalid_metadata", "invalid_metadata", null, "invalid_file", "invalid_file", null }));
        Assert.That(files[3]!.AsObject().ContainsKey("size"), Is.False);
        Assert.That(files[3]!.AsObject().ContainsKey("content_md5"), Is.False);
        Assert.That(files[4]!["size"]!.GetValue<int>(), Is.EqualTo(8));
        Assert.That(await Host.Jobs(set), Is.EqualTo(new[] { "dispatch" }));
    }

    [Test]
    public async Task A_request_without_the_part_or_without_login_leaves_no_trace()
    {
        var set = await B.CreateSet("nothing", estimatedFiles: 1);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Host.NewPicture()), "picture", "1.jpg" } };
        using var wrongPart = await B.Http.PostAsync($"/api/upload_sets/{set}/files", form);
        Assert.That((int)wrongPart.StatusCode, Is.EqualTo(400));
        Assert.That((await Nobody.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(401));
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Is.Empty);
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task A_refused_file_may_be_sent_again_under_its_name()
    {
        var set = await B.CreateSet("again", estimatedFiles: 1);
        var bare = WithoutTags(21);
        Assert.That((await B.SendFile(set, "x1.jpg", bare)).Code, Is.EqualTo(400));
        var closed = await B.Set(set);
        Assert.That(closed["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(closed["nb_items"]!.GetValue<int>(), Is.Zero);
        var before = (await B.Get($"upload_sets/{set}/files"))["files"]![0]!;

        var accepted = await B.SendFile(set, "x1.jpg", bare, ("override_capture_time", "2026-07-04 12:34:56 +0000"), ("override_latitude", "1"), ("override_longitude", "-2"));
        Assert.That(accepted.Code, Is.EqualTo(202), accepted.Text);
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        var after = (await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        Assert.That(after, Has.Count.EqualTo(1));
        Assert.That(after[0]!["inserted_at"]!.GetValue<string>(), Is.EqualTo(before["inserted_at"]!.GetValue<string>()));
        Assert.That(after[0]!.AsObject().ContainsKey("rejected"), Is.False);
        Assert.That((await B.Complete(set))["completed"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task Two_pictures_cannot_have_one_name()
    {
        var set = await B.CreateSet("names", estimatedFiles: 2);
        var (picture, other) = (Host.NewPicture(), Host.NewPicture());
        var first = await B.SendFile(set, "a/b/1.jpg", picture);
        Assert.That(first["file_name"]!.GetValue<string>(), Is.EqualTo("1.jpg"));
        foreach (var content in new[] { other, WithoutTags(31), "no picture"u8.ToArray() })
        {
            var second = await B.SendFile(set, @"c:\d\1.jpg", content);
            Assert.That(second.Code, Is.EqualTo(409), second.Text);
            Assert.That(second["existing_item"]!["id"]!.GetValue<Guid>(), Is.EqualTo(first["picture_id"]!.GetValue<Guid>()));
        }

        Assert.That((await B.SendFile(set, "1.jpg", picture))["message"]!.GetValue<string>(), Does.Contain("already in this upload set"));
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        Assert.That((await B.SendFile(set, "1.JPG", other)).Code, Is.EqualTo(202));
    }

    [Test]
    public async Task Only_the_owner_sees_which_picture_a_file_became()
    {
        var set = await B.CreateSet("who sees");
        var id = await Host.SendPicture(B, set);
        foreach (var stranger in new[] { Nobody, C, A })
        {
            var file = (await stranger.Get($"upload_sets/{set}/files"))["files"]![0]!;
            Assert.That(file.AsObject().ContainsKey("picture_id"), Is.False);
            Assert.That(file["file_name"], Is.Not.Null);
        }

        var list = await B.Get($"upload_sets/{set}/files");
        Assert.That(list["files"]![0]!["picture_id"]!.GetValue<Guid>(), Is.EqualTo(id));
        Assert.That(list["links"]![0]!["href"]!.GetValue<string>(), Does.EndWith($"/api/upload_sets/{set}"));
    }

    [Test]
    public async Task Only_the_owner_adds_files_not_even_administrators_do()
    {
        var set = await B.CreateSet("mine");
        Assert.That((await C.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(403));
        Assert.That((await A.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(403));
        Assert.That((await B.SendFile(Guid.NewGuid(), "1.jpg", Host.NewPicture())).Code, Is.EqualTo(404));
        using var text = new StringContent("file", Encoding.UTF8, "text/plain");
        using var notMultipart = await B.Http.PostAsync($"/api/upload_sets/{set}/files", text);
        Assert.That((int)notMultipart.StatusCode, Is.EqualTo(415));
    }

    [Test]
    public async Task The_other_name_of_the_route_works_as_well()
    {
        var set = await B.CreateSet("items");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Host.NewPicture()), "file", "1.jpg" } };
        using var answer = await B.Http.PostAsync($"/api/upload_sets/{set}/items/", form);
        Assert.That((int)answer.StatusCode, Is.EqualTo(202));
    }

    [Test]
    [Property("Fault", "file added after completion")]
    public async Task A_set_is_complete_at_its_last_expected_file_and_open_again_by_one_more()
    {
        var set = await B.CreateSet("two", estimatedFiles: 2);
        await Host.SendPicture(B, set);
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        await Host.SendPicture(B, set);
        var closed = await B.Set(set);
        Assert.That(closed["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(closed["dispatched"]!.GetValue<bool>(), Is.False);
        Assert.That(closed["items_status"]!["not_processed"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(closed["associated_collections"]!.AsArray(), Is.Empty);
        Assert.That(await Host.Jobs(set), Is.EqualTo(new[] { "dispatch" }));

        await Host.Dispatch(set);
        await Host.SendPicture(B, set);
        var open = await B.Set(set);
        Assert.That(open["completed"]!.GetValue<bool>(), Is.False);
        Assert.That(open["dispatched"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task Preparation_shows_in_the_set_and_decides_when_it_is_ready()
    {
        var set = await B.CreateSet("states");
        var pictures = new List<Guid>();
        for (var i = 0; i < 4; i++) pictures.Add(await Host.SendPicture(B, set));
        var sequence = await Host.Dispatch(set);
        await Host.Prepare(pictures[0]);
        await Host.Prepare(pictures[1]);
        await Host.Database.Execute($"""
            UPDATE pictures SET preparing_status = 'broken' WHERE id = '{pictures[2]}';
            INSERT INTO job_history (kind, subject_id, started_at, attempt, worker) VALUES ('prepare', '{pictures[1]}', now(), 1, 'test'), ('prepare', '{pictures[3]}', now(), 1, 'test')
            """);

        var working = await B.Set(set);
        Assert.That(working["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":2,"preparing":2,"broken":1,"not_processed":1,"rejected":0}"""));
        var collection = working["associated_collections"]![0]!;
        Assert.That(collection["id"]!.GetValue<Guid>(), Is.EqualTo(sequence));
        Assert.That(collection["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":2,"preparing":2,"broken":1,"not_processed":1}"""));
        Assert.That(collection["nb_items"]!.GetValue<int>(), Is.EqualTo(4));
        Assert.That(collection["title"]!.GetValue<string>(), Is.EqualTo("states"));
        Assert.That(collection["ready"]!.GetValue<bool>(), Is.False);
        Assert.That(working["ready"]!.GetValue<bool>(), Is.False);

        await Host.Prepare(pictures[3]);
        Assert.That((await B.Set(set))["ready"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task Capture_duplicates_are_listed_as_what_they_are()
    {
        var set = await B.CreateSet("halt");
        await Host.SendPicture(B, set, "1.jpg");
        await Host.Database.Execute($$"""
            UPDATE files SET rejection_status = 'capture_duplicate', picture_id = NULL,
                rejection_details = '{"duplicate_of": "9f1b6c0e-6f59-4d2b-9c44-1fd2ce0a7a10", "distance": 0.42, "angle": null}' WHERE upload_set_id = '{{set}}'
            """);
        using var german = new Uploader(Host.Process.Address, Bob.Bearer);
        german.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        var rejected = (await german.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"]!;
        Assert.That(rejected["severity"]!.GetValue<string>(), Is.EqualTo("info"));
        Assert.That(rejected["message"]!.GetValue<string>(), Is.EqualTo("Das Bild liegt zu nah an einem anderen"));
        Assert.That(rejected["details"]!["distance"]!.GetValue<double>(), Is.EqualTo(0.42));
    }

    [TestCase("odd/no_gps.jpg", 400, "location")]
    [TestCase("odd/no_exif.jpg", 400, "datetime,location")]
    [TestCase("hostile/latitude_213.jpg", 400, "")]
    [TestCase("hostile/xpcomment_nul.jpg", 202, null)]
    [TestCase("odd/focal_zero.jpg", 202, null)]
    [TestCase("odd/south_west.jpg", 202, null)]
    public async Task Pictures_that_people_reported_get_the_right_answer(string name, int status, string? missing)
    {
        var file = SharedPictures.Folder is { } folder ? Path.Combine(folder, name) : null;
        // Without the shared set the same faults are made here.
        var picture = file is not null ? await File.ReadAllBytesAsync(file) : Made(name);
        var set = await B.CreateSet(name);
        var answer = await B.SendFile(set, Path.GetFileName(name), picture);

        Assert.That(answer.Code, Is.EqualTo(status), answer.Text);
        var rejected = (await B.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"];
        Assert.That(rejected?["reason"]?.GetValue<string>(), Is.EqualTo(status == 400 ? "invalid_metadata" : null));
        if (missing is not null)
            Assert.That(string.Join(',', answer["details"]!["missing_fields"]!.AsArray().Select(field => field!.GetValue<string>())), Is.EqualTo(missing));
    }

    private static byte[] Made(string name)
    {
        var picture = new TestJpeg(seed: name.Length);
        if (!name.Contains("no_", StringComparison.Ordinal)) picture.WithPosition(name.Contains("south", StringComparison.Ordinal) ? -12 : 12, -77);
        if (!name.Contains("exif", StringComparison.Ordinal)) picture.WithCaptureTime(new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero));
        if (name.Contains("213", StringComparison.Ordinal)) picture.With("Exif.GPSInfo.GPSLatitude", "213/1 0/1 0/1");
        if (name.Contains("nul", StringComparison.Ordinal)) picture.With("Exif.Image.XPComment", "65 0 0 0 66 0 0 0");
        if (name.Contains("focal", StringComparison.Ordinal)) picture.With("Exif.Photo.FocalLength", "0/1");
        return picture.ToBytes();
    }
}
