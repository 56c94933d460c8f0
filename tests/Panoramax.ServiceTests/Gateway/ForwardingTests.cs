using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>What a service is told about who asked for what, when proxies stand before the gateway and when none does.</summary>
[TestFixture(0)]
[TestFixture(1)]
[TestFixture(2)]
[Parallelizable(ParallelScope.All)]
internal sealed class ForwardingTests(int proxies) : GatewayFixture
{
    /// <summary>What the proxies write, the nearest last; a stranger has put the first value there.</summary>
    private static readonly (string, string)[] told =
    [
        ("X-Forwarded-For", "203.0.113.1, 203.0.113.2, 203.0.113.3"),
        ("X-Forwarded-Proto", "http, https, https"),
        ("X-Forwarded-Host", "evil.example.org, pano.example.org, pano.example.org"),
        ("X-Forwarded-Prefix", "/evil, /street, /street"),
        ("X-Forwarded-Port", "1, 8443, 8443"),
        ("Forwarded", "for=203.0.113.9;host=evil.example.org"),
        ("X-Real-IP", "203.0.113.9"),
        ("X-Original-Host", "evil.example.org"),
    ];

    protected override (string Key, string Value)[] Settings => [("Gateway__TrustedProxies", proxies.ToString(CultureInfo.InvariantCulture))];

    private static string? Said(JsonObject seen, string header) => seen["headers"]![header]?.GetValue<string>();

    [Test]
    public async Task Trusted_proxies_are_believed_and_nobody_else()
    {
        var seen = await Seen("GET", "/api/collections?limit=2", null, told);
        var address = $"{Gateway.Address.Host}:{Gateway.Address.Port}";
        Assert.That(Said(seen, "x-forwarded-host"), Is.EqualTo(proxies == 0 ? address : "pano.example.org:8443"));
        Assert.That(Said(seen, "x-forwarded-proto"), Is.EqualTo(proxies == 0 ? "http" : "https"));
        Assert.That(Said(seen, "x-forwarded-prefix"), Is.EqualTo(proxies == 0 ? null : "/street"));
        Assert.That(Said(seen, "x-forwarded-for"), Is.EqualTo(proxies switch { 0 => "127.0.0.1", 1 => "203.0.113.3", _ => "203.0.113.2" }));
        foreach (var claim in new[] { "forwarded", "x-real-ip", "x-original-host", "x-forwarded-port" }) Assert.That(Said(seen, claim), Is.Null, claim);
        // The prefix is a matter of links: the service's own paths have none.
        Assert.That(seen["path"]!.GetValue<string>(), Is.EqualTo("/api/collections?limit=2"));
    }

