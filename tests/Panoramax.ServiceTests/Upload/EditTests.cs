using System.Globalization;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Edits of collections and items, and the history they leave.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class EditTests : UploadFixture
{
    /// <summary>The five points of the contract (6.4): headings along the path are 24, 13, 6, 342, 342.</summary>
    private static readonly (double Longitude, double Latitude)[] walk =
    [
        (1.9191854418, 49.0068896199), (1.919189623, 49.0068986458), (1.9191963606, 49.0069262596), (1.9191997806, 49.0069548498), (1.91919402, 49.0069734176),
    ];

    private int seed = 100_000;

    /// <summary>A sequence of pictures on the walk, two seconds apart, headings as given; named 3.jpg, 2.jpg, 1.jpg, ….</summary>
    private async Task<(Guid Set, Guid Sequence, List<Guid> Pictures)> Walk(params int?[] headings)
    {
        var set = await B.CreateSet("walk");
        var pictures = new List<Guid>();
        foreach (var (index, heading) in headings.Index())
        {
            var jpeg = TestJpeg.Make(
                64, 48, walk[index].Latitude, walk[index].Longitude, new DateTimeOffset(2021, 7, 29, 11, 16, 54, TimeSpan.FromHours(2)).AddSeconds(2 * index),
                heading, seed: Interlocked.Increment(ref seed));
            var answer = await B.SendFile(set, string.Create(CultureInfo.InvariantCulture, $"{headings.Length - index}.jpg"), jpeg);
            Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
            pictures.Add(answer["picture_id"]!.GetValue<Guid>());
        }

        return (set, await Host.Dispatch(set), pictures);
    }

    private async Task<List<int?>> Headings(Guid sequence)
    {
        await using var db = Host.Database.Context("owner");
        return [.. from member in db.SequencesPictures join picture in db.Pictures on member.PictureId equals picture.Id where member.SequenceId == sequence orderby member.Rank select picture.Heading];
    }

    private async Task<List<Guid>> Order(Guid sequence)
    {
        await using var db = Host.Database.Context("owner");
        return [.. db.SequencesPictures.Where(member => member.SequenceId == sequence).OrderBy(member => member.Rank).Select(member => member.PictureId)];
    }

    private Task<Answer> Patch(Uploader who, Guid sequence, params (string, JsonNode?)[] body) => who.Send(HttpMethod.Patch, $"collections/{sequence}", Json(body));

    private Task<Answer> PatchItem(Uploader who, Guid sequence, Guid picture, params (string, JsonNode?)[] body) =>
        who.Send(HttpMethod.Patch, $"collections/{sequence}/items/{picture}", Json(body));

    [Test]
    public async Task Title_and_visibility_are_the_owners()
    {
        var (_, sequence, _) = await Walk(1);
        var changed = await Patch(B, sequence, ("title", "Neuer Titel"), ("visibility", "owner-only"));
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        Assert.That(changed["title"]!.GetValue<string>(), Is.EqualTo("Neuer Titel"));
        Assert.That(changed["geovisio:visibility"]!.GetValue<string>(), Is.EqualTo("owner-only"));
        Assert.That(changed["stats:items"]!["count"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(changed.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(await Host.Database.Scalar<string>($"SELECT previous::text FROM sequences_changes WHERE sequence_id = '{sequence}' AND account_id = '{Bob.Id}'"),
            Is.EqualTo("""{"title": "walk", "visibility": "anyone"}"""));

        Assert.That((await Patch(C, sequence, ("title", "x"))).Code, Is.EqualTo(404), "hidden from her");
        Assert.That((await Patch(A, sequence, ("visible", "true"))).Code, Is.EqualTo(200));
        Assert.That((await Patch(C, sequence, ("title", "x"))).Code, Is.EqualTo(403));
        Assert.That((await Patch(C, sequence, ("visibility", "anyone"))).Code, Is.EqualTo(403));
        Assert.That((await Patch(C, sequence)).Code, Is.EqualTo(200), "nothing is asked for");
        Assert.That((await Patch(Nobody, sequence, ("title", "x"))).Code, Is.EqualTo(401));
        Assert.That((await Patch(B, Guid.NewGuid(), ("title", "x"))).Code, Is.EqualTo(404));
    }

    [TestCase("""{"title": "x", "visible": "maybe"}""")]
    [TestCase("""{"visible": "true", "visibility": "anyone"}""")]
    [TestCase("""{"visibility": "hidden"}""")]
    [TestCase("""{"relative_heading": 181}""")]
    [TestCase("""{"sortby": "+date"}""")]
    [TestCase("""{"semantics": [{"key": "a"}]}""")]
    [TestCase("""{"semantics": [{"key": "a", "value": "b"}, {"key": "a", "value": "b"}]}""")]
    [TestCase("""{"semantics": {"a": "b"}}""")]
    public async Task Bad_values_of_a_collection_are_400_and_change_nothing(string body)
    {
        var (_, sequence, _) = await Walk(1);
        Assert.That((await B.Send(HttpMethod.Patch, $"collections/{sequence}", JsonNode.Parse(body))).Code, Is.EqualTo(400));
        Assert.That(await Host.Count($"sequences_changes WHERE sequence_id = '{sequence}'"), Is.Zero);
        Assert.That((await Patch(B, sequence, ("title", new string('x', 251)))).Code, Is.EqualTo(400));
    }

    [Test]
    public async Task A_form_changes_a_collection_too_but_not_its_tags()
    {
        var (_, sequence, _) = await Walk(1);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("title", "by form"), KeyValuePair.Create("visible", "false"), KeyValuePair.Create("semantics", "[]")]);
        using var answer = await B.Http.PatchAsync($"/api/collections/{sequence}", form);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(await Host.Database.Scalar<string>($"SELECT title || ' ' || visibility FROM sequences WHERE id = '{sequence}'"), Is.EqualTo("by form owner-only"));
    }

    [Test]
    public async Task A_relative_heading_replaces_all_headings_and_the_history_tells_those_before()
    {
        var (_, sequence, pictures) = await Walk(10, null, 20, 30, null);
        var changed = await Patch(B, sequence, ("relative_heading", 90));
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        Assert.That(await Headings(sequence), Is.EqualTo(new int?[] { 114, 103, 96, 72, 72 }));
        var edit = await Host.Database.Scalar<long>($"SELECT id FROM sequences_changes WHERE sequence_id = '{sequence}'");
        Assert.That(await Host.Count($"pictures_changes WHERE sequence_change_id = {edit}"), Is.EqualTo(5));
        Assert.That(await Host.Database.Scalar<string>($"SELECT previous::text FROM pictures_changes WHERE picture_id = '{pictures[0]}'"),
            Is.EqualTo("""{"heading": 10, "heading_computed": false}"""));

        Assert.That((await Patch(B, sequence, ("relative_heading", 0))).Code, Is.EqualTo(200));
        Assert.That(await Headings(sequence), Is.EqualTo(new int?[] { 24, 13, 6, 342, 342 }));
        Assert.That(await Host.Database.Scalar<int>($"SELECT relative_heading FROM sequences WHERE id = '{sequence}'"), Is.Zero);
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND ST_NPoints(geom) = 5 AND length_m > 9"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_new_order_rewrites_ranks_line_and_the_headings_that_follow_it()
    {
        var (_, sequence, pictures) = await Walk(10, null, 20);
        var changed = await Patch(B, sequence, ("sortby", "+filename"));
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        Assert.That(changed["geovisio:sorted-by"]!.GetValue<string>(), Is.EqualTo("+filename"));
        Assert.That(await Order(sequence), Is.EqualTo(Enumerable.Reverse(pictures)));
        Assert.That(await Headings(sequence), Is.EqualTo(new int?[] { 20, 204, 10 }));

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("sortby", "+filedate")]);
        using var byForm = await B.Http.PatchAsync($"/api/collections/{sequence}", form);
        Assert.That((int)byForm.StatusCode, Is.EqualTo(200));
        Assert.That(await Order(sequence), Is.EqualTo(pictures));

        // None of these pictures has a GPS time.
        Assert.That((await Patch(B, sequence, ("sortby", "-gpsdate"))).Code, Is.EqualTo(422));
        Assert.That(await Order(sequence), Is.EqualTo(pictures));
    }

    [Test]
    public async Task Others_help_where_the_owner_lets_them()
    {
        var (_, sequence, pictures) = await Walk(10, 20);
        Assert.That((await Patch(C, sequence, ("relative_heading", 5))).Code, Is.EqualTo(200));
        Assert.That((await PatchItem(C, sequence, pictures[0], ("heading", 77))).Code, Is.EqualTo(200));

        var alone = await Host.NewPerson("alone");
        await Host.Database.Execute($"UPDATE accounts SET collaborative_metadata = FALSE WHERE id = '{alone.Id}'; UPDATE sequences SET account_id = '{alone.Id}' WHERE id = '{sequence}'; UPDATE pictures SET account_id = '{alone.Id}' WHERE id IN ('{pictures[0]}', '{pictures[1]}')");
        Assert.That((await Patch(C, sequence, ("relative_heading", 5))).Code, Is.EqualTo(403));
        Assert.That((await PatchItem(C, sequence, pictures[0], ("heading", 77))).Code, Is.EqualTo(403));
        Assert.That((await PatchItem(C, sequence, pictures[0], ("semantics", new JsonArray(Json(("key", "a"), ("value", "b")))))).Code, Is.EqualTo(200), "tags are everybody's");
        Assert.That((await PatchItem(C, sequence, pictures[0], ("semantics", new JsonArray(Json(("key", "a"), ("value", "c")))), ("heading", 77))).Code, Is.EqualTo(403));
        Assert.That((await Patch(Host.As(alone), sequence, ("relative_heading", 6))).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task What_is_known_of_a_picture_is_changed_while_it_is_being_prepared()
    {
        var (_, sequence, pictures) = await Walk(10, null, 20);
        var changed = await PatchItem(B, sequence, pictures[1],
            ("heading", 359), ("capture_time", "2021-07-29T12:00:00.5+02:00"), ("latitude", "49.007"), ("longitude", 1.9192), ("visibility", "owner-only"));
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        Assert.That(changed.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/geo+json"));
        Assert.That(changed["id"]!.GetValue<Guid>(), Is.EqualTo(pictures[1]));
        Assert.That(changed["geometry"]!["coordinates"]!.ToJsonString(), Is.EqualTo("[1.9192,49.007]"));
        var properties = changed["properties"]!;
        Assert.That(properties["datetime"]!.GetValue<string>(), Is.EqualTo("2021-07-29T10:00:00.500000+00:00"));
        Assert.That(properties["datetimetz"]!.GetValue<string>(), Is.EqualTo("2021-07-29T12:00:00.500000+02:00"));
        Assert.That(properties["view:azimuth"]!.GetValue<int>(), Is.EqualTo(359));
        Assert.That(properties["geovisio:visibility"]!.GetValue<string>(), Is.EqualTo("owner-only"));
        Assert.That(properties["geovisio:status"]!.GetValue<string>(), Is.EqualTo("waiting-for-process"));
        Assert.That(await Host.Count($"pictures WHERE id = '{pictures[1]}' AND NOT heading_computed AND updated_at > inserted_at"), Is.EqualTo(1));
        var previous = JsonNode.Parse(await Host.Database.Scalar<string>($"SELECT previous::text FROM pictures_changes WHERE picture_id = '{pictures[1]}'"))!;
        Assert.That(previous.AsObject().Select(member => member.Key), Is.EquivalentTo(new[] { "heading", "heading_computed", "ts", "tz", "longitude", "latitude", "visibility" }));
        // The sequence follows at once.
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND max_picture_ts = '2021-07-29T10:00:00.5Z' AND ST_YMax(bbox) = 49.007"), Is.EqualTo(1));
        Assert.That((await Headings(sequence))[0], Is.EqualTo(10), "the camera's word stays");
    }

    [Test]
    public async Task Nothing_asked_for_is_304_without_a_body()
    {
        var (_, sequence, pictures) = await Walk(10);
        var empty = await PatchItem(B, sequence, pictures[0]);
        Assert.That(empty.Code, Is.EqualTo(304));
        Assert.That(empty.Text, Is.Empty);
        using var bare = await B.Http.PatchAsync($"/api/collections/{sequence}/items/{pictures[0]}", null);
        Assert.That((int)bare.StatusCode, Is.EqualTo(304));
        Assert.That((await PatchItem(B, sequence, Guid.NewGuid())).Code, Is.EqualTo(404));
    }

    [TestCase("""{"latitude": 1}""")]
    [TestCase("""{"latitude": 91, "longitude": 0}""")]
    [TestCase("""{"heading": 361}""")]
    [TestCase("""{"heading": -1}""")]
    [TestCase("""{"capture_time": "yesterday"}""")]
    [TestCase("""{"visibility": "anyone", "visible": true}""")]
    public async Task Bad_values_of_a_picture_are_400(string body)
    {
        var (_, sequence, pictures) = await Walk(10);
        var answer = await B.Send(HttpMethod.Patch, $"collections/{sequence}/items/{pictures[0]}", JsonNode.Parse(body));
        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
    }

    [Test]
    public async Task Who_sees_a_picture_is_the_owners_to_say()
    {
        var (_, sequence, pictures) = await Walk(10);
        Assert.That((await PatchItem(C, sequence, pictures[0], ("visibility", "owner-only"))).Code, Is.EqualTo(403));
        Assert.That((await PatchItem(Nobody, sequence, pictures[0], ("visibility", "owner-only"))).Code, Is.EqualTo(401));
        Assert.That((await PatchItem(B, sequence, pictures[0], ("visible", false))).Code, Is.EqualTo(200));
        Assert.That((await PatchItem(C, sequence, pictures[0], ("heading", 1))).Code, Is.EqualTo(404));
        Assert.That((await PatchItem(A, sequence, pictures[0], ("visibility", "anyone"))).Code, Is.EqualTo(200));
    }

    [Test]
    [Property("Contract", "write.md B.39")]
    [Property("Contract", "write.md B.38")]
    [Property("Contract", "write.md B.39")]
    public async Task Tags_keep_their_author_and_leave_a_history()
    {
        var (_, sequence, pictures) = await Walk(10);
        JsonArray Tags(params (string Action, string Key, string Value)[] edits) => [.. edits.Select(edit => Json(("action", edit.Action), ("key", edit.Key), ("value", edit.Value)))];

        foreach (var path in new[] { $"collections/{sequence}", $"collections/{sequence}/items/{pictures[0]}" })
        {
            // As one app sends it: without an action.
            var first = await C.Send(HttpMethod.Patch, path, Json(("semantics", new JsonArray(Json(("key", "osm|traffic_sign"), ("value", "yes"))))));
            Assert.That(first.Code, Is.EqualTo(200), first.Text);
            var replaced = await B.Send(HttpMethod.Patch, path, Json(("semantics", Tags(("add", "b", "1"), ("delete", "osm|traffic_sign", "yes"), ("add", "osm|traffic_sign", "no"), ("add", "b", "0"), ("delete", "gone", "never there")))));
            Assert.That(replaced.Code, Is.EqualTo(200), replaced.Text);
            var shown = (replaced["semantics"] ?? replaced["properties"]!["semantics"])!;
            Assert.That(shown.ToJsonString(), Is.EqualTo("""[{"key":"b","value":"0"},{"key":"b","value":"1"},{"key":"osm|traffic_sign","value":"no"}]"""));

            var twice = await B.Send(HttpMethod.Patch, path, Json(("semantics", Tags(("add", "new", "x"), ("add", "b", "1")))));
            Assert.That(twice.Code, Is.EqualTo(400));
            Assert.That(twice["details"]!["duplicate"]!.GetValue<string>(), Does.Contain("b"));
        }

        Assert.That(await Host.Count($"sequences_semantics_history WHERE sequence_id = '{sequence}'"), Is.EqualTo(2));
        Assert.That(await Host.Database.Scalar<string>($"SELECT updates::text FROM pictures_semantics_history WHERE picture_id = '{pictures[0]}' AND account_id = '{Camille.Id}'"),
            Is.EqualTo("""[{"key": "osm|traffic_sign", "value": "yes", "action": "add"}]"""));
        Assert.That(await Host.Database.Scalar<string>($"SELECT updates::text FROM pictures_semantics_history WHERE picture_id = '{pictures[0]}' AND account_id = '{Bob.Id}'"), Does.Contain("delete").And.Contain("no"));
        Assert.That(await Host.Count($"pictures_semantics WHERE picture_id = '{pictures[0]}' AND key = 'new'"), Is.Zero, "nothing of a refused call is kept");
    }

    [TestCase(256, 2048, 200)]
    [TestCase(257, 1, 400)]
    [TestCase(1, 2049, 400)]
    public async Task Tags_may_be_so_long(int key, int value, int expected)
    {
        var (_, sequence, pictures) = await Walk(10);
        var tag = Json(("key", string.Concat(Enumerable.Repeat("😀", key))), ("value", string.Concat(Enumerable.Repeat("é", value))));
        Assert.That((await PatchItem(B, sequence, pictures[0], ("semantics", new JsonArray(tag)))).Code, Is.EqualTo(expected));
    }

    [Test]
    [Property("Contract", "write.md B.38")]
    [Property("Contract", "write.md B.38")]
    public async Task Tags_of_a_set_reach_its_sequences_and_edits_there_stay_there()
    {
        var (set, sequence, _) = await Walk(10, 20);
        await Host.Database.Execute($"INSERT INTO upload_sets_semantics (upload_set_id, key, value, account_id, ts) VALUES ('{set}', 'a', '1', '{Bob.Id}', now()); INSERT INTO sequences_semantics (sequence_id, key, value, account_id, ts) VALUES ('{sequence}', 'a', '1', '{Bob.Id}', now()), ('{sequence}', 'c', '3', '{Bob.Id}', now())");
        JsonArray edits = [Json(("key", "b"), ("value", "2")), Json(("key", "c"), ("value", "3")), Json(("key", "a"), ("value", "1"), ("action", "delete"))];
        var changed = await C.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("semantics", edits)));

        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        Assert.That(changed["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"b","value":"2"},{"key":"c","value":"3"}]"""));
        Assert.That(await Host.Database.Scalar<string>($"SELECT string_agg(key || value, ' ' ORDER BY key) FROM sequences_semantics WHERE sequence_id = '{sequence}'"), Is.EqualTo("b2 c3"));
        Assert.That(await Host.Count($"sequences_semantics WHERE sequence_id = '{sequence}' AND key = 'b' AND account_id = '{Camille.Id}'"), Is.EqualTo(1));
        Assert.That(await Host.Count($"sequences_semantics_history WHERE sequence_id = '{sequence}' AND account_id = '{Camille.Id}'"), Is.EqualTo(1));
        Assert.That((await C.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("semantics", new JsonArray(Json(("key", "b"), ("value", "2"))))))).Code, Is.EqualTo(400));
        Assert.That((await C.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("semantics", new JsonArray()), ("sort_method", "time-asc")))).Code, Is.EqualTo(403));
    }

    [Test]
    public async Task Visibility_of_a_set_is_written_to_its_sequences()
    {
        var (set, sequence, pictures) = await Walk(10, 20);
        Assert.That((await B.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("visibility", "owner-only")))).Code, Is.EqualTo(200));
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND visibility = 'owner-only'"), Is.EqualTo(1));
        Assert.That((await C.Set(set)).Code, Is.EqualTo(404));
        Assert.That((await PatchItem(C, sequence, pictures[0], ("heading", 1))).Code, Is.EqualTo(404));
        Assert.That((await Patch(C, sequence, ("relative_heading", 1))).Code, Is.EqualTo(404));
    }
}
