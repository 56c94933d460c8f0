using System.Net;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>Pages and files that the gateway itself serves.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class PageTests : GatewayFixture
{
    [TestCase("/", "pnx-viewer")]
    [TestCase("/viewer", "pnx-viewer")]
    [TestCase("/viewer/", "pnx-viewer")]
    [TestCase("/token-accepted", null)]
    [TestCase("/tos-validation", null)]
    [TestCase("/api/docs/swagger", null)]
    [TestCase("/api/docs/swagger/", null)]
    public async Task A_page_may_load_nothing_from_elsewhere_and_run_no_script_within_itself(string path, string? viewer)
    {
        using var answer = await Send("GET", path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("public"));
        Assert.That(Header(answer, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
        Assert.That(Header(answer, "Referrer-Policy"), Is.EqualTo("strict-origin-when-cross-origin"));
        var policy = Header(answer, "Content-Security-Policy")!.Split("; ").ToDictionary(part => part.Split(' ')[0], part => part);
        Assert.That(policy["default-src"], Is.EqualTo("default-src 'none'"));
        Assert.That(policy["script-src"], Is.EqualTo("script-src 'self'"));
        Assert.That(policy["connect-src"], Is.EqualTo("connect-src 'self' data: blob: http://127.0.0.1:8111"));
        Assert.That(policy["img-src"], Is.EqualTo("img-src 'self' data: blob:"));
        Assert.That(policy.ContainsKey("frame-ancestors"), Is.EqualTo(path.StartsWith("/tos", StringComparison.Ordinal) || path.StartsWith("/api", StringComparison.Ordinal)));

        var page = await answer.Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("<base href=\"/\">").And.Not.Contain("{{"));
        Assert.That(page, Does.Not.Match("<script(?![^>]* src=)"), "a script within the page would not run");
        if (viewer is not null) Assert.That(page, Does.Contain("static/viewer/index.js"));

        using var head = await Send("HEAD", path);
        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("/static/viewer/index.js", "text/javascript")]
    [TestCase("/static/viewer/index.css", "text/css")]
    [TestCase("/static/viewer/swagger-ui/swagger-ui-bundle.js", "text/javascript")]
    [TestCase("/static/viewer/swagger-ui/swagger-ui.css", "text/css")]
    [TestCase("/static/viewer/map/land.json", "application/json")]
    [TestCase("/static/swagger.js", "text/javascript")]
    [TestCase("/static/page.js", "text/javascript")]
    [TestCase("/static/map/style.json", "application/json")]
    [TestCase("/static/img/logo.svg", "image/svg+xml")]
    [TestCase("/static/img/logo.png", "image/png")]
    [TestCase("/static/img/favicon.ico", "image/x-icon")]
    [TestCase("/favicon.ico", "image/x-icon")]
    public async Task A_file_is_kept_for_an_hour_and_then_asked_for_by_its_date(string path, string type)
    {
        using var answer = await Send("GET", path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
        Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("public, max-age=3600"));
        using var again = await Send("GET", path, null, ("If-Modified-Since", Header(answer, "Last-Modified")!));
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    /// <summary>The maps of the sources would be 10 MB; a browser's developer tools ask for what is named.</summary>
    [TestCase("/static/viewer/index.js")]
    [TestCase("/static/viewer/swagger-ui/swagger-ui-bundle.js")]
    [TestCase("/static/viewer/swagger-ui/swagger-ui.css")]
    public async Task No_bundle_names_a_file_that_is_not_served(string path)
    {
        using var answer = await Send("GET", path);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("# sourceMappingURL="));
    }

    [TestCase("/apidocs", "/api/docs/swagger")]
    [TestCase("/apispec_1.json", "/api/docs/specs.json")]
    [TestCase("/apidocs/", "/api/docs/swagger")]
    public async Task Older_addresses_lead_to_the_description(string path, string to)
    {
        using var answer = await Send("GET", path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MovedPermanently));
        Assert.That(Header(answer, "Location"), Is.EqualTo(to));
        Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("public"));
    }
}

/// <summary>An operator's own pages and map.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class OwnPageTests : GatewayFixture
{
    protected override (string Key, string Value)[] Settings =>
    [
        ("Gateway__MainPage", "https://www.example.org/pano"), ("Gateway__ViewerPage", "https://www.example.org/view?a=1"),
        ("Gateway__MapStyle", "https://maps.example.org/style.json"), ("Gateway__MapOrigins__0", "https://tiles.example.org"),
        ("Storage__PublicPermanentUrl", "https://store.example.org/permanent"), ("Storage__PublicDerivatesUrl", "https://store.example.org/derivates"),
    ];

    [TestCase("/", "https://www.example.org/pano")]
    [TestCase("/viewer", "https://www.example.org/view?a=1")]
    public async Task Pages_of_the_operators_website_are_led_to(string path, string to)
    {
        using var answer = await Send("GET", path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MovedPermanently));
        Assert.That(Header(answer, "Location"), Is.EqualTo(to));
        Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("public"));
    }

    [Test]
    public async Task A_page_may_load_from_the_servers_that_the_operator_named_and_no_others()
    {
        using var answer = await Send("GET", "/token-accepted");
        var policy = Header(answer, "Content-Security-Policy")!;
        Assert.That(policy, Does.Contain("img-src 'self' data: blob: https://tiles.example.org https://maps.example.org https://store.example.org;"));
        Assert.That(policy, Does.Contain("connect-src 'self' data: blob: http://127.0.0.1:8111 https://tiles.example.org https://maps.example.org https://store.example.org;"));
        Assert.That(policy, Does.Contain("script-src 'self';"));
    }

    [TestCase("Gateway__MapOrigins__0", "https://tiles.example.org; script-src *")]
    [TestCase("Gateway__MapOrigins__0", "https://tiles.example.org/path")]
    [TestCase("Gateway__MainPage", "javascript:alert(1)")]
    [TestCase("Gateway__TrustedProxies", "-1")]
    [TestCase("Gateway__ServiceTimeout", "00:00:00")]
    [TestCase("Upload__MaxFileBytes", "0")]
    public async Task Wrong_settings_stop_the_start_with_a_sentence(string key, string value)
    {
        await using var process = await ServiceProcess.Start("Panoramax.Gateway", [KeyValuePair.Create(key, value)], waitUntilReady: false);
        Assert.That(await process.Ended(TimeSpan.FromSeconds(30)), Is.Not.Zero);
        Assert.That(process.Log, Does.Contain(key.Split("__")[1]));
    }
}
