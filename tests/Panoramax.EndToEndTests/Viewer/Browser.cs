using System.Collections.Concurrent;
using Microsoft.Playwright;
using Panoramax.Testing.Pictures;

namespace Panoramax.EndToEndTests.Viewer;

/// <summary>A real browser with one page, which writes down every request and every error of a script.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly ConcurrentQueue<string> requests = new();
    private readonly ConcurrentQueue<string> faults = new();

    private Browser(IPlaywright playwright, IBrowser browser, IPage page, Uri home)
    {
        this.playwright = playwright;
        this.browser = browser;
        Page = page;
        page.Request += (_, request) =>
        {
            requests.Enqueue(request.Url);
            if (request.Url.StartsWith("http", StringComparison.Ordinal) && new Uri(request.Url).Authority != home.Authority)
                faults.Enqueue($"left the machine: {request.Url}");
        };
        page.RequestFailed += (_, request) =>
        {
            // A picture that is no longer wanted, since somebody went on to the next one, is no fault.
            if (request.Failure != "net::ERR_ABORTED") faults.Enqueue($"failed: {request.Url} {request.Failure}");
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400) faults.Enqueue($"{response.Status}: {response.Url}");
        };
        page.PageError += (_, error) => faults.Enqueue($"script: {error}");
    }

    public IPage Page { get; }

    /// <summary>Addresses asked for, in order.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>Requests that failed or left the machine, and errors of scripts.</summary>
    public IReadOnlyList<string> Faults => [.. faults];

    /// <summary>Where screenshots are kept: an artefact of the run.</summary>
    public static string Screenshots { get; } =
        Directory.CreateDirectory(Path.Combine(SharedPictures.RepositoryRoot, "tests", "results", "screenshots")).FullName;

    public static async Task<Browser> Open(Uri home)
    {
        var driver = await Microsoft.Playwright.Playwright.CreateAsync();
        var chromium = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
            ],
        });
        var page = await chromium.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        return new Browser(driver, chromium, page, home);
    }

    /// <summary>Keeps a picture of the page.</summary>
    public Task Screenshot(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, name + ".png") });

    public async ValueTask DisposeAsync()
    {
        await browser.CloseAsync();
        playwright.Dispose();
    }
}
