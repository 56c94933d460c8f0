using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Upload;

/// <summary>What the reading service tells right after an edit: no worker has to come by first.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ReadAfterEditTests : UploadFixture
{
    private ServiceProcess stac = null!;
    private Visitor bob = null!;
    private Visitor camille = null!;
    private Visitor stranger = null!;

    [OneTimeSetUp]
    public async Task StartReading()
    {
        stac = await ServiceProcess.Start("Panoramax.Stac", ServiceSettings.For("stac", Host.Database, Host.Folder));
        (bob, camille, stranger) = (new Visitor(stac.Address, Bob.Bearer), new Visitor(stac.Address, Camille.Bearer), new Visitor(stac.Address));
    }

    [OneTimeTearDown]
    public async Task StopReading()
    {
        bob?.Dispose();
        camille?.Dispose();
        stranger?.Dispose();
        if (stac is not null) await stac.DisposeAsync();
    }

    private async Task<(Guid Set, Guid Sequence, Guid Picture)> Dispatched(string? visibility = null)
    {
        var set = await B.CreateSet("read", more: visibility is null ? null : Json(("visibility", visibility)));
        var picture = await Host.SendPicture(B, set);
        var sequence = await Host.Dispatch(set);
        await Host.Prepare(picture);
        return (set, sequence, picture);
    }

    [TestCase("owner-only", 404, 404)]
    [TestCase("logged-only", 200, 404)]
    [TestCase("anyone", 200, 200)]
    [Property("Contract", "write.md B.36")]
    public async Task Who_sees_a_set_its_files_its_collection_and_its_pictures(string visibility, int another, int nobody)
    {
        var (set, sequence, picture) = await Dispatched(visibility);
        foreach (var path in new[] { $"upload_sets/{set}", $"upload_sets/{set}/files" })
            Assert.That(((await B.Get(path)).Code, (await C.Get(path)).Code, (await Nobody.Get(path)).Code), Is.EqualTo((200, another, nobody)), path);
        foreach (var path in new[] { $"collections/{sequence}", $"collections/{sequence}/items", $"collections/{sequence}/items/{picture}", $"pictures/{picture}" })
            Assert.That(((await bob.Get(path)).Code, (await camille.Get(path)).Code, (await stranger.Get(path)).Code), Is.EqualTo((200, another, nobody)), path);
        var change = await C.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("visibility", "anyone")));
        Assert.That(change.Code, Is.EqualTo(another == 404 ? 404 : 403));
    }

    [Test]
    [Property("Contract", "write.md B.38")]
    [Property("Contract", "write.md B.38")]
    public async Task Tags_of_a_set_are_shown_by_its_collections_and_found_at_once()
    {
        var (set, sequence, picture) = await Dispatched();
        JsonArray Tag(string value, string action = "add") => [Json(("action", action), ("key", "survey"), ("value", value))];
        Assert.That((await C.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("semantics", Tag("first"))))).Code, Is.EqualTo(200));
        Assert.That(await Found("first"), Is.EqualTo(new[] { picture }));
        Assert.That((await B.Send(HttpMethod.Patch, $"upload_sets/{set}", Json(("semantics", new JsonArray(Tag("first", "delete")[0]!.DeepClone(), Tag("second")[0]!.DeepClone()))))).Code, Is.EqualTo(200));
        Assert.That(await Found("first"), Is.Empty);
        Assert.That(await Found("second"), Is.EqualTo(new[] { picture }));
        var listed = (await stranger.Get("collections?limit=1000"))["collections"]!.AsArray().Single(collection => collection!["id"]!.GetValue<Guid>() == sequence)!;
        Assert.That(listed["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"survey","value":"second"}]"""));
        // An edit of the collection stays there.
        await B.Send(HttpMethod.Patch, $"collections/{sequence}", Json(("semantics", Tag("second", "delete"))));
        Assert.That((await B.Set(set))["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"survey","value":"second"}]"""));
        Assert.That(await Found("second"), Is.Empty);

        async Task<Guid[]> Found(string value)
        {
            var filter = Uri.EscapeDataString($"semantics.survey='{value}'");
            return [.. (await stranger.Get($"search?collections={sequence}&filter={filter}"))["features"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>())];
        }
    }

    [Test]
    [Property("Contract", "write.md B.40")]
    public async Task An_annotation_is_the_same_by_every_route_and_its_item_is_newer()
    {
        var (_, sequence, picture) = await Dispatched();
        async Task<string> Updated() => (await bob.Get($"pictures/{picture}"))["properties"]!["updated"]!.GetValue<string>();
        var before = await Updated();
        var made = await C.Post($"pictures/{picture}/annotations", Json(("shape", new JsonArray(1, 1, 10, 10)), ("semantics", new JsonArray(Json(("key", "b"), ("value", "2")), Json(("key", "a"), ("value", "1"))))));
        var id = made["id"]!.GetValue<Guid>();
        Assert.That(string.CompareOrdinal(await Updated(), before), Is.Positive);
        var (shortForm, longForm) = (await stranger.Get($"annotations/{id}"), await stranger.Get($"collections/{sequence}/items/{picture}/annotations/{id}"));
        Assert.That(JsonNode.DeepEquals(shortForm.Json, made.Json), Is.True, shortForm.Text);
        Assert.That(JsonNode.DeepEquals(longForm.Json, made.Json), Is.True, longForm.Text);
        var shown = (await stranger.Get($"pictures/{picture}"))["properties"]!["annotations"]![0]!;
        Assert.That(shown["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"a","value":"1"},{"key":"b","value":"2"}]"""));
        Assert.That(shown["picture_id"], Is.Null);
        Assert.That((await C.Send(HttpMethod.Delete, $"annotations/{id}")).Code, Is.EqualTo(204));
        Assert.That((await stranger.Get($"annotations/{id}")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "write.md B.41")]
    public async Task A_reported_picture_is_gone_for_all_but_its_owner()
    {
        var (_, sequence, picture) = await Dispatched();
        var report = await Nobody.Post("reports", Json(("issue", "privacy"), ("picture_id", picture.ToString()), ("reporter_email", "me@example.org")));
        Assert.That(report["status"]!.GetValue<string>(), Is.EqualTo("open_autofix"));
        Assert.That(report["reporter_email"], Is.Null);
        Assert.That(((await camille.Get($"pictures/{picture}")).Code, (await stranger.Get($"pictures/{picture}/hd.jpg")).Code), Is.EqualTo((404, 404)));
        var own = await bob.Get($"collections/{sequence}/items/{picture}");
        Assert.That(own.Code, Is.EqualTo(200));
        Assert.That(own["properties"]!["geovisio:visibility"]!.GetValue<string>(), Is.EqualTo("owner-only"));
        Assert.That(await Host.Count($"pictures_changes WHERE picture_id = '{picture}' AND account_id = '{await Host.DefaultAccount()}'"), Is.EqualTo(1));
    }
}
