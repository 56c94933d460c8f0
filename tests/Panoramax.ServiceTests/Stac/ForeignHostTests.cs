using System.Text.RegularExpressions;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Behind a proxy with another scheme, host, port and a path before the API, every address in every answer is the public one.</summary>
internal sealed partial class ForeignHostTests : StacFixture
{
    private const string Public = "https://pano.example.org:8443/street/api/";

    private Journey journey = null!;

    protected override (string Key, string Value)[] Settings => [("Auth__Provider", "osm")];

    protected override async Task SetUp()
    {
        journey = await Host.Add(Bob, Journey.OfFive360() with { HasUploadSet = true });
        await Host.Add(Camille, Journey.OfFive360() with { Title = "near" });
        await Host.Add(Bob, Journey.OfFive360() with { Title = "third" });
        await Host.Annotate(journey[0], "k", "v", Bob);
    }

    [Test]
    public async Task Every_address_of_every_answer_is_public()
    {
        foreach (var path in (string[])
        [
            "", "conformance", "configuration", "queryables", "collections/queryables", "debug_headers",
            "collections", "collections?limit=1", "collections?format=rss", $"collections/{journey.Id}", $"collections/{journey.Id}/geovisio_status",
            $"collections/{journey.Id}/items", $"collections/{journey.Id}/items?limit=2&startAfterRank=2", $"collections/{journey.Id}/items/{journey[1].Id}", $"pictures/{journey[0].Id}",
            "search", "search?limit=1", $"search?ids={journey[0].Id}", "map/style.json", $"users/{Bob.Id}/map/style.json", "users/me/map/style.json",
            "users", "users/search?q=bob", $"users/{Bob.Id}", $"users/{Bob.Id}/collection?limit=1", $"users/{Bob.Id}/catalog?limit=1", "users/me/collection",
        ])
        {
            using var request = Asked(path, Bob.Bearer);
            using var answer = await Nobody.Http.SendAsync(request);
            var text = (await answer.Content.ReadAsStringAsync()).Replace("\\u002B", "+", StringComparison.Ordinal);

            Assert.That((int)answer.StatusCode, Is.EqualTo(200), path);
            Assert.That(text, Does.Not.Contain("127.0.0.1"), path);
            var addresses = Address().Matches(text).Select(match => match.Value).Where(address => !Foreign().IsMatch(address)).ToList();
            Assert.That(addresses, Is.All.StartsWith("https://pano.example.org:8443/street/"), path);
            if (path is not ("conformance" or "configuration") && !path.EndsWith("status", StringComparison.Ordinal)) Assert.That(addresses, Is.Not.Empty, path);
        }
    }

    [Test]
    public async Task A_page_can_be_followed_under_the_public_address()
    {
        foreach (var path in (string[])["collections?limit=1", $"collections/{journey.Id}/items?limit=2", "search?limit=1", $"users/{Bob.Id}/collection?limit=1"])
        {
            using var request = Asked(path);
            using var answer = await Nobody.Http.SendAsync(request);
            var next = Href(System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync()), "next")!;
            Assert.That(next, Does.StartWith(Public + path.Split('?')[0] + "?"));

            using var again = Asked(next[Public.Length..]);
            using var second = await Nobody.Http.SendAsync(again);
            Assert.That((int)second.StatusCode, Is.EqualTo(200), next);
        }
    }

    [TestCase("users/me/collection", Public + "auth/login?next_url=https%3A%2F%2Fpano.example.org%3A8443%2Fstreet%2Fapi%2Fusers%2Fme%2Fcollection")]
    public async Task Redirects_are_public_too(string path, string location)
    {
        using var request = Asked(path);
        using var answer = await Nobody.Http.SendAsync(request);

        Assert.That(answer.Headers.Location!.ToString(), Is.EqualTo(location));
    }

    private static HttpRequestMessage Asked(string path, string? bearer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/" + path);
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "pano.example.org:8443");
        request.Headers.Add("X-Forwarded-Prefix", "/street");
        if (bearer is not null) request.Headers.Add("Authorization", "Bearer " + bearer);
        return request;
    }

    [GeneratedRegex("""https?://[^"<> ]+""")]
    private static partial Regex Address();

    /// <summary>Names of standards, which look like addresses.</summary>
    [GeneratedRegex("^https?://(stac-extensions\\.github\\.io|stac\\.linz\\.govt\\.nz|www\\.opengis\\.net|api\\.stacspec\\.org|json-schema\\.org|purl\\.org|www\\.georss\\.org|cyber\\.harvard\\.edu)/")]
    private static partial Regex Foreign();
}