    [Test]
    public async Task Redirects_and_pages_of_the_gateway_keep_the_prefix()
    {
        var prefix = proxies == 0 ? "" : "/street";
        using var moved = await Send("GET", "/apidocs", null, told);
        Assert.That((int)moved.StatusCode, Is.EqualTo(301));
        Assert.That(Header(moved, "Location"), Is.EqualTo(prefix + "/api/docs/swagger"));
        using var page = await Send("GET", "/viewer", null, told);
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain($"<base href=\"{prefix}/\">"));
        using var swagger = await Send("GET", "/api/docs/swagger", null, told);
        Assert.That(await swagger.Content.ReadAsStringAsync(), Does.Contain($"<base href=\"{prefix}/\">"));
        using var document = await Send("GET", "/api/docs/specs.json", null, told);
        Assert.That((await Json(document))["servers"]![0]!["url"]!.GetValue<string>(), Is.EqualTo(
            proxies == 0 ? Gateway.Address.ToString().TrimEnd('/') : "https://pano.example.org:8443/street"));
    }

    /// <summary>Some clients write each path with a slash at its end; a redirect would lose the body of a POST in browsers.</summary>
    [TestCase("GET", "/api/", "stac", "/api")]
    [TestCase("GET", "/api/search/?ids=1", "stac", "/api/search?ids=1")]
    [TestCase("GET", "/api/collections/1/items/2/", "stac", "/api/collections/1/items/2")]
    [TestCase("POST", "/api/search/", "stac", "/api/search")]
    [TestCase("POST", "/api/auth/tokens/generate/?description=x%20y", "auth", "/api/auth/tokens/generate?description=x%20y")]
    [TestCase("POST", "/api/reports/", "upload", "/api/reports")]
    [TestCase("POST", "/api/collections/1/items/", "upload", "/api/collections/1/items")]
    [TestCase("PATCH", "/api/collections/1/", "upload", "/api/collections/1")]
    [TestCase("PATCH", "/api/users/me/", "auth", "/api/users/me")]
    [TestCase("PUT", "/api/configuration/excluded_areas/", "upload", "/api/configuration/excluded_areas")]
    [TestCase("DELETE", "/api/collections/1/items/2/", "upload", "/api/collections/1/items/2")]
    [TestCase("DELETE", "/api/users/me/tokens/1/", "auth", "/api/users/me/tokens/1")]
    [TestCase("GET", "/api/users/me/collection/", "stac", "/api/users/me/collection")]
    public async Task A_trailing_slash_changes_nothing(string method, string path, string service, string seenPath)
    {
        using var body = new StringContent("""{"a":1}""", new MediaTypeHeaderValue("Application/json"));
        var seen = await Seen(method, path, method is "POST" or "PATCH" or "PUT" ? body : null);
        Assert.That((seen["service"]!.GetValue<string>(), seen["path"]!.GetValue<string>(), seen["method"]!.GetValue<string>()), Is.EqualTo((service, seenPath, method)));
        if (method is "POST" or "PATCH" or "PUT") Assert.That(seen["bytes"]!.GetValue<int>(), Is.EqualTo(7));
        if (method is "POST" or "PATCH" or "PUT") Assert.That(Said(seen, "content-type"), Is.EqualTo("Application/json"));
    }

    [Test]
    public async Task What_a_caller_sends_for_the_service_passes_as_it_is()
    {
        var seen = await Seen("GET", "/api/search?filter=%22a%7Cb%22%3D%27%C3%A9%27&x=1+2", null,
            ("Authorization", "Bearer abc.def"), ("Cookie", "panoramax_session=s; user_id=u"), ("Accept-Language", "fr"), ("User-Agent", "Some Tool/1.0"), ("Accept", "text/csv"));
        Assert.That(seen["path"]!.GetValue<string>(), Is.EqualTo("/api/search?filter=%22a%7Cb%22%3D%27%C3%A9%27&x=1+2"));
        Assert.That(Said(seen, "authorization"), Is.EqualTo("Bearer abc.def"));
        Assert.That(Said(seen, "cookie"), Is.EqualTo("panoramax_session=s; user_id=u"));
        Assert.That(Said(seen, "accept-language"), Is.EqualTo("fr"));
        Assert.That(Said(seen, "user-agent"), Is.EqualTo("Some Tool/1.0"));
        Assert.That(Said(seen, "accept"), Is.EqualTo("text/csv"));
    }

    [Test]
    public async Task The_trace_of_a_caller_goes_on_in_the_service_and_its_id_is_in_the_access_log()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var seen = await Seen("GET", "/api/conformance", null, ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        Assert.That(Said(seen, "traceparent"), Does.StartWith($"00-{trace}-").And.Not.Contain("00f067aa0ba902b7"));
        await Task.Delay(300);
        Assert.That(Gateway.Log, Does.Match($"GET /api/conformance 200 .*trace {trace}"));
        var fresh = await Seen("GET", "/api/conformance");
        Assert.That(Said(fresh, "traceparent"), Does.Match("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$"));
    }

    [Test]
    public async Task The_log_tells_no_query_no_token_and_no_cookie()
    {
        await Seen("GET", "/api/search?place_position=1.5,48.5", null, ("Authorization", "Bearer secret-of-bob"), ("Cookie", "panoramax_session=cookie-of-bob"));
        await Task.Delay(300);
        Assert.That(Gateway.Log, Does.Contain("/api/search 200"));
        Assert.That(Gateway.Log, Does.Not.Contain("place_position").And.Not.Contain("-of-bob").And.Not.Contain("203.0.113"));
    }

    [TestCase("/api/pictures/1/hd.jpg?type=image/jpeg&size=5000", "image/jpeg", 5000)]
    [TestCase("/api/collections", "application/json", null)]
    public async Task HEAD_is_GET_without_the_body(string path, string type, int? length)
    {
        using var answer = await Send("HEAD", path);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
        if (length is not null) Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(length));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
        using var refused = await Send("HEAD", path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "refuse=404");
        Assert.That((int)refused.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task Nothing_tells_what_software_answers()
    {
        using var answer = await Send("GET", "/api/collections?header=Server:Kestrel");
        Assert.That(Header(answer, "Server"), Is.Null);
        Assert.That(Header(answer, "X-Powered-By"), Is.Null);
    }
}
