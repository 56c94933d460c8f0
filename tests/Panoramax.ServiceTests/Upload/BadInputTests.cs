using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Bodies that nobody should send to the routes of edits, tags, annotations, reports and areas, and what becomes of them: nothing half applied.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class BadInputTests : UploadFixture
{
    private async Task<(Guid Sequence, Guid Picture)> Picture()
    {
        var set = await B.CreateSet("before");
        var picture = await Host.SendPicture(B, set);
        return (await Host.Dispatch(set), picture);
    }

    private Task<string> State(Guid sequence, Guid picture) => Host.Database.Scalar<string>($"""
        SELECT concat_ws('|', s.title, s.visibility, s.relative_heading, s.current_sort, p.heading, p.visibility, p.ts, ST_AsText(p.geom), p.updated_at, s.updated_at,
            (SELECT count(*) FROM pictures_semantics WHERE picture_id = p.id), (SELECT count(*) FROM sequences_semantics WHERE sequence_id = s.id),
            (SELECT count(*) FROM annotations WHERE picture_id = p.id), (SELECT count(*) FROM pictures_changes WHERE picture_id = p.id), (SELECT count(*) FROM sequences_changes WHERE sequence_id = s.id))
        FROM sequences s, pictures p WHERE s.id = '{sequence}' AND p.id = '{picture}'
        """);

    private static async Task<Answer> Send(Uploader who, HttpMethod method, string path, string body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, "/api/" + path) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await who.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer(answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null, text, answer);
    }

    // Broken and wrong as a whole.
    [TestCase("collection", """{"title": "x" """, 400)]
    [TestCase("collection", "[]", 400)]
    [TestCase("collection", "\"title\"", 400)]
    [TestCase("item", "{", 400)]
    [TestCase("item", "[1]", 400)]
    [TestCase("annotations", "{}", 400)]
    [TestCase("annotations", "null", 415)]
    // Wrong types, numbers as text, values out of range; the good part of the body is not applied either.
    [TestCase("collection", """{"title": ["x"]}""", 400)]
    [TestCase("collection", """{"title": "good", "relative_heading": "twelve"}""", 400)]
    [TestCase("collection", """{"title": "good", "relative_heading": "12.5"}""", 400)]
    [TestCase("collection", """{"title": "good", "relative_heading": 1e99}""", 400)]
    [TestCase("collection", """{"title": "good", "sortby": 7}""", 400)]
    [TestCase("collection", """{"title": "good", "visibility": true}""", 400)]
    [TestCase("collection", """{"title": "good", "semantics": [{"key": "k", "value": 1}]}""", 400)]
    [TestCase("collection", """{"title": "good", "semantics": [{"key": null, "value": "v"}]}""", 400)]
    [TestCase("collection", """{"title": "good", "semantics": [null]}""", 400)]
    [TestCase("collection", """{"title": "good", "semantics": [{"action": "replace", "key": "k", "value": "v"}]}""", 400)]
    [TestCase("collection", """{"title": "a\u0000b"}""", 400)]
    [TestCase("item", """{"heading": 12, "capture_time": 5.5e300}""", 400)]
    [TestCase("item", """{"heading": 12, "latitude": "NaN", "longitude": 1}""", 400)]
    [TestCase("item", """{"heading": 12, "latitude": 1, "longitude": 180.5}""", 400)]
    [TestCase("item", """{"heading": 12, "longitude": 1}""", 400)]
    [TestCase("item", """{"heading": 12, "latitude": null, "longitude": 1}""", 400)]
    [TestCase("item", """{"heading": {"degrees": 12}}""", 400)]
    [TestCase("item", """{"heading": 12.5}""", 400)]
    [TestCase("item", """{"heading": 12, "visible": "perhaps"}""", 400)]
    [TestCase("item", """{"heading": 12, "semantics": "a=b"}""", 400)]
    [TestCase("item", """{"heading": 12, "semantics": [{"key": "k", "value": "v"}, {"key": "k", "value": "v"}]}""", 400)]
    [TestCase("item", """{"heading": 12, "semantics": [{"key": "a\u0000", "value": "v"}]}""", 400)]
    [TestCase("annotations", """{"shape": [1, 1, 2]}""", 400)]
    [TestCase("annotations", """{"shape": [1, 1, 2, "3"], "semantics": [{"key": "k"}]}""", 400)]
    [TestCase("annotations", """{"shape": [1.5, 1, 2, 3]}""", 400)]
    [TestCase("annotations", """{"shape": [-1, 1, 2, 3]}""", 400)]
    [TestCase("annotations", """{"shape": {"type": "Polygon", "coordinates": [[[1,1],[2,1],[2,2],[1,2]]]}}""", 400)]
    [TestCase("annotations", """{"shape": {"type": "Polygon", "coordinates": []}}""", 400)]
    [TestCase("annotations", """{"shape": {"type": "Point", "coordinates": [1, 1]}}""", 400)]
    [TestCase("annotations", """{"shape": null}""", 400)]
    public async Task A_body_that_is_wrong_anywhere_changes_nothing(string target, string body, int expected)
    {
        var (sequence, picture) = await Picture();
        var before = await State(sequence, picture);
        var answer = target switch
        {
            "collection" => await Send(B, HttpMethod.Patch, $"collections/{sequence}", body),
            "item" => await Send(B, HttpMethod.Patch, $"collections/{sequence}/items/{picture}", body),
            _ => await Send(B, HttpMethod.Post, $"pictures/{picture}/annotations", body),
        };
        Assert.That(answer.Code, Is.EqualTo(expected), answer.Text);
        Assert.That(answer["message"]!.GetValue<string>(), Is.Not.Empty);
        Assert.That(await State(sequence, picture), Is.EqualTo(before));
    }

    [TestCase("collection", """{"colour": "blue"}""", 200)]
    [TestCase("collection", """{"title": null, "visibility": null, "relative_heading": null, "sortby": null, "semantics": null}""", 200)]
    [TestCase("collection", "{}", 200)]
    [TestCase("collection", "", 200)]
    [TestCase("item", """{"colour": "blue"}""", 304)]
    [TestCase("item", """{"heading": null, "latitude": null, "longitude": null, "capture_time": null, "semantics": []}""", 304)]
    [TestCase("item", "", 304)]
    public async Task Unknown_fields_nulls_and_empty_bodies_ask_for_nothing(string target, string body, int expected)
    {
        var (sequence, picture) = await Picture();
        var before = await State(sequence, picture);
        var answer = await Send(B, HttpMethod.Patch, target == "collection" ? $"collections/{sequence}" : $"collections/{sequence}/items/{picture}", body);
        Assert.That(answer.Code, Is.EqualTo(expected), answer.Text);
        Assert.That(await State(sequence, picture), Is.EqualTo(before));
    }

    [Test]
    public async Task Numbers_as_text_are_numbers_and_a_form_is_as_good_as_JSON()
    {
        var (sequence, picture) = await Picture();
        Assert.That((await Send(B, HttpMethod.Patch, $"collections/{sequence}", """{"relative_heading": "12"}""")).Code, Is.EqualTo(200));
        var item = await Send(B, HttpMethod.Patch, $"collections/{sequence}/items/{picture}", "heading=33.0&latitude=48.5&longitude=-2", "application/x-www-form-urlencoded");
        Assert.That(item.Code, Is.EqualTo(200), item.Text);
        Assert.That(item["properties"]!["view:azimuth"]!.GetValue<int>(), Is.EqualTo(33));
        Assert.That(item["geometry"]!["coordinates"]!.ToJsonString(), Is.EqualTo("[-2,48.5]"));
        using var form = new MultipartFormDataContent { { new StringContent("by parts"), "title" } };
        using var answer = await B.Http.PatchAsync($"/api/collections/{sequence}", form);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(await Host.Database.Scalar<string>($"SELECT title || relative_heading FROM sequences WHERE id = '{sequence}'"), Is.EqualTo("by parts12"));
    }

    [TestCase("POST", "pictures/{picture}/annotations")]
    [TestCase("POST", "reports")]
    [TestCase("POST", "users/me/excluded_areas")]
    [TestCase("POST", "upload_sets")]
    public async Task Where_JSON_is_needed_another_content_type_is_415(string method, string path)
    {
        var (_, picture) = await Picture();
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "application/xml", "text/html" })
        {
            var answer = await Send(B, new HttpMethod(method), path.Replace("{picture}", picture.ToString(), StringComparison.Ordinal), """{"title": "x"}""", type);
            Assert.That(answer.Code, Is.EqualTo(415), $"{type}: {answer.Text}");
        }
    }

    [Test]
    public async Task Things_of_others_are_refused_or_not_there_and_stay_as_they_are()
    {
        var (sequence, picture) = await Picture();
        var hidden = await Picture();
        await Host.Database.Execute($"UPDATE sequences SET visibility = 'owner-only' WHERE id = '{hidden.Sequence}'");
        var (before, hiddenBefore) = (await State(sequence, picture), await State(hidden.Sequence, hidden.Picture));

        Assert.That((await Send(C, HttpMethod.Patch, $"collections/{sequence}", """{"title": "mine", "semantics": [{"key": "a", "value": "b"}]}""")).Code, Is.EqualTo(403));
        Assert.That((await Send(C, HttpMethod.Patch, $"collections/{sequence}/items/{picture}", """{"visibility": "owner-only", "heading": 5}""")).Code, Is.EqualTo(403));
        foreach (var path in new[] { $"collections/{hidden.Sequence}", $"collections/{hidden.Sequence}/items/{hidden.Picture}", $"collections/{sequence}/items/{hidden.Picture}" })
        {
            Assert.That((await Send(C, HttpMethod.Patch, path, """{"semantics": [{"key": "a", "value": "b"}]}""")).Code, Is.EqualTo(404), path);
            Assert.That((await C.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(404), path);
        }

        Assert.That((await Send(C, HttpMethod.Post, $"pictures/{hidden.Picture}/annotations", """{"shape": [1, 1, 2, 2]}""")).Code, Is.EqualTo(404));
        Assert.That((await Send(C, HttpMethod.Post, "reports", $$"""{"issue": "privacy", "picture_id": "{{hidden.Picture}}"}""")).Code, Is.EqualTo(404));
        Assert.That((await C.Post($"collections/{hidden.Sequence}/prepare")).Code, Is.EqualTo(404));
        Assert.That((await C.Post($"collections/{sequence}/items/{hidden.Picture}/prepare")).Code, Is.EqualTo(404));
        Assert.That(await State(sequence, picture), Is.EqualTo(before));
        Assert.That(await State(hidden.Sequence, hidden.Picture), Is.EqualTo(hiddenBefore));
    }

    [TestCase("not-a-uuid")]
    [TestCase("00000000-0000-0000-0000-00000000000")]
    [TestCase("%00")]
    [TestCase("..%2f..%2fetc")]
    public async Task What_is_no_id_is_404(string id)
    {
        foreach (var (method, path) in new[] { ("PATCH", $"collections/{id}"), ("DELETE", $"collections/{id}"), ("DELETE", $"annotations/{id}"), ("PATCH", $"reports/{id}"), ("DELETE", $"users/me/excluded_areas/{id}") })
            Assert.That((await Send(B, new HttpMethod(method), path, "{}")).Code, Is.EqualTo(404).Or.EqualTo(400).And.LessThan(500), $"{method} {path}");
    }

    [TestCase("👩‍👩‍👧‍👦|🏳️‍🌈", "😀😀😀")]
    [TestCase("name:ar", "شارع الملك")]
    [TestCase("name:he", "\u202Eרחוב\u202C")]
    [TestCase("café", "e\u0301 and é")]
    [TestCase("key=with[brackets]", "\"quoted\" 'text' \\ ; DROP TABLE pictures; --")]
    [TestCase(" ", "\t\n")]
    public async Task Tags_in_any_writing_come_back_as_they_were_sent(string key, string value)
    {
        var (sequence, picture) = await Picture();
        var sent = new JsonArray(Json(("key", key), ("value", value)));
        foreach (var path in new[] { $"collections/{sequence}", $"collections/{sequence}/items/{picture}" })
        {
            var answer = await B.Send(HttpMethod.Patch, path, Json(("semantics", sent.DeepClone())));
            Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
            Assert.That(JsonNode.DeepEquals(answer["semantics"] ?? answer["properties"]!["semantics"], sent), Is.True, answer.Text);
        }
    }

    [Test]
    public async Task A_value_of_a_tag_that_is_one_character_too_long_is_refused_everywhere()
    {
        var (sequence, picture) = await Picture();
        var set = await B.CreateSet("long");
        JsonArray Long() => new(Json(("key", "k"), ("value", new string('x', 2049))));
        var annotation = (await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(1, 1, 2, 2)), ("semantics", new JsonArray(Json(("key", "a"), ("value", "b")))))))["id"]!.GetValue<Guid>();
        foreach (var path in new[] { $"collections/{sequence}", $"collections/{sequence}/items/{picture}", $"upload_sets/{set}", $"annotations/{annotation}" })
        {
            var answer = await B.Send(HttpMethod.Patch, path, Json(("semantics", Long())));
            Assert.That(answer.Code, Is.EqualTo(400), path);
            Assert.That(answer["details"]![0]!["fields"]!.ToJsonString(), Is.EqualTo("""["semantics",0,"value"]"""), path);
        }

        Assert.That((await B.Post("upload_sets", Json(("title", "t"), ("semantics", Long())))).Code, Is.EqualTo(400));
        Assert.That((await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(3, 3, 4, 4)), ("semantics", Long())))).Code, Is.EqualTo(400));
        Assert.That(await Host.Count($"annotations WHERE picture_id = '{picture}'"), Is.EqualTo(1));
    }
}

