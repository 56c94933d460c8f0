using System.Net.Sockets;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>Errors that the gateway itself has to tell, in the API's form, and those of services, which pass untouched.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FailureTests : GatewayFixture
{
    // Nothing listens where auth is said to be.
    protected override (string Key, string Value)[] Settings =>
        [("Gateway__ServiceTimeout", "00:00:01"), ("services__auth__http__0", $"http://127.0.0.1:{ServiceProcess.FreePort()}")];

    [TestCase("GET", "/api/nothing", 404)]
    [TestCase("GET", "/api/stats", 404)]
    [TestCase("POST", "/api/nothing", 404)]
    [TestCase("GET", "/health/ready/x", 404)]
    [TestCase("GET", "/static/none.js", 404)]
    [TestCase("GET", "/static/../appsettings.json", 404)]
    [TestCase("GET", "/static/%2e%2e/appsettings.json", 404)]
    [TestCase("POST", "/api/conformance", 405)]
    [TestCase("DELETE", "/api/search", 405)]
    [TestCase("PUT", "/api/users", 405)]
    [TestCase("POST", "/", 405)]
    [TestCase("POST", "/viewer", 405)]
    [TestCase("DELETE", "/api/docs/specs.json", 405)]
    public async Task Unknown_paths_and_wrong_methods_are_refused_in_the_apis_form(string method, string path, int status)
    {
        using var answer = await Send(method, path);
        await Refused(answer, status);
        if (status == 405) Assert.That(Header(answer, "Allow"), Does.Contain("GET"));
    }

    [Test]
    public async Task An_error_is_private_to_a_caller_who_showed_who_he_is()
    {
        using var answer = await Send("GET", "/api/nothing", null, ("Authorization", "Bearer x"));
        Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("private"));
        using var byCookie = await Send("GET", "/api/nothing", null, ("Cookie", "panoramax_session=x"));
        Assert.That(byCookie.Headers.CacheControl!.ToString(), Is.EqualTo("private"));
    }

    [Test]
    public async Task A_service_that_is_down_is_502()
    {
        using var answer = await Send("GET", "/api/auth/login");
        await Refused(answer, 502);
        using var body = Bytes(5_000_000);
        using var change = await Send("POST", "/api/auth/tokens/generate", body);
        await Refused(change, 502);
    }

    [Test]
    public async Task A_service_that_breaks_off_before_its_answer_is_502()
    {
        using var answer = await Send("GET", "/api/collections?cut=head");
        await Refused(answer, 502);
        using var body = Bytes(100);
        using var change = await Send("POST", "/api/reports?cut=head", body);
        await Refused(change, 502);
    }

    [Test]
    public async Task A_service_that_is_silent_too_long_is_504_and_is_told_to_stop()
    {
        using var answer = await Send("GET", "/api/map/1/1/1.mvt?silent=1");
        await Refused(answer, 504);
        for (var i = 0; i < 50 && this["stac"].Abandoned == 0; i++) await Task.Delay(100);
        Assert.That(this["stac"].Abandoned, Is.Not.Zero);
    }

    /// <summary>A client must never take half a picture for a whole one.</summary>
    [Test]
    public void A_service_that_breaks_off_within_its_answer_breaks_the_callers_connection_too()
    {
        Assert.That(async () =>
        {
            using var answer = await Send("GET", "/api/pictures/1/hd.jpg?type=image/jpeg&size=500000&cut=body");
            await answer.Content.ReadAsByteArrayAsync();
        }, Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_caller_who_leaves_ends_the_work_of_the_service_and_is_no_error()
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(Gateway.Address.Host, Gateway.Address.Port);
            await socket.GetStream().WriteAsync("GET /api/users?silent=1 HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            await Task.Delay(300);
        }

        for (var i = 0; i < 30 && !Gateway.Log.Contains("GET /api/users 499", StringComparison.Ordinal); i++) await Task.Delay(100);
        Assert.That(Gateway.Log, Does.Contain("GET /api/users 499"));
        Assert.That(Gateway.Log, Does.Not.Contain("did not answer /api/users"));
    }

    [TestCase(401)]
    [TestCase(404)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    public async Task An_error_of_a_service_passes_as_it_is(int status)
    {
        using var answer = await Send("GET", $"/api/collections?status={status}&header=Retry-After:7");
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That((await Json(answer))["message"]!.GetValue<string>(), Is.EqualTo("said by the service"));
        Assert.That(Header(answer, "Retry-After"), Is.EqualTo("7"));
    }

    [Test]
    public async Task Health_is_the_gateways_own_and_that_of_services_is_not_reachable()
    {
        using var live = await Send("GET", "/health/live");
        Assert.That((int)live.StatusCode, Is.EqualTo(200));
        using var service = await Send("GET", "/api/health/ready");
        await Refused(service, 404);
    }
}
