using System.Text.Json.Nodes;
using System.Web;

namespace Panoramax.ServiceTests.Auth;

/// <summary>Logging in and out at an OpenID Connect provider: what is sent, what is believed, and which cookies there are.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class LoginTests
{
    private static readonly string[] readable = ["session", "user_id", "user_name"];

    private Community community = null!;

    [OneTimeSetUp]
    public async Task Start() => community = await Community.Start(authOnly: true);

    [OneTimeTearDown]
    public async Task Stop() => await community.DisposeAsync();

    [SetUp]
    public void Behave() => (community.Provider.Misbehaviour, community.Provider.PublicName) = (Misbehaviour.None, null);

    [Test]
    [Property("Contract", "write.md B.44")]
    public async Task Login_sends_the_browser_to_the_provider_with_state_nonce_and_the_challenge_of_a_proof()
    {
        using var browser = community.NewBrowser();
        using var answer = await browser.Get("/api/auth/login");

        Assert.That((int)answer.StatusCode, Is.EqualTo(302));
        var address = answer.Headers.Location!;
        Assert.That(address.GetLeftPart(UriPartial.Path), Is.EqualTo($"{community.Provider.Address}authorize"));
        var query = HttpUtility.ParseQueryString(address.Query);
        Assert.That(query["redirect_uri"], Is.EqualTo($"{community.Auth.Address}api/auth/redirect"));
        Assert.That(query["response_type"], Is.EqualTo("code"));
        Assert.That(query["client_id"], Is.EqualTo(ProviderDouble.ClientId));
        Assert.That(query["scope"], Is.EqualTo("openid"));
        Assert.That(query["code_challenge_method"], Is.EqualTo("S256"));
        Assert.That(query["code_challenge"], Has.Length.EqualTo(43));
        Assert.That(query["state"], Has.Length.GreaterThanOrEqualTo(32));
        Assert.That(query["nonce"], Has.Length.GreaterThanOrEqualTo(32).And.Not.EqualTo(query["state"]));

        using var again = await browser.Get("/api/auth/login");
        Assert.That(HttpUtility.ParseQueryString(again.Headers.Location!.Query)["state"], Is.Not.EqualTo(query["state"]), "every attempt has its own");
    }

    [Test]
    [Property("Contract", "write.md B.44")]
    public async Task A_login_sets_the_hidden_cookie_and_the_three_readable_ones_and_logout_clears_all_four()
    {
        using var browser = community.NewBrowser();
        using var end = await community.LogIn(browser, "four cookies, é");

        Assert.That((int)end.StatusCode, Is.EqualTo(302));
        Assert.That(end.Headers.Location!.ToString(), Is.EqualTo(community.Auth.Address.ToString()), "no next_url: the root");
        var cookies = end.Headers.GetValues("Set-Cookie").ToList();
        Assert.That(cookies.Single(cookie => cookie.StartsWith("panoramax_session=", StringComparison.Ordinal)), Does.Contain("httponly").And.Contain("samesite=lax").And.Not.Contain("secure").IgnoreCase);
        foreach (var name in readable)
            Assert.That(cookies.Single(cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal)), Does.Contain("path=/").And.Contain("max-age=604800").And.Not.Contain("httponly").IgnoreCase);
        var id = await community.Database.Scalar<Guid>("SELECT id FROM accounts WHERE name = 'four cookies, é'");
        Assert.That(browser.Cookie("session"), Is.Not.Null);
        Assert.That(browser.Cookie("user_id"), Is.EqualTo(id.ToString()));
        Assert.That(browser.Cookie("user_name"), Is.EqualTo("four%20cookies%2C%20%C3%A9"));
        Assert.That(string.Concat(readable.Select(browser.Cookie)), Does.Not.Contain(browser.Cookie("panoramax_session")![..20]));
        Assert.That((await browser.Json("/api/users/me"))["id"]!.GetValue<Guid>(), Is.EqualTo(id));

        // OpenID Connect: the provider first, and the session stays until it sends the browser back.
        using var toProvider = await browser.Get("/api/auth/logout?next_url=/after");
        Assert.That(toProvider.Headers.Location!.GetLeftPart(UriPartial.Path), Is.EqualTo($"{community.Provider.Address}protocol/openid-connect/logout"));
        var query = HttpUtility.ParseQueryString(toProvider.Headers.Location.Query);
        Assert.That(query["client_id"], Is.EqualTo(ProviderDouble.ClientId));
        Assert.That(query["post_logout_redirect_uri"], Is.EqualTo($"{community.Auth.Address}api/auth/post_logout_redirect"));
        Assert.That(browser.Cookie("panoramax_session"), Is.Not.Null, "still logged in");

        using var back = await browser.Get(toProvider.Headers.Location.ToString());
        using var gone = await browser.Get(back.Headers.Location!.ToString());
        Assert.That(((int)gone.StatusCode, gone.Headers.Location?.ToString()), Is.EqualTo((302, "/after")));
        foreach (var name in (string[])["panoramax_session", .. readable]) Assert.That(browser.Cookie(name), Is.Null, name);
        foreach (var name in readable) Assert.That(gone.Headers.GetValues("Set-Cookie"), Has.Some.StartsWith($"{name}=;").And.Some.Contains("max-age=0"));
        using var nobody = await browser.Get("/api/users/me");
        Assert.That((int)nobody.StatusCode, Is.EqualTo(302), "logged out: to the login");
    }

    [Test]
    [Property("Contract", "write.md B.44")]
    public async Task Logging_out_without_a_login_is_202()
    {
        using var browser = community.NewBrowser();
        using var answer = await browser.Get("/api/auth/logout");
        using var callback = await browser.Get("/api/auth/post_logout_redirect");
        Assert.That(((int)answer.StatusCode, (int)callback.StatusCode), Is.EqualTo((202, 202)));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/plain"));
    }

    [Test]
    public async Task Behind_https_every_cookie_is_secure()
    {
        using var browser = community.NewBrowser();
        using var start = await browser.Send(HttpMethod.Get, "/api/auth/login", null, ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pano.example.org"));
        Assert.That(HttpUtility.ParseQueryString(start.Headers.Location!.Query)["redirect_uri"], Is.EqualTo("https://pano.example.org/api/auth/redirect"));
        Assert.That(start.Headers.GetValues("Set-Cookie").Single(), Does.Contain("secure").And.Contain("httponly").And.Contain("path=/api/auth").IgnoreCase);
        Assert.That(start.Headers.CacheControl!.ToString(), Is.EqualTo("no-store, private"));
        using var gone = await browser.Send(HttpMethod.Get, "/api/auth/post_logout_redirect", null, ("X-Forwarded-Proto", "https"));
        Assert.That(gone.Headers.GetValues("Set-Cookie"), Has.All.Contains("secure"));
    }

    [Test]
    public async Task An_account_is_known_by_provider_and_id_and_its_name_follows()
    {
        using var first = await community.LogIn("anna");
        var id = first.Cookie("user_id");
        community.Provider.PublicName = "anna\u0000 the second ";
        using var second = await community.LogIn("anna");

        Assert.That(second.Cookie("user_id"), Is.EqualTo(id));
        Assert.That((await second.Json("/api/users/me"))["name"]!.GetValue<string>(), Is.EqualTo("anna the second"));
        Assert.That(await community.Database.Scalar<long>($"SELECT count(*) FROM accounts WHERE oauth_provider = 'keycloak' AND oauth_id = '{ProviderDouble.Subject("anna")}'"), Is.EqualTo(1));
        Assert.That(await community.Database.Scalar<long>($"SELECT count(*) FROM tokens WHERE account_id = '{id}' AND description = 'default token'"), Is.EqualTo(1));
        Assert.That(await community.Database.Scalar<string>($"SELECT role FROM accounts WHERE id = '{id}'"), Is.EqualTo("user"));
    }

    [Test]
    public async Task Logins_of_one_person_at_the_same_moment_make_one_account()
    {
        var browsers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => community.LogIn("everywhere at once")));
        Assert.That(browsers.Select(browser => browser.Cookie("user_id")).Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("other")]
    [TestCase("")]
    public async Task An_answer_whose_state_differs_is_refused_and_makes_no_account(string state)
    {
        using var browser = community.NewBrowser();
        community.Provider.Person = "forged state";
        using var start = await browser.Get("/api/auth/login");
        using var back = await browser.Get(start.Headers.Location!.ToString());
        var code = HttpUtility.ParseQueryString(back.Headers.Location!.Query)["code"];

        await Refused(browser, $"/api/auth/redirect?code={code}&state={state}", 403);
        Assert.That(await community.Database.Scalar<long>("SELECT count(*) FROM accounts WHERE name = 'forged state'"), Is.Zero);
        Assert.That(browser.Cookie("panoramax_session"), Is.Null);

        // It does not disturb the real login, which can be finished once.
        using var real = await browser.Get(back.Headers.Location.ToString());
        Assert.That((int)real.StatusCode, Is.EqualTo(302));
        await Refused(browser, back.Headers.Location.ToString(), 403);
        await community.Database.Execute("DELETE FROM accounts WHERE name = 'forged state'");
    }

    [TestCase("/api/auth/redirect")]
    [TestCase("/api/auth/redirect?code=x&state=y")]
    public async Task An_answer_to_no_login_of_this_browser_is_refused(string address)
    {
        using var browser = community.NewBrowser();
        await Refused(browser, address, 403);
    }

    [TestCase("error=access_denied")]
    [TestCase("")]
    [TestCase("code=")]
    public async Task A_login_that_was_declined_ends_with_403(string answer)
    {
        using var browser = community.NewBrowser();
        using var start = await browser.Get("/api/auth/login");
        var state = HttpUtility.ParseQueryString(start.Headers.Location!.Query)["state"];
        await Refused(browser, $"/api/auth/redirect?{answer}&state={state}", 403);
    }

    [TestCase(Misbehaviour.OtherNonce, 403)]
    [TestCase(Misbehaviour.NoNonce, 403)]
    [TestCase(Misbehaviour.OtherPerson, 403)]
    [TestCase(Misbehaviour.Expired, 403)]
    [TestCase(Misbehaviour.RefusedCode, 403)]
    [TestCase(Misbehaviour.OtherIssuer, 502)]
    [TestCase(Misbehaviour.OtherAudience, 502)]
    [TestCase(Misbehaviour.NoIdToken, 502)]
    [TestCase(Misbehaviour.BrokenIdToken, 502)]
    [TestCase(Misbehaviour.NonsenseFromTokenEndpoint, 502)]
    [TestCase(Misbehaviour.WrongClient, 502)]
    [TestCase(Misbehaviour.NonsenseFromUserInfo, 502)]
    [TestCase(Misbehaviour.ErrorFromUserInfo, 502)]
    [TestCase(Misbehaviour.Slow, 502)]
    public async Task Whatever_the_provider_does_wrong_no_account_is_made(Misbehaviour misbehaviour, int status)
    {
        var name = $"victim of {misbehaviour}";
        using var browser = community.NewBrowser();
        community.Provider.Misbehaviour = misbehaviour;
        using var end = await community.LogIn(browser, name);

        var body = JsonNode.Parse(await end.Content.ReadAsStringAsync())!;
        Assert.That((int)end.StatusCode, Is.EqualTo(status), body.ToJsonString());
        Assert.That(body["status_code"]!.GetValue<int>(), Is.EqualTo(status));
        Assert.That(body["message"]!.GetValue<string>(), Is.Not.Empty);
        if (status == 403) Assert.That(body["details"]!["error"], Is.Not.Null);
        if (status == 403) Assert.That(body["details"]!["tips"], Is.Not.Null);
        Assert.That(browser.Cookie("panoramax_session"), Is.Null);
        Assert.That(await community.Database.Scalar<long>($"SELECT count(*) FROM accounts WHERE name = '{name}' OR oauth_id LIKE '%{name}%' OR oauth_id LIKE '%somebody else%'"), Is.Zero);
    }

    [Test]
    public async Task A_provider_that_is_down_costs_a_login_but_not_the_service()
    {
        await using var alone = await Community.Start(authOnly: true);
        using var browser = await alone.LogIn("bob");
        await alone.Provider.DisposeAsync();

        // Its addresses are known; the exchange fails.
        await Refused(browser, "/api/auth/redirect?code=x&state=y", 403);
        using var start = await browser.Get("/api/auth/login");
        var state = HttpUtility.ParseQueryString(start.Headers.Location!.Query)["state"];
        await Refused(browser, $"/api/auth/redirect?code=x&state={state}", 502);
        Assert.That((await browser.Json("/api/users/me"))["name"]!.GetValue<string>(), Is.EqualTo("bob"), "who is logged in stays it");
    }

    [Test]
    public async Task A_provider_that_was_never_reached_is_502_and_logout_works_without_it()
    {
        await using var dead = await Community.Start(hasLogin: false, authOnly: true, settings:
        [
            ("Auth__Provider", "oidc"), ("Auth__Authority", "http://127.0.0.1:9"), ("Auth__ClientId", "x"), ("Auth__ClientSecret", "y"), ("Auth__ProviderTimeout", "00:00:02"),
        ]);
        using var browser = dead.NewBrowser();
        await Refused(browser, "/api/auth/login", 502);
        using var logout = await browser.Get("/api/auth/logout");
        Assert.That((int)logout.StatusCode, Is.EqualTo(202));
    }

    private static async Task Refused(BrowserSession browser, string address, int status)
    {
        using var answer = await browser.Get(address);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), body.ToJsonString());
        Assert.That(body["status_code"]!.GetValue<int>(), Is.EqualTo(status));
        if (status == 403) Assert.That(body["details"]!["error"], Is.Not.Null);
    }
}
