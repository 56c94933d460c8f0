using System.Text.Json;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.Metadata;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>Reading metadata again changes what the rules of this build read otherwise, and nothing that a person set.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ReadMetadataAgainTests
{
    private static readonly DateTimeOffset captured = new(2024, 5, 14, 10, 15, 0, TimeSpan.FromHours(9));

    private Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task Open() => workshop = await Workshop.Open();

    [OneTimeTearDown]
    public async Task Close() => await workshop.DisposeAsync();

    [Test]
    public async Task Stored_tags_are_read_again_and_the_sequence_follows()
    {
        var id = await Received(heading: 164);

        await ReadAgain(id);

        var row = await workshop.Row(id);
        Assert.That((row.Geom.X, row.Geom.Y), Is.EqualTo((139.75935, 35.66555)).Within(1e-6));
        Assert.That((row.Ts, row.TzOffsetMinutes, row.Heading), Is.EqualTo((captured.ToUniversalTime(), 540, 164)));
        var details = PictureDetails.Parse(row.Metadata);
        Assert.That((details.OriginalFileName, details.Pitch), Is.EqualTo(("a.jpg", (double?)null)), "what the rules read wins, what they do not read stays");
        Assert.That((await workshop.Jobs(await workshop.Sequence(id))).Select(job => job.Kind), Is.EqualTo(new[] { "finalize" }));
        Assert.That(await workshop.Jobs(id), Is.Empty);
    }

    [Test]
    public async Task The_second_reading_changes_nothing()
    {
        var id = await Received(heading: 164);
        await ReadAgain(id);
        var first = await workshop.Row(id);
        await workshop.Database.Execute($"DELETE FROM jobs WHERE subject_id = '{await workshop.Sequence(id)}'");

        await ReadAgain(id);

        Assert.That((await workshop.Row(id)).UpdatedAt, Is.EqualTo(first.UpdatedAt));
        Assert.That(await workshop.Jobs(await workshop.Sequence(id)), Is.Empty);
    }

    [Test]
    public async Task What_a_person_set_and_a_computed_heading_stay()
    {
        var edited = await Received(heading: 164);
        await workshop.Database.Execute($$"""
            UPDATE pictures SET heading = 90, ts = '2020-01-01T00:00:00Z' WHERE id = '{{edited}}';
            INSERT INTO pictures_changes (picture_id, account_id, ts, previous)
            SELECT '{{edited}}', id, now(), '{"heading": 164, "ts": "2024-05-14T01:15:00Z"}' FROM accounts WHERE is_default
            """);
        var computed = await Received(heading: 164);
        await workshop.Database.Execute($"UPDATE pictures SET heading = 12, heading_computed = true WHERE id = '{computed}'");

        await ReadAgain(edited);
        await ReadAgain(computed);

        var row = await workshop.Row(edited);
        Assert.That((row.Heading, row.Ts.Year), Is.EqualTo((90, 2020)));
        Assert.That(row.Geom.X, Is.EqualTo(139.75935).Within(1e-6), "what nobody set is read again");
        Assert.That((await workshop.Row(computed)).Heading, Is.EqualTo(12));
    }

    [Test]
    public async Task The_published_file_is_read_when_asked_for()
    {
        var jpeg = Picture(heading: 30);
        var id = await workshop.Receive(jpeg, legacy: true);
        await workshop.Prepare(id);

        await ReadAgain(id, """{"read_file": true}""");

        Assert.That((await workshop.Row(id)).Heading, Is.EqualTo(30));
        Assert.That(await workshop.Exif(id), Does.Contain("GPSImgDirection"), "the stored tags are those of the file now");
    }

    [Test]
    public async Task A_picture_that_turns_out_to_be_a_panorama_is_prepared_anew()
    {
        var jpeg = new TestJpeg(1024, 512).WithPosition(35.66555, 139.75935).WithCaptureTime(captured).WithPanorama().ToBytes();
        var id = await workshop.Receive(jpeg, type: "flat");
        await workshop.Prepare(id);

        await ReadAgain(id, """{"read_file": true}""");

        Assert.That((await workshop.Row(id)).Type, Is.EqualTo("equirectangular"));
        Assert.That((await workshop.Jobs(id)).Single() is { Kind: "prepare", Args: """{"skip_blurring": true}""" });
        await workshop.Prepare(id);
        Assert.That(((await workshop.Row(id)).Cols, (await workshop.Row(id)).Rows), Is.EqualTo((4, 2)));
    }

    [Test]
    public async Task Tags_without_a_position_change_nothing_and_say_why()
    {
        var id = await workshop.Receive(new TestJpeg().ToBytes(), legacy: true);
        var before = await workshop.Row(id);

        await ReadAgain(id);

        Assert.That((await workshop.Row(id)).UpdatedAt, Is.EqualTo(before.UpdatedAt));
        Assert.That((await workshop.History(id)).Single().Error, Is.Not.Empty);
        Assert.That((await workshop.Jobs(id)).Select(job => job.Kind), Is.EqualTo(new[] { "prepare" }), "not tried again");
    }

    [Test]
    public async Task A_picture_that_is_gone_is_no_error()
    {
        var id = Guid.NewGuid();

        await ReadAgain(id);

        Assert.That(await workshop.Jobs(id), Is.Empty);
    }

    private static byte[] Picture(int heading) => TestJpeg.Make(64, 48, 35.66555, 139.75935, captured, heading);

    /// <summary>A prepared picture whose columns say something else than its tags.</summary>
    private async Task<Guid> Received(int heading)
    {
        var jpeg = Picture(heading);
        using var stream = new MemoryStream(jpeg);
        var id = await workshop.Receive(jpeg, legacy: true, exif: JsonSerializer.Serialize(MetadataReader.Read(stream).Exif));
        await workshop.Prepare(id);
        await workshop.Database.Execute($"DELETE FROM jobs WHERE subject_id = '{await workshop.Sequence(id)}'");
        return id;
    }

    private async Task ReadAgain(Guid id, string? args = null)
    {
        await workshop.Ask(JobKind.ReadMetadata, id, args);
        await workshop.Work(JobKind.ReadMetadata, id);
    }
}
