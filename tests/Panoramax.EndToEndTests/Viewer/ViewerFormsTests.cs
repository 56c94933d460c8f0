using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Viewer;

/// <summary>
/// The official viewer in all its forms (viewer, photo viewer, coverage map, editor) over three sequences of two accounts, flat and
/// 360°: filters, the tags overlay, thumbnails and the ways between pictures. No request fails, no script does.
/// </summary>
public sealed class ViewerFormsTests
{
    private const float Patience = 60_000;

    private PanoramaxInstance instance = null!;
    private Photographer lea = null!;
    private Photographer tom = null!;
    private Walk flat = null!;
    private Walk around = null!;
    private Walk beside = null!;

    [OneTimeSetUp]
    public async Task SendPictures()
    {
        instance = await PanoramaxInstance.Start();
        (lea, tom) = (await instance.NewPhotographer("lea"), await instance.NewPhotographer("tom"));
        flat = await instance.Send(lea, "Flat", 3, is360: false, 47.2, -1.55, new DateTimeOffset(2024, 5, 1, 9, 0, 0, TimeSpan.Zero));
        around = await instance.Send(lea, "Around", 3, is360: true, 47.2, -1.5495, new DateTimeOffset(2025, 5, 1, 9, 0, 0, TimeSpan.Zero));
        // Four metres east of the first one, so that its pictures are related to those.
        beside = await instance.Send(tom, "Beside", 3, is360: false, 47.2, -1.54995, new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero));
        await instance.Database.Execute($"INSERT INTO pictures_semantics (picture_id, key, value, account_id, ts) VALUES ('{flat.Pictures[1]}', 'osm|traffic_sign', 'yes', '{lea.Id}', now())");
    }

    [OneTimeTearDown]
    public async Task Stop() => await instance.DisposeAsync();

    [Test]
    [Property("Contract", "clients.md viewer")]
    public async Task The_viewer_goes_along_a_sequence_and_over_to_another()
    {
        await using var browser = await Open("pnx-viewer", $"#focus=pic&pic={flat.Pictures[1]}&seq={flat.Collection}");
        await Shown(browser, flat.Pictures[1]);
        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-viewer').psv.goToNextPicture()");
        await Shown(browser, flat.Pictures[2]);
        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-viewer').psv.goToPrevPicture()");
        await Shown(browser, flat.Pictures[1]);

        // The related pictures are those of the sequence beside it; going there is what its arrow does.
        var related = await browser.Page.EvaluateAsync<string[]>(
            "() => document.querySelector('pnx-viewer').psv.getPictureMetadata().links.map(link => link.nodeId)");
        Assert.That(related, Has.Member(beside.Pictures[1].ToString()));
        await browser.Page.EvaluateAsync("([seq, pic]) => document.querySelector('pnx-viewer').select(seq, pic)", (string[])[beside.Collection.ToString(), beside.Pictures[1].ToString()]);
        await Shown(browser, beside.Pictures[1]);
        await browser.Screenshot("forms-viewer-related");
        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    [Property("Contract", "clients.md viewer")]
    public async Task The_viewer_s_map_is_filtered_by_day_kind_and_user_and_shows_tags()
    {
        await using var browser = await Open("pnx-viewer", "#focus=map&map=16/47.2002/-1.5498");
        await Drawn(browser, "pnx-viewer", flat, around, beside);

        await Filter(browser, """{"minDate":"2025-01-01","maxDate":"2025-12-31"}""");
        await Drawn(browser, "pnx-viewer", around);
        await Filter(browser, """{"minDate":"2025-06-01"}""");
        await Drawn(browser, "pnx-viewer", beside);
        await Filter(browser, """{"pic_type":"flat"}""");
        await Drawn(browser, "pnx-viewer", flat, beside);
        await Filter(browser, """{"pic_type":"equirectangular"}""");
        await Drawn(browser, "pnx-viewer", around);
        await Filter(browser, "{}");
        await Drawn(browser, "pnx-viewer", flat, around, beside);

        // As the user filter does: search by name, show the map of whom was found, and read the name again.
        var found = await browser.Page.EvaluateAsync<string>("async () => JSON.stringify(await document.querySelector('pnx-viewer').api.searchUsers('to'))");
        Assert.That(found, Does.Contain(tom.Id.ToString()).And.Contain("tom"));
        Assert.That(await browser.Page.EvaluateAsync<string>("id => document.querySelector('pnx-viewer').api.getUserName(id)", tom.Id.ToString()), Is.EqualTo("tom"));
        await browser.Page.EvaluateAsync("id => document.querySelector('pnx-viewer').map.setVisibleUsers([id])", tom.Id.ToString());
        await Drawn(browser, "pnx-viewer", beside);
        await browser.Screenshot("forms-viewer-user-filter");
        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-viewer').map.setVisibleUsers(['geovisio'])");
        await Drawn(browser, "pnx-viewer", flat, around, beside);

        await browser.Page.EvaluateAsync("() => { document.querySelector('pnx-viewer').map.setLayoutProperty('features', 'visibility', 'visible'); }");
        await browser.Page.WaitForFunctionAsync(
            "id => { const map = document.querySelector('pnx-viewer').map; const seen = map.queryRenderedFeatures({ layers: ['features'] }).map(f => f.properties.picid); return seen.length > 0 && seen.every(one => one === id); }",
            flat.Pictures[1].ToString(), new PageWaitForFunctionOptions { Timeout = Patience });
        Assert.That(browser.Requests, Has.Some.Contains("/api/search?bbox=").And.Some.Contains("semantics"));
        await browser.Screenshot("forms-viewer-tags");
        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    [Property("Contract", "clients.md viewer")]
    public async Task The_viewer_shows_thumbnails_of_pictures_sequences_and_places()
    {
        await using var browser = await Open("pnx-viewer", "#focus=map&map=16/47.2002/-1.5498");
        await Drawn(browser, "pnx-viewer", flat, around, beside);

        foreach (var (call, file) in ((string, string)[])
        [
            ($"api.getPictureThumbnailURL('{around.Pictures[0]}', '{around.Collection}')", $"/api/pictures/{around.Pictures[0]}/thumb.jpg"),
            ($"api.getPictureThumbnailURLForSequence('{flat.Collection}')", $"/api/collections/{flat.Collection}/thumb.jpg"),
            ("map._getThumbURL({ lat: 47.2, lng: -1.55 })", $"/api/pictures/{flat.Pictures[0]}/thumb.jpg"),
        ])
        {
            var address = await browser.Page.EvaluateAsync<string>($"() => document.querySelector('pnx-viewer').{call}");
            Assert.That(address, Does.EndWith(file));
            Assert.That(await browser.Page.EvaluateAsync<int>("async address => { const image = new Image(); image.src = address; await image.decode(); return image.naturalWidth; }", address), Is.EqualTo(500));
        }

        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    [Property("Contract", "clients.md viewer")]
    public async Task The_photo_viewer_shows_flat_pictures_and_panoramas_without_a_map()
    {
        await using var browser = await Open("pnx-photo-viewer", $"#pic={around.Pictures[0]}&seq={around.Collection}");
        await Shown(browser, around.Pictures[0], "pnx-photo-viewer");
        await browser.Page.EvaluateAsync("() => document.querySelector('pnx-photo-viewer').psv.goToNextPicture()");
        await Shown(browser, around.Pictures[1], "pnx-photo-viewer");
        await browser.Page.EvaluateAsync("([seq, pic]) => document.querySelector('pnx-photo-viewer').select(seq, pic)", (string[])[flat.Collection.ToString(), flat.Pictures[0].ToString()]);
        await Shown(browser, flat.Pictures[0], "pnx-photo-viewer");
        await browser.Screenshot("forms-photo-viewer");
        Assert.That(browser.Requests, Has.Some.Contains($"/api/pictures/{around.Pictures[0]}/tiled/"));
        Assert.That(browser.Requests, Has.None.Contains(".mvt"));
        Assert.That(browser.Faults, Is.Empty);
    }

    [Test]
    [Property("Contract", "clients.md viewer")]
    public async Task The_coverage_map_shows_all_or_one_user_s_sequences()
    {
        await using (var browser = await Open("pnx-coverage-map", "#16/47.2002/-1.5498"))
        {
            await Drawn(browser, "pnx-coverage-map", flat, around, beside);
            await browser.Screenshot("forms-coverage-map");
            Assert.That(browser.Faults, Is.Empty);
        }

        await using var own = await Open("pnx-coverage-map", "#16/47.2002/-1.5498", ("users", $"[\"{tom.Id}\"]"));
        await Drawn(own, "pnx-coverage-map", beside);
        Assert.That(own.Requests, Has.Some.Contains($"/api/users/{tom.Id}/map/"));
        Assert.That(own.Faults, Is.Empty);
    }

    [Test]
    [Property("Contract", "clients.md viewer")]
    public async Task The_editor_shows_one_sequence_with_all_its_pictures()
    {
        await using var browser = await Open("pnx-editor", "", ("sequence", flat.Collection.ToString()), ("picture", flat.Pictures[1].ToString()));
        await Shown(browser, flat.Pictures[1], "pnx-editor");
        await browser.Page.WaitForFunctionAsync("""
            ids => {
                const map = document.querySelector('pnx-editor').map;
                if(!map?.getLayer('geovisio_editor_pictures')) { return false; }
                const seen = new Set(map.queryRenderedFeatures({ layers: ['geovisio_editor_pictures'] }).map(f => f.properties.id));
                return ids.every(id => seen.has(id));
            }
            """, flat.Pictures.Select(id => id.ToString()).ToArray(), new PageWaitForFunctionOptions { Timeout = Patience });
        await browser.Screenshot("forms-editor");
        Assert.That(browser.Requests, Has.Some.Contains($"/api/collections/{flat.Collection}/items"));
        Assert.That(browser.Faults, Is.Empty);
    }

    /// <summary>Opens our own page with another form of the viewer in the place of the usual one.</summary>
    private async Task<Browser> Open(string element, string hash, params (string Name, string Value)[] attributes)
    {
        var browser = await Browser.Open(instance.Address);
        await browser.Page.RouteAsync("**/static/page.js", async route =>
        {
            var answer = await route.FetchAsync();
            var more = string.Concat(attributes.Select(attribute => $" {attribute.Name}='{WebUtility.HtmlEncode(attribute.Value)}'"));
            // A map and an editor have no size of their own.
            var text = (await answer.TextAsync()).Replace(
                "<pnx-viewer></pnx-viewer>", $"<{element}{more} style='position:absolute;inset:0;display:block'></{element}>", StringComparison.Ordinal);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = text });
        });
        await browser.Page.GotoAsync($"{instance.Address}{hash}", new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return browser;
    }

    private static Task Filter(Browser browser, string filters) =>
        browser.Page.EvaluateAsync("filters => document.querySelector('pnx-viewer').map.setFilters(JSON.parse(filters))", filters);

    /// <summary>Waits until the map shows the lines and pictures of exactly these sequences.</summary>
    private static Task Drawn(Browser browser, string element, params Walk[] walks) => Until(
        browser,
        """
        ([element, wanted]) => {
            const map = document.querySelector(element)?.map;
            if(!map?.getStyle?.()?.layers) { return false; }
            const seen = kind => {
                const layers = map.getStyle().layers.map(layer => layer.id)
                    .filter(id => id.startsWith('geovisio') && id.endsWith('_' + kind) && map.getLayoutProperty(id, 'visibility') !== 'none');
                return layers.length === 0 ? [] : map.queryRenderedFeatures({ layers });
            };
            const lines = [...new Set(seen('sequences').map(f => f.properties.id))].sort().join();
            const points = [...new Set(seen('pictures').map(f => f.properties.first_sequence))].sort().join();
            return lines === wanted && points === wanted;
        }
        """,
        (string[])[element, string.Join(',', walks.Select(walk => walk.Collection.ToString()).Order(StringComparer.Ordinal))]);

    private static Task Shown(Browser browser, Guid picture, string element = "pnx-viewer") => Until(
        browser, "([element, id]) => document.querySelector(element)?.psv?.getPictureMetadata?.()?.id === id", (string[])[element, picture.ToString()]);

    private static async Task Until(Browser browser, string condition, string[] arguments)
    {
        try
        {
            await browser.Page.WaitForFunctionAsync(condition, arguments, new PageWaitForFunctionOptions { Timeout = Patience });
        }
        catch (TimeoutException)
        {
            await browser.Screenshot("forms-waiting");
            Assert.Fail($"waited for {string.Join(' ', arguments)}: {JsonSerializer.Serialize(browser.Faults)} after {JsonSerializer.Serialize(browser.Requests)}");
        }
    }
}
