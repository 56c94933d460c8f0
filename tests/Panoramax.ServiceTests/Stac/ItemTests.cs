using System.Text.Json.Nodes;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>One picture and the pictures of a sequence.</summary>
internal sealed class ItemTests : StacFixture
{
    private Journey five = null!;

    protected override (string Key, string Value)[] Settings =>
        [("Instance__License__SpdxId", "etalab-2.0"), ("Instance__License__Url", "https://example.org/licence")];

    protected override async Task SetUp()
    {
        var created = new DateTimeOffset(2026, 3, 1, 10, 11, 13, TimeSpan.Zero).AddTicks(1200);
        five = await Host.Add(Bob, Journey.OfFive360() with { Created = created, Updated = created.AddSeconds(1).AddTicks(-1200) });
    }

    [Test]
    [Property("Contract", "read.md 23.25")]
    public async Task A_panorama_is_the_item_of_the_contract()
    {
        await Host.Tag("sequences", "sequence_id", five.Id, "camera_support", "bike", Bob);
        await Host.Tag("pictures", "picture_id", five[0].Id, "z", "1", Bob);
        await Host.Tag("pictures", "picture_id", five[0].Id, "osm|highway", "crossing", Bob);
        await Host.Tag("pictures", "picture_id", five[0].Id, "osm|highway", "🚲", Bob);
        var annotation = await Host.Annotate(five[0], "osm|traffic_sign", "yes", Bob);
        var (root, id, next) = (Host.Process.Address.ToString().TrimEnd('/'), five[0].Id, five[1].Id);

        var answer = await Nobody.Get($"collections/{five.Id}/items/{id}");

        Assert.That(answer.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/geo+json"));
        foreach (var asset in answer["assets"]!.AsObject().Select(asset => asset.Value).Append(answer["asset_templates"]!["tiles"]))
        {
            Assert.That(asset!["title"]!.GetValue<string>(), Is.Not.Empty);
            asset.AsObject().Remove("title");
            asset.AsObject().Remove("description");
        }

        var alias = await Nobody.Get($"pictures/{id}");
        Assert.That((alias.Text, alias.Message.Content.Headers.ContentType!.ToString()), Is.EqualTo((answer.Text, "application/geo+json")));
        var shape = answer["properties"]!["annotations"]![0]!["shape"]!;
        Assert.That(shape["type"]!.GetValue<string>(), Is.EqualTo("Polygon"));
        IsJson(answer.Json, $$"""
            {"type":"Feature","stac_version":"1.0.0",
             "stac_extensions":["https://stac-extensions.github.io/view/v1.0.0/schema.json","https://stac-extensions.github.io/perspective-imagery/v1.0.0/schema.json","https://stac-extensions.github.io/tiled-assets/v1.0.0/schema.json"],
             "id":"{{id}}","collection":"{{five.Id}}",
             "geometry":{"type":"Point","coordinates":[1.919185442,49.00688962]},"bbox":[1.919185442,49.00688962,1.919185442,49.00688962],
             "providers":[{"id":"{{Bob.Id}}","name":"bob","roles":["producer"]}],
             "properties":{
              "datetime":"2021-07-29T09:16:54+00:00","datetimetz":"2021-07-29T11:16:54+02:00",
              "created":"2026-03-01T10:11:13.000120+00:00","updated":"2026-03-01T10:11:14+00:00",
              "license":"etalab-2.0","view:azimuth":349,"pers:pitch":0,"pers:roll":0,
              "pers:interior_orientation":{"camera_manufacturer":"GoPro","camera_model":"Max","focal_length":3,"field_of_view":360,"sensor_array_dimensions":[5760,2880]},
              "geovisio:status":"ready","geovisio:visibility":"anyone","geovisio:producer":"bob","geovisio:rank_in_collection":1,
              "geovisio:image":"{{root}}/api/pictures/{{id}}/hd.jpg","geovisio:thumbnail":"{{root}}/api/pictures/{{id}}/thumb.jpg",
              "original_file:name":"1.jpg","original_file:size":1000000,
              "panoramax:horizontal_pixel_density":16,"quality:horizontal_accuracy":4,
              "exif":{"Exif.Image.Make":"GoPro","Exif.Image.Model":"Max"},
              "semantics":[{"key":"osm|highway","value":"crossing"},{"key":"osm|highway","value":"🚲"},{"key":"z","value":"1"}],
              "annotations":[{"id":"{{annotation}}","shape":{{shape.ToJsonString()}},"semantics":[{"key":"osm|traffic_sign","value":"yes"}]}],
              "collection":{"semantics":[{"key":"camera_support","value":"bike"}]},
              "tiles:tile_matrix_sets":{"geovisio":{"type":"TileMatrixSetType","title":"GeoVisio tile matrix for picture {{id}}","identifier":"geovisio-{{id}}","tileMatrix":[{"type":"TileMatrixType","identifier":"0","scaleDenominator":1,"topLeftCorner":[0,0],"tileWidth":720,"tileHeight":720,"matrixWidth":8,"matrixHeight":4}] } } },
             "assets":{
              "hd":{"roles":["data"],"type":"image/jpeg","href":"{{root}}/api/pictures/{{id}}/hd.jpg"},
              "sd":{"roles":["visual"],"type":"image/jpeg","href":"{{root}}/api/pictures/{{id}}/sd.jpg"},
              "thumb":{"roles":["thumbnail"],"type":"image/jpeg","href":"{{root}}/api/pictures/{{id}}/thumb.jpg"} },
             "asset_templates":{"tiles":{"roles":["data"],"type":"image/jpeg","href":"{{root}}/api/pictures/{{id}}/tiled/{TileCol}_{TileRow}.jpg"} },
             "links":[
              {"rel":"root","type":"application/json","title":"Instance catalog","href":"{{root}}/api/"},
              {"rel":"parent","type":"application/json","href":"{{root}}/api/collections/{{five.Id}}"},
              {"rel":"self","type":"application/geo+json","href":"{{root}}/api/collections/{{five.Id}}/items/{{id}}"},
              {"rel":"collection","type":"application/json","href":"{{root}}/api/collections/{{five.Id}}"},
              {"rel":"license","title":"License for this object (etalab-2.0)","href":"https://example.org/licence"},
              {"rel":"next","type":"application/geo+json","id":"{{next}}","geometry":{"type":"Point","coordinates":[1.919205442,49.00689962]},"href":"{{root}}/api/collections/{{five.Id}}/items/{{next}}"}]}
            """);
    }

    [Test]
    [Property("Contract", "read.md 23.25")]
    public async Task A_middle_picture_has_seven_links_and_is_found_under_any_collection()
    {
        Assert.That(Rels((await Nobody.Get($"collections/{Guid.NewGuid()}/items/{five[2].Id}")).Json),
            Is.EqualTo((string[])["root", "parent", "self", "collection", "license", "next", "prev"]));
    }

    [Test]
    [Property("Contract", "read.md 23.26")]
    public async Task A_flat_picture_has_no_tiles_and_no_angles()
    {
        var flat = await Host.Add(Bob, Journey.Flat(1, 20, 20));

        var answer = await Nobody.Get($"pictures/{flat[0].Id}");

        Assert.Multiple(() =>
        {
            IsJson(answer["stac_extensions"], """["https://stac-extensions.github.io/perspective-imagery/v1.0.0/schema.json"]""");
            Assert.That(Members(answer.Json), Has.None.EqualTo("asset_templates"));
            Assert.That(Members(answer["properties"]), Has.None.EqualTo("tiles:tile_matrix_sets").And.None.EqualTo("pers:pitch").And.None.EqualTo("pers:roll")
                .And.None.EqualTo("quality:horizontal_accuracy").And.None.EqualTo("view:azimuth"));
            Assert.That(answer["properties"]!["panoramax:horizontal_pixel_density"]!.GetValue<int>(), Is.EqualTo(64));
            Assert.That(answer["properties"]!["pers:interior_orientation"]!["field_of_view"]!.GetValue<int>(), Is.EqualTo(67));
        });
    }

    [TestCase(67, 4288, 64)]
    [TestCase(54, 4128, 76)]
    [Property("Contract", "read.md 23.26")]
    public async Task The_density_of_a_flat_picture_follows_from_its_width_and_field_of_view(int fieldOfView, int width, int density)
    {
        var flat = await Host.Add(Bob, new Journey(new Shot(28, 20) { FieldOfView = fieldOfView, Width = width }));

        var properties = (await Nobody.Get($"pictures/{flat[0].Id}"))["properties"]!;

        Assert.That(properties["panoramax:horizontal_pixel_density"]!.GetValue<int>(), Is.EqualTo(density));
        IsJson(properties["pers:interior_orientation"], $$"""
            {"camera_manufacturer":"OLYMPUS IMAGING CORP.","camera_model":"SP-720UZ","focal_length":5,"field_of_view":{{fieldOfView}},"sensor_array_dimensions":[{{width}},3216]}
            """);
    }

    [Test]
    [Property("Contract", "read.md 23.28")]
    public async Task Of_a_camera_that_is_known_in_part_only_the_known_is_told()
    {
        var partly = await Host.Add(Bob, new Journey(new Shot(29, 20) { Make = "OLYMPUS IMAGING CORP.", Model = null, FocalLength = null, FieldOfView = null, Width = 0, Height = 0 }));

        IsJson((await Nobody.Get($"pictures/{partly[0].Id}"))["properties"]!["pers:interior_orientation"], """{"camera_manufacturer":"OLYMPUS IMAGING CORP."}""");
    }

    [Test]
    [Property("Contract", "read.md 23.27")]
    public async Task An_artist_is_a_second_producer()
    {
        var journey = await Host.Add(Bob, new Journey(new Shot(21, 20) { Exif = new() { ["Exif.Image.Artist"] = "Adrien" } }));

        IsJson((await Nobody.Get($"pictures/{journey[0].Id}"))["providers"],
            $$"""[{"id":"{{Bob.Id}}","name":"bob","roles":["producer"]},{"name":"Adrien","roles":["producer"]}]""");
    }

    [Test]
    [Property("Contract", "read.md 23.27")]
    public async Task A_partial_panorama_tells_its_place_in_the_whole()
    {
        var cropped = await Host.Add(Bob, new Journey(
            new Shot(22, 20) { Width = 15872, Height = 2606, Details = new PictureDetails { Crop = new Crop(15872, 7936, 15872, 2606, 0, 2538) } },
            new Shot(22, 20) { Width = 4000, Height = 2000, Details = new PictureDetails { Crop = new Crop(4000, 2000, 4000, 2000, 0, 0) } }));

        var partial = (await Nobody.Get($"pictures/{cropped[0].Id}"))["properties"]!["pers:interior_orientation"]!;
        var whole = (await Nobody.Get($"pictures/{cropped[1].Id}"))["properties"]!["pers:interior_orientation"]!;

        IsJson(partial["visible_area"], "[0,2538,0,2792]");
        IsJson(partial["sensor_array_dimensions"], "[15872,7936]");
        IsJson(whole["sensor_array_dimensions"], "[4000,2000]");
        Assert.That(Members(whole), Has.None.EqualTo("visible_area"));
    }

    [Test]
    [Property("Contract", "read.md 23.28")]
    [Property("Contract", "known-faults 10")]
    public async Task Unknown_values_are_left_out_and_the_two_objects_stay()
    {
        var bare = await Host.Add(Bob, new Journey(new Shot(23, 20)
        {
            Width = 0, Height = 0, Make = null, Model = " ", FocalLength = 0, FieldOfView = null, OffsetMinutes = null, Exif = null,
        }));

        var properties = (await Nobody.Get($"pictures/{bare[0].Id}"))["properties"]!;

        IsJson(properties["pers:interior_orientation"], "{}");
        IsJson(properties["exif"], "{}");
        Assert.That(properties["datetimetz"]!.GetValue<string>(), Is.EqualTo("2021-07-29T09:16:54+00:00"));
        Assert.That(properties.AsObject().Where(member => member.Value is null), Is.Empty);
        Assert.That(Members(properties), Is.EquivalentTo((string[])[
            "datetime", "datetimetz", "created", "updated", "license", "pers:interior_orientation", "geovisio:status", "geovisio:visibility", "geovisio:producer",
            "geovisio:rank_in_collection", "geovisio:image", "geovisio:thumbnail", "exif", "semantics", "annotations", "collection"]));
    }

    [Test]
    public async Task Values_of_exif_are_always_texts_and_binary_tags_stay_away()
    {
        var journey = await Host.Add(Bob, new Journey(new Shot(24, 20)
        {
            Exif = new()
            {
                ["Exif.Image.Make"] = "X", ["Exif.Photo.Number"] = 12, ["Exif.Photo.List"] = new[] { 1, 2 }, ["Exif.Photo.Nothing"] = null,
                ["Exif.Canon.ColorData"] = "binary", ["Exif.Panasonic.DataDump"] = "binary", ["Exif.Photo.0xABcd"] = "unnamed", ["Exif.Photo.0xfine"] = "named",
            },
        }));

        IsJson((await Nobody.Get($"pictures/{journey[0].Id}"))["properties"]!["exif"],
            """{"Exif.Image.Make":"X","Exif.Photo.Number":"12","Exif.Photo.List":"[1, 2]","Exif.Photo.0xfine":"named"}""");
    }

    [Test]
    public async Task Fractions_of_seconds_have_six_digits()
    {
        var journey = await Host.Add(Bob, new Journey(new Shot(25, 20) { Ts = new DateTimeOffset(2023, 7, 3, 10, 12, 1, 1, TimeSpan.Zero), OffsetMinutes = -210 }));

        var properties = (await Nobody.Get($"pictures/{journey[0].Id}"))["properties"]!;

        Assert.That(properties["datetime"]!.GetValue<string>(), Is.EqualTo("2023-07-03T10:12:01.001000+00:00"));
        Assert.That(properties["datetimetz"]!.GetValue<string>(), Is.EqualTo("2023-07-03T06:42:01.001000-03:30"));
    }

    [TestCase("prepared", 200, "ready")]
    [TestCase("not-processed", 200, "waiting-for-process")]
    [TestCase("broken", 500, "broken")]
    [Property("Contract", "read.md 23.31")]
    public async Task The_state_of_a_picture_is_told_by_the_item_itself(string stored, int status, string shown)
    {
        var journey = await Host.Add(Bob, new Journey(new Shot(26, 20) { Status = stored }));

        var answer = await Nobody.Get($"collections/{journey.Id}/items/{journey[0].Id}");

        Assert.That(answer.Code, Is.EqualTo(status));
        Assert.That(answer["properties"]!["geovisio:status"]!.GetValue<string>(), Is.EqualTo(shown));
    }

    [Test]
    [Property("Contract", "known-faults 52")]
    public async Task Unknown_pictures_and_those_without_a_sequence_are_404()
    {
        var journey = await Host.Add(Bob, Journey.Flat(1, 27, 20));
        await Host.Database.Execute($"DELETE FROM sequences_pictures WHERE picture_id = '{journey[0].Id}'");

        Assert.That((await Nobody.Get($"pictures/{journey[0].Id}")).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Get($"pictures/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "read.md 23.29")]
    public async Task Two_sequences_near_each_other_are_related_until_one_is_deleted()
    {
        var here = await Host.Add(Bob, Journey.Flat(3, 30, 20));
        var there = await Host.Add(Camille, Journey.Flat(3, 30, 20.000045) with { Id = Guid.CreateVersion7() });
        var root = Host.Process.Address.ToString().TrimEnd('/');

        var related = Link((await Nobody.Get($"pictures/{here[1].Id}")).Json, "related");

        IsJson(related, $$"""
            {"rel":"related","type":"application/geo+json","id":"{{there[1].Id}}","geometry":{"type":"Point","coordinates":[30.0000684,20.000045]},
             "datetime":"2022-05-01T08:00:01Z","href":"{{root}}/api/collections/{{there.Id}}/items/{{there[1].Id}}"}
            """);
        Assert.That(Rels((await Nobody.Get($"search?ids={there[1].Id}"))["features"]![0]), Has.One.EqualTo("related"));
        await Host.Delete(there);
        Assert.That(Rels((await Nobody.Get($"pictures/{here[1].Id}")).Json), Has.None.EqualTo("related"));
    }

    [Test]
    public async Task Related_pictures_are_near_look_the_same_way_and_may_be_seen()
    {
        var here = await Host.Add(Bob, new Journey(new Shot(31, 20) { Heading = 10 }));
        async Task<Guid> Other(double metresNorth, int? heading, string? visibility = null, string status = "prepared", string sequenceStatus = "ready") =>
            (await Host.Add(Camille, new Journey(new Shot(31, 20 + (metresNorth / 110_700)) { Heading = heading, Status = status })
                { Visibility = visibility, Status = sequenceStatus }))[0].Id;
        var same = await Other(14, 110);
        var unknown = await Other(5, null);
        _ = await Other(5, 111);
        _ = await Other(16, 10);
        var hidden = await Other(1, 10, visibility: "owner-only");
        var waiting = await Other(2, 10, status: "not-processed");
        _ = await Other(2, 10, sequenceStatus: "deleted");

        static Guid[] Related(Answer answer) =>
            [.. answer["links"]!.AsArray().Where(link => link!["rel"]!.GetValue<string>() == "related").Select(link => link!["id"]!.GetValue<Guid>())];

        Assert.That(Related(await Nobody.Get($"pictures/{here[0].Id}")), Is.EqualTo((Guid[])[unknown, same]));
        Assert.That(Related(await C.Get($"pictures/{here[0].Id}")), Is.EqualTo((Guid[])[hidden, waiting, unknown, same]));
    }

    [Test]
    [Property("Contract", "read.md 23.30")]
    public async Task A_neighbour_that_is_hidden_or_not_prepared_is_stepped_over()
    {
        var journey = await Host.Add(Bob, Journey.Flat(4, 32, 20));
        await Host.Show(journey[1], "owner-only");
        await Host.Database.Execute($"UPDATE pictures SET preparing_status = 'broken' WHERE id = '{journey[2].Id}'");

        Guid? Next(Answer answer) => Link(answer.Json, "next")?["id"]!.GetValue<Guid>();
        Assert.That(Next(await Nobody.Get($"pictures/{journey[0].Id}")), Is.EqualTo(journey[3].Id));
        Assert.That(Next(await B.Get($"pictures/{journey[0].Id}")), Is.EqualTo(journey[1].Id));
        Assert.That(Next(await A.Get($"pictures/{journey[0].Id}")), Is.EqualTo(journey[1].Id));
        Assert.That(Link((await Nobody.Get($"pictures/{journey[3].Id}")).Json, "prev")!["id"]!.GetValue<Guid>(), Is.EqualTo(journey[0].Id));
    }

    [Test]
    public async Task Annotations_are_found_by_both_addresses_if_the_picture_is()
    {
        var journey = await Host.Add(Bob, Journey.Flat(2, 33, 20));
        var id = await Host.Annotate(journey[0], "k", "v", Bob);

        var answer = await Nobody.Get($"annotations/{id}");

        IsJson(answer["semantics"], """[{"key":"k","value":"v"}]""");
        Assert.That(answer["picture_id"]!.GetValue<Guid>(), Is.EqualTo(journey[0].Id));
        Assert.That(Members(answer.Json), Is.EqualTo((string[])["id", "picture_id", "shape", "semantics"]));
        Assert.That((await Nobody.Get($"collections/{journey.Id}/items/{journey[0].Id}/annotations/{id}")).Text, Is.EqualTo(answer.Text));
        Assert.That((await Nobody.Get($"collections/{journey.Id}/items/{journey[1].Id}/annotations/{id}")).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Get($"annotations/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
        await Host.Show(journey[0], "owner-only");
        Assert.That((await Nobody.Get($"annotations/{id}")).Code, Is.EqualTo(404));
        Assert.That((await B.Get($"annotations/{id}")).Code, Is.EqualTo(200));
    }
}
