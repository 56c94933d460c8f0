using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>
/// The conversations of clients that read, replayed against a whole instance: map editors, a library of web pages, and plain
/// HTTP as browsers and caches use it.
/// </summary>
public sealed partial class ReadingClientsTests
{
    private PanoramaxInstance instance = null!;
    private Visitor client = null!;
    private Photographer lea = null!;
    private Walk around = null!;
    private Walk flat = null!;

    [OneTimeSetUp]
    public async Task SendPictures()
    {
        instance = await PanoramaxInstance.Start();
        client = instance.Visitor;
        lea = await instance.NewPhotographer("lea");
        around = await instance.Send(lea, "Around", 3, is360: true, 47.3, -1.55, new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.FromHours(2)));
        flat = await instance.Send(lea, "Ahead", 3, is360: false, 47.2, -1.55, new DateTimeOffset(2026, 5, 2, 9, 0, 0, TimeSpan.FromHours(2)));
    }

    [OneTimeTearDown]
    public async Task Stop() => await instance.DisposeAsync();

    /// <summary>The tile that holds a place.</summary>
    private static string Tile(int zoom, double longitude, double latitude)
    {
        var side = Math.Pow(2, zoom);
        var radians = double.DegreesToRadians(latitude);
        return FormattableString.Invariant($"{zoom}/{Math.Floor((longitude + 180) / 360 * side)}/{Math.Floor((1 - (Math.Asinh(Math.Tan(radians)) / Math.PI)) / 2 * side)}");
    }

    private static JsonNode? Link(JsonNode thing, string rel) => thing["links"]!.AsArray().FirstOrDefault(link => link!["rel"]!.GetValue<string>() == rel);

    private async Task<Answer> Ok(string path)
    {
        var answer = await client.Get(path);
        Assert.That(answer.Code, Is.EqualTo(200), $"{path}: {answer.Text}");
        return answer;
    }
}
