using System.Text.Json.Nodes;
using Panoramax.Domain.Pictures;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Maps;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Vector tiles and styles of an instance where not everybody may register.</summary>
internal sealed class MapTests : StacFixture
{
    private Journey five = null!;

    protected override (string Key, string Value)[] Settings =>
        [("Instance__Name__en", "Retz-o-rama"), ("Instance__Name__fr", "Retz-o-rame"), ("Auth__Provider", "osm")];

    protected override async Task SetUp()
    {
        five = await Host.Add(Bob, Journey.OfFive360());
        await Host.RefreshGrid();
    }

    /// <summary>The tile that holds a place.</summary>
    internal static string Place(int zoom, double longitude, double latitude)
    {
        var side = Math.Pow(2, zoom);
        var radians = double.DegreesToRadians(latitude);
        return FormattableString.Invariant($"{zoom}/{Math.Floor((longitude + 180) / 360 * side)}/{Math.Floor((1 - (Math.Asinh(Math.Tan(radians)) / Math.PI)) / 2 * side)}");
    }

    internal static async Task<Dictionary<string, List<TileFeature>>> Tile(ApiClient client, string path) => VectorTile.Read(await client.Bytes(path + ".mvt"));

    private string Here(int zoom) => Place(zoom, 1.919185442, 49.00688962);

    [TestCase(0, "grid")]
    [TestCase(5, "grid")]
    [TestCase(6, "sequences grid")]
    [TestCase(7, "sequences")]
    [TestCase(14, "sequences")]
    [TestCase(15, "sequences pictures")]
    [Property("Contract", "read.md 23.47")]
    public async Task Layers_go_by_zoom(int zoom, string layers)
    {
        var tile = await Tile(Nobody, "map/" + Here(zoom));

        Assert.That(string.Join(' ', tile.Keys), Is.EqualTo(layers));
        if (zoom == 15) Assert.That(tile["pictures"], Has.Count.EqualTo(5));
    }

    [TestCase(0, "sequences")]
    [TestCase(5, "sequences")]
    [TestCase(6, "sequences")]
    [TestCase(14, "sequences")]
    [TestCase(15, "sequences pictures")]
    [Property("Contract", "read.md 23.50")]
    public async Task Layers_of_a_user_s_map_are_lines_at_every_zoom(int zoom, string layers)
    {
        var tile = await Tile(Nobody, $"users/{Bob.Id}/map/" + Here(zoom));

        Assert.That(string.Join(' ', tile.Keys), Is.EqualTo(layers));
        Assert.That(tile["sequences"].Single(feature => five.Id.ToString().Equals(feature["id"])).Properties, Has.Count.EqualTo(7));
    }

    [TestCase("16/0/0.mvt", 404)]
    [TestCase("-1/0/0.mvt", 404)]
    [TestCase("3/8/0.mvt", 404)]
    [TestCase("3/0/8.mvt", 404)]
    [TestCase("3/-1/0.mvt", 404)]
    [TestCase("0/0/0.jpg", 400)]
    [TestCase("16/0/0.jpg", 400)]
    [TestCase("a/b/c.mvt", 404)]
    [TestCase("0/0/0.pbf", 200)]
    [TestCase("15/32767/32767.mvt", 200)]
    [Property("Contract", "read.md 23.46")]
    public async Task Only_tiles_of_the_pyramid_exist(string tile, int status)
    {
        Assert.That((await Nobody.Get("map/" + tile)).Code, Is.EqualTo(status));
        Assert.That((await Nobody.Get($"users/{Bob.Id}/map/{tile}")).Code, Is.EqualTo(status));
    }

