using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>The older way in: a collection first, then pictures with their positions; and asking for pictures to be prepared again.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class LegacyUploadTests : UploadFixture
{
    private async Task<Guid> Collection(Uploader who, string title = "by hand")
    {
        var answer = await who.Post("collections", Json(("title", title)));
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        return answer["id"]!.GetValue<Guid>();
    }

    private static async Task<Answer> Send(Uploader who, Guid collection, byte[] picture, string name, params (string Field, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "picture", name } };
        foreach (var (field, value) in fields) form.Add(new StringContent(value), field);
        using var answer = await who.Http.PostAsync($"/api/collections/{collection}/items", form);
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer(answer.StatusCode, JsonNode.Parse(text), text, answer);
    }

    [TestCase("application/json", """{"title": "walk"}""", "walk")]
    [TestCase("text/plain;charset=UTF-8", """{"title": "walk"}""", "walk")]
    [TestCase("application/x-www-form-urlencoded", "title=walk+home", "walk home")]
    [TestCase("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nwalk\r\n--b--\r\n", "walk")]
    [TestCase("text/plain", "anything", "Sequence")]
    [TestCase(null, "", "Sequence")]
    public async Task A_collection_takes_its_title_from_any_kind_of_body(string? type, string body, string expected)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/collections/") { Content = content };
        request.Headers.UserAgent.ParseAdd("GeovisioCLI/0.3");
        using var answer = await B.Http.SendAsync(request);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), json.ToJsonString());
        Assert.That(json["title"]!.GetValue<string>(), Is.EqualTo(expected));
        Assert.That(json["type"]!.GetValue<string>(), Is.EqualTo("Collection"));
        Assert.That(json["geovisio:upload-software"]!.GetValue<string>(), Is.EqualTo("cli"));
        Assert.That(json["geovisio:status"]!.GetValue<string>(), Is.EqualTo("waiting-for-process"));
        Assert.That(answer.Headers.Location!.ToString(), Does.EndWith($"/api/collections/{json["id"]}"));
    }

    [Test]
    public async Task A_picture_is_taken_at_its_position()
    {
        var id = await Collection(B);
        var answer = await Send(B, id, Host.NewPicture(), "one.jpg", ("position", "3"), ("isBlurred", "true"));
        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        Assert.That(answer.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        var picture = answer["id"]!.GetValue<Guid>();
        Assert.That(answer["collection"]!.GetValue<Guid>(), Is.EqualTo(id));
        Assert.That(answer["properties"]!["geovisio:rank_in_collection"]!.GetValue<int>(), Is.EqualTo(3));
        Assert.That(answer["properties"]!["original_file:name"]!.GetValue<string>(), Is.EqualTo("one.jpg"));
        Assert.That(answer.Message.Headers.Location!.ToString(), Does.EndWith($"/api/collections/{id}/items/{picture}"));
        Assert.That(await Host.Jobs(picture), Is.EqualTo(new[] { "prepare" }));
        Assert.That(await Host.Count($"pictures WHERE id = '{picture}' AND blurred_by_author AND upload_set_id IS NULL"), Is.EqualTo(1));
        Assert.That(await Host.Database.Scalar<int>($"SELECT nb_pictures FROM sequences WHERE id = '{id}'"), Is.EqualTo(1));

        var taken = await Send(B, id, Host.NewPicture(), "two.jpg", ("position", "3"));
        Assert.That(taken.Code, Is.EqualTo(409));
        // Neither bytes nor name are compared here.
        var copy = Host.NewPicture();
        Assert.That((await Send(B, id, copy, "one.jpg", ("position", "1"))).Code, Is.EqualTo(202));
        Assert.That((await Send(B, id, copy, "one.jpg", ("position", "2"))).Code, Is.EqualTo(202));
    }

    [Test]
    public async Task Two_pictures_for_one_position_at_the_same_moment_make_one()
    {
        var id = await Collection(B);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Send(B, id, Host.NewPicture(), "1.jpg", ("position", "1"))));
        Assert.That(answers.Select(answer => answer.Code).Order(), Is.EqualTo(new[] { 202, 409, 409, 409 }));
        Assert.That(await Host.Count($"sequences_pictures WHERE sequence_id = '{id}'"), Is.EqualTo(1));
    }

    [TestCase("", "position")]
    [TestCase("position=0", "position")]
    [TestCase("position=first", "position")]
    [TestCase("position=1&isBlurred=yes", "isBlurred")]
    [TestCase("position=1&override_capture_time=never", "override_capture_time")]
    [TestCase("position=1&override_latitude=91&override_longitude=0", "override_latitude")]
    public async Task Bad_fields_are_named(string query, string field)
    {
        var id = await Collection(B);
        var fields = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => (pair.Split('=')[0], pair.Split('=')[1])).ToArray();
        var answer = await Send(B, id, Host.NewPicture(), "1.jpg", fields);
        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
        Assert.That(answer["details"]![0]!["fields"]![0]!.GetValue<string>(), Is.EqualTo(field));
    }

    [Test]
    public async Task Refusals_come_in_the_order_of_the_contract()
    {
        var id = await Collection(B);
        var picture = Host.NewPicture();
        Assert.That((await Send(C, id, picture, "1.jpg", ("position", "0"))).Code, Is.EqualTo(400), "fields before the owner");
        Assert.That((await Send(C, id, picture, "1.png", ("position", "1"))).Code, Is.EqualTo(400), "the part before the owner");
        Assert.That((await Send(C, Guid.NewGuid(), picture, "1.jpg", ("position", "1"))).Code, Is.EqualTo(404));
        Assert.That((await Send(C, id, picture, "1.jpg", ("position", "1"))).Code, Is.EqualTo(403));
        Assert.That((await Send(A, id, picture, "1.jpg", ("position", "1"))).Code, Is.EqualTo(403));
        Assert.That((await Send(Nobody, id, picture, "1.jpg", ("position", "1"))).Code, Is.EqualTo(401));
        var bare = await Send(B, id, new TestJpeg(seed: 300_001).ToBytes(), "1.jpg", ("position", "1"));
        Assert.That(bare.Code, Is.EqualTo(400));
        Assert.That(bare["details"]!["missing_fields"]!.ToJsonString(), Is.EqualTo("""["datetime","location"]"""));
        await B.Send(HttpMethod.Delete, $"collections/{id}");
        Assert.That((await Send(B, id, picture, "1.jpg", ("position", "1"))).Code, Is.EqualTo(404));
        using var text = new StringContent("x");
        using var notMultipart = await B.Http.PostAsync($"/api/collections/{id}/items", text);
        Assert.That((int)notMultipart.StatusCode, Is.EqualTo(415));
    }

    [Test]
    [Property("Contract", "write.md B.46")]
    public async Task Prepare_asks_for_one_job_per_picture_without_a_login()
    {
        var set = await B.CreateSet("prepare");
        var pictures = new List<Guid>();
        for (var i = 0; i < 3; i++) pictures.Add(await Host.SendPicture(B, set));
        var sequence = await Host.Dispatch(set);
        foreach (var picture in pictures) await Host.Prepare(picture);
        await Host.Database.Execute($"UPDATE pictures SET preparing_status = 'broken' WHERE id = '{pictures[2]}'; UPDATE pictures SET visibility = 'owner-only' WHERE id = '{pictures[1]}'");

        var item = await Nobody.Post($"collections/{sequence}/items/{pictures[0]}/prepare", Json(("skip_blurring", true)));
        Assert.That(item.Code, Is.EqualTo(202));
        Assert.That(item.Json!.ToJsonString(), Is.EqualTo("{}"));
        Assert.That(await Host.Database.Scalar<string>($"SELECT args::text FROM jobs WHERE subject_id = '{pictures[0]}'"), Is.EqualTo("""{"skip_blurring": true}"""));
        Assert.That((await Nobody.Post($"collections/{sequence}/prepare")).Code, Is.EqualTo(202));
        Assert.That(await Host.Count($"jobs WHERE subject_id = '{pictures[0]}' AND kind = 'prepare' AND args IS NULL AND revision = 2"), Is.EqualTo(1));
        Assert.That(await Host.Jobs(pictures[1]), Is.Empty, "hidden from whoever asked");
        Assert.That(await Host.Jobs(pictures[2]), Is.EqualTo(new[] { "prepare" }));
        Assert.That(await Host.Count($"pictures WHERE upload_set_id = '{set}' AND preparing_status = 'prepared'"), Is.EqualTo(2), "readable meanwhile");
        Assert.That(await Host.Count($"pictures WHERE id = '{pictures[2]}' AND preparing_status = 'not-processed'"), Is.EqualTo(1));

        Assert.That((await Nobody.Post($"collections/{sequence}/items/{pictures[1]}/prepare")).Code, Is.EqualTo(404));
        Assert.That((await B.Post($"collections/{sequence}/items/{pictures[1]}/prepare")).Code, Is.EqualTo(202));
        Assert.That(await Host.Count($"pictures WHERE id = '{pictures[1]}' AND visibility = 'owner-only'"), Is.EqualTo(1));
        Assert.That((await Nobody.Post($"collections/{sequence}/items/{Guid.NewGuid()}/prepare")).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Post($"collections/{Guid.NewGuid()}/items/{pictures[0]}/prepare")).Code, Is.EqualTo(404), "not in that collection");
        Assert.That((await Nobody.Post($"collections/{Guid.NewGuid()}/prepare")).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Post($"collections/{sequence}/items/{pictures[0]}/prepare", Json(("skip_blurring", "perhaps")))).Code, Is.EqualTo(400));
    }

    [Test]
    [Property("Contract", "write.md B.46")]
    public async Task Nobody_turns_owed_blurring_into_none()
    {
        var set = await B.CreateSet("owed");
        var picture = await Host.SendPicture(B, set);
        var sequence = await Host.Dispatch(set);
        Assert.That((await Nobody.Post($"collections/{sequence}/items/{picture}/prepare", Json(("skip_blurring", true)))).Code, Is.EqualTo(202));
        Assert.That(await Host.Count($"jobs WHERE subject_id = '{picture}' AND args IS NULL"), Is.EqualTo(1));
    }
}

