using System.Net.Http.Headers;
using System.Text;
using Panoramax.Domain.Pictures;
using Panoramax.Storage;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>The JPEG files of pictures, as HTTP answers.</summary>
internal sealed class PictureFileTests : StacFixture
{
    private Journey around = null!;
    private Journey flat = null!;

    protected override async Task SetUp()
    {
        around = await Host.Add(Bob, Journey.OfFive360());
        flat = await Host.Add(Bob, Journey.Flat(1, 10, 10));
        await Host.StoreFiles(around[0], cols: 8);
        await Host.StoreFiles(flat[0]);
    }

    [TestCase("hd")]
    [TestCase("sd")]
    [TestCase("thumb")]
    [Property("Contract", "read.md 23.42")]
    public async Task Each_file_is_its_own(string name)
    {
        var answer = await Nobody.Get($"pictures/{around[0].Id}/{name}.jpg");

        Assert.That((answer.Code, answer.Text), Is.EqualTo((200, $"{name} of {around[0].Id}")));
        Assert.That(answer.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("image/jpeg"));
        Assert.That(answer.Message.Content.Headers.ContentLength, Is.EqualTo(answer.Text.Length));
    }

    [TestCase("hd.webp")]
    [TestCase("sd.gif")]
    [TestCase("thumb.webp")]
    [TestCase("tiled/0_0.webp")]
    [TestCase("full.jpg")]
    [Property("Contract", "read.md 23.42")]
    [Property("Contract", "read.md 23.43")]
    public async Task Other_forms_do_not_exist(string name) => Assert.That((await Nobody.Get($"pictures/{around[0].Id}/{name}")).Code, Is.EqualTo(404));

    [TestCase("0_0", 200)]
    [TestCase("7_3", 200)]
    [TestCase("8_3", 404)]
    [TestCase("7_4", 404)]
    [TestCase("8_4", 404)]
    [TestCase("-1_-1", 404)]
    [TestCase("0", 404)]
    [TestCase("a_b", 404)]
    [TestCase("0_0_0", 404)]
    [TestCase("99999999999_0", 404)]
    [Property("Contract", "read.md 23.43")]
    public async Task Tiles_are_those_of_the_grid(string place, int status)
    {
        var answer = await Nobody.Get($"pictures/{around[0].Id}/tiled/{place}.jpg");

        Assert.That(answer.Code, Is.EqualTo(status));
        if (status == 200) Assert.That(answer.Text, Is.EqualTo($"tile {place} of {around[0].Id}"));
    }

    [Test]
    [Property("Contract", "read.md 23.43")]
    public async Task A_flat_picture_has_no_tile() => Assert.That((await Nobody.Get($"pictures/{flat[0].Id}/tiled/0_0.jpg")).Code, Is.EqualTo(404));

    [Test]
    [Property("Contract", "read.md 23.42")]
    [Property("Contract", "read.md 23.43")]
    public async Task A_picture_that_is_not_ready_is_403_with_a_clear_sentence()
    {
        var waiting = await Host.Add(Bob, new Journey(new Shot(11, 10) { Status = PreparingStatus.NotProcessed }.As360()));
        var early = await Host.Add(Bob, Journey.OfFive360() with { Status = "waiting-for-process" });
        await Host.StoreFiles(early[0], cols: 8);

        foreach (var file in (string[])["hd.jpg", "sd.jpg", "thumb.jpg", "tiled/0_0.jpg"])
        {
            var answer = await Nobody.Get($"pictures/{waiting[0].Id}/{file}");
            Assert.That(answer.Code, Is.EqualTo(403));
            Assert.That(Members(answer.Json), Is.EqualTo((string[])["message", "status_code"]));
            Assert.That((await Nobody.Get($"pictures/{early[0].Id}/{file}")).Code, Is.EqualTo(403));
            Assert.That((await B.Get($"pictures/{early[0].Id}/{file}")).Code, Is.EqualTo(200));
            // Its files are not made yet, for the owner neither.
            Assert.That((await B.Get($"pictures/{waiting[0].Id}/{file}")).Code, Is.EqualTo(403));
        }
    }

