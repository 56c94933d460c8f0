using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Playwright;
using Panoramax.EndToEndTests.Telemetry;
using Panoramax.EndToEndTests.Viewer;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Login;

/// <summary>
/// The whole way of a newcomer in a real browser, through the gateway and with a provider that checks us: a client's token is
/// generated, its claim link opened, somebody logs in, accepts the terms, uploads with the token, revokes it and logs out.
/// </summary>
public sealed class LoginFlowTests
{
    private TraceCollector collector = null!;
    private PanoramaxInstance instance = null!;
    private int pictures;

    [OneTimeSetUp]
    public async Task Start()
    {
        collector = await TraceCollector.Start();
        instance = await PanoramaxInstance.Start(
            extra: new Dictionary<string, string>(collector.Settings) { ["Auth__RequireTerms"] = "true", ["Upload__RequireLogin"] = "true" }, login: true);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await instance.DisposeAsync();
        await collector.DisposeAsync();
    }

    [Test]
    [Property("Contract", "write.md B.43")]
    [Property("Contract", "write.md B.44")]
    [Property("Contract", "write.md B.45")]
    public async Task Login_terms_upload_claim_revoke_and_logout_work_in_a_browser()
    {
        var generated = (await instance.Visitor.Post("auth/tokens/generate?description=browser"))!;
        var (id, jwt, claim) = (generated["id"]!.GetValue<Guid>(), generated["jwt_token"]!.GetValue<string>(), Visitor.Link(generated.Json!, "claim")!);
        using var client = new Uploader(instance.Address, jwt);
        Assert.That((await client.Get("users/me")).Code, Is.EqualTo(403), "nobody's yet");

        await using var browser = await Browser.Open(instance.Address);
        var page = browser.Page;
        await page.GotoAsync(claim);
        await SignIn(page, "bob", "wrong");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await browser.Screenshot("login-form");
        await SignIn(page, "bob", "bob");

        // Past the terms to the claim, and to its end.
        await page.WaitForURLAsync("**/tos-validation?**");
        await browser.Screenshot("login-terms");
        await page.Locator("#accept").ClickAsync();
        await page.WaitForURLAsync("**/token-accepted");
        await browser.Screenshot("login-token-accepted");

        var cookies = await page.EvaluateAsync<string>("() => document.cookie");
        Assert.That(cookies, Does.Contain("session=").And.Contain("user_id=").And.Contain("user_name=bob").And.Not.Contain("panoramax_session"));
        Assert.That((await client.Get("users/me"))["name"]!.GetValue<string>(), Is.EqualTo("bob"));
        await Upload(client);

        // What a page of ours does with the cookie: list, read, make, revoke.
        var made = await Fetch(page, "POST", "/api/users/me/tokens", """{"description":"made by a page"}""");
        var second = JsonNode.Parse(made)!["jwt_token"]!.GetValue<string>();
        Assert.That(JsonNode.Parse(await Fetch(page, "GET", "/api/users/me/tokens"))!.AsArray(), Has.Count.EqualTo(3), "the default one, the claimed one, the made one");
        await Fetch(page, "DELETE", $"/api/users/me/tokens/{id}");
        Assert.That((await client.Get("users/me")).Code, Is.EqualTo(403), "revoked");
        Assert.That((await client.Post("upload_sets", new JsonObject { ["title"] = "x" })).Code, Is.EqualTo(403));
        Assert.That((await client.Get("collections")).Code, Is.EqualTo(403));

        var hidden = (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == "panoramax_session").Value;
        await page.GotoAsync($"{instance.Address}api/auth/logout?next_url=/");
        await page.WaitForURLAsync(instance.Address.ToString());
        Assert.That((await page.Context.CookiesAsync()).Select(cookie => cookie.Name), Has.None.AnyOf("panoramax_session", "session", "user_id", "user_name"));

        // None of it is in a log or a trace: processes report a moment after the end.
        await Task.Delay(2000);
        List<string> secrets = [jwt, second, second.Split('.')[2], hidden, hidden[..40], PanoramaxInstance.LoginSecret, ServiceSettings.SigningKey];
        foreach (var query in browser.Requests.Select(address => new Uri(address).Query).Select(HttpUtility.ParseQueryString))
            secrets.AddRange(((string?[])[query["code"], query["state"], query["nonce"]]).OfType<string>());
        Assert.That(secrets, Has.Count.GreaterThan(8), "codes and states were met");
        var (logs, reports) = (instance.Logs(), collector.Everything);
        Assert.That(reports, Does.Contain("auth/redirect").Or.Contain("/api/auth"), "the login was reported");
        foreach (var secret in secrets)
        {
            Assert.That(logs.Contains(secret, StringComparison.Ordinal), Is.False, $"{secret[..8]}… stands in a log:\n{Around(logs, secret)}");
            Assert.That(reports.Contains(secret, StringComparison.Ordinal), Is.False, $"{secret[..8]}… stands in a trace:\n{Around(reports, secret)}");
        }
    }

    [Test]
    public async Task While_auth_is_dead_tokens_go_on_reading_and_uploading()
    {
        await using var browser = await Browser.Open(instance.Address);
        await browser.Page.GotoAsync($"{instance.Address}api/auth/login?next_url=/token-accepted");
        await SignIn(browser.Page, "camille", "camille");
        await browser.Page.WaitForURLAsync("**/tos-validation?**");
        await browser.Page.Locator("#accept").ClickAsync();
        await browser.Page.WaitForURLAsync("**/token-accepted");
        var token = JsonNode.Parse(await Fetch(browser.Page, "POST", "/api/users/me/tokens"))!["jwt_token"]!.GetValue<string>();

        await instance["Panoramax.Auth"].Kill();
        using var client = new Uploader(instance.Address, token);
        Assert.That((await client.Get("users/me")).Code, Is.EqualTo(502));
        var item = await Upload(client);
        using var reader = new Visitor(instance.Address, token);
        Assert.That((await reader.Get($"pictures/{item}")).Code, Is.EqualTo(200));
        Assert.That((await reader.Get("users/me/collection")).Code, Is.EqualTo(200));
        Assert.That(await Fetch(browser.Page, "GET", "/api/users/me/collection"), Does.Contain("camille's sequences"), "the cookie too");

        await instance.Restart("Panoramax.Auth");
        Assert.That((await client.Get("users/me"))["name"]!.GetValue<string>(), Is.EqualTo("camille"));
    }

    private async Task<Guid> Upload(Uploader client)
    {
        var set = await client.CreateSet("A walk", 1);
        var number = pictures++;
        var picture = TestJpeg.Make(640, 480, 47.2 + number, -1.5, new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero), seed: 900 + number);
        var answer = await client.SendFile(set, "1.jpg", picture);
        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        await client.UntilReady(set);
        return answer["picture_id"]!.GetValue<Guid>();
    }

    private static async Task SignIn(IPage page, string name, string password)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button).ClickAsync();
    }

    private static async Task<string> Fetch(IPage page, string method, string path, string? body = null)
    {
        var answer = await page.EvaluateAsync<string[]>("""
            async ([method, path, body]) => {
                const answer = await fetch(path, { method, body: body || undefined, headers: body ? { 'Content-Type': 'application/json' } : {} });
                return [String(answer.status), await answer.text()];
            }
            """, new[] { method, path, body ?? "" });
        Assert.That(answer[0], Is.EqualTo("200"), $"{method} {path}: {answer[1]}");
        return answer[1];
    }

    private static string Around(string text, string part)
    {
        var at = text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? "" : text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 20)];
    }
}
