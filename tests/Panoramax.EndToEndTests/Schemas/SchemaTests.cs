using System.Text.Json.Nodes;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Schemas;

/// <summary>
/// The answers of an instance with flat and 360° pictures, held against the public STAC schemas where they are there. (Our own
/// description holds every answer in every test: see <see cref="Panoramax.Testing.Clients.ApiDescription"/>.)
/// </summary>
public sealed class SchemaTests
{
    private readonly List<(string Name, JsonNode Answer, string Core, Func<JsonNode, IEnumerable<JsonNode>> Parts)> answers = [];
    private PanoramaxInstance instance = null!;

    [OneTimeSetUp]
    public async Task Ask()
    {
        instance = await PanoramaxInstance.Start();
        var set = await instance.Uploader.CreateSet("Quai Leray", 6);
        var start = new DateTimeOffset(2026, 3, 1, 14, 0, 0, TimeSpan.FromHours(1));
        for (var i = 0; i < 6; i++)
        {
            var is360 = i >= 3;
            var picture = TestJpeg.Make(is360 ? 2048 : 640, is360 ? 1024 : 480, 47.11 + (i * 0.0001), -2.1, start.AddSeconds(i * 10), 90, is360, seed: i);
            var answer = await instance.Uploader.SendFile(set, $"{i}.jpg", picture);
            Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        }

        var ready = await instance.Uploader.UntilReady(set);
        var collection = ready["associated_collections"]![0]!["id"]!.GetValue<Guid>();
        var items = await instance.Visitor.Items(collection);

        Add("landing", await Json(""), "catalog");
        Add("collections", await Json("collections"), "collection", answer => answer["collections"]!.AsArray()!);
        Add("one collection", await Json($"collections/{collection}"), "collection");
        Add("items", await Json($"collections/{collection}/items?limit=2"), "item", Features);
        Add("a flat item", await Json($"collections/{collection}/items/{items[0]["id"]}"), "item");
        Add("a 360° item", await Json($"collections/{collection}/items/{items[5]["id"]}"), "item");
        Add("search", await Json("search?bbox=-2.2,47,-2,47.2&limit=10"), "item", Features);
        Add("search by id", await Json($"search?ids={items[0]["id"]}"), "item", Features);
    }

    [OneTimeTearDown]
    public async Task Stop() => await instance.DisposeAsync();

    [Test]
    public void Answers_match_the_public_schemas_where_they_are_there()
    {
        var schemas = PublicSchemas.Open();
        Assert.Multiple(() =>
        {
            foreach (var (name, answer, core, parts) in answers)
            {
                foreach (var part in parts(answer))
                {
                    // Without the public files, the parts that every reader relies on are looked at by hand.
                    Assert.That(part["stac_version"]?.GetValue<string>(), Is.EqualTo("1.0.0"), name);
                    Assert.That(part["links"]!.AsArray().Select(link => link!["href"]!.GetValue<string>()), Is.All.StartsWith("http"), name);
                    if (schemas is not null) Assert.That(schemas.Faults(part, core), Is.Empty, name);
                }
            }
        });
    }

    private static IEnumerable<JsonNode> Features(JsonNode answer) => answer["features"]!.AsArray()!;

    private void Add(string name, JsonNode answer, string core, Func<JsonNode, IEnumerable<JsonNode>>? parts = null) =>
        answers.Add((name, answer, core, parts ?? (whole => [whole])));

    private async Task<JsonNode> Json(string path)
    {
        var answer = await instance.Visitor.Get(path);
        Assert.That(answer.Code, Is.EqualTo(200), $"{path}: {answer.Text}");
        return answer.Json!;
    }
}
