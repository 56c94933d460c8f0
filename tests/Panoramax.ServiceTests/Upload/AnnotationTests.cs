using System.Text.Json.Nodes;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Shapes in pictures (B.6 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class AnnotationTests : UploadFixture
{
    private const string Box = """{"type":"Polygon","coordinates":[[[1,1],[10,1],[10,10],[1,10],[1,1]]]}""";

    private async Task<(Guid Sequence, Guid Picture)> Picture()
    {
        var set = await B.CreateSet("annotated");
        var picture = await Host.SendPicture(B, set);
        return (await Host.Dispatch(set), picture);
    }

    private static JsonArray Tags(params (string Action, string Key, string Value)[] edits) =>
        [.. edits.Select(edit => Json(("action", edit.Action), ("key", edit.Key), ("value", edit.Value)))];

    private Task<DateTime> Updated(Guid picture) => Host.Database.Scalar<DateTime>($"SELECT updated_at FROM pictures WHERE id = '{picture}'");

    [Test]
    [Property("Contract", "write.md B.40")]
    [Property("Contract", "write.md B.40")]
    public async Task A_box_becomes_a_polygon_with_sorted_tags()
    {
        var (sequence, picture) = await Picture();
        var before = await Updated(picture);
        var made = await C.Post($"collections/{sequence}/items/{picture}/annotations", Json(("shape", new JsonArray(1, 1, 10, 10)), ("semantics", Tags(("add", "b", "2"), ("add", "a", "1")))));

        Assert.That(made.Code, Is.EqualTo(200), made.Text);
        var id = made["id"]!.GetValue<Guid>();
        Assert.That(made["picture_id"]!.GetValue<Guid>(), Is.EqualTo(picture));
        Assert.That(JsonNode.DeepEquals(made["shape"], JsonNode.Parse(Box)), Is.True, made.Text);
        Assert.That(made["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"a","value":"1"},{"key":"b","value":"2"}]"""));
        Assert.That(made.Message.Headers.Location!.ToString(), Is.EqualTo($"{Host.Process.Address}api/annotations/{id}"));
        Assert.That(await Updated(picture), Is.GreaterThan(before));
        Assert.That(await Host.Count($"pictures_semantics_history WHERE picture_id = '{picture}' AND account_id = '{Camille.Id}' AND annotation_shape = '{Box}'::jsonb"), Is.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.40")]
    [Property("Contract", "write.md B.40")]
    public async Task The_same_shape_is_the_same_annotation()
    {
        var (_, picture) = await Picture();
        var path = $"pictures/{picture}/annotations";
        var first = await B.Post(path, Json(("shape", new JsonArray(1, 1, 10, 10)), ("semantics", Tags(("add", "a", "1")))));
        var second = await C.Post(path, Json(("shape", JsonNode.Parse(Box)), ("semantics", Tags(("delete", "a", "1"), ("add", "a", "2")))));
        Assert.That(second.Code, Is.EqualTo(200), second.Text);
        Assert.That(second["id"]!.GetValue<Guid>(), Is.EqualTo(first["id"]!.GetValue<Guid>()));
        Assert.That(second["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"a","value":"2"}]"""));
        Assert.That((await B.Post(path, Json(("shape", new JsonArray(1, 1, 10, 10)), ("semantics", Tags(("add", "a", "2")))))).Code, Is.EqualTo(400));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => B.Post(path, Json(("shape", new JsonArray(2, 2, 5, 5)), ("semantics", Tags(("add", "n", $"{i}")))))));
        Assert.That(answers.Select(answer => answer["id"]!.GetValue<Guid>()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Host.Count($"annotations WHERE picture_id = '{picture}'"), Is.EqualTo(2));
    }

    [Test]
    [Property("Contract", "write.md B.40")]
    [Property("Contract", "write.md B.40")]
    public async Task Without_its_last_tag_an_annotation_is_gone()
    {
        var (sequence, picture) = await Picture();
        var id = (await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(1, 1, 10, 10)), ("semantics", Tags(("add", "a", "1"), ("add", "b", "1"))))))["id"]!.GetValue<Guid>();
        var (shortForm, longForm) = ($"annotations/{id}", $"collections/{sequence}/items/{picture}/annotations/{id}");

        Assert.That((await Nobody.Send(HttpMethod.Patch, shortForm, Json(("semantics", Tags(("delete", "a", "1")))))).Code, Is.EqualTo(401));
        Assert.That((await C.Send(HttpMethod.Patch, longForm, Json(("semantics", null)))).Code, Is.EqualTo(200));
        Assert.That((await C.Send(HttpMethod.Patch, $"collections/{sequence}/items/{Guid.NewGuid()}/annotations/{id}", Json(("semantics", null)))).Code, Is.EqualTo(404));
        var one = await C.Send(HttpMethod.Patch, longForm, Json(("semantics", Tags(("delete", "a", "1")))));
        Assert.That(one.Code, Is.EqualTo(200));
        Assert.That(one["semantics"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await C.Send(HttpMethod.Patch, shortForm, Json(("semantics", Tags(("delete", "b", "1")))))).Code, Is.EqualTo(204));
        Assert.That((await C.Send(HttpMethod.Patch, shortForm, Json(("semantics", Tags(("add", "b", "1")))))).Code, Is.EqualTo(404));
        Assert.That(await Host.Count($"pictures_semantics_history WHERE picture_id = '{picture}'"), Is.EqualTo(3));
    }

    [TestCase(false)]
    [TestCase(true)]
    [Property("Contract", "write.md B.40")]
    [Property("Contract", "write.md B.40")]
    public async Task Everybody_logged_in_may_delete_an_annotation(bool longForm)
    {
        var (sequence, picture) = await Picture();
        var id = (await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(1, 1, 10, 10)), ("semantics", Tags(("add", "a", "1"))))))["id"]!.GetValue<Guid>();
        var path = longForm ? $"collections/{sequence}/items/{picture}/annotations/{id}" : $"annotations/{id}";
        Assert.That((await Nobody.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(401));
        var before = await Updated(picture);
        Assert.That((await C.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(204));
        Assert.That((await C.Send(HttpMethod.Delete, path)).Code, Is.EqualTo(404));
        Assert.That(await Updated(picture), Is.GreaterThan(before));
        Assert.That(await Host.Count($"pictures_semantics_history WHERE picture_id = '{picture}' AND account_id = '{Camille.Id}' AND updates::text LIKE '%delete%'"), Is.EqualTo(1));
    }

    [TestCase("[1, 1, 10]")]
    [TestCase("[1, 1, 10, 10.5]")]
    [TestCase("\"box\"")]
    [TestCase("null")]
    [TestCase("""{"type": "Point", "coordinates": [1, 1]}""")]
    [TestCase("""{"type": "Polygon", "coordinates": []}""")]
    [TestCase("""{"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [1, 1]]]}""")]
    [TestCase("""{"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2]]]}""")]
    public async Task What_is_no_shape_is_refused(string shape)
    {
        var (_, picture) = await Picture();
        var answer = await B.Post($"pictures/{picture}/annotations", Json(("shape", JsonNode.Parse(shape)), ("semantics", Tags(("add", "a", "1")))));
        Assert.That(answer.Code, Is.EqualTo(400), answer.Text);
        Assert.That(answer["details"]![0]!["fields"]!.ToJsonString(), Is.EqualTo("""["shape"]"""));
    }

    [TestCase(64, 48, 200)]
    [TestCase(65, 48, 400)]
    [TestCase(64, 49, 400)]
    [TestCase(-1, 10, 400)]
    public async Task Corners_lie_in_the_picture_or_on_its_edge(int x, int y, int expected)
    {
        var (_, picture) = await Picture();
        var answer = await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(0, 0, x, y)), ("semantics", Tags(("add", "a", "1")))));
        Assert.That(answer.Code, Is.EqualTo(expected), answer.Text);
        if (expected == 400)
        {
            Assert.That(answer["details"]!.GetValueKind(), Is.EqualTo(System.Text.Json.JsonValueKind.String));
            Assert.That(answer["value"], Is.Not.Null);
        }
    }

    [Test]
    public async Task Shapes_are_in_the_pixels_of_the_upright_picture_before_it_is_made()
    {
        var set = await B.CreateSet("turned");
        var jpeg = new TestJpeg(64, 48, 7_000_001).WithPosition(1, 2).WithCaptureTime(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero)).With("Exif.Image.Orientation", "6").ToBytes();
        var picture = (await B.SendFile(set, "1.jpg", jpeg))["picture_id"]!.GetValue<Guid>();
        var tags = Tags(("add", "a", "1"));
        Assert.That((await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(0, 0, 48, 64)), ("semantics", tags)))).Code, Is.EqualTo(200));
        Assert.That((await B.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(0, 0, 64, 48)), ("semantics", tags.DeepClone())))).Code, Is.EqualTo(400));
    }

    [Test]
    public async Task The_picture_is_looked_at_first()
    {
        Assert.That((await B.Post($"pictures/{Guid.NewGuid()}/annotations", Json(("shape", "none")))).Code, Is.EqualTo(404));
        var (_, picture) = await Picture();
        using var text = new StringContent("x");
        using var notJson = await B.Http.PostAsync($"/api/pictures/{picture}/annotations", text);
        Assert.That((int)notJson.StatusCode, Is.EqualTo(415));
        await Host.Database.Execute($"UPDATE pictures SET visibility = 'owner-only' WHERE id = '{picture}'");
        Assert.That((await C.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(1, 1, 2, 2))))).Code, Is.EqualTo(404));
    }
}
