using Microsoft.Playwright;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Viewer;

/// <summary>
/// The description of the API for people, in a real browser: it comes up under the page's content policy, shows every
/// operation, calls one, and no request fails or leaves the machine.
/// </summary>
public sealed class SwaggerTests
{
    private PanoramaxInstance instance = null!;

    [OneTimeSetUp]
    public async Task Start() => instance = await PanoramaxInstance.Start();

    [OneTimeTearDown]
    public async Task Stop() => await instance.DisposeAsync();

    [Test]
    public async Task The_page_shows_every_operation_and_calls_one()
    {
        await using var browser = await Browser.Open(instance.Address);
        var blocked = new List<string>();
        browser.Page.Console += (_, line) =>
        {
            if (line.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase)) blocked.Add(line.Text);
        };
        // By the old address, which leads to the page.
        await browser.Page.GotoAsync($"{instance.Address}apidocs");
        Assert.That(new Uri(browser.Page.Url).AbsolutePath, Is.EqualTo("/api/docs/swagger"));
        var patience = new LocatorWaitForOptions { Timeout = 60_000 };
        await browser.Page.Locator(".opblock").First.WaitForAsync(patience);
        var described = (await instance.Visitor.Get("docs/specs.json")).Json!["paths"]!.AsObject().Sum(path => path.Value!.AsObject().Count);
        Assert.That(await browser.Page.Locator(".opblock").CountAsync(), Is.EqualTo(described));

        // Two operations opened: their parameters, examples and errors are drawn.
        await browser.Page.Locator("#operations-upload-addFile .opblock-summary-control").ClickAsync();
        await browser.Page.Locator("#operations-upload-addFile .responses-table").WaitForAsync(patience);
        await browser.Screenshot("swagger-upload");
        await browser.Page.Locator("#operations-read-getConfiguration .opblock-summary-control").ClickAsync();
        await browser.Page.Locator("#operations-read-getConfiguration .try-out__btn").ClickAsync();
        await browser.Page.Locator("#operations-read-getConfiguration .execute").ClickAsync();
        var status = browser.Page.Locator("#operations-read-getConfiguration .live-responses-table .response-col_status").Last;
        await status.WaitForAsync(patience);
        Assert.That(await status.InnerTextAsync(), Does.StartWith("200"));
        await browser.Screenshot("swagger");
        Assert.That(browser.Faults, Is.Empty);
        Assert.That(blocked, Is.Empty);
    }
}