/// <summary>Areas that are none, and very many. General areas count for everybody: this has an instance of its own.</summary>
[TestFixture]
internal sealed class BadAreaTests : UploadFixture
{
    private static string Feature(string geometry) => $$"""{"type":"Feature","properties":{"label":"x"},"geometry":{{geometry}}}""";

    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}""", TestName = "Areas_whose_outline_crosses_itself_are_refused")]
    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2]]]}""", TestName = "Areas_whose_outline_is_open_are_refused")]
    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[2,0],[0,0]]]}""", TestName = "Areas_with_too_few_corners_are_refused")]
    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[200,0],[200,2],[0,2],[0,0]]]}""", TestName = "Areas_outside_of_the_world_are_refused")]
    [TestCase("""{"type":"Polygon","coordinates":[[["0",0],[2,0],[2,2],[0,2],[0,0]]]}""", TestName = "Areas_whose_numbers_are_texts_are_refused")]
    [TestCase("""{"type":"LineString","coordinates":[[0,0],[2,0]]}""", TestName = "Lines_are_no_areas")]
    [TestCase("null", TestName = "Features_without_a_geometry_are_no_areas")]
    public async Task Refused(string geometry)
    {
        var good = """{"type":"Polygon","coordinates":[[[10,10],[11,10],[11,11],[10,11],[10,10]]]}""";
        var before = await Host.Count("excluded_areas");
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Post, "users/me/excluded_areas", Feature(geometry)),
            (HttpMethod.Post, "configuration/excluded_areas", Feature(geometry)),
            (HttpMethod.Put, "configuration/excluded_areas", $$"""{"type":"FeatureCollection","features":[{{Feature(good)}},{{Feature(geometry)}}]}"""),
            (HttpMethod.Put, "configuration/excluded_areas?invert=true", $$"""{"type":"FeatureCollection","features":[{{Feature(good)}},{{Feature(geometry)}}]}"""),
        })
        {
            var answer = await A.Send(method, path, JsonNode.Parse(body));
            Assert.That(answer.Code, Is.EqualTo(400), $"{method} {path}: {answer.Text}");
            Assert.That(answer["message"]!.GetValue<string>(), Is.Not.Empty);
        }

        Assert.That(await Host.Count("excluded_areas"), Is.EqualTo(before), "nothing half applied");
    }

    [Test]
    public async Task Ten_thousand_areas_at_once_are_taken_and_hold()
    {
        var features = Enumerable.Range(0, 10_000).Select(i =>
        {
            var (x, y) = (-170 + (i % 100 * 0.1), -60 + (i / 100 * 0.1));
            return Feature(FormattableString.Invariant($$"""{"type":"Polygon","coordinates":[[[{{x}},{{y}}],[{{x + 0.05}},{{y}}],[{{x + 0.05}},{{y + 0.05}}],[{{x}},{{y + 0.05}}],[{{x}},{{y}}]]]}"""));
        });
        var answer = await A.Send(HttpMethod.Put, "configuration/excluded_areas", JsonNode.Parse($$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}"""));
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text.Length > 500 ? answer.Text[..500] : answer.Text);
        Assert.That(answer["features"]!.AsArray(), Has.Count.EqualTo(10_000));

        var set = await B.CreateSet("south");
        var inside = await B.SendFile(set, "in.jpg", Panoramax.Testing.Pictures.TestJpeg.Make(64, 48, -59.98, -169.98, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), seed: 900_001));
        Assert.That(inside.Code, Is.EqualTo(400), inside.Text);
        var outside = await B.SendFile(set, "out.jpg", Panoramax.Testing.Pictures.TestJpeg.Make(64, 48, -59.92, -169.92, new DateTimeOffset(2024, 1, 1, 0, 0, 1, TimeSpan.Zero), seed: 900_002));
        Assert.That(outside.Code, Is.EqualTo(202), outside.Text);
        Assert.That((await A.Send(HttpMethod.Put, "configuration/excluded_areas", JsonNode.Parse("""{"type":"FeatureCollection","features":[]}"""))).Code, Is.EqualTo(200));
    }
}
