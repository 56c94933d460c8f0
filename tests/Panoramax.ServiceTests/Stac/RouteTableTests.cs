using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Every route of reading: with and without a slash at the end, by HEAD, with a wrong method, and for nobody where it wants somebody.</summary>
internal sealed class RouteTableTests : StacFixture
{
    private Journey five = null!;
    private Guid annotation;

    protected override (string Key, string Value)[] Settings => [("Auth__Provider", "osm")];

    protected override async Task SetUp()
    {
        five = await Host.Add(Bob, Journey.OfFive360());
        await Host.StoreFiles(five[0], cols: 8);
        annotation = await Host.Annotate(five[0], "k", "v", Bob);
    }

    [TestCase("", "application/json")]
    [TestCase("conformance", "application/json")]
    [TestCase("configuration", "application/json")]
    [TestCase("collections", "application/json")]
    [TestCase("collections/queryables", "application/json")]
    [TestCase("collections/{seq}", "application/json")]
    [TestCase("collections/{seq}/thumb.jpg", "image/jpeg")]
    [TestCase("collections/{seq}/geovisio_status", "application/json")]
    [TestCase("collections/{seq}/items", "application/geo+json")]
    [TestCase("collections/{seq}/items/{pic}", "application/geo+json")]
    [TestCase("collections/{seq}/items/{pic}/annotations/{ann}", "application/json")]
    [TestCase("annotations/{ann}", "application/json")]
    [TestCase("search", "application/geo+json")]
    [TestCase("queryables", "application/json")]
    [TestCase("pictures/{pic}", "application/geo+json")]
    [TestCase("pictures/{pic}/hd.jpg", "image/jpeg")]
    [TestCase("pictures/{pic}/sd.jpg", "image/jpeg")]
    [TestCase("pictures/{pic}/thumb.jpg", "image/jpeg")]
    [TestCase("pictures/{pic}/tiled/0_0.jpg", "image/jpeg")]
    [TestCase("map/style.json", "application/json")]
    [TestCase("map/0/0/0.mvt", "application/vnd.mapbox-vector-tile")]
    [TestCase("map/0/0/0.pbf", "application/vnd.mapbox-vector-tile")]
    [TestCase("users", "application/json")]
    [TestCase("users/search?q=bob", "application/json")]
    [TestCase("users/{user}", "application/json")]
    [TestCase("users/{user}/collection", "application/json")]
    [TestCase("users/{user}/collection?format=csv", "text/csv")]
    [TestCase("users/{user}/catalog", "application/json")]
    [TestCase("users/{user}/map/style.json", "application/json")]
    [TestCase("users/{user}/map/0/0/0.mvt", "application/vnd.mapbox-vector-tile")]
    [TestCase("debug_headers", "application/json")]
    [TestCase("live", null)]
    public async Task Everybody_may_read(string route, string? type)
    {
        var (path, query) = Split(route);
        var plain = await Nobody.Get(path + query);
        var slash = await Nobody.Get(path.Length == 0 ? "/api" : path + "/" + query);
        var head = await Nobody.Send(HttpMethod.Head, path + query);

        Assert.That((plain.Code, plain.Message.Content.Headers.ContentType?.ToString().Replace("; charset=utf-8", "", StringComparison.Ordinal)), Is.EqualTo((200, type)));
        Assert.That((slash.Code, slash.Text), Is.EqualTo((200, plain.Text)));
        Assert.That((head.Code, head.Text), Is.EqualTo((200, "")));
        Assert.That(plain.Message.Headers.CacheControl?.ToString(), Does.StartWith("public"));
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            var wrong = await Nobody.Send(method, path);
            Assert.That((wrong.Code, wrong["status_code"]?.GetValue<int>()), Is.EqualTo((405, 405)), method.Method);
            Assert.That(wrong["message"]!.GetValue<string>(), Is.Not.Empty);
        }
    }

    [TestCase("users/me/collection", 200)]
    [TestCase("users/me/collection?format=csv", 200)]
    [TestCase("users/me/catalog", 302)]
    [TestCase("users/me/map/style.json", 200)]
    [TestCase("users/me/map/0/0/0.mvt", 200)]
    public async Task What_is_the_caller_s_own_wants_a_login(string route, int status)
    {
        var (path, query) = Split(route);

        Assert.That((await B.Get(path + query)).Code, Is.EqualTo(status));
        Assert.That((await B.Get(path + "/" + query)).Code, Is.EqualTo(status));
        var redirect = await Nobody.Get(path + query);
        Assert.That(redirect.Code, Is.EqualTo(302));
        Assert.That(redirect.Message.Headers.Location!.ToString(), Does.Contain("/api/auth/login?next_url=" + Uri.EscapeDataString($"{Host.Process.Address}api/{path}{query}")));
    }

    [TestCase("collections/{id}")]
    [TestCase("collections/{id}/items")]
    [TestCase("collections/{id}/items/{id}")]
    [TestCase("collections/{id}/thumb.jpg")]
    [TestCase("collections/{id}/geovisio_status")]
    [TestCase("pictures/{id}")]
    [TestCase("pictures/{id}/hd.jpg")]
    [TestCase("pictures/{id}/sd.jpg")]
    [TestCase("pictures/{id}/thumb.jpg")]
    [TestCase("pictures/{id}/tiled/0_0.jpg")]
    [TestCase("annotations/{id}")]
    [TestCase("collections/{id}/items/{id}/annotations/{id}")]
    [TestCase("users/{id}")]
    public async Task Ids_that_are_unknown_or_no_ids_are_404(string route)
    {
        foreach (var id in (string[])[Guid.NewGuid().ToString(), "not-an-id", "1", "00000000", Guid.NewGuid().ToString("N"), "{" + Guid.NewGuid() + "}", Guid.NewGuid() + "0"])
        {
            var answer = await Nobody.Get(route.Replace("{id}", Uri.EscapeDataString(id), StringComparison.Ordinal));
            Assert.That((answer.Code, answer["status_code"]?.GetValue<int>()), Is.EqualTo((404, 404)), id);
        }
    }

    private (string Path, string Query) Split(string route)
    {
        var full = route.Replace("{seq}", five.Id.ToString(), StringComparison.Ordinal).Replace("{pic}", five[0].Id.ToString(), StringComparison.Ordinal)
            .Replace("{ann}", annotation.ToString(), StringComparison.Ordinal).Replace("{user}", Bob.Id.ToString(), StringComparison.Ordinal);
        var at = full.IndexOf('?', StringComparison.Ordinal);
        return at < 0 ? (full, "") : (full[..at], full[at..]);
    }
}
