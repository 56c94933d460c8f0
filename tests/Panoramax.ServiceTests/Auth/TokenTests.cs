using Person = Panoramax.ServiceTests.Stac.Person;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.ServiceTests.Stac;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.Auth;

/// <summary>Tokens: made, read, claimed, used and revoked, in every service; and everything that is no token.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class TokenTests
{
    private Community community = null!;
    private Person bob = null!;
    private Uploader b = null!;
    private Uploader nobody = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        community = await Community.Start(settings: [("Upload__RequireLogin", "true")]);
        bob = await community.NewPerson("bob");
        b = community.Client(community.Auth, bob.Bearer);
        nobody = community.Client(community.Auth, null);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        b.Dispose();
        nobody.Dispose();
        await community.DisposeAsync();
    }

    [Test]
    [Property("Contract", "write.md B.45")]
    public async Task The_list_has_the_default_token_and_never_a_jwt()
    {
        using var browser = await community.LogIn("fresh");
        var list = (await browser.Json("/api/users/me/tokens")).AsArray();

        Assert.That(list, Has.Count.EqualTo(1));
        var token = list[0]!;
        Assert.That(token.AsObject().Select(member => member.Key), Is.EquivalentTo((string[])["id", "description", "generated_at", "links"]));
        Assert.That(token["description"]!.GetValue<string>(), Is.EqualTo("default token"));
        Assert.That(token["generated_at"]!.GetValue<string>(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$"));
        var link = token["links"]![0]!;
        Assert.That((link["rel"]!.GetValue<string>(), link["type"]!.GetValue<string>()), Is.EqualTo(("self", "application/json")));
        Assert.That(link["href"]!.GetValue<string>(), Is.EqualTo($"{community.Auth.Address}api/users/me/tokens/{token["id"]}"));

        var one = await browser.Json(link["href"]!.GetValue<string>());
        Assert.That(one.AsObject().Select(member => member.Key), Is.EquivalentTo((string[])["id", "description", "generated_at", "jwt_token"]));
        Assert.That(one["jwt_token"]!.GetValue<string>(), Is.EqualTo(Community.Jwt(token["id"]!.GetValue<Guid>())), "the same id always gives the same text");
        Assert.That((await community.Client(community.Auth, one["jwt_token"]!.GetValue<string>()).Get("users/me"))["name"]!.GetValue<string>(), Is.EqualTo("fresh"));
    }

    [Test]
    [Property("Contract", "write.md B.45")]
    public async Task A_token_is_made_used_in_every_service_and_revoked_at_once_in_all_of_them()
    {
        var made = await b.Post("users/me/tokens", new JsonObject { ["description"] = "laptop" });
        Assert.That(made.Code, Is.EqualTo(200), made.Text);
        Assert.That(made.Json!.AsObject().Select(member => member.Key), Is.EquivalentTo((string[])["id", "description", "generated_at", "jwt_token"]));
        var (id, jwt) = (made["id"]!.GetValue<Guid>(), made["jwt_token"]!.GetValue<string>());

        async Task<int[]> Everywhere() =>
        [
            (await community.Client(community.Auth, jwt).Get("users/me")).Code,
            (await community.Client(community.Upload, jwt).Post("upload_sets", new JsonObject { ["title"] = "x" })).Code,
            (await community.Client(community.Stac, jwt).Get("users/me/map/0/0/0.mvt")).Code,
            (await community.Client(community.Stac, jwt).Get("collections")).Code,
        ];

        Assert.That(await Everywhere(), Has.All.EqualTo(200));
        // The token may delete itself.
        var revoked = await community.Client(community.Auth, jwt).Send(HttpMethod.Delete, $"users/me/tokens/{id}");
        Assert.That(revoked.Code, Is.EqualTo(200));
        Assert.That(revoked["message"], Is.Not.Null);
        Assert.That(await Everywhere(), Has.All.EqualTo(403), "a revoked token");
        Assert.That((await b.Send(HttpMethod.Delete, $"users/me/tokens/{id}")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "write.md B.45")]
    public async Task Unknown_tokens_and_those_of_others_are_404()
    {
        var camille = await community.NewPerson("camille of the tokens");
        var hers = (await community.Client(community.Auth, camille.Bearer).Get("users/me/tokens")).Json![0]!["id"]!.GetValue<Guid>();
        foreach (var id in (Guid[])[Guid.NewGuid(), hers])
        {
            Assert.That((await b.Get($"users/me/tokens/{id}")).Code, Is.EqualTo(404));
            Assert.That((await b.Send(HttpMethod.Delete, $"users/me/tokens/{id}")).Code, Is.EqualTo(404));
        }

        Assert.That((await b.Get("users/me/tokens/17")).Code, Is.EqualTo(404));
    }

    [Test]
    public async Task A_description_may_be_missing_in_two_ways()
    {
        Assert.That((await b.Post("users/me/tokens", new JsonObject()))["description"]!.GetValue<string>(), Is.Empty);
        var without = await b.Post("users/me/tokens");
        Assert.That(without.Json!.AsObject().TryGetPropertyValue("description", out var description), Is.True);
        Assert.That(description, Is.Null);
        Assert.That((await b.Post("users/me/tokens", new JsonObject { ["description"] = new string('x', 251) })).Code, Is.EqualTo(400));
    }

    [Test]
    [Property("Contract", "write.md B.45")]
    public async Task A_generated_token_opens_nothing_until_somebody_claims_it()
    {
        // As Vespucci does: an empty body; the claim link is the first link.
        using var empty = new ByteArrayContent([]);
        using var answer = await nobody.Http.PostAsync("/api/auth/tokens/generate/?description=laptop%20cli", empty);
        var token = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(token.AsObject().Select(member => member.Key), Is.EquivalentTo((string[])["id", "jwt_token", "description", "generated_at", "links"]));
        Assert.That(token["description"]!.GetValue<string>(), Is.EqualTo("laptop cli"));
        var (id, jwt, link) = (token["id"]!.GetValue<Guid>(), token["jwt_token"]!.GetValue<string>(), token["links"]![0]!);
        Assert.That((link["rel"]!.GetValue<string>(), link["href"]!.GetValue<string>()), Is.EqualTo(("claim", $"{community.Auth.Address}api/auth/tokens/{id}/claim")));

        foreach (var (service, path) in ((ServiceProcess, string)[])[(community.Auth, "users/me"), (community.Stac, "collections"), (community.Upload, "users/me/upload_sets")])
        {
            var refused = await community.Client(service, jwt).Get(path);
            Assert.That(refused.Code, Is.EqualTo(403), path);
            Assert.That(refused["details"]!["error"]!.GetValue<string>(), Does.Contain("claimed"));
        }

        // The browser that opens the link without a login goes there first, and comes back.
        using var browser = community.NewBrowser();
        using var toLogin = await browser.Get(link["href"]!.GetValue<string>());
        Assert.That(toLogin.Headers.Location!.OriginalString, Is.EqualTo($"{community.Auth.Address}api/auth/login?next_url={Uri.EscapeDataString(link["href"]!.GetValue<string>())}"));
        using var end = await community.LogIn(browser, "claimant", link["href"]!.GetValue<string>());
        Assert.That(end.Headers.Location!.OriginalString, Is.EqualTo(link["href"]!.GetValue<string>()));
        using var claimed = await browser.Get(end.Headers.Location.OriginalString);
        Assert.That(((int)claimed.StatusCode, claimed.Headers.Location!.OriginalString), Is.EqualTo((302, $"{community.Auth.Address}token-accepted")));
        Assert.That((await community.Client(community.Stac, jwt).Get("collections")).Code, Is.EqualTo(200));
        Assert.That((await community.Client(community.Auth, jwt).Get("users/me"))["name"]!.GetValue<string>(), Is.EqualTo("claimant"));

        // Once more by the same account: yours already. By another: refused.
        using var again = await browser.Get(link["href"]!.GetValue<string>());
        Assert.That((int)again.StatusCode, Is.EqualTo(200));
        using var other = await community.LogIn("too late");
        using var refusedClaim = await other.Get(link["href"]!.GetValue<string>());
        Assert.That((int)refusedClaim.StatusCode, Is.EqualTo(403));
        using var unknown = await other.Get($"/api/auth/tokens/{Guid.NewGuid()}/claim");
        Assert.That((int)unknown.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task Of_two_who_claim_at_the_same_moment_one_gets_the_token()
    {
        using var one = await community.LogIn("fast");
        using var two = await community.LogIn("faster");
        for (var i = 0; i < 5; i++)
        {
            var id = (await nobody.Post("auth/tokens/generate"))["id"]!.GetValue<Guid>();
            var answers = await Task.WhenAll(one.Get($"/api/auth/tokens/{id}/claim"), two.Get($"/api/auth/tokens/{id}/claim"));
            Assert.That(answers.Select(answer => (int)answer.StatusCode), Is.EquivalentTo((int[])[302, 403]));
        }
    }

    [Test]
    public async Task A_claim_that_another_site_s_page_embeds_is_refused()
    {
        using var browser = await community.LogIn("careless");
        var id = (await nobody.Post("auth/tokens/generate"))["id"]!.GetValue<Guid>();
        foreach (var destination in (string[])["image", "iframe", "empty", "script"])
        {
            using var embedded = await browser.Send(HttpMethod.Get, $"/api/auth/tokens/{id}/claim", null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", destination));
            Assert.That((int)embedded.StatusCode, Is.EqualTo(403), destination);
        }

        using var opened = await browser.Send(HttpMethod.Get, $"/api/auth/tokens/{id}/claim", null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "document"));
        Assert.That((int)opened.StatusCode, Is.EqualTo(302));
    }

    [TestCase("https://www.example.org/pano", "https://www.example.org/pano/token-accepted")]
    [TestCase("false", null)]
    public async Task A_claim_ends_at_the_instance_s_website_or_with_a_sentence(string website, string? end)
    {
        await using var instance = await Community.Start(authOnly: true, settings: [("Instance__Website", website)]);
        using var browser = await instance.LogIn("bob");
        var id = (await instance.Client(instance.Auth, null).Post("auth/tokens/generate"))["id"]!.GetValue<Guid>();
        using var claimed = await browser.Get($"/api/auth/tokens/{id}/claim");
        Assert.That(claimed.Headers.Location?.OriginalString, Is.EqualTo(end));
        if (end is null) Assert.That(((int)claimed.StatusCode, claimed.Content.Headers.ContentType!.MediaType), Is.EqualTo((200, "text/plain")));
    }

    /// <summary>Bad headers of 2.1 with the status they get on every route that looks at the caller.</summary>
    private static IEnumerable<TestCaseData> BadHeaders()
    {
        var key = Encoding.UTF8.GetBytes(ServiceSettings.SigningKey);
        var known = Guid.NewGuid();
        using var rsa = RSA.Create(2048);
        var signed = $"{Base64("""{"alg":"RS256","typ":"JWT"}""")}.{Base64($$"""{"sub":"{{known}}"}""")}";
        foreach (var (name, header, status) in ((string, string?, int)[])
        [
            ("no header", null, 0),
            ("Basic", "Basic Ym9iOmJvYg==", 401),
            ("another scheme", "Token abc", 401),
            ("Bearer without anything", "Bearer", 401),
            ("garbage", "Bearer garbage", 401),
            ("three parts of garbage", "Bearer a.b.c", 401),
            ("a wrong signature", "Bearer " + Community.Jwt(known)[..^4] + "AAAA", 401),
            ("no signature", "Bearer " + Community.Jwt(known)[..(Community.Jwt(known).LastIndexOf('.') + 1)], 401),
            ("signed with another key", "Bearer " + Sign($"{Base64("""{"alg":"HS256"}""")}.{Base64($$"""{"sub":"{{known}}"}""")}", Encoding.UTF8.GetBytes("another key, which is long enough as well")), 401),
            ("alg none", $"Bearer {Base64("""{"alg":"none"}""")}.{Base64($$"""{"sub":"{{known}}"}""")}.", 401),
            ("alg none, signed", "Bearer " + Sign($"{Base64("""{"alg":"none"}""")}.{Base64($$"""{"sub":"{{known}}"}""")}", key), 401),
            ("alg None in capitals", "Bearer " + Sign($"{Base64("""{"alg":"NONE"}""")}.{Base64($$"""{"sub":"{{known}}"}""")}", key), 401),
            ("RS256 with a key of its own", $"Bearer {signed}.{Base64(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}", 401),
            ("RS256 that is signed as HS256", "Bearer " + Sign(signed, key), 401),
            ("no subject", "Bearer " + Sign($"{Base64("""{"alg":"HS256"}""")}.{Base64("{}")}", key), 401),
            ("a subject that is no id", "Bearer " + Sign($"{Base64("""{"alg":"HS256"}""")}.{Base64("""{"sub":"' OR 1=1"}""")}", key), 401),
            ("an unknown id", "Bearer " + Community.Jwt(known), 403),
        ])
        {
            yield return new TestCaseData(header, status).SetArgDisplayNames(name);
        }
    }

    [TestCaseSource(nameof(BadHeaders))]
    [Property("Contract", "write.md B.45")]
    public async Task A_bad_header_is_refused_on_public_reads_private_reads_and_writes_of_every_service(string? header, int status)
    {
        foreach (var (service, method, path, withoutHeader) in ((ServiceProcess, HttpMethod, string, int)[])
        [
            (community.Stac, HttpMethod.Get, "/api/collections", 200),
            (community.Stac, HttpMethod.Get, "/api/users/me/collection", 302),
            (community.Stac, HttpMethod.Post, "/api/search", 200),
            (community.Upload, HttpMethod.Get, $"/api/upload_sets/{Guid.NewGuid()}", 404),
            (community.Upload, HttpMethod.Get, "/api/users/me/upload_sets", 302),
            (community.Upload, HttpMethod.Post, "/api/upload_sets", 401),
            (community.Auth, HttpMethod.Get, "/api/pages/terms-of-service", 200),
            (community.Auth, HttpMethod.Get, "/api/users/me", 302),
            (community.Auth, HttpMethod.Patch, "/api/users/me", 401),
            (community.Auth, HttpMethod.Post, "/api/users/me/tokens", 302),
        ])
        {
            using var request = new HttpRequestMessage(method, path);
            if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
            if (method != HttpMethod.Get) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await service.Client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.That((int)answer.StatusCode, Is.EqualTo(header is null ? withoutHeader : status), $"{method} {path}: {text}");
            if (header is null) continue;
            var body = JsonNode.Parse(text)!;
            Assert.That(body["status_code"]!.GetValue<int>(), Is.EqualTo(status));
            Assert.That(body["details"]!["error"]!.GetValue<string>(), Is.Not.Empty);
        }
    }

    [Test]
    public async Task Routes_that_do_not_look_at_the_caller_do_not_mind_a_bad_token()
    {
        var stranger = community.Client(community.Auth, "garbage");
        Assert.That((await stranger.Post("auth/tokens/generate")).Code, Is.EqualTo(200), "a client whose token was revoked gets a new one");
        Assert.That((await stranger.Get("auth/login")).Code, Is.EqualTo(302));
    }

    [Test]
    public async Task A_cookie_counts_before_a_token()
    {
        using var browser = await community.LogIn("with a cookie");
        using var both = await browser.Send(HttpMethod.Get, "/api/users/me", null, ("Authorization", "Bearer " + bob.Bearer));
        Assert.That(JsonNode.Parse(await both.Content.ReadAsStringAsync())!["name"]!.GetValue<string>(), Is.EqualTo("with a cookie"));
        using var garbage = await browser.Send(HttpMethod.Get, "/api/users/me", null, ("Authorization", "Basic x"));
        Assert.That((int)garbage.StatusCode, Is.EqualTo(200), "the header is ignored");

        using var forged = await community.NewBrowser().Send(HttpMethod.Get, "/api/users/me", null, ("Cookie", $"panoramax_session=forged; user_id={bob.Id}; session=1; user_name=bob"));
        Assert.That((int)forged.StatusCode, Is.EqualTo(302), "neither a forged cookie nor the readable ones are believed");
    }

    [Test]
    [Property("Contract", "write.md B.45")]
    public async Task A_server_without_a_key_answers_500_to_tokens_and_starts_in_development_only()
    {
        await using var keyless = await Community.Start(hasLogin: false, authOnly: true, settings: [("Auth__SigningKey", ""), ("DOTNET_ENVIRONMENT", "Development")]);
        var answer = await keyless.Client(keyless.Auth, bob.Bearer).Get("users/me");
        Assert.That((answer.Code, answer["status_code"]!.GetValue<int>()), Is.EqualTo((500, 500)));
        Assert.That(answer.Json!.AsObject().Select(member => member.Key), Is.EquivalentTo((string[])["message", "status_code"]));
        Assert.That((await keyless.Client(keyless.Auth, null).Post("auth/tokens/generate")).Code, Is.EqualTo(500));
        Assert.That(await keyless.Database.Scalar<long>("SELECT count(*) FROM tokens WHERE account_id IS NULL"), Is.Zero, "no row is left of it");
    }

    private static string Sign(string signed, byte[] key) => $"{signed}.{Base64(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";

    private static string Base64(string text) => Base64(Encoding.UTF8.GetBytes(text));

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
