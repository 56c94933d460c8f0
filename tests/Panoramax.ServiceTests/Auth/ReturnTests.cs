using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Auth;

/// <summary>Where a login leads afterwards: never to a stranger, whatever form the address has; past the terms where those are enforced.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class ReturnTests
{
    private static readonly string[] foreign =
    [
        "https://evil.example.org/", "http://evil.example.org", "//evil.example.org/", "///evil.example.org", "\\\\evil.example.org", "/\\evil.example.org",
        "\\/evil.example.org", "/\t/evil.example.org", "\t//evil.example.org", " //evil.example.org", "/\n/evil.example.org", "https:evil.example.org",
        "https:/evil.example.org", "HTTP://{host}@evil.example.org/", "http://{host}.evil.example.org/", "http://{host}%2eevil.example.org/", "http://127.0.0.1:1/",
        "https://{host}/", "http://evil.example.org\\@{host}/", "http://user:password@{host}/", "javascript:alert(1)", "data:text/html,hello", "ftp://{host}/",
        "gomaposm://elsewhere/callback", "gomaposm2://panoramax/callback", "gomaposm://panoramax@elsewhere/callback", "file:///etc/passwd", "%2F%2Fevil.example.org", "evil.example.org",
    ];

    private Community community = null!;

    [OneTimeSetUp]
    public async Task Start() => community = await Community.Start(authOnly: true);

    [OneTimeTearDown]
    public async Task Stop() => await community.DisposeAsync();

    [TestCaseSource(nameof(foreign))]
    public async Task A_foreign_next_url_is_dropped(string form)
    {
        var address = form.Replace("{host}", community.Auth.Address.Authority, StringComparison.Ordinal);
        using var browser = community.NewBrowser();
        using var end = await community.LogIn(browser, "bob", address);
        Assert.That(end.Headers.Location!.OriginalString, Is.EqualTo(community.Auth.Address.ToString()), "the root of this server");

        using var logout = await browser.Get($"/api/auth/logout?next_url={Uri.EscapeDataString(address)}");
        using var back = await browser.Get(logout.Headers.Location!.ToString());
        using var gone = await browser.Get(back.Headers.Location!.ToString());
        Assert.That((int)gone.StatusCode, Is.EqualTo(202), "nowhere to go");
    }

    [TestCase("/viewer#pic=1")]
    [TestCase("/api/auth/tokens/0d3c7c52-4a0f-4a57-9b0e-5d7f2e2b9a11/claim?a=%2F%2Fb")]
    [TestCase("/%2F/evil.example.org")]
    [TestCase("{root}api/users/me?x=1#y")]
    [TestCase("gomaposm://panoramax/callback")]
    public async Task An_address_of_this_server_or_of_a_known_app_is_followed(string form)
    {
        var address = form.Replace("{root}", community.Auth.Address.ToString(), StringComparison.Ordinal);
        using var end = await community.LogIn(community.NewBrowser(), "bob", address);
        Assert.That(end.Headers.Location!.OriginalString, Is.EqualTo(address));
    }

    [Test]
    public async Task The_website_of_the_instance_is_followed_too_and_apps_only_if_they_are_listed()
    {
        await using var other = await Community.Start(authOnly: true, settings: [("Instance__Website", "https://www.example.org/pano"), ("Auth__AppCallbacks__0", "mapper://back/here")]);
        foreach (var (wanted, end) in ((string, string?)[])[
            ("https://www.example.org/anything", "https://www.example.org/anything"), ("https://www.example.org:444/", null), ("http://www.example.org/", null),
            ("mapper://back/here?x=1", "mapper://back/here?x=1"), ("gomaposm://panoramax/callback", null)])
        {
            using var answer = await other.LogIn(other.NewBrowser(), "bob", wanted);
            Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo(end ?? other.Auth.Address.ToString()), wanted);
        }
    }

    [Test]
    [Property("Contract", "write.md B.44")]
    public async Task Where_terms_are_enforced_a_login_passes_by_their_page()
    {
        await using var strict = await Community.Start(authOnly: true, settings: [("Auth__RequireTerms", "true")]);
        var page = $"{strict.Auth.Address}tos-validation";
        using var plain = await strict.LogIn(strict.NewBrowser(), "bob");
        Assert.That(plain.Headers.Location!.OriginalString, Is.EqualTo(page));
        using var onTheWay = await strict.LogIn(strict.NewBrowser(), "bob", "/viewer?a=b");
        Assert.That(onTheWay.Headers.Location!.OriginalString, Is.EqualTo(page + "?next_url=%2Fviewer%3Fa%3Db"));
        using var toApp = await strict.LogIn(strict.NewBrowser(), "bob", "gomaposm://panoramax/callback");
        Assert.That(Uri.UnescapeDataString(toApp.Headers.Location!.OriginalString), Is.EqualTo($"{page}?next_url={strict.Auth.Address}api/auth/login?next_url=gomaposm%3A%2F%2Fpanoramax%2Fcallback"),
            "a page can lead to an app only through the login");

        using var browser = await strict.LogIn("bob");
        using var accepted = await browser.Send(HttpMethod.Post, "/api/users/me/accept_tos");
        Assert.That((int)accepted.StatusCode, Is.EqualTo(200));
        using var after = await strict.LogIn(browser, "bob", "/viewer?a=b");
        Assert.That(after.Headers.Location!.OriginalString, Is.EqualTo("/viewer?a=b"), "accepted: straight on");
    }

    [Test]
    public async Task OpenStreetMap_people_are_known_by_their_number()
    {
        await using var provider = await ProviderDouble.Start();
        await using var osm = await Community.Start(hasLogin: false, authOnly: true, settings:
        [
            ("Auth__Provider", "osm"), ("Auth__ClientId", ProviderDouble.ClientId), ("Auth__ClientSecret", ProviderDouble.ClientSecret),
            ("Auth__OsmWebsite", provider.Address.ToString()), ("Auth__OsmApi", provider.Address.ToString()),
        ]);
        using var browser = osm.NewBrowser();
        provider.Person = "mapper";
        using var start = await browser.Get("/api/auth/login?next_url=/viewer");
        Assert.That(start.Headers.Location!.AbsolutePath, Is.EqualTo("/oauth2/authorize"));
        Assert.That(start.Headers.Location.Query, Does.Contain("scope=read_prefs").And.Contain("response_type=code").And.Contain("state=").And.Not.Contain("nonce"));
        using var back = await browser.Get(start.Headers.Location.ToString());
        using var end = await browser.Get(back.Headers.Location!.ToString());
        Assert.That(end.Headers.Location?.OriginalString, Is.EqualTo("/viewer"), await end.Content.ReadAsStringAsync());
        Assert.That(await osm.Database.Scalar<string>("SELECT oauth_provider || ' ' || oauth_id || ' ' || name FROM accounts WHERE NOT is_default"), Is.EqualTo("osm 106 mapper"));

        using var logout = await browser.Get("/api/auth/logout?next_url=/bye");
        Assert.That((logout.Headers.Location?.OriginalString, browser.Cookie("panoramax_session")), Is.EqualTo(("/bye", (string?)null)), "it has no logout page: at once");
    }

    [Test]
    [Property("Contract", "write.md B.44")]
    public async Task Without_a_provider_login_routes_are_501_and_accounts_403()
    {
        await using var plain = await Community.Start(hasLogin: false, authOnly: true);
        var client = plain.Client(plain.Auth, null);
        foreach (var route in (string[])["login", "redirect", "logout", "post_logout_redirect"])
        {
            var answer = await client.Get("auth/" + route);
            Assert.That(answer.Code, Is.EqualTo(501), route);
            Assert.That(answer.Json!.AsObject().Select(member => member.Key), Is.EqualTo((string[])["message"]));
        }

        foreach (var answer in (Answer[])[await client.Get("users/me"), await client.Post("users/me/tokens"), await client.Get("users/me/tokens")])
        {
            Assert.That(answer.Code, Is.EqualTo(403));
            Assert.That(answer.Json!.AsObject().Select(member => member.Key), Is.EqualTo((string[])["message"]));
        }

        var bob = plain.Client(plain.Auth, (await plain.NewPerson("bob")).Bearer);
        Assert.That((await bob.Get("users/me")).Code, Is.EqualTo(200), "tokens work without any provider");
        Assert.That((await bob.Post("users/me/tokens")).Code, Is.EqualTo(200));
    }
}
