using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>One sequence: the object, its thumbnail, its state.</summary>
internal sealed class CollectionTests : StacFixture
{
    private Journey five = null!;

    protected override (string Key, string Value)[] Settings =>
        [("Instance__License__SpdxId", "etalab-2.0"), ("Instance__License__Url", "https://example.org/licence")];

    protected override async Task SetUp()
    {
        var created = new DateTimeOffset(2026, 3, 1, 10, 11, 12, TimeSpan.Zero).AddTicks(3_456_780);
        five = await Host.Add(Bob, Journey.OfFive360() with { Created = created, Updated = created.AddHours(1), UserAgent = "PanoramaxCLI/1.2 (x)", HasUploadSet = true });
        await Host.Tag("sequences", "sequence_id", five.Id, "b", "2", Bob);
        await Host.Tag("sequences", "sequence_id", five.Id, "a", "1", Bob);
        foreach (var shot in five.Shots) await Host.StoreFiles(shot);
    }

    [Test]
    [Property("Contract", "read.md 23.18")]
    public async Task A_sequence_is_the_object_of_the_contract()
    {
        var answer = await Nobody.Get($"collections/{five.Id}");
        var (root, id) = (Host.Process.Address.ToString().TrimEnd('/'), five.Id);
        var set = Href(answer.Json, "upload_set")!.Split('/')[^1];

        Assert.That(answer["title"]!.GetValue<string>(), Is.EqualTo("Five around"));
        foreach (var link in answer["links"]!.AsArray().Where(link => link!["rel"]!.GetValue<string>() != "license"))
        {
            Assert.That(link!["title"]!.GetValue<string>(), Is.Not.Empty);
            link.AsObject().Remove("title");
        }

        answer.Json!.AsObject().Remove("description");
        IsJson(answer.Json, $$"""
            {"type":"Collection","stac_version":"1.0.0",
             "stac_extensions":["https://stac-extensions.github.io/stats/v0.2.0/schema.json","https://stac.linz.govt.nz/v0.0.15/quality/schema.json"],
             "id":"{{id}}","title":"Five around","keywords":["pictures","Five around"],"license":"etalab-2.0",
             "semantics":[{"key":"a","value":"1"},{"key":"b","value":"2"}],
             "created":"2026-03-01T10:11:12.345678+00:00","updated":"2026-03-01T11:11:12.345678+00:00",
             "geovisio:visibility":"anyone","geovisio:upload-software":"cli","geovisio:length_km":0.007,
             "quality:horizontal_accuracy":4,"quality:horizontal_accuracy_type":"95% confidence interval",
             "providers":[{"id":"{{Bob.Id}}","name":"bob","roles":["producer"]}],
             "extent":{"spatial":{"bbox":[[1.919185442,49.00688962,1.919265442,49.00692962]]},"temporal":{"interval":[["2021-07-29T09:16:54+00:00","2021-07-29T09:17:02+00:00"]]} },
             "summaries":{"panoramax:horizontal_pixel_density":[16],"pers:interior_orientation":[{"make":"GoPro","model":"Max","focal_length":"3","field_of_view":"360"}]},
             "stats:items":{"count":5},
             "links":[
              {"rel":"items","type":"application/geo+json","href":"{{root}}/api/collections/{{id}}/items"},
              {"rel":"parent","type":"application/json","href":"{{root}}/api/"},{"rel":"root","type":"application/json","href":"{{root}}/api/"},
              {"rel":"self","type":"application/json","href":"{{root}}/api/collections/{{id}}"},
              {"rel":"license","title":"License for this object (etalab-2.0)","href":"https://example.org/licence"},
              {"rel":"upload_set","type":"application/json","href":"{{root}}/api/upload_sets/{{set}}"}]}
            """);
    }

    [Test]
    [Property("Contract", "read.md 23.9")]
    public async Task A_sequence_without_upload_set_has_five_links()
    {
        var lone = await Host.Add(Bob, Journey.Flat(1, 10, 10));

        Assert.That(Rels((await Nobody.Get($"collections/{lone.Id}")).Json), Is.EqualTo((string[])["items", "parent", "root", "self", "license"]));
    }

