using System.Text.Json;
using Microsoft.Playwright;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Viewer;

/// <summary>
/// The official viewer, served by the gateway, in a real browser: it shows flat and 360° pictures, the map shows the sequence
/// and its pictures, next and previous work, and no request fails or leaves the machine. Screenshots are kept.
/// </summary>
public sealed class ViewerTests
{
    private const float Patience = 60_000;

    private PanoramaxInstance instance = null!;
    private IReadOnlyList<Guid> flat = [];
    private IReadOnlyList<Guid> panoramas = [];

    [OneTimeSetUp]
    public async Task SendPictures()
    {
        instance = await PanoramaxInstance.Start();
        flat = await Send("Flat walk", is360: false, latitude: 47.2);
        panoramas = await Send("360° walk", is360: true, latitude: 47.3);
    }

    [OneTimeTearDown]
    public async Task Stop() => await instance.DisposeAsync();

    [Test]
    public async Task A_link_to_a_flat_picture_shows_it_and_its_neighbours()
    {
        await using var browser = await Browser.Open(instance.Address);
        await Show(browser, "/", flat[1]);
        await UntilRequested(browser, $"/pictures/{flat[1]}/sd.jpg");
        await UntilDrawn(browser);
        await browser.Screenshot("flat");

        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-viewer').psv.goToNextPicture()");
        await UntilShown(browser, flat[2]);
        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-viewer').psv.goToPrevPicture()");
        await UntilShown(browser, flat[1]);
        await browser.Screenshot("flat-after-next-and-previous");
        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    public async Task A_link_to_a_panorama_shows_it_from_its_tiles()
    {
        await using var browser = await Browser.Open(instance.Address);
        await Show(browser, "/viewer", panoramas[1]);
        await UntilRequested(browser, $"/pictures/{panoramas[1]}/tiled/");
        await UntilDrawn(browser);
        await browser.Screenshot("panorama");

        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-viewer').psv.goToNextPicture()");
        await UntilShown(browser, panoramas[2]);
        await browser.Screenshot("panorama-next");
        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    public async Task The_map_shows_the_line_of_a_sequence_and_its_pictures()
    {
        await using var browser = await Browser.Open(instance.Address);
        await browser.Page.GotoAsync($"{instance.Address}#focus=map&map=17/47.2005/-1.55", new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        await browser.Page.WaitForFunctionAsync("""
            () => {
                const map = document.querySelector('pnx-viewer')?.map;
                return map?.loaded?.() && map.getLayer('geovisio_sequences') && map.getLayer('geovisio_pictures')
                    && map.queryRenderedFeatures({ layers: ['geovisio_sequences'] }).length > 0
                    && map.queryRenderedFeatures({ layers: ['geovisio_pictures'] }).length > 0;
            }
            """, null, new PageWaitForFunctionOptions { Timeout = Patience });
        await browser.Screenshot("map");
        var ids = await browser.Page.EvaluateAsync<string[]>("""
            () => document.querySelector('pnx-viewer').map.queryRenderedFeatures({ layers: ['geovisio_pictures'] }).map(f => f.properties.id)
            """);
        Assert.That(ids.Distinct().Select(Guid.Parse), Is.SupersetOf(flat));
        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    public async Task The_hash_that_map_editors_write_opens_the_picture()
    {
        await using var browser = await Browser.Open(instance.Address);
        await browser.Page.GotoAsync($"{instance.Address}#pic={flat[0]}&focus=pic");
        await UntilShown(browser, flat[0]);
        Assert.That(browser.Faults, Is.Empty);
    }

    private Task Show(Browser browser, string path, Guid picture) =>
        browser.Page.GotoAsync($"{instance.Address.ToString().TrimEnd('/')}{path}#focus=pic&pic={picture}").ContinueWith(_ => UntilShown(browser, picture), TaskScheduler.Default).Unwrap();

    private static async Task UntilShown(Browser browser, Guid picture)
    {
        try
        {
            await browser.Page.WaitForFunctionAsync(
                "id => document.querySelector('pnx-viewer')?.psv?.getPictureMetadata?.()?.id === id", picture.ToString(),
                new PageWaitForFunctionOptions { Timeout = Patience });
        }
        catch (TimeoutException)
        {
            await browser.Screenshot("not-shown");
            Assert.Fail($"the viewer does not show {picture}: {JsonSerializer.Serialize(browser.Faults)} after {JsonSerializer.Serialize(browser.Requests)}");
        }
    }

    private static async Task UntilRequested(Browser browser, string part)
    {
        for (var i = 0; i < Patience / 100 && !browser.Requests.Any(url => url.Contains(part, StringComparison.Ordinal)); i++) await Task.Delay(100);
        Assert.That(browser.Requests, Has.Some.Contains(part));
    }

    /// <summary>Waits until the middle of the photo is neither one colour nor the loader: the picture's own gradient is seen.</summary>
    private static async Task UntilDrawn(Browser browser)
    {
        await browser.Page.WaitForFunctionAsync(
            "() => { const psv = document.querySelector('pnx-viewer')?.psv; return psv?.state?.ready !== false && !psv?.loader?.isVisible?.(); }",
            null, new PageWaitForFunctionOptions { Timeout = Patience });
        for (var i = 0; i < Patience / 500; i++)
        {
            var shot = await browser.Page.ScreenshotAsync(new PageScreenshotOptions { Clip = new Clip { X = 440, Y = 250, Width = 400, Height = 300 } });
            // A PNG of one colour takes some hundred bytes.
            if (shot.Length > 3000) return;
            await Task.Delay(500);
        }

        await browser.Screenshot("not-drawn");
        Assert.Fail("the middle of the photo stays empty");
    }

    private async Task<IReadOnlyList<Guid>> Send(string title, bool is360, double latitude)
    {
        var set = await instance.Uploader.CreateSet(title, 4);
        var start = new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.FromHours(2));
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            var (width, height) = is360 ? (4096, 2048) : (1024, 768);
            var picture = TestJpeg.Make(width, height, latitude + (i * 0.0002), -1.55, start.AddSeconds(i * 10), headingDegrees: 10, is360: is360, seed: i);
            var answer = await instance.Uploader.SendFile(set, $"{i}.jpg", picture);
            Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
            ids.Add(answer["picture_id"]!.GetValue<Guid>());
        }

        await instance.Uploader.UntilReady(set);
        return ids;
    }
}
