namespace Panoramax.ServiceTests.Gateway;

/// <summary>Cross-origin headers: a browser blocks an answer that lacks them, whatever its status.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class CrossOriginTests : GatewayFixture
{
    private const string Elsewhere = "https://viewer.example.org";

    protected override (string Key, string Value)[] Settings => [("Gateway__PreparesPerMinute", "1"), ("Gateway__ServiceTimeout", "00:00:02"), ("Upload__MaxFileBytes", "100000")];

    /// <summary>
    /// Some answers lacked the header now and then; the browser blocked them, and clients polled forty times in a burst.
    /// </summary>
    [TestCase("GET", "/api/collections", 200)]
    [TestCase("GET", "/api/collections?status=302&header=Location:https://pano.example.org/", 302)]
    [TestCase("GET", "/api/collections?status=304", 304)]
    [TestCase("GET", "/api/collections?status=400", 400)]
    [TestCase("GET", "/api/collections?status=401", 401)]
    [TestCase("GET", "/api/collections?status=403", 403)]
    [TestCase("GET", "/api/collections?status=404", 404)]
    [TestCase("POST", "/api/upload_sets?status=409", 409)]
    [TestCase("POST", "/api/upload_sets?status=429", 429)]
    [TestCase("GET", "/api/collections?status=500", 500)]
    [TestCase("GET", "/api/pictures/1/sd.jpg?type=image/jpeg&size=900", 200)]
    [TestCase("GET", "/api/pictures/1/tiled/0_0.jpg?type=image/jpeg&size=900", 200)]
    [TestCase("GET", "/api/map/1/2/3.mvt?type=application/vnd.mapbox-vector-tile&size=900", 200)]
    [TestCase("HEAD", "/api/live", 200)]
    [TestCase("DELETE", "/api/collections/1?status=204", 204)]
    [TestCase("GET", "/api/collections?cut=head", 502)]
    [TestCase("GET", "/api/collections?silent=1", 504)]
    [TestCase("POST", "/api/conformance", 405)]
    [TestCase("GET", "/api/nothing/here", 404)]
    [TestCase("GET", "/nothing", 404)]
    [TestCase("OPTIONS", "/api/collections", 200)]
    [TestCase("GET", "/apidocs", 301)]
    [TestCase("GET", "/api/docs/specs.json", 200)]
    [TestCase("GET", "/static/page.css", 200)]
    [TestCase("GET", "/favicon.ico", 200)]
    [TestCase("GET", "/", 200)]
    public async Task Every_answer_names_the_origin_that_asked(string method, string path, int status)
    {
        using var answer = await Send(method, path, headers: ("Origin", Elsewhere));
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Elsewhere));
        Assert.That(Header(answer, "Access-Control-Allow-Credentials"), Is.EqualTo("true"));
        Assert.That(Header(answer, "Vary"), Does.Contain("Origin"));
    }

    [Test]
    public async Task A_body_that_is_too_large_and_a_caller_who_asks_too_often_get_the_headers_too()
    {
        using var large = await Send("POST", "/api/reports", Bytes(17 * 1024 * 1024), ("Origin", Elsewhere));
        Assert.That((int)large.StatusCode, Is.EqualTo(413));
        Assert.That(Header(large, "Access-Control-Allow-Origin"), Is.EqualTo(Elsewhere));

        using var first = await Send("POST", "/api/collections/1/prepare", headers: ("Origin", Elsewhere));
        using var second = await Send("POST", "/api/collections/1/prepare", headers: ("Origin", Elsewhere));
        Assert.That((int)second.StatusCode, Is.EqualTo(429));
        Assert.That(Header(second, "Access-Control-Allow-Origin"), Is.EqualTo(Elsewhere));
    }

    [Test]
    public async Task Without_an_origin_there_is_no_header_but_caches_know_that_it_matters()
    {
        using var answer = await Send("GET", "/api/pictures/1/sd.jpg?type=image/jpeg&size=900");
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.Null);
        Assert.That(Header(answer, "Access-Control-Allow-Credentials"), Is.Null);
        Assert.That(Header(answer, "Vary"), Is.EqualTo("Origin"));
    }

    [TestCase("/api/collections/1/items")]
    [TestCase("/api/users/me")]
    [TestCase("/api/no/such/route")]
    public async Task A_preflight_is_answered_without_asking_a_service(string path)
    {
        using var answer = await Send("OPTIONS", path + "?cut=head", null,
            ("Origin", Elsewhere), ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization,content-type"));
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Elsewhere));
        Assert.That(Header(answer, "Access-Control-Allow-Methods"), Is.EqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"));
        Assert.That(Header(answer, "Access-Control-Allow-Headers"), Is.EqualTo("authorization,content-type"));
        Assert.That(Header(answer, "Access-Control-Allow-Credentials"), Is.EqualTo("true"));
    }

    [Test]
    public async Task Headers_that_a_service_lets_scripts_read_pass()
    {
        using var answer = await Send("POST", "/api/upload_sets?header=Access-Control-Expose-Headers:Location", headers: ("Origin", Elsewhere));
        Assert.That(Header(answer, "Access-Control-Expose-Headers"), Is.EqualTo("Location"));
    }

    /// <summary>Two values in this header make browsers block the answer.</summary>
    [Test]
    public async Task A_service_that_sets_the_header_itself_does_not_double_it()
    {
        using var answer = await Send("GET", "/api/collections?header=Access-Control-Allow-Origin:*", headers: ("Origin", Elsewhere));
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Elsewhere));
    }
}