    [TestCase("map/11/0/0")]
    [TestCase("map/0/0/0/")]
    [Property("Contract", "read.md 23.47")]
    [Property("Contract", "known-faults 11")]
    public async Task A_tile_is_always_of_its_media_type_and_empty_ones_have_no_body(string path)
    {
        var answer = await Nobody.Get(path.TrimEnd('/') + ".mvt");

        Assert.That(answer.Code, Is.EqualTo(200));
        Assert.That(answer.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/vnd.mapbox-vector-tile"));
        if (path == "map/11/0/0") Assert.That(answer.Text, Is.Empty);
    }

    [Test]
    public async Task An_unknown_user_has_an_empty_map() =>
        Assert.That(await Nobody.Bytes($"users/{Guid.NewGuid()}/map/{Here(15)}.mvt"), Is.Empty);

    [Test]
    [Property("Contract", "read.md 23.48")]
    public async Task Properties_are_those_that_map_clients_read()
    {
        var tile = await Tile(Nobody, "map/" + Here(15));
        var line = tile["sequences"].Single(feature => five.Id.ToString().Equals(feature["id"]));
        var point = tile["pictures"].Single(feature => five[0].Id.ToString().Equals(feature["id"]));

        Assert.That(line.GeometryType, Is.EqualTo(2));
        Assert.That(point.GeometryType, Is.EqualTo(1));
        Assert.That(line.Properties, Is.EquivalentTo(new Dictionary<string, object>
        {
            ["id"] = five.Id.ToString(), ["account_id"] = Bob.Id.ToString(), ["model"] = "GoPro Max", ["type"] = "equirectangular", ["date"] = "2021-07-29",
            ["gps_accuracy"] = 4.0, ["h_pixel_density"] = 16L,
        }));
        Assert.That(point.Properties, Is.EquivalentTo(new Dictionary<string, object>
        {
            ["id"] = five[0].Id.ToString(), ["account_id"] = Bob.Id.ToString(), ["ts"] = "2021-07-29 09:16:54+00", ["heading"] = 349L, ["type"] = "equirectangular",
            ["model"] = "GoPro Max", ["gps_accuracy"] = 4.0, ["h_pixel_density"] = 16L, ["sequences"] = $"[\"{five.Id}\"]", ["first_sequence"] = five.Id.ToString(),
        }));
    }

    [Test]
    public async Task Unknown_values_are_absent_from_a_tile()
    {
        var bare = await Host.Add(Bob, new Journey(new Shot(60, 10) { Make = null, Model = null, FieldOfView = null }, new Shot(60.0002, 10) { Make = null, Model = "X", FieldOfView = null }));

        var tile = await Tile(Nobody, "map/" + Place(15, 60, 10));

        Assert.That(tile["pictures"].Single(feature => bare[0].Id.ToString().Equals(feature["id"])).Properties.Select(property => property.Key),
            Is.EquivalentTo((string[])["id", "account_id", "ts", "type", "sequences", "first_sequence"]));
        Assert.That(tile["sequences"].Single().Properties.Select(property => property.Key), Is.EquivalentTo((string[])["id", "account_id", "type", "date"]));
    }

    [Test]
    public async Task Lines_at_the_zoom_where_squares_go_out_have_no_properties() =>
        Assert.That((await Tile(Nobody, "map/" + Here(6)))["sequences"].SelectMany(feature => feature.Properties), Is.Empty);

    [Test]
    [Property("Contract", "known-faults 17")]
    public async Task A_jump_of_more_than_75_metres_leaves_two_parts_of_a_line()
    {
        var jump = await Host.Add(Bob, new Journey(new Shot(61, 10), new Shot(61.0003, 10), new Shot(61.003, 10), new Shot(61.0033, 10)));

        Assert.That(await Host.Database.Scalar<int>($"SELECT ST_NumGeometries(geom) FROM sequences WHERE id = '{jump.Id}'"), Is.EqualTo(2));
        // Two strokes, with nothing drawn between their ends; on far-out tiles too.
        foreach (var zoom in (int[])[14, 12]) Assert.That((await Tile(Nobody, "map/" + Place(zoom, 61, 10)))["sequences"].Single().Strokes, Is.EqualTo(2), $"zoom {zoom}");
    }

    [Test]
    public async Task The_line_of_far_out_tiles_follows_the_sequence_at_once()
    {
        // A way of 60 km with a detour that is seen and many bends that are not.
        var far = await Host.Add(Bob, new Journey(new Shot(66, 10), new Shot(66.0005, 10)));
        await Host.Database.Execute($"""
            UPDATE sequences SET geom = ST_SetSRID(ST_Multi(ST_MakeLine(ARRAY(
                SELECT ST_MakePoint(66 + i * 0.0005, 10 + (i % 2) * 0.001 + CASE WHEN i BETWEEN 400 AND 600 THEN 0.2 ELSE 0 END) FROM generate_series(0, 1000) i))), 4326)
            WHERE id = '{far.Id}'
            """);

        Assert.That(await Host.Database.Scalar<int>($"SELECT ST_NPoints(geom_far) FROM sequences WHERE id = '{far.Id}'"), Is.InRange(4, 12));
        Assert.That((await Tile(Nobody, "map/" + Place(6, 66, 10)))["sequences"], Is.Not.Empty);
        Assert.That((await Tile(Nobody, $"users/{Bob.Id}/map/" + Place(3, 66, 10)))["sequences"].Where(feature => far.Id.ToString().Equals(feature["id"])), Has.Exactly(1).Items);

        await Host.Database.Execute($"UPDATE sequences SET geom = ST_Translate(geom, 0, -60) WHERE id = '{far.Id}'");
        Assert.That((await Tile(Nobody, "map/" + Place(6, 66, -50)))["sequences"], Has.Count.EqualTo(1));
        await Host.Delete(far);
    }

    [Test]
    [Property("Contract", "read.md 23.49")]
    public async Task Owner_only_data_is_on_no_general_map_and_on_the_owner_s_own_with_a_mark()
    {
        var secret = await Host.Add(Bob, Journey.Flat(3, 62, 10) with { Visibility = "owner-only" });
        var path = Place(15, 62, 10);

        foreach (var client in (Visitor[])[Nobody, C, B, A]) Assert.That(await client.Bytes($"map/{path}.mvt"), Is.Empty);
        foreach (var client in (Visitor[])[Nobody, C]) Assert.That(await client.Bytes($"users/{Bob.Id}/map/{path}.mvt"), Is.Empty);
        foreach (var own in new[] { await Tile(B, $"users/{Bob.Id}/map/{path}"), await Tile(B, $"users/me/map/{path}"), await Tile(A, $"users/{Bob.Id}/map/{path}") })
        {
            Assert.That(own["sequences"].Single()["hidden"], Is.True);
            Assert.That(own["pictures"].Select(feature => feature["hidden"]), Is.All.True);
        }

        await Host.Show(secret, "anyone");
        Assert.That((await Tile(Nobody, "map/" + path))["pictures"], Has.Count.EqualTo(3));
        await Host.Show(secret[0], "owner-only");
        Assert.That((await Tile(B, "map/" + path))["pictures"], Has.Count.EqualTo(2));
        Assert.That((await Tile(B, "users/me/map/" + path))["pictures"].Select(feature => feature["hidden"]), Is.EquivalentTo((object?[])[true, null, null]));
        await Host.Delete(secret);
        Assert.That(await B.Bytes($"users/me/map/{path}.mvt"), Is.Empty);
    }

    [Test]
    public async Task Logged_only_data_is_on_the_map_of_who_is_logged_in()
    {
        await Host.Add(Bob, Journey.Flat(2, 63, 10) with { Visibility = "logged-only" });
        var path = Place(15, 63, 10);

        Assert.That(await Nobody.Bytes($"map/{path}.mvt"), Is.Empty);
        Assert.That((await Tile(C, "map/" + path))["pictures"], Has.Count.EqualTo(2));
        Assert.That((await Tile(C, "map/" + path))["sequences"].Single()["hidden"], Is.True);
        Assert.That((await Tile(C, "map/" + path))["pictures"].Select(feature => feature["hidden"]), Is.All.Null);
    }

    [Test]
    public async Task What_is_not_ready_is_on_no_map()
    {
        await Host.Add(Bob, Journey.Flat(2, 64, 10) with { Status = "waiting-for-process" });
        await Host.Add(Bob, new Journey(new Shot(64.001, 10) { Status = PreparingStatus.NotProcessed }, new Shot(64.001, 10) { Status = PreparingStatus.Broken }));

        Assert.That(await B.Bytes($"users/me/map/{Place(15, 64, 10)}.mvt"), Is.Empty);
    }

    [Test]
    [Property("Contract", "read.md 23.50")]
    public async Task A_user_s_map_is_of_that_user_and_can_be_filtered()
    {
        var open = await Host.Add(Camille, Journey.Flat(2, 65, 10) with { Created = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        var secret = await Host.Add(Camille, Journey.Flat(2, 65.001, 10) with { Visibility = "owner-only", Created = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        await Host.Add(Bob, Journey.Flat(2, 65.002, 10));
        await Host.Show(open[0], "owner-only");
        var path = $"users/{Camille.Id}/map/{Place(15, 65, 10)}.mvt";

        async Task<(int Lines, int Points)> Count(Visitor client, string filter)
        {
            var tile = VectorTile.Read(await client.Bytes($"{path}?filter={Uri.EscapeDataString(filter)}"));
            return (tile.TryGetValue("sequences", out var lines) ? lines.Count : 0, tile.TryGetValue("pictures", out var points) ? points.Count : 0);
        }

        Assert.That(await Count(C, ""), Is.EqualTo((2, 4)));
        Assert.That(await Count(C, "visibility='owner-only'"), Is.EqualTo((1, 3)));
        Assert.That(await Count(Nobody, "visibility='owner-only'"), Is.EqualTo((0, 0)));
        Assert.That(await Count(Nobody, "visibility='anyone'"), Is.EqualTo((1, 1)));
        Assert.That(await Count(C, "created > '2020-06-01'"), Is.EqualTo((1, 4)));
        Assert.That((await C.Get(path + "?filter=status%3D'hidden'")).Code, Is.EqualTo(400));
        Assert.That((await C.Get(path + "?filter=title%3D'x'")).Code, Is.EqualTo(400));
        Assert.That((await Nobody.Get($"map/{Place(15, 65, 10)}.mvt?filter=nonsense")).Code, Is.EqualTo(200));
        _ = secret;
    }

    [Test]
    public async Task A_picture_at_the_pole_breaks_no_tile()
    {
        await Host.Add(Bob, new Journey(new Shot(0, 90), new Shot(180, -90)));
        await Host.RefreshGrid();

        foreach (var path in (string[])["0/0/0", "1/0/0", "1/1/1", "6/32/0", "15/16384/0"]) Assert.That((await Nobody.Get($"map/{path}.mvt")).Code, Is.EqualTo(200), path);
    }

    [Test]
    [Property("Contract", "read.md 23.45")]
    public async Task The_general_style_is_the_document_of_the_contract()
    {
        var style = await Nobody.Get("map/style.json");

        Assert.That(style.Message.Headers.CacheControl!.ToString(), Is.EqualTo("public"));
        IsJson(style.Json, Style("geovisio", "map", ""","logged_coef","logged_coef_360_pictures","logged_coef_flat_pictures" """));
        IsJson((await B.Get("map/style.json")).Json, style.Text);
    }

    [Test]
    [Property("Contract", "read.md 23.45")]
    public async Task Styles_of_users_have_their_own_names_and_no_squares()
    {
        IsJson((await Nobody.Get($"users/{Bob.Id}/map/style.json")).Json, Style($"geovisio_{Bob.Id}", $"users/{Bob.Id}/map", null));
        IsJson((await B.Get("users/me/map/style.json")).Json, Style("geovisio_me", "users/me/map", null));
    }

    [Test]
    public async Task The_style_s_name_follows_the_language()
    {
        using var client = new Visitor(Host.Process.Address);
        client.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");

        Assert.That((await client.Get("map/style.json"))["name"]!.GetValue<string>(), Is.EqualTo("Retz-o-rame"));
    }

    [TestCase("users/me/map/style.json")]
    [TestCase("users/me/map/0/0/0.mvt")]
    public async Task The_caller_s_map_leads_to_the_login(string path)
    {
        var answer = await Nobody.Get(path);

        Assert.That(answer.Code, Is.EqualTo(302));
        Assert.That(answer.Message.Headers.Location!.ToString(), Is.EqualTo(
            $"{Host.Process.Address}api/auth/login?next_url={Uri.EscapeDataString($"{Host.Process.Address}api/{path}")}"));
    }

    private string Style(string source, string path, string? moreOfGrid)
    {
        var grid = moreOfGrid is null ? "" : $$""","grid":["id","nb_pictures","nb_360_pictures","nb_flat_pictures","coef","coef_360_pictures","coef_flat_pictures"{{moreOfGrid}}]""";
        var opacity = moreOfGrid is null ? "1" : """["interpolate",["linear"],["zoom"],6.25,0,7,1]""";
        var gridLayer = moreOfGrid is null ? "" : $$"""
            ,{"id":"{{source}}_grid","type":"circle","source":"{{source}}","source-layer":"grid","layout":{"circle-sort-key":["get","coef"]},
              "paint":{"circle-radius":["interpolate",["linear"],["zoom"],1,["match",["get","coef"],0,0,1],4,["match",["get","coef"],0,0,6],5,["match",["get","coef"],0,0,2.5],6,["match",["get","coef"],0,0,4],7,["match",["get","coef"],0,0,7]],
               "circle-color":["interpolate",["linear"],["get","coef"],0,"#FFA726",0.5,"#E65100",1,"#3E2723"],
               "circle-opacity":["interpolate",["linear"],["zoom"],4,0.5,5,1,6.75,1,7,0]} }
            """;
        return $$"""
            {"version":8,"name":"Retz-o-rama",
             "metadata":{"panoramax:fields":{"sequences":["id","account_id","model","type","date","gps_accuracy","h_pixel_density"],
               "pictures":["id","account_id","ts","heading","sequences","type","model","gps_accuracy","h_pixel_density"]{{grid}}} },
             "sources":{"{{source}}":{"type":"vector","tiles":["{{Host.Process.Address}}api/{{path}}/{z}/{x}/{y}.mvt"],"minzoom":0,"maxzoom":15} },
             "layers":[
              {"id":"{{source}}_sequences","type":"line","source":"{{source}}","source-layer":"sequences","layout":{"line-cap":"square"},
               "paint":{"line-color":"#FF6F00","line-width":["interpolate",["linear"],["zoom"],0,0.5,10,2,14,4,16,5,22,3],"line-opacity":{{opacity}}} },
              {"id":"{{source}}_pictures","type":"circle","source":"{{source}}","source-layer":"pictures",
               "paint":{"circle-color":"#FF6F00","circle-radius":["interpolate",["linear"],["zoom"],15,4.5,17,8,22,12],
                "circle-opacity":["interpolate",["linear"],["zoom"],15,0,16,1],"circle-stroke-color":"#ffffff","circle-stroke-width":["interpolate",["linear"],["zoom"],17,0,20,2]} }
              {{gridLayer}}]}
            """;
    }
}