/// <summary>The calls of clients in use today, in their own odd forms.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ClientReplayTests : UploadFixture
{
    [Test]
    public async Task Go_map_for_ios()
    {
        var set = (await B.Post("upload_sets", Json(("title", "Go Map!!"), ("estimated_nb_files", 1))))["id"]!.GetValue<Guid>();
        var jpeg = new TestJpeg(seed: 400_001).WithPosition(48.1, 11.5).ToBytes();
        var file = new ByteArrayContent(jpeg);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "file", "2026-07-04 12:34:56.jpg" }, { new StringContent("2026-07-04 12:34:56 +0000"), "override_capture_time" } };
        using var sent = await B.Http.PostAsync($"/api/upload_sets/{set}/files", form);
        var json = JsonNode.Parse(await sent.Content.ReadAsStringAsync())!;
        Assert.That((int)sent.StatusCode, Is.EqualTo(202), json.ToJsonString());
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.True);
        Assert.That((await B.Complete(set)).Code, Is.EqualTo(200), "although it closed itself");

        await Host.Dispatch(set);
        var shown = await B.Set(set);
        var collection = shown["associated_collections"]![0]!["id"]!.GetValue<string>();
        var interval = shown["associated_collections"]![0]!["extent"]!["temporal"]!["interval"]![0]!;
        Assert.That(interval[0]!.GetValue<string>(), Is.EqualTo("2026-07-04T12:34:56Z"));
        var tagged = await B.Send(HttpMethod.Patch, $"collections/{collection}/items/{json["picture_id"]}", Json(("semantics", new JsonArray(Json(("key", "osm|amenity"), ("value", "bench"))))));
        Assert.That(tagged.Code, Is.EqualTo(200), "while it is being prepared");
    }

    [Test]
    public async Task Vespucci_for_android()
    {
        var set = (await B.Post("upload_sets", Json(("title", "Vespucci"), ("estimated_nb_files", "1"))))["id"]!.GetValue<Guid>();
        var jpeg = Host.NewPicture();
        var sent = await B.SendFile(set, "1.jpg", jpeg);
        Assert.That(sent["picture_id"], Is.Not.Null);
        var other = (await B.Post("upload_sets", Json(("title", "Vespucci"), ("estimated_nb_files", "1"))))["id"]!.GetValue<Guid>();
        var again = await B.SendFile(other, "1.jpg", jpeg);
        Assert.That(again.Code, Is.EqualTo(409));
        Assert.That(again["upload_sets"]![0]!["existing_item_id"]!.GetValue<string>(), Is.EqualTo(sent["picture_id"]!.GetValue<string>()));
    }

    [Test]
    public async Task The_browser_script_of_better_osm()
    {
        Assert.That((await B.Post("upload_sets", Json(("title", "script")))).Code, Is.EqualTo(200), "exactly");
        var set = await B.CreateSet("script");
        Assert.That((await B.SendFile(set, "1.jpg", Host.NewPicture(), ("isBlurred", "false"))).Code, Is.EqualTo(202));
        Assert.That((await B.Complete(set)).Code, Is.EqualTo(200));
        Assert.That((await B.Complete(set)).Code, Is.EqualTo(200), "repeated after a time-out at the gateway");
    }

    [Test]
    public async Task The_command_line_client_uploads_with_more_announced_than_sent()
    {
        using var cli = new Uploader(Host.Process.Address, Bob.Bearer);
        cli.Http.DefaultRequestHeaders.UserAgent.ParseAdd("PanoramaxCLI/1.2.3");
        var created = await cli.Post("upload_sets", Json(
            ("title", "folder"), ("estimated_nb_files", 4), ("no_deduplication", true), ("split_distance", 100), ("split_time", 60), ("sort_method", "time-asc"),
            ("relative_heading", 10), ("visibility", "anyone"), ("metadata", Json(("cli_configuration", Json(("duplicate_distance", 1), ("duplicate_rotation", 30)))))));
        var set = created["id"]!.GetValue<Guid>();
        Assert.That(await Host.Database.Scalar<string>($"SELECT user_agent FROM upload_sets WHERE id = '{set}'"), Is.EqualTo("PanoramaxCLI/1.2.3"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cli.SendFile(set, string.Create(CultureInfo.InvariantCulture, $"{i}.jpg"), Host.NewPicture(), ("isBlurred", "false"))));
        Assert.That(answers.Select(answer => answer["picture_id"]), Has.None.Null);

        var resumed = await cli.Get($"upload_sets/{set}/files");
        foreach (var file in resumed["files"]!.AsArray())
        {
            Assert.That(file!["content_md5"]!.GetValue<string>(), Has.Length.EqualTo(32));
            Assert.That(file.AsObject().ContainsKey("rejected"), Is.False);
        }

        Assert.That((await cli.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        Assert.That((await cli.Complete(set))["completed"]!.GetValue<bool>(), Is.True);
        Assert.That((await Nobody.Set(set)).Code, Is.EqualTo(200), "its status is asked for without a token");
    }

    [Test]
    public async Task The_older_command_line_client()
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("title", "old")]);
        using var created = await B.Http.PostAsync("/api/collections", form);
        var location = created.Headers.Location!;
        for (var position = 1; position <= 2; position++)
        {
            using var item = new MultipartFormDataContent { { new ByteArrayContent(Host.NewPicture()), "picture", $"{position}.jpg" }, { new StringContent($"{position}"), "position" }, { new StringContent("false"), "isBlurred" } };
            using var sent = await B.Http.PostAsync(new Uri(location + "/items"), item);
            Assert.That((int)sent.StatusCode, Is.EqualTo(202));
            Assert.That(sent.Headers.Location, Is.Not.Null);
        }
    }
}