    [Test]
    [Property("Contract", "read.md 23.10")]
    public async Task What_is_not_known_of_a_sequence_has_its_stand_in()
    {
        var empty = await Host.Add(Bob, new Journey { Title = null, Status = "waiting-for-process" });

        var answer = await Nobody.Get($"collections/{empty.Id}");

        Assert.Multiple(() =>
        {
            IsJson(answer["extent"], """{"spatial":{"bbox":[[-180.0,-90.0,180.0,90.0]]},"temporal":{"interval":[[null,null]]}}""");
            Assert.That(answer["title"]!.GetValue<string>(), Is.EqualTo("Sequence"));
            Assert.That(answer["geovisio:status"]!.GetValue<string>(), Is.EqualTo("waiting-for-process"));
            Assert.That(answer["geovisio:upload-software"]!.GetValue<string>(), Is.EqualTo("unknown"));
            Assert.That(Members(answer.Json), Has.None.EqualTo("summaries").And.None.EqualTo("geovisio:length_km").And.None.EqualTo("quality:horizontal_accuracy"));
        });
    }

    [Test]
    public async Task A_ready_sequence_has_no_status_and_a_sorted_one_says_how()
    {
        var sorted = await Host.Add(Bob, Journey.Flat(2, 11, 10) with { CurrentSort = "+gpsdate" });

        var one = await Nobody.Get($"collections/{sorted.Id}");
        var listed = (await Nobody.Get("collections?limit=1000"))["collections"]!.AsArray().Single(each => each!["id"]!.GetValue<Guid>() == sorted.Id);

        Assert.Multiple(() =>
        {
            Assert.That(Members(one.Json), Has.None.EqualTo("geovisio:status"));
            Assert.That(one["geovisio:sorted-by"]!.GetValue<string>(), Is.EqualTo("+gpsdate"));
            Assert.That(Members(listed), Has.None.EqualTo("geovisio:visibility").And.None.EqualTo("geovisio:sorted-by").And.None.EqualTo("geovisio:status"));
            IsJson(listed!["summaries"], """{"panoramax:horizontal_pixel_density":[64]}""");
        });
    }

    [Test]
    public async Task Pictures_that_do_not_agree_give_no_density_and_each_camera_once()
    {
        var mixed = await Host.Add(Bob, new Journey(new Shot(12, 10), new Shot(12.0001, 10).As360(), new Shot(12.0002, 10) { Make = null, Model = null, FocalLength = null, FieldOfView = null }));

        var summaries = (await Nobody.Get($"collections/{mixed.Id}"))["summaries"];

        IsJson(summaries!["panoramax:horizontal_pixel_density"], "[null]");
        Assert.That(summaries["pers:interior_orientation"]!.AsArray(), Has.Count.EqualTo(3));
        Assert.That(summaries["pers:interior_orientation"]!.AsArray().Select(camera => camera!.ToJsonString()),
            Has.One.EqualTo("""{"make":null,"model":null,"focal_length":null,"field_of_view":null}"""));
    }

    [TestCase("GeoVisioCLI/1", "cli")]
    [TestCase("PanoramaxCLI", "cli")]
    [TestCase("GeovisioWebsite/2.0", "website")]
    [TestCase("PanoramaxApp/3", "mobile_app")]
    [TestCase("python-requests/2.31", "other")]
    [TestCase(null, "unknown")]
    [Property("Contract", "read.md 23.10")]
    public void The_software_of_an_upload_is_told_from_its_user_agent(string? agent, string software) =>
        Assert.That(Panoramax.StacShapes.Collections.CollectionShape.UploadSoftware(agent), Is.EqualTo(software));

    [Test]
    public async Task A_box_side_of_exactly_zero_stays_zero()
    {
        var greenwich = await Host.Add(Bob, new Journey(new Shot(0, 0), new Shot(0.0001, 0.0001)));

        IsJson((await Nobody.Get($"collections/{greenwich.Id}"))["extent"]!["spatial"], """{"bbox":[[0,0,0.0001,0.0001]]}""");
    }

    [Test]
    [Property("Contract", "read.md 23.18")]
    [Property("Contract", "read.md 23.20")]
    public async Task An_unknown_sequence_is_404_on_all_its_routes()
    {
        foreach (var route in (string[])["", "/items", "/thumb.jpg", "/geovisio_status"])
            Assert.That((await Nobody.Get($"collections/{Guid.NewGuid()}{route}")).Code, Is.EqualTo(404), route);
    }

