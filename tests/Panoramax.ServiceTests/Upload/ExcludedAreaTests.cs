using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Areas that no pictures are taken of. General areas count for everybody, so these tests run one after the other.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ExcludedAreaTests : UploadFixture
{
    private int seed = 200_000;

    [SetUp]
    public Task ForgetAreas() => Host.Database.Execute("DELETE FROM excluded_areas");

    private static JsonObject Feature(double west, double south, double east, double north, JsonObject? properties = null, bool multi = false)
    {
        JsonArray ring = [new JsonArray(west, south), new JsonArray(east, south), new JsonArray(east, north), new JsonArray(west, north), new JsonArray(west, south)];
        JsonArray polygon = [ring];
        return Json(
            ("type", "Feature"), ("properties", properties),
            ("geometry", Json(("type", multi ? "MultiPolygon" : "Polygon"), ("coordinates", multi ? new JsonArray(polygon) : polygon))));
    }

    private static async Task<Answer> Send(Uploader who, HttpMethod method, string path, JsonNode body, string type = "application/geo+json")
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        using var request = new HttpRequestMessage(method, "/api/" + path) { Content = content };
        using var answer = await who.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer(answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null, text, answer);
    }

    private Task<Answer> SendPictureAt(Uploader who, Guid set, double longitude, double latitude)
    {
        var number = Interlocked.Increment(ref seed);
        return who.SendFile(set, $"{number}.jpg", TestJpeg.Make(64, 48, latitude, longitude, new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero), seed: number));
    }

    [Test]
    [Property("Contract", "known-faults 66")]
    public async Task Pictures_strictly_inside_of_a_general_area_are_refused_and_tracked()
    {
        var area = await Send(A, HttpMethod.Post, "configuration/excluded_areas", Feature(10, 20, 11, 21, Json(("label", "a base"), ("is_public", true))));
        Assert.That(area.Code, Is.EqualTo(200), area.Text);
        Assert.That(area.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/geo+json"));
        Assert.That(area["geometry"]!["type"]!.GetValue<string>(), Is.EqualTo("MultiPolygon"));
        Assert.That(area["properties"]!["label"]!.GetValue<string>(), Is.EqualTo("a base"));

        var set = await B.CreateSet("inside", estimatedFiles: 1);
        var refused = await SendPictureAt(B, set, 10.5, 20.5);
        Assert.That(refused.Code, Is.EqualTo(400));
        Assert.That(refused["details"]!["error"]!.GetValue<string>(), Does.Contain("area that this instance takes no pictures of"));
        var rejected = (await B.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"]!;
        Assert.That(rejected["reason"]!.GetValue<string>(), Is.EqualTo("invalid_metadata"));
        Assert.That(rejected["details"]!.ToJsonString(), Is.EqualTo("{}"));
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.True);
        Assert.That((await SendPictureAt(B, set, 10, 20.5)).Code, Is.EqualTo(202), "on the edge");
        Assert.That((await SendPictureAt(B, set, 12, 20.5)).Code, Is.EqualTo(202));
    }

    [Test]
    public async Task Own_areas_count_for_their_owner_alone()
    {
        Assert.That((await Send(C, HttpMethod.Post, "users/me/excluded_areas", Feature(10, 20, 11, 21))).Code, Is.EqualTo(200));
        var (bobs, camilles) = (await B.CreateSet("bob"), await C.CreateSet("camille"));
        Assert.That((await SendPictureAt(B, bobs, 10.5, 20.5)).Code, Is.EqualTo(202));
        var refused = await SendPictureAt(C, camilles, 10.5, 20.5);
        Assert.That(refused.Code, Is.EqualTo(400));
        Assert.That(refused["details"]!["error"]!.GetValue<string>(), Does.Contain("you excluded yourself"));
    }

    [Test]
    public async Task A_picture_cannot_be_moved_into_an_area_and_those_inside_stay()
    {
        var set = await B.CreateSet("move");
        var inside = (await SendPictureAt(B, set, 10.5, 20.5))["picture_id"]!.GetValue<Guid>();
        var outside = (await SendPictureAt(B, set, 12, 20.5))["picture_id"]!.GetValue<Guid>();
        var sequence = await Host.Dispatch(set);
        await Send(A, HttpMethod.Post, "configuration/excluded_areas", Feature(10, 20, 11, 21));
        Assert.That((await B.Send(HttpMethod.Patch, $"collections/{sequence}/items/{outside}", Json(("longitude", 10.4), ("latitude", 20.4)))).Code, Is.EqualTo(400));
        Assert.That((await B.Send(HttpMethod.Patch, $"collections/{sequence}/items/{inside}", Json(("heading", 5)))).Code, Is.EqualTo(200));
        Assert.That(await Host.Count($"pictures WHERE upload_set_id = '{set}'"), Is.EqualTo(2));
    }

    [Test]
    public async Task Who_sees_and_changes_areas()
    {
        await Send(A, HttpMethod.Post, "configuration/excluded_areas", Feature(1, 1, 2, 2, Json(("is_public", "yes"))));
        var secret = await Send(A, HttpMethod.Post, "configuration/excluded_areas", Feature(3, 3, 4, 4, multi: true));
        var own = await Send(B, HttpMethod.Post, "users/me/excluded_areas", Feature(5, 5, 6, 6));
        var ownId = own["properties"]!["id"]!.GetValue<string>();

        Assert.That((await Nobody.Get("configuration/excluded_areas"))["features"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await Nobody.Get("configuration/excluded_areas?all=false"))["type"]!.GetValue<string>(), Is.EqualTo("FeatureCollection"));
        Assert.That((await Nobody.Get("configuration/excluded_areas?all=true")).Code, Is.EqualTo(401));
        Assert.That((await B.Get("configuration/excluded_areas?all=true")).Code, Is.EqualTo(403));
        Assert.That((await A.Get("configuration/excluded_areas?all=true"))["features"]!.AsArray(), Has.Count.EqualTo(3));
        Assert.That((await B.Get("users/me/excluded_areas"))["features"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await C.Get("users/me/excluded_areas"))["features"]!.AsArray(), Is.Empty);
        Assert.That(own["properties"]!["account_id"]!.GetValue<Guid>(), Is.EqualTo(Bob.Id));

        Assert.That((await Send(B, HttpMethod.Post, "configuration/excluded_areas", Feature(3, 3, 4, 4))).Code, Is.EqualTo(403));
        Assert.That((await Send(B, HttpMethod.Post, "configuration/excluded_areas", Json(("type", "Feature")))).Code, Is.EqualTo(400), "told before the missing right");
        Assert.That((await Send(A, HttpMethod.Post, "configuration/excluded_areas", Feature(3, 3, 4, 4), "text/plain")).Code, Is.EqualTo(415));
        Assert.That((await C.Send(HttpMethod.Delete, $"users/me/excluded_areas/{ownId}")).Code, Is.EqualTo(404));
        Assert.That((await A.Send(HttpMethod.Delete, $"configuration/excluded_areas/{ownId}")).Code, Is.EqualTo(404));
        Assert.That((await B.Send(HttpMethod.Delete, $"users/me/excluded_areas/{ownId}")).Code, Is.EqualTo(204));
        var path = $"configuration/excluded_areas/{secret["properties"]!["id"]}";
        Assert.That((await B.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(403));
        Assert.That((await A.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(204));
        Assert.That((await A.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(404));
    }

    [Test]
    public async Task All_general_areas_are_replaced_and_own_ones_stay()
    {
        await Send(A, HttpMethod.Post, "configuration/excluded_areas", Feature(1, 1, 2, 2));
        await Send(B, HttpMethod.Post, "users/me/excluded_areas", Feature(5, 5, 6, 6));
        var body = Json(("type", "FeatureCollection"), ("features", new JsonArray(Feature(10, 10, 11, 11), Feature(12, 12, 13, 13, multi: true))));
        Assert.That((await Send(B, HttpMethod.Put, "configuration/excluded_areas", body)).Code, Is.EqualTo(403));
        var replaced = await Send(A, HttpMethod.Put, "configuration/excluded_areas", body);
        Assert.That(replaced.Code, Is.EqualTo(200), replaced.Text);
        Assert.That(replaced["features"]!.AsArray(), Has.Count.EqualTo(3));
        Assert.That(await Host.Count("excluded_areas WHERE account_id IS NULL AND ST_XMin(geom) >= 10"), Is.EqualTo(2));
        Assert.That((await Send(A, HttpMethod.Put, "configuration/excluded_areas", Json(("type", "FeatureCollection"), ("features", new JsonArray(Json(("type", "Feature"))))))).Code, Is.EqualTo(400));
        Assert.That(await Host.Count("excluded_areas WHERE account_id IS NULL"), Is.EqualTo(2), "nothing is lost by a bad body");
    }

    [Test]
    public async Task Inverted_areas_are_the_only_ones_that_are_allowed()
    {
        var body = Json(("type", "FeatureCollection"), ("features", new JsonArray(Feature(10, 40, 12, 42), Feature(11, 41, 13, 43))));
        Assert.That((await Send(A, HttpMethod.Put, "configuration/excluded_areas?invert=true", body)).Code, Is.EqualTo(200));
        Assert.That(await Host.Count("excluded_areas WHERE NOT is_public"), Is.Zero);
        var set = await B.CreateSet("only there");
        Assert.That((await SendPictureAt(B, set, 11.5, 41.5)).Code, Is.EqualTo(202), "in both");
        Assert.That((await SendPictureAt(B, set, 12.5, 42.5)).Code, Is.EqualTo(202));
        Assert.That((await SendPictureAt(B, set, 12.5, 40.5)).Code, Is.EqualTo(400));
        Assert.That((await SendPictureAt(B, set, -120, -30)).Code, Is.EqualTo(400));

        // The rest of the world is kept in pieces; a place on the cut between two of them is still inside of the whole.
        await Host.Database.Execute("""
            DELETE FROM excluded_areas;
            INSERT INTO excluded_areas (id, is_public, geom) VALUES
                (gen_random_uuid(), TRUE, ST_Multi(ST_MakeEnvelope(-10, -10, 0, 10, 4326))), (gen_random_uuid(), TRUE, ST_Multi(ST_MakeEnvelope(0, -10, 10, 10, 4326)))
            """);
        Assert.That((await SendPictureAt(B, set, 0, 5)).Code, Is.EqualTo(400));
    }

    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}""")]
    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[200,0],[1,1],[0,0]]]}""")]
    [TestCase("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}""")]
    [TestCase("""{"type":"Polygon","coordinates":[[["a",0],[1,1],[1,0],["a",0]]]}""")]
    [TestCase("""{"type":"Point","coordinates":[0,0]}""")]
    [TestCase("""{"type":"MultiPolygon","coordinates":[]}""")]
    [TestCase("null")]
    public async Task What_is_no_area_is_refused(string geometry)
    {
        var answer = await Send(B, HttpMethod.Post, "users/me/excluded_areas", Json(("type", "Feature"), ("geometry", JsonNode.Parse(geometry))));
        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
        Assert.That(answer["details"]![0]!["fields"]!.ToJsonString(), Is.EqualTo("""["geometry"]"""));
    }
}
