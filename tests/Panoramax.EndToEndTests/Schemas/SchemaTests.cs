using System.Text.Json;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Schemas;

namespace Panoramax.EndToEndTests.Schemas;

/// <summary>
/// The answers of an instance with flat and 360° pictures that came in by upload. The clients of all tests hold what they are
/// answered against our own document and the public schemas; here it is asked for, route by route, and seen that they do.
/// </summary>
public sealed class SchemaTests
{
    private PanoramaxInstance instance = null!;
    private Guid set;
    private Guid collection;
    private IReadOnlyList<Guid> items = [];

    [OneTimeSetUp]
    public async Task SendPictures()
    {
        instance = await PanoramaxInstance.Start();
        set = await instance.Uploader.CreateSet("Quai Leray", 6);
        var start = new DateTimeOffset(2026, 3, 1, 14, 0, 0, TimeSpan.FromHours(1));
        for (var i = 0; i < 6; i++)
        {
            var is360 = i >= 3;
            var picture = TestJpeg.Make(is360 ? 2048 : 640, is360 ? 1024 : 480, 47.11 + (i * 0.0001), -2.1, start.AddSeconds(i * 10), 90, is360, seed: i);
            var answer = await instance.Uploader.SendFile(set, $"{i}.jpg", picture);
            Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        }

        collection = (await instance.Uploader.UntilReady(set))["associated_collections"]![0]!["id"]!.GetValue<Guid>();
        items = [.. (await instance.Visitor.Items(collection)).Select(item => item["id"]!.GetValue<Guid>())];
    }

    [OneTimeTearDown]
    public async Task Stop() => await instance.DisposeAsync();

    [Test]
    [Property("Contract", "read.md 23.1")]
    [Property("Contract", "read.md 23.6")]
    public async Task Answers_are_as_our_document_and_the_public_schemas_have_them()
    {
        foreach (var path in (string[])
        [
            "", "conformance", "configuration", "queryables", "collections/queryables", "debug_headers", "collections", "collections?limit=1", $"collections/{collection}",
            $"collections/{collection}/geovisio_status", $"collections/{collection}/items", $"collections/{collection}/items?limit=2", $"collections/{collection}/items/{items[0]}",
            $"pictures/{items[5]}", "search?bbox=-2.2,47,-2,47.2&limit=10", $"search?ids={items[0]}", $"search?ids={Guid.NewGuid()}", "users", "users/search?q=default",
            "map/style.json", "configuration/excluded_areas", $"upload_sets/{set}", $"upload_sets/{set}/files",
        ])
        {
            var answer = await instance.Visitor.Get(path);
            Assert.That(answer.Code, Is.EqualTo(200), $"{path}: {answer.Text}");
        }

        var user = (await instance.Visitor.Get($"collections/{collection}"))["providers"]![0]!["id"]!.GetValue<Guid>();
        foreach (var path in (string[])["", "/collection", "/catalog", "/map/style.json"]) Assert.That((await instance.Visitor.Get($"users/{user}{path}")).Code, Is.EqualTo(200), path);
    }

    [Test]
    public void An_answer_that_is_not_as_described_is_noticed()
    {
        using var wrong = JsonDocument.Parse("""{"type":"FeatureCollection","features":[{"type":"Feature","stac_version":"1.0.0","id":1}]}""");
        using var error = JsonDocument.Parse("""{"error":"no message"}""");

        if (PublicSchemas.Shared is { } schemas) Assert.That(schemas.Faults(wrong.RootElement), Is.Not.Empty);
        Assert.That(Faults("GET", "/api/search", 200, wrong), Is.Not.Empty);
        Assert.That(Faults("POST", "/api/search", 418, error), Is.Not.Empty);
        Assert.That(ApiDescription.Instance.Find("GET", "/api/nothing"), Is.Null);
    }

    private static IReadOnlyList<string> Faults(string method, string path, int status, JsonDocument answer) =>
        ApiDescription.Instance.Find(method, path)!.Faults(status, "application/geo+json", JsonSerializer.SerializeToUtf8Bytes(answer));
}
