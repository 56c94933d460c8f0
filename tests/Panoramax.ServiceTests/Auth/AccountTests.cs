using Person = Panoramax.ServiceTests.Stac.Person;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.ServiceTests.Stac;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Auth;

/// <summary>Profiles, terms of service and pages.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class AccountTests
{
    private Community community = null!;

    [OneTimeSetUp]
    public async Task Start() => community = await Community.Start(settings: [("Auth__RequireTerms", "true"), ("Upload__RequireLogin", "true")]);

    [OneTimeTearDown]
    public async Task Stop() => await community.DisposeAsync();

    private Uploader Auth(Person person) => community.Client(community.Auth, person.Bearer);

    [Test]
    [Property("Contract", "write.md B.43")]
    public async Task Preferences_are_kept_and_nulls_change_nothing()
    {
        var bob = await community.NewPerson("bob of the profile");
        var fresh = await Auth(bob).Get("users/me");
        Assert.That(fresh.Json!.AsObject().TryGetPropertyValue("collaborative_metadata", out var undecided), Is.True, "always there");
        Assert.That(undecided, Is.Null);
        Assert.That(fresh["default_visibility"]!.GetValue<string>(), Is.EqualTo("anyone"), "the instance's");
        Assert.That(fresh["permissions"]!.ToJsonString(), Is.EqualTo("""{"role":"user","can_check_reports":false,"can_edit_excluded_areas":false,"can_edit_pages":false}"""));

        var changed = await Auth(bob).Send(HttpMethod.Patch, "users/me/", new JsonObject { ["collaborative_metadata"] = "no", ["default_visibility"] = "owner-only" });
        Assert.That(changed.Code, Is.EqualTo(200), changed.Text);
        foreach (var body in (JsonNode?[])[null, new JsonObject(), new JsonObject { ["collaborative_metadata"] = null, ["default_visibility"] = null }])
        {
            var same = await Auth(bob).Send(HttpMethod.Patch, "users/me", body);
            Assert.That((same.Code, same["collaborative_metadata"]!.GetValue<bool>(), same["default_visibility"]!.GetValue<string>()), Is.EqualTo((200, false, "owner-only")));
        }

        Assert.That((await community.Client(community.Upload, bob.Bearer).Get("users/me/upload_sets")).Code, Is.EqualTo(200));
        var bad = await Auth(bob).Send(HttpMethod.Patch, "users/me", new JsonObject { ["default_visibility"] = "friends", ["collaborative_metadata"] = "perhaps" });
        Assert.That((bad.Code, bad["details"]!.AsArray().Count), Is.EqualTo((400, 2)));
        Assert.That((await community.Client(community.Auth, null).Send(HttpMethod.Patch, "users/me", new JsonObject())).Code, Is.EqualTo(401));
    }

    [Test]
    public async Task The_reading_service_tells_an_account_the_same_about_itself()
    {
        var bob = await community.NewPerson("bob twice");
        var (here, there) = (await Auth(bob).Get("users/me"), await community.Client(community.Stac, bob.Bearer).Get($"users/{bob.Id}"));
        string WithoutHost(Answer answer) => answer.Text.Replace(community.Auth.Address.ToString(), "/", StringComparison.Ordinal).Replace(community.Stac.Address.ToString(), "/", StringComparison.Ordinal);
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(WithoutHost(here)), JsonNode.Parse(WithoutHost(there))), Is.True, () => $"{here.Text}\n{there.Text}");
        Assert.That(here.Message.Headers.CacheControl!.ToString(), Is.EqualTo("private"));
    }

    [Test]
    [Property("Contract", "write.md B.43")]
    public async Task Who_has_not_accepted_the_terms_cannot_upload_and_acceptance_is_dated_once()
    {
        using var browser = await community.LogIn("newcomer");
        var me = await browser.Json("/api/users/me");
        Assert.That((me["tos_accepted"]!.GetValue<bool>(), me["tos_latest_change_read"]!.GetValue<bool>()), Is.EqualTo((false, false)));
        var id = me["id"]!.GetValue<Guid>();
        var other = await community.NewPerson("somebody who looks");
        Assert.That((await community.Client(community.Stac, other.Bearer).Get($"users/{id}")).Json!.AsObject().ContainsKey("tos_accepted"), Is.False, "not the business of others");

        var jwt = Community.Jwt(await community.Database.Scalar<Guid>($"SELECT id FROM tokens WHERE account_id = '{id}'"));
        var uploader = community.Client(community.Upload, jwt);
        var refused = await uploader.Post("upload_sets", new JsonObject { ["title"] = "too early" });
        Assert.That(refused.Code, Is.EqualTo(401), refused.Text);
        Assert.That(refused["details"]!["validation_page"]!.GetValue<string>(), Is.EqualTo($"{community.Upload.Address}tos-validation"));
        using var byCookie = await Cookie(browser, HttpMethod.Post, new Uri(community.Upload.Address, "/api/upload_sets"));
        Assert.That((int)byCookie.StatusCode, Is.EqualTo(401));

        var before = browser.Cookie("panoramax_session");
        using var accepted = await browser.Send(HttpMethod.Post, "/api/users/me/accept_tos");
        var answer = JsonNode.Parse(await accepted.Content.ReadAsStringAsync())!;
        Assert.That(((int)accepted.StatusCode, answer["tos_accepted"]!.GetValue<bool>(), answer["tos_latest_change_read"]!.GetValue<bool>()), Is.EqualTo((200, true, true)));
        Assert.That(browser.Cookie("panoramax_session"), Is.Not.Null.And.Not.EqualTo(before), "the login cookie is written anew");
        Assert.That((await uploader.Post("upload_sets", new JsonObject { ["title"] = "now" })).Code, Is.EqualTo(200));

        var dates = $"SELECT tos_accepted_at::text || ' ' || (tos_latest_change_read_at > tos_accepted_at)::text FROM accounts WHERE id = '{id}'";
        var first = await community.Database.Scalar<string>(dates);
        Assert.That(first, Does.EndWith("false"));
        using var again = await browser.Send(HttpMethod.Post, "/api/users/me/accept_tos");
        Assert.That(await community.Database.Scalar<string>(dates), Is.EqualTo(first.Replace("false", "true", StringComparison.Ordinal)), "the date of acceptance stays, that of reading moves");

        foreach (var route in (string[])["accept_tos", "tos_read"])
            Assert.That((await community.Client(community.Auth, null).Post("users/me/" + route)).Code, Is.EqualTo(401));
    }

    [Test]
    [Property("Contract", "write.md B.43")]
    public async Task A_change_of_the_terms_that_is_announced_is_to_be_read_again()
    {
        var admin = Auth(await community.NewPerson("admin of the terms", isAdmin: true));
        var bob = Auth(await community.NewPerson("reader of the terms"));
        async Task<bool> HasRead() => (await bob.Get("users/me"))["tos_latest_change_read"]!.GetValue<bool>();

        Assert.That((await admin.Post("pages/terms-of-service/publish-change")).Code, Is.EqualTo(404), "there are no terms yet");
        Assert.That(await HasRead(), Is.False, "never");
        Assert.That((await bob.Post("users/me/tos_read")).Code, Is.EqualTo(200));
        Assert.That(await HasRead(), Is.True);
        Assert.That((await bob.Get("users/me"))["tos_accepted"]!.GetValue<bool>(), Is.False, "reading is not accepting");
        await Put(admin, "terms-of-service/en", "<p>Be kind</p>");
        Assert.That(await HasRead(), Is.False, "new");
        await bob.Post("users/me/tos_read");
        await Put(admin, "terms-of-service/en", "<p>Be kind.</p>");
        Assert.That(await HasRead(), Is.True, "a corrected comma concerns nobody");
        Assert.That((await bob.Post("pages/terms-of-service/publish-change")).Code, Is.EqualTo(403));
        Assert.That((await admin.Send(HttpMethod.Put, "pages/terms-of-service/publish-change")).Code, Is.EqualTo(200));
        Assert.That(await HasRead(), Is.False, "an announced change");
        await admin.Send(HttpMethod.Delete, "pages/terms-of-service/en");
        Assert.That(await HasRead(), Is.True, "nothing to read");
    }

    [Test]
    public async Task Pages_are_written_by_administrators_in_any_language_and_run_no_script()
    {
        var admin = Auth(await community.NewPerson("admin of the pages", isAdmin: true));
        var bob = Auth(await community.NewPerson("reader of the pages"));
        var nobody = community.Client(community.Auth, null);
        const string page = "pages/end-user-license-agreement";

        Assert.That((await nobody.Get(page)).Text, Is.EqualTo("""{"name":"end-user-license-agreement","languages":[]}"""));
        Assert.That((await nobody.Get(page + "/fr")).Code, Is.EqualTo(404));
        Assert.That((await Put(nobody, page[6..] + "/fr", "x", success: false)).Code, Is.EqualTo(401));
        Assert.That((await Put(bob, page[6..] + "/fr", "x", success: false)).Code, Is.EqualTo(403));
        await Put(admin, page[6..] + "/fr", "<h1>Déjà</h1><script>alert(1)</script>");
        await Put(admin, page[6..] + "/pt-BR", "<h1>Já</h1>", HttpMethod.Put);

        var list = await nobody.Get(page);
        Assert.That(list["languages"]!.AsArray().Select(language => language!["language"]!.GetValue<string>()), Is.EqualTo((string[])["fr", "pt-BR"]));
        Assert.That(list["languages"]![0]!["links"]![0]!["href"]!.GetValue<string>(), Is.EqualTo($"{community.Auth.Address}api/{page}/fr"));
        var french = await nobody.Get(page + "/fr");
        Assert.That(french.Text, Is.EqualTo("<h1>Déjà</h1><script>alert(1)</script>"), "as it is");
        Assert.That(french.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(french.Message.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'").And.Contain("sandbox").And.Not.Contain("script-src").And.Not.Contain("allow-scripts"));
        Assert.That(french.Message.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
        Assert.That((await community.Client(community.Stac, null).Get("configuration"))["pages"]!.ToJsonString(), Does.Contain("end-user-license-agreement"));

        foreach (var bad in (string[])["pages/other", "pages/other/fr"]) Assert.That((await nobody.Get(bad)).Code, Is.EqualTo(400), bad);
        Assert.That((await Put(admin, "end-user-license-agreement/no language", "x", success: false)).Code, Is.EqualTo(400));
        Assert.That((await admin.Send(HttpMethod.Put, page + "/fr", new JsonObject())).Code, Is.EqualTo(400), "JSON is no page");
        Assert.That((await Put(admin, page[6..] + "/fr", "a\0b", success: false)).Code, Is.EqualTo(400));
        Assert.That((await Put(admin, page[6..] + "/fr", new string('x', 1_100_000), success: false)).Code, Is.EqualTo(413));
        Assert.That((await bob.Send(HttpMethod.Delete, page + "/fr")).Code, Is.EqualTo(403));
        Assert.That((await admin.Send(HttpMethod.Delete, page + "/fr")).Code, Is.EqualTo(200));
        Assert.That((await admin.Send(HttpMethod.Delete, page + "/fr")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "write.md B.43")]
    public async Task A_role_counts_from_the_next_request_on()
    {
        var person = await community.NewPerson("promoted");
        using var browser = await community.LogIn("promoted");
        Assert.That((await browser.Json("/api/users/me"))["permissions"]!["role"]!.GetValue<string>(), Is.EqualTo("user"));
        await community.Database.Execute($"UPDATE accounts SET role = 'admin' WHERE id = '{person.Id}'");
        Assert.That((await browser.Json("/api/users/me"))["permissions"]!.ToJsonString(), Is.EqualTo("""{"role":"admin","can_check_reports":true,"can_edit_excluded_areas":true,"can_edit_pages":true}"""));
        using var reports = await Cookie(browser, HttpMethod.Get, new Uri(community.Upload.Address, "/api/reports"));
        Assert.That((int)reports.StatusCode, Is.EqualTo(200));
    }

    private static async Task<Answer> Put(Uploader client, string page, string html, HttpMethod? method = null, bool success = true)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(html));
        content.Headers.TryAddWithoutValidation("Content-Type", "text/html");
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, "/api/pages/" + page) { Content = content };
        using var message = await client.Http.SendAsync(request);
        var text = await message.Content.ReadAsStringAsync();
        if (success) Assert.That(((int)message.StatusCode, text), Is.EqualTo((200, "")), page.ToString(CultureInfo.InvariantCulture));
        return new Answer(message.StatusCode, null, text, message);
    }

    private static Task<HttpResponseMessage> Cookie(BrowserSession browser, HttpMethod method, Uri address) =>
        browser.Send(method, address.ToString(), method == HttpMethod.Get ? null : new JsonObject { ["title"] = "by cookie" });
}
