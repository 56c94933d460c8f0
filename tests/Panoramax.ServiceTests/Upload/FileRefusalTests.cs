using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Files that are refused, and what is told and kept of it (B.2 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FileRefusalTests : UploadFixture
{
    private static byte[] WithoutTags(int seed) => new TestJpeg(seed: seed).ToBytes();

    private static byte[] WithoutPosition(int seed) => new TestJpeg(seed: seed).WithCaptureTime(new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero)).ToBytes();

    [Test]
    [Property("Contract", "write.md B.13")]
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

    [TestCase("de", "Nur JPEG-Bilder", "Das Bild hat keine", "Dieses Bild wurde schon", "Das Bild liegt in einem Gebiet")]
    [TestCase("fr", "Seules les images JPEG", "L'image n'a pas de position", "Cette image a déjà", "L'image se trouve dans une zone")]
    [TestCase("en", "Only JPEG pictures", "The picture has no GPS position", "This picture was already", "The picture lies in an area")]
    [TestCase("es", "Solo se aceptan", "La imagen no tiene posición", "Esta imagen ya se envió", "La imagen está en una zona")]
    [TestCase("hu", "Csak JPEG-képek", "A képnek nincs", "Ezt a képet már", "A kép olyan területen")]
    public async Task Every_reason_is_told_and_kept_in_the_language_of_the_sender(string language, string noJpeg, string noPlace, string copy, string area)
    {
        var (set, elsewhere) = (await B.CreateSet(language), await B.CreateSet("elsewhere"));
        var known = Host.NewPicture();
        Assert.That((await B.SendFile(elsewhere, "1.jpg", known)).Code, Is.EqualTo(202));
        // A square in the ocean, another one for each language.
        var west = -150 - (2 * Array.IndexOf(["de", "fr", "en", "es", "hu"], language));
        var excluded = await A.Post("configuration/excluded_areas", JsonNode.Parse($$"""
            {"type":"Feature","properties":{"is_public":true},"geometry":{"type":"Polygon","coordinates":[[[{{west}},0],[{{west + 1}},0],[{{west + 1}},1],[{{west}},1],[{{west}},0]]] } }
            """));
        Assert.That(excluded.Code, Is.EqualTo(200), excluded.Text);
        var inside = TestJpeg.Make(64, 48, 0.25, west + 0.25, DateTimeOffset.UnixEpoch.AddYears(50), seed: 77_000 - west);

        using var sender = new Uploader(Host.Process.Address, Bob.Bearer);
        sender.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd($"xx, {language}-AT;q=0.8, en;q=0.1");
        await sender.SendFile(set, "1.txt", "text"u8.ToArray());
        await sender.SendFile(set, "2.jpg", WithoutPosition(78_000 - west));
        await sender.SendFile(set, "3.jpg", known);
        var last = await sender.SendFile(set, "4.jpg", inside);
        Assert.That(last["details"]!["error"]!.GetValue<string>(), Does.StartWith(area));

        var files = (await Nobody.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        Assert.That(files.Select(file => file!["rejected"]!["reason"]!.GetValue<string>()), Is.EqualTo(new[] { "invalid_file", "invalid_metadata", "file_duplicate", "invalid_metadata" }));
        foreach (var (file, text) in files.Zip([noJpeg, noPlace, copy, area]))
            Assert.That(file!["rejected"]!["message"]!.GetValue<string>(), Does.StartWith(text));
        Assert.That(files[3]!["rejected"]!["details"]!.ToJsonString(), Is.EqualTo("{}"));
    }

    [Test]
    [Property("Contract", "known-faults 2")]
    public async Task A_refusal_is_one_line_of_the_log_that_names_set_file_and_reason()
    {
        var set = await B.CreateSet("logged");
        await B.SendFile(set, "IMG_0815.jpg", WithoutTags(79_001));
        var expected = $"File IMG_0815.jpg of upload set {set} refused: invalid_metadata";
        for (var tries = 0; tries < 50 && !Host.Process.Log.Contains(expected, StringComparison.Ordinal); tries++) await Task.Delay(100);
        Assert.That(Host.Process.Log.Split('\n').Count(line => line.Contains(expected, StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.14")]
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
    [Property("Contract", "write.md B.15")]
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
    [Property("Contract", "write.md B.16")]
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
    [Property("Contract", "write.md B.28")]
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
    [Property("Contract", "known-faults 1")]
    [Property("Contract", "known-faults 2")]
    [Property("Contract", "known-faults 3")]
    [Property("Contract", "known-faults 35")]
    [Property("Contract", "known-faults 38")]
    [Property("Contract", "known-faults 45")]
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
