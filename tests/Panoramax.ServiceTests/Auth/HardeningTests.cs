using System.Text.Json.Nodes;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Auth;

/// <summary>What keeps strangers out though everything else is used as it should: origins, rates, keys, settings.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class HardeningTests
{
    private Community community = null!;

    [OneTimeSetUp]
    public async Task Start() => community = await Community.Start();

    [OneTimeTearDown]
    public async Task Stop() => await community.DisposeAsync();

    [TestCase("https://evil.example.org")]
    [TestCase("null")]
    [TestCase("http://127.0.0.1")]
    [TestCase("http://127.0.0.1.evil.example.org")]
    public async Task A_change_that_another_site_s_page_asks_for_with_the_cookie_is_refused_in_every_service(string origin)
    {
        using var browser = await community.LogIn("bob");
        foreach (var (service, method, path) in ((ServiceProcess, HttpMethod, string)[])
        [
            (community.Auth, HttpMethod.Patch, "api/users/me"), (community.Auth, HttpMethod.Post, "api/users/me/tokens"), (community.Auth, HttpMethod.Post, "api/users/me/accept_tos"),
            (community.Upload, HttpMethod.Post, "api/upload_sets"), (community.Upload, HttpMethod.Post, "api/reports"),
        ])
        {
            using var foreign = await browser.Send(method, service.Address + path, new JsonObject { ["title"] = "x" }, ("Origin", origin));
            Assert.That((int)foreign.StatusCode, Is.EqualTo(403), path);
            Assert.That(JsonNode.Parse(await foreign.Content.ReadAsStringAsync())!["status_code"]!.GetValue<int>(), Is.EqualTo(403));
            using var fetched = await browser.Send(method, service.Address + path, new JsonObject { ["title"] = "x" }, ("Sec-Fetch-Site", "same-site"));
            Assert.That((int)fetched.StatusCode, Is.EqualTo(403), path);
        }
    }

    [Test]
    public async Task Our_own_pages_clients_without_origin_and_tokens_from_anywhere_may_change_things()
    {
        using var browser = await community.LogIn("bob");
        foreach (var headers in ((string, string)[][])[[("Origin", community.Auth.Address.ToString().TrimEnd('/'))], []])
        {
            using var own = await browser.Send(HttpMethod.Patch, "/api/users/me", new JsonObject(), headers);
            Assert.That((int)own.StatusCode, Is.EqualTo(200));
        }

        using var read = await browser.Send(HttpMethod.Get, "/api/users/me", null, ("Origin", "https://evil.example.org"));
        Assert.That((int)read.StatusCode, Is.EqualTo(200), "reading changes nothing");
        var camille = await community.NewPerson("camille");
        using var token = await community.NewBrowser().Send(
            HttpMethod.Patch, "/api/users/me", new JsonObject(), ("Origin", "https://editor.example.org"), ("Authorization", "Bearer " + camille.Bearer));
        Assert.That((int)token.StatusCode, Is.EqualTo(200), "no browser sends a token by itself");
    }

    [Test]
    public async Task Logins_and_new_tokens_are_limited_by_address()
    {
        await using var small = await Community.Start(authOnly: true, settings: [("Auth__SignInsPerMinute", "3"), ("Auth__TokensPerMinute", "2")]);
        using var browser = small.NewBrowser();
        async Task<HttpResponseMessage> From(string address, HttpMethod method, string path) => await browser.Send(method, path, null, ("X-Forwarded-For", address));

        // A minute may begin between two of the calls: then there are more than these, but never more than twice as many.
        var logins = new List<int>();
        for (var i = 0; i < 10; i++) logins.Add((int)(await From("192.0.2.1", HttpMethod.Get, "/api/auth/login")).StatusCode);
        Assert.That(logins.Count(status => status == 302), Is.InRange(3, 6));
        Assert.That(logins.Count(status => status == 429), Is.InRange(4, 7));
        Assert.That((int)(await From("192.0.2.2", HttpMethod.Get, "/api/auth/login")).StatusCode, Is.EqualTo(302), "another address");

        for (var i = 0; i < 4; i++) await From("2001:db8::1", HttpMethod.Post, "/api/auth/tokens/generate");
        using var refused = await From("2001:db8::2", HttpMethod.Post, "/api/auth/tokens/generate");
        Assert.That((int)refused.StatusCode, Is.EqualTo(429), "one household");
        Assert.That(refused.Headers.RetryAfter!.Delta!.Value, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)));
        Assert.That(JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["status_code"]!.GetValue<int>(), Is.EqualTo(429));
    }

    [TestCase("Panoramax.Auth", "auth")]
    [TestCase("Panoramax.Upload", "upload")]
    [TestCase("Panoramax.Stac", "stac")]
    public async Task Without_a_good_key_a_service_does_not_start(string name, string role)
    {
        foreach (var (key, why) in ((string, string)[])[("", "is not set"), ("too short", "fewer than 32 bytes")])
            Assert.That(await Refusal(name, role, ("Auth__SigningKey", key)), Does.Contain("Auth:SigningKey").And.Contain(why));
    }

    [TestCase("Auth__Provider", "google", "'google'")]
    [TestCase("Auth__ClientId", "", "Auth:ClientId is not set")]
    [TestCase("Auth__ClientSecret", "", "Auth:ClientSecret is not set")]
    [TestCase("Auth__Authority", "", "Auth:Authority is not set")]
    [TestCase("Auth__Authority", "http://login.example.org/realms/x", "must be an https address")]
    [TestCase("Auth__Authority", "login.example.org", "must be an https address")]
    [TestCase("Auth__AppCallbacks__0", "javascript:alert(1)", "Auth:AppCallbacks")]
    [TestCase("Auth__CookieLifetime", "00:00:00", "Auth:CookieLifetime")]
    public async Task A_setting_of_the_provider_that_is_missing_or_wrong_stops_the_start_with_a_sentence(string setting, string value, string sentence) =>
        Assert.That(await Refusal("Panoramax.Auth", "auth", (setting, value)), Does.Contain(sentence));

    private async Task<string> Refusal(string name, string role, params (string Key, string Value)[] settings)
    {
        var own = ServiceSettings.For(role, community.Database, community.Store.Folder, TestServers.RabbitMq.ToString());
        foreach (var (key, value) in (IEnumerable<(string, string)>)[.. community.Provider.Settings, .. settings]) own[key] = value;
        await using var process = await ServiceProcess.Start(name, own, waitUntilReady: false);
        Assert.That(await process.Ended(TimeSpan.FromSeconds(30)), Is.Not.Zero);
        return process.Log;
    }
}