    [Test]
    public async Task A_picture_without_sequence_is_its_owner_s_alone()
    {
        var loose = await Host.Add(Bob, Journey.Flat(1, 12, 10));
        await Host.StoreFiles(loose[0]);
        await Host.Database.Execute($"DELETE FROM sequences_pictures WHERE picture_id = '{loose[0].Id}'");

        Assert.That((await Nobody.Get($"pictures/{loose[0].Id}/hd.jpg")).Code, Is.EqualTo(404));
        Assert.That((await C.Get($"pictures/{loose[0].Id}/hd.jpg")).Code, Is.EqualTo(404));
        Assert.That((await B.Get($"pictures/{loose[0].Id}/hd.jpg")).Code, Is.EqualTo(200));
    }

    [Test]
    [Property("Contract", "read.md 23.42")]
    public async Task Unknown_pictures_are_404_and_missing_files_500()
    {
        Assert.That((await Nobody.Get($"pictures/{Guid.NewGuid()}/hd.jpg")).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Get($"pictures/{around[1].Id}/hd.jpg")).Code, Is.EqualTo(500));
        Assert.That((await Nobody.Get($"pictures/{around[1].Id}/hd.jpg"))["status_code"]!.GetValue<int>(), Is.EqualTo(500));
    }

    [Test]
    public async Task A_file_that_the_client_has_is_not_sent_again()
    {
        var first = await Nobody.Get($"pictures/{flat[0].Id}/hd.jpg");
        var tag = first.Message.Headers.ETag!;

        Assert.That(await Status(request => request.Headers.IfNoneMatch.Add(tag)), Is.EqualTo((304, "")));
        Assert.That(await Status(request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag.Tag, isWeak: true))), Is.EqualTo((304, "")));
        Assert.That(await Status(request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any)), Is.EqualTo((304, "")));
        Assert.That(await Status(request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\""))), Is.EqualTo((200, first.Text)));
        Assert.That(await Status(request => request.Headers.IfModifiedSince = first.Message.Content.Headers.LastModified), Is.EqualTo((304, "")));
        Assert.That(await Status(request => request.Headers.IfModifiedSince = first.Message.Content.Headers.LastModified!.Value.AddDays(-1)), Is.EqualTo((200, first.Text)));
    }

    [Test]
    public async Task A_range_of_a_file_is_sent_alone()
    {
        var whole = $"hd of {flat[0].Id}";
        var tag = (await Nobody.Get($"pictures/{flat[0].Id}/hd.jpg")).Message.Headers.ETag!;

        Assert.That(await Status(request => request.Headers.Range = new RangeHeaderValue(3, 7)), Is.EqualTo((206, whole[3..8])));
        Assert.That(await Status(request => request.Headers.Range = new RangeHeaderValue(3, null)), Is.EqualTo((206, whole[3..])));
        Assert.That(await Status(request => request.Headers.Range = new RangeHeaderValue(null, 5)), Is.EqualTo((206, whole[^5..])));
        Assert.That(await Status(request => request.Headers.Range = new RangeHeaderValue(0, 100_000)), Is.EqualTo((206, whole)));
        Assert.That(await Status(request => request.Headers.Range = new RangeHeaderValue(100_000, null)), Is.EqualTo((416, "")));
        Assert.That(await Status(request =>
        {
            request.Headers.Range = new RangeHeaderValue(3, 7);
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }), Is.EqualTo((206, whole[3..8])));
        Assert.That(await Status(request =>
        {
            request.Headers.Range = new RangeHeaderValue(3, 7);
            request.Headers.IfRange = new RangeConditionHeaderValue("\"old\"");
        }), Is.EqualTo((200, whole)));
        Assert.That(await Status(request => request.Headers.TryAddWithoutValidation("Range", "bytes=0-1,3-4")), Is.EqualTo((200, whole)));
        Assert.That(await Status(request => request.Headers.TryAddWithoutValidation("Range", "lines=0-1")), Is.EqualTo((200, whole)));
    }

    [Test]
    public async Task HEAD_tells_the_size_without_the_bytes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/pictures/{flat[0].Id}/hd.jpg");
        using var answer = await Nobody.Http.SendAsync(request);

        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo($"hd of {flat[0].Id}".Length));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(answer.Headers.AcceptRanges, Is.EqualTo((string[])["bytes"]));
    }

    private async Task<(int Status, string Text)> Status(Action<HttpRequestMessage> ask)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/pictures/{flat[0].Id}/hd.jpg");
        ask(request);
        using var answer = await Nobody.Http.SendAsync(request);
        return ((int)answer.StatusCode, (int)answer.StatusCode == 416 ? "" : await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>An instance whose store everybody can read directly.</summary>
internal sealed class PublicStoreTests : StacFixture
{
    protected override (string Key, string Value)[] Settings =>
        [("Storage__PublicPermanentUrl", "https://store.example.org/hd/"), ("Storage__PublicDerivatesUrl", "https://store.example.org/derivates")];

    [Test]
    [Property("Contract", "read.md 23.44")]
    public async Task Files_that_anyone_may_see_are_linked_and_redirected_to_the_store()
    {
        var journey = await Host.Add(Bob, Journey.OfFive360());
        var id = journey[0].Id;
        var folder = PictureKeys.DerivatesFolder(id);

        var item = await Nobody.Get($"pictures/{id}");

        Assert.Multiple(async () =>
        {
            Assert.That(item["assets"]!["hd"]!["href"]!.GetValue<string>(), Is.EqualTo($"https://store.example.org/hd/{folder}.jpg"));
            Assert.That(item["properties"]!["geovisio:image"]!.GetValue<string>(), Is.EqualTo($"https://store.example.org/hd/{folder}.jpg"));
            Assert.That(item["properties"]!["geovisio:thumbnail"]!.GetValue<string>(), Is.EqualTo($"https://store.example.org/derivates/{folder}/thumb.jpg"));
            Assert.That(item["asset_templates"]!["tiles"]!["href"]!.GetValue<string>(), Is.EqualTo($"https://store.example.org/derivates/{folder}/tiles/{{TileCol}}_{{TileRow}}.jpg"));
            foreach (var (path, place) in ((string, string)[])[
                ($"pictures/{id}/hd.jpg", $"hd/{folder}.jpg"), ($"pictures/{id}/sd.jpg", $"derivates/{folder}/sd.jpg"), ($"pictures/{id}/thumb.jpg", $"derivates/{folder}/thumb.jpg"),
                ($"pictures/{id}/tiled/7_3.jpg", $"derivates/{folder}/tiles/7_3.jpg"), ($"collections/{journey.Id}/thumb.jpg", $"derivates/{folder}/thumb.jpg")])
            {
                var answer = await Nobody.Get(path);
                Assert.That((answer.Code, answer.Message.Headers.Location?.ToString()), Is.EqualTo((302, "https://store.example.org/" + place)), path);
            }

            Assert.That((await Nobody.Get($"pictures/{id}/tiled/8_4.jpg")).Code, Is.EqualTo(404));
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    [Property("Contract", "read.md 23.44")]
    public async Task What_is_not_for_anyone_goes_through_the_API(bool hidesSequence)
    {
        var journey = await Host.Add(Bob, Journey.OfFive360(20, 20));
        await Host.StoreFiles(journey[0]);
        await (hidesSequence ? Host.Show(journey, "owner-only") : Host.Show(journey[0], "owner-only"));

        var item = await B.Get($"pictures/{journey[0].Id}");

        Assert.That(item["assets"]!["hd"]!["href"]!.GetValue<string>(), Is.EqualTo($"{Host.Process.Address}api/pictures/{journey[0].Id}/hd.jpg"));
        Assert.That((await B.Get($"pictures/{journey[0].Id}/hd.jpg")).Code, Is.EqualTo(200));
        Assert.That((await Nobody.Get($"pictures/{journey[0].Id}/hd.jpg")).Code, Is.EqualTo(404));
    }
}