    [Test]
    [Property("Contract", "read.md 23.19")]
    public async Task The_thumbnail_is_that_of_the_first_picture_which_the_caller_may_see()
    {
        var journey = await Host.Add(Bob, Journey.Flat(3, 13, 10));
        foreach (var shot in journey.Shots) await Host.StoreFiles(shot);
        await Host.Show(journey[0], "owner-only");
        await Host.Database.Execute($"UPDATE pictures SET preparing_status = 'not-processed' WHERE id = '{journey[1].Id}'");

        Assert.That(await Text(Nobody, $"collections/{five.Id}/thumb.jpg"), Is.EqualTo($"thumb of {five[0].Id}"));
        Assert.That(await Text(Nobody, $"collections/{journey.Id}/thumb.jpg"), Is.EqualTo($"thumb of {journey[2].Id}"));
        Assert.That(await Text(B, $"collections/{journey.Id}/thumb.jpg"), Is.EqualTo($"thumb of {journey[0].Id}"));
    }

    [Test]
    public async Task A_thumbnail_is_403_while_the_sequence_is_not_ready_and_404_without_a_picture()
    {
        var waiting = await Host.Add(Bob, Journey.Flat(1, 14, 10) with { Status = "waiting-for-process" });
        await Host.StoreFiles(waiting[0]);
        var empty = await Host.Add(Bob, new Journey());

        Assert.That((await Nobody.Get($"collections/{waiting.Id}/thumb.jpg")).Code, Is.EqualTo(403));
        Assert.That((await B.Get($"collections/{waiting.Id}/thumb.jpg")).Code, Is.EqualTo(200));
        Assert.That((await Nobody.Get($"collections/{empty.Id}/thumb.jpg")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "read.md 23.20")]
    public async Task The_processing_state_tells_each_picture_s_last_try()
    {
        var journey = await Host.Add(Bob, Journey.Flat(5, 15, 10));
        await Host.Database.Execute($"""
            UPDATE pictures SET preparing_status = 'not-processed' WHERE id IN ('{journey[1].Id}', '{journey[2].Id}');
            UPDATE pictures SET preparing_status = 'broken' WHERE id = '{journey[3].Id}';
            INSERT INTO job_history (kind, subject_id, started_at, finished_at, error, attempt, worker) VALUES
              ('prepare', '{journey[0].Id}', '2026-03-01 10:00:00+00', '2026-03-01 10:19:58.9012+00', NULL, 1, 'w'),
              ('prepare', '{journey[2].Id}', '2026-03-01 10:00:00+00', '2026-03-01 10:00:01+00', 'blur failed', 1, 'w'),
              ('prepare', '{journey[2].Id}', '2026-03-01 10:01:00+00', NULL, NULL, 2, 'w'),
              ('prepare', '{journey[3].Id}', '2026-03-01 10:00:00+00', '2026-03-01 10:00:01+00', 'blur failed', 1, 'w'),
              ('prepare', '{journey[3].Id}', '2026-03-01 10:00:00+00', '2026-03-01 10:00:02+00', 'pixels corrupt', 2, 'w')
            """);
        await Host.Show(journey[4], "owner-only");

        IsJson((await Nobody.Get($"collections/{journey.Id}/geovisio_status")).Json, $$"""
            {"status":"ready","items":[
             {"id":"{{journey[0].Id}}","nb_errors":0,"processed_at":"2026-03-01T10:19:58.9012+00:00","processing_in_progress":false,"rank":1,"status":"ready"},
             {"id":"{{journey[1].Id}}","rank":2,"status":"waiting-for-process"},
             {"id":"{{journey[2].Id}}","nb_errors":1,"processing_in_progress":true,"rank":3,"status":"preparing"},
             {"id":"{{journey[3].Id}}","nb_errors":2,"process_error":"pixels corrupt","processed_at":"2026-03-01T10:00:02+00:00","processing_in_progress":false,"rank":4,"status":"broken"}]}
            """);
    }

    [Test]
    public async Task The_processing_state_of_an_empty_sequence_has_no_item()
    {
        var empty = await Host.Add(Bob, new Journey { Status = "waiting-for-process" });

        IsJson((await Nobody.Get($"collections/{empty.Id}/geovisio_status")).Json, """{"status":"waiting-for-process","items":[]}""");
    }

    [Test]
    [Property("Contract", "known-faults 22")]
    public async Task The_count_of_a_sequence_is_that_of_its_row()
    {
        var journey = await Host.Add(Bob, Journey.Flat(3, 16, 10));
        await Host.Database.Execute($"DELETE FROM pictures WHERE id = '{journey[1].Id}'; UPDATE sequences SET nb_pictures = 2 WHERE id = '{journey.Id}'");

        Assert.That((await Nobody.Get($"collections/{journey.Id}"))["stats:items"]!["count"]!.GetValue<int>(), Is.EqualTo(2));
    }

    private static async Task<string> Text(ApiClient client, string path) => System.Text.Encoding.UTF8.GetString(await client.Bytes(path));
}
