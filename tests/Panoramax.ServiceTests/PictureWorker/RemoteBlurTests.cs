using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Servers;
using System.Text.Json;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>Blurring by a remote service: when it is asked, what is taken from its answer, and what its failures cost.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RemoteBlurTests
{
    /// <summary>Comes back from the service in place of what was sent.</summary>
    private static readonly byte[] blurred = new TestJpeg(640, 480, seed: 77).With("Exif.Image.Make", "Maker").ToBytes();

    private static readonly byte[] taken = new TestJpeg(640, 480, seed: 1).With("Exif.Image.Make", "Maker").ToBytes();

    private BlurService service = null!;
    private Workshop workshop = null!;

    [SetUp]
    public async Task Open()
    {
        service = await BlurService.Start((answer, _) => BlurService.Plain(answer, blurred));
        workshop = await Workshop.Open(StorageKind.Folder, ("Blur:Kind", "Remote"), ("Blur:Url", service.Address), ("Blur:Timeout", "00:00:01"));
    }

    [TearDown]
    public async Task Close()
    {
        await workshop.DisposeAsync();
        await service.DisposeAsync();
    }

    [Test]
    public async Task The_services_picture_is_published_and_the_one_taken_is_nowhere()
    {
        var id = await Prepared(taken);

        var asked = service.Asked.Single();
        Assert.That((asked.Query, asked.Accept), Is.EqualTo(("", "multipart/form-data")));
        Assert.That(asked.Picture, Is.EqualTo(taken));
        Assert.That(PixelsOf((await workshop.Hd(id))!), Is.EqualTo(PixelsOf(blurred)));
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
    }

    [Test]
    [Property("Contract", "write.md B.46")]
    public async Task A_picture_that_its_author_blurred_is_not_sent_until_somebody_asks_again()
    {
        var id = await workshop.Receive(taken, blurredByAuthor: true);
        await workshop.Prepare(id);
        Assert.That(service.Asked, Is.Empty);
        Assert.That(PixelsOf((await workshop.Hd(id))!), Is.EqualTo(PixelsOf(taken)));

        await workshop.PrepareAgain(id);

        Assert.That(service.Asked, Has.Count.EqualTo(1));
        Assert.That(PixelsOf((await workshop.Hd(id))!), Is.EqualTo(PixelsOf(blurred)));
    }

    [Test]
    [Property("Contract", "write.md B.46")]
    public async Task Blurring_can_be_skipped_only_for_what_is_published_already()
    {
        const string Skip = """{"skip_blurring": true}""";
        var id = await workshop.Receive(taken, args: Skip);
        await workshop.Prepare(id);
        Assert.That(service.Asked, Has.Count.EqualTo(1), "an original is blurred whatever a caller asks");

        await workshop.PrepareAgain(id, Skip);

        Assert.That(service.Asked, Has.Count.EqualTo(1));
        Assert.That(PixelsOf((await workshop.Hd(id))!), Is.EqualTo(PixelsOf(blurred)));
    }

    [Test]
    public async Task A_damaged_picture_is_broken_without_asking_the_service()
    {
        var id = await workshop.Receive(Jpegs.CutInHalf(taken));
        await workshop.Prepare(id);

        Assert.That(service.Asked, Is.Empty);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("broken"));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Property("Contract", "write.md B.47")]
    public async Task Annotations_are_taken_from_both_forms_of_the_answer(bool parts)
    {
        const string Report = """
            {"blurring_id": "b-1", "service_name": "SGBlur", "info": 3, "annotations": [
              {"shape": [10, 20, 30, 40], "semantics": [
                {"key": "osm|traffic_sign", "value": "yes"}, {"key": "detection_model[osm|traffic_sign=yes]", "value": "SGBlur-yolo/1"}]}]}
            """;
        service.Answer = (answer, _) => parts ? BlurService.Parts(answer, blurred, Report) : BlurService.Plain(answer, blurred, OneLine(Report));

        var id = await Prepared(taken);

        var (shape, tags) = (await Annotations(id)).Single();
        Assert.That(shape, Is.EqualTo("[[[10,20],[30,20],[30,40],[10,40],[10,20]]]"));
        Assert.That(tags, Is.EqualTo(new[] { "detection_model[osm|traffic_sign=yes]=SGBlur-yolo/1", "osm|traffic_sign=yes" }));
        Assert.That(PictureDetails.Parse((await workshop.Row(id)).Metadata).BlurringId, Is.Null, "the service was not asked to keep anything");
        Assert.That(await workshop.Database.Scalar<long>(
            "SELECT count(*) FROM annotations_semantics a JOIN accounts c ON c.id = a.account_id WHERE c.is_default"), Is.EqualTo(2));
        Assert.That(await workshop.Database.Scalar<string>("SELECT updates::text FROM pictures_semantics_history"), Does.Contain("\"action\": \"add\""));
    }

    [Test]
    [Property("Contract", "write.md B.47")]
    public async Task A_second_blurring_replaces_the_services_tags_and_keeps_those_of_people()
    {
        service.Answer = (answer, _) => BlurService.Parts(answer, blurred, Signs("yes", "SGBlur-yolo/1"));
        var id = await Prepared(taken);
        var human = await workshop.Database.Scalar<Guid>("SELECT id FROM annotations");
        await workshop.Database.Execute($"""
            INSERT INTO annotations_semantics (annotation_id, key, value, account_id, ts)
            SELECT '{human}', 'colour', 'red', id, now() FROM accounts WHERE is_default;
            INSERT INTO annotations_semantics (annotation_id, key, value, account_id, ts)
            SELECT '{human}', 'detection_confidence[osm|traffic_sign=yes]', '0.5', id, now() FROM accounts WHERE is_default
            """);

        service.Answer = (answer, _) => BlurService.Parts(answer, blurred, Signs("stop", "SGBlur-yolo/2", left: 100));
        await workshop.PrepareAgain(id);

        var found = await Annotations(id);
        Assert.That(found.Select(each => string.Join(" ", each.Tags)), Is.EquivalentTo(new[]
        {
            "colour=red", "detection_model[osm|traffic_sign=stop]=SGBlur-yolo/2 osm|traffic_sign=stop",
        }));

        // Nobody else's tags on the third one: the emptied annotation vanishes.
        service.Answer = (answer, _) => BlurService.Parts(answer, blurred, Signs("stop", "SGBlur-yolo/3", left: 200));
        await workshop.PrepareAgain(id);
        Assert.That((await Annotations(id)).Select(each => each.Shape), Is.EquivalentTo(new[]
        {
            "[[[10,20],[30,20],[30,40],[10,40],[10,20]]]", "[[[200,20],[220,20],[220,40],[200,40],[200,20]]]",
        }));
    }

    [TestCase("no json")]
    [TestCase("[1, 2]")]
    [Property("Contract", "write.md B.47")]
    public async Task Metadata_that_are_no_object_are_ignored(string report)
    {
        service.Answer = (answer, _) => BlurService.Plain(answer, blurred, report);

        var id = await Prepared(taken);

        Assert.That(await Annotations(id), Is.Empty);
        Assert.That((await workshop.History(id)).Single().Warning, Is.Null);
    }

    [TestCase("""[10, 20, 700, 40]""", "outside of the picture")]
    [TestCase("""[-1, 20, 30, 40]""", "outside of the picture")]
    [TestCase("""[10, 20, 30]""", "four numbers")]
    [TestCase("""[10.5, 20, 30, 40]""", "whole number")]
    [TestCase("""{"type": "Point", "coordinates": [1, 2]}""", "a box or a Polygon")]
    [TestCase("""{"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2]]]}""", "closed")]
    [Property("Contract", "write.md B.47")]
    public async Task Annotations_that_do_not_fit_are_skipped_as_a_whole_with_a_warning(string shape, string warning)
    {
        var report = $$"""{"annotations": [{"shape": [1, 1, 2, 2], "semantics": [{"key": "a", "value": "b"}]}, {"shape": {{shape}}, "semantics": [{"key": "a", "value": "b"}]}]}""";
        service.Answer = (answer, _) => BlurService.Parts(answer, blurred, report);

        var id = await Prepared(taken);

        Assert.That(await Annotations(id), Is.Empty);
        Assert.That((await workshop.History(id)).Single().Warning, Does.Contain(warning));
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
    }

    [Test]
    public async Task Boxes_of_a_picture_that_the_service_left_turned_are_turned_with_it()
    {
        // Stored 480 wide and 320 high; upright it is 320 wide and 480 high.
        service.Answer = (answer, picture) => BlurService.Parts(answer, picture, """{"annotations": [{"shape": [0, 0, 100, 50], "semantics": [{"key": "a", "value": "b"}]}]}""");

        var id = await Prepared(Jpegs.Turned(6, 320, 480));

        Assert.That((await Annotations(id)).Single().Shape, Is.EqualTo("[[[320,0],[320,100],[270,100],[270,0],[320,0]]]"));
    }

    [Test]
    [Property("Contract", "known-faults 28")]
    public async Task A_picture_that_the_service_turned_upright_gets_its_new_size()
    {
        service.Answer = (answer, _) => BlurService.Plain(answer, new TestJpeg(320, 480).ToBytes());

        var id = await Prepared(Jpegs.Turned(6, 320, 480));

        var row = await workshop.Row(id);
        Assert.That((row.Width, row.Height), Is.EqualTo((320, 480)));
    }

    [Test]
    [Property("Contract", "write.md B.47")]
    public async Task Keeping_unblurred_parts_is_asked_for_and_the_id_is_stored()
    {
        await using var keeping = await Workshop.Open(StorageKind.Folder, ("Blur:Kind", "Remote"), ("Blur:Url", service.Address + "/"), ("Blur:KeepUnblurredParts", "true"));
        service.Answer = (answer, _) => BlurService.Plain(answer, blurred, """{"blurring_id": "b-1"}""");
        var id = await keeping.Receive(taken);

        await keeping.Prepare(id);

        Assert.That(service.Asked.Single().Query, Is.EqualTo("?keep=1"));
        Assert.That(PictureDetails.Parse((await keeping.Row(id)).Metadata).BlurringId, Is.EqualTo("b-1"));
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task A_service_that_refuses_connections_costs_no_try_and_the_picture_is_done_after_its_return()
    {
        var address = new Uri(service.Address);
        await service.DisposeAsync();
        var id = await workshop.Receive(taken);
        for (var round = 0; round < 4; round++)
        {
            await workshop.Prepare(id);
            await workshop.MakeDue(id);
        }

        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.Zero);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("not-processed"));
        Assert.That((await workshop.History(id)).Select(row => row.Warning), Is.All.StartsWith("outage: the blur service is not reached"));
        Assert.That(address.Port, Is.Positive);
        Assert.That(await workshop.Hd(id), Is.Null, "never published unblurred");
    }

    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task A_proxy_without_its_service_costs_no_try(int status)
    {
        var id = await FailsOnce(answer => answer.StatusCode = status);

        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.Zero);
    }

    [TestCase(400)]
    [TestCase(500)]
    [Property("Contract", "write.md B.48")]
    public async Task An_answer_with_an_error_costs_a_try(int status)
    {
        var id = await FailsOnce(answer => answer.StatusCode = status);

        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.EqualTo(1));
        Assert.That((await workshop.History(id)).Single().Error, Is.EqualTo($"the blur service answered {status}"));
    }

    [Test]
    public async Task No_answer_in_time_costs_a_try()
    {
        service.Answer = (_, _) => Task.Delay(TimeSpan.FromSeconds(3));
        var id = await workshop.Receive(taken);
        await workshop.Prepare(id);

        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.EqualTo(1));
        Assert.That((await workshop.History(id)).Single().Error, Does.Contain("did not answer within 1 s"));
    }

    [Test]
    public async Task A_damaged_picture_from_the_service_costs_a_try_and_is_not_published()
    {
        service.Answer = (answer, _) => BlurService.Plain(answer, Jpegs.CutInHalf(blurred));
        var id = await workshop.Receive(taken);
        await workshop.Prepare(id);

        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.EqualTo(1));
        Assert.That(await workshop.Hd(id), Is.Null);
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task After_the_last_try_the_picture_is_broken_and_stays_private()
    {
        service.Answer = (answer, _) => Status(answer, 500);
        var id = await workshop.Receive(taken, legacy: true);
        for (var round = 0; round < 3; round++)
        {
            await workshop.Prepare(id);
            await workshop.MakeDue(id);
        }

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("broken"));
        Assert.That(await workshop.History(id), Has.Count.EqualTo(3));
        Assert.That(await workshop.Hd(id), Is.Null);
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Has.Count.EqualTo(1));
        Assert.That(await workshop.Jobs(await workshop.Sequence(id)), Is.Empty, "the sequence keeps waiting");
    }

    private async Task<Guid> Prepared(byte[] jpeg)
    {
        var id = await workshop.Receive(jpeg);
        await workshop.Prepare(id);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"), string.Join("; ", (await workshop.History(id)).Select(row => row.Error)));
        return id;
    }

    private async Task<Guid> FailsOnce(Action<HttpResponse> answer)
    {
        service.Answer = (response, _) =>
        {
            answer(response);
            return Task.CompletedTask;
        };
        var id = await workshop.Receive(taken);
        await workshop.Prepare(id);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("not-processed"));
        Assert.That(await workshop.Hd(id), Is.Null, "never published unblurred");
        return id;
    }

    private async Task<List<(string Shape, List<string> Tags)>> Annotations(Guid id)
    {
        await using var db = workshop.Context("owner");
        var found = await db.Annotations.Where(row => row.PictureId == id).OrderBy(row => row.Id).ToListAsync();
        var result = new List<(string, List<string>)>();
        foreach (var annotation in found)
        {
            using var shape = JsonDocument.Parse(annotation.Shape);
            var tags = await db.AnnotationsSemantics.Where(tag => tag.AnnotationId == annotation.Id).OrderBy(tag => tag.Key).ThenBy(tag => tag.Value)
                .Select(tag => tag.Key + "=" + tag.Value).ToListAsync();
            result.Add((shape.RootElement.GetProperty("coordinates").ToString().Replace(" ", "", StringComparison.Ordinal), tags));
        }

        return result;
    }

    private static Task Status(HttpResponse answer, int status)
    {
        answer.StatusCode = status;
        return Task.CompletedTask;
    }

    private static string Signs(string value, string model, int left = 10) => $$"""
        {"annotations": [{"shape": [{{left}}, 20, {{left + 20}}, 40], "semantics": [
          {"key": "osm|traffic_sign", "value": "{{value}}"}, {"key": "detection_model[osm|traffic_sign={{value}}]", "value": "{{model}}"}]}]}
        """;

    private static string OneLine(string text) => text.Replace("\n", " ", StringComparison.Ordinal);

    private static byte[] PixelsOf(byte[] jpeg) => jpeg[Jpegs.IndexOf(jpeg, [0xFF, 0xDA])..];
}
