using System.Text.Json;
using System.Text.Json.Nodes;
using Panoramax.Domain.Pictures;
using Panoramax.Testing.Maps;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>The map editors JOSM (with its plug-in) and iD.</summary>
public sealed partial class ReadingClientsTests
{
    [Test]
    [Property("Contract", "clients.md JOSM")]
    [Property("Contract", "known-faults 11")]
    [Property("Contract", "known-faults 10")]
    public async Task JOSM_goes_from_a_tile_to_the_list_of_its_sequence_and_shows_pictures_from_there()
    {
        var live = await client.Send(HttpMethod.Head, "live");
        Assert.That((live.Code, live.Text), Is.EqualTo((200, "")));

        // A click: the first entry of the text in "sequences".
        var tile = VectorTile.Read(await client.Bytes($"map/{Tile(15, -1.55, 47.3)}.mvt"));
        var clicked = tile["pictures"].Single(feature => around.Pictures[1].ToString().Equals(feature["id"]));
        var sequence = JsonNode.Parse((string)clicked["sequences"]!)![0]!.GetValue<Guid>();
        Assert.That(sequence, Is.EqualTo(around.Collection));

        var list = await Ok($"collections/{sequence}/items");
        Assert.That(list["links"]!.AsArray(), Is.Not.Empty);
        Assert.That(list["features"]!.AsArray().Select(feature => feature!["id"]!.GetValue<Guid>()), Is.EqualTo(around.Pictures));
        foreach (var feature in list["features"]!.AsArray())
        {
            Assert.That(feature!["bbox"]!.AsArray().Select(side => side!.GetValueKind()), Is.EqualTo(Enumerable.Repeat(JsonValueKind.Number, 4)));
            Assert.That(feature["collection"]!.GetValue<Guid>(), Is.EqualTo(sequence));
            Assert.That(feature["providers"]![0]!["name"]!.GetValue<string>(), Is.EqualTo("lea"));
            var properties = feature["properties"]!;
            foreach (var name in (string[])["created", "datetime", "license"]) Assert.That(properties[name]!.GetValueKind(), Is.EqualTo(JsonValueKind.String), name);
            Assert.That(properties["exif"]!.AsObject().Select(tag => tag.Value!.GetValueKind()), Is.All.EqualTo(JsonValueKind.String));
            Assert.That(properties.AsObject().Where(property => property.Value is null), Is.Empty);
            Assert.That(feature["geometry"]!["coordinates"]!.AsArray(), Has.Count.EqualTo(2));
            // It makes a URI object of every address here: one with braces would stop it.
            foreach (var href in feature["links"]!.AsArray().Concat(feature["assets"]!.AsObject().Select(asset => asset.Value)).Select(thing => thing!["href"]!.GetValue<string>()))
            {
                Assert.That(Uri.IsWellFormedUriString(href, UriKind.Absolute), Is.True, href);
            }

            var root = Link(feature, "root")!["href"]!.GetValue<string>();
            Assert.That((await Ok(root))["type"]!.GetValue<string>(), Is.EqualTo("Catalog"));
        }

        var hd = list["features"]![0]!["assets"]!["hd"]!["href"]!.GetValue<string>();
        Assert.That(JpegHeader.Read(new MemoryStream(await client.Bytes(hd))).Width, Is.EqualTo(4096));
    }

    [Test]
    [Property("Contract", "clients.md iD")]
    [Property("Contract", "known-faults 12")]
    public async Task The_editor_iD_reads_lines_and_pictures_from_tiles_and_one_picture_at_a_time()
    {
        // Its template is fixed; it is also the one that the landing page names.
        var landing = await Ok("");
        Assert.That(Link(landing.Json!, "xyz")!["href"]!.GetValue<string>(), Is.EqualTo($"{instance.Address}api/map/{{z}}/{{x}}/{{y}}.mvt"));
        var style = await Ok(Link(landing.Json!, "xyz-style")!["href"]!.GetValue<string>());
        Assert.That(style["sources"]!["geovisio"]!["tiles"]![0]!.GetValue<string>(), Is.EqualTo($"{instance.Address}api/map/{{z}}/{{x}}/{{y}}.mvt"));

        var far = VectorTile.Read(await client.Bytes($"map/{Tile(10, -1.55, 47.3)}.mvt"));
        var line = far["sequences"].Single(feature => around.Collection.ToString().Equals(feature["id"]));
        Assert.That(line["date"], Is.EqualTo("2026-05-01"));
        Assert.That(far.ContainsKey("pictures"), Is.False);

        var near = VectorTile.Read(await client.Bytes($"map/{Tile(15, -1.55, 47.3)}.mvt"));
        var point = near["pictures"].Single(feature => around.Pictures[0].ToString().Equals(feature["id"]));
        Assert.That((point["account_id"], point["type"], point["ts"]), Is.EqualTo(((object?)lea.Id.ToString(), (object?)"equirectangular", (object?)"2026-05-01 07:00:00+00")));
        Assert.That(Convert.ToInt32(point["heading"]), Is.EqualTo(10));
        // It cuts the text at its first two double quotes.
        Assert.That(((string)point["sequences"]!).Split('"')[1], Is.EqualTo(around.Collection.ToString()));

        using var empty = await client.Http.GetAsync("/api/map/15/0/0.mvt");
        Assert.That(((int)empty.StatusCode, (await empty.Content.ReadAsByteArrayAsync()).Length), Is.EqualTo((200, 0)));
        Assert.That(empty.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/vnd.mapbox-vector-tile"));

        var item = await Ok($"collections/{around.Collection}/items/{around.Pictures[1]}");
        Assert.That((Link(item.Json!, "next")!["id"]!.GetValue<Guid>(), Link(item.Json!, "prev")!["id"]!.GetValue<Guid>()), Is.EqualTo((around.Pictures[2], around.Pictures[0])));
        Assert.That(JpegHeader.Read(new MemoryStream(await client.Bytes(item["assets"]!["sd"]!["href"]!.GetValue<string>()))).Width, Is.EqualTo(2048));

        Assert.That((await Ok($"users/{lea.Id}"))["name"]!.GetValue<string>(), Is.EqualTo("lea"));
        Assert.That((await Ok("users/search?q=le"))["features"]!.AsArray().Select(found => found!["id"]!.GetValue<Guid>()), Has.Member(lea.Id));
        using var page = await client.Http.GetAsync("/");
        Assert.That((await page.Content.ReadAsStringAsync()), Does.Contain("static/viewer/index.js"));
    }
}
