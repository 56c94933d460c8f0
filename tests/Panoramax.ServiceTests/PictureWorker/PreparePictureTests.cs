using System.Text;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>What a preparation leaves behind, with both kinds of store.</summary>
[TestFixture(StorageKind.Folder)]
[TestFixture(StorageKind.S3)]
[Parallelizable(ParallelScope.All)]
internal sealed class PreparePictureTests(StorageKind kind)
{
    private Workshop workshop = null!;

    [OneTimeSetUp]
    public async Task Open() => workshop = await Workshop.Open(kind);

    [OneTimeTearDown]
    public async Task Close() => await workshop.DisposeAsync();

    [Test]
    [Property("Contract", "write.md B.50")]
    public async Task A_flat_picture_is_published_and_its_original_is_gone()
    {
        var jpeg = new TestJpeg(640, 480).With("Exif.Image.Make", "Maker").ToBytes();
        var id = await workshop.Receive(jpeg);
        var before = await workshop.Row(id);

        await workshop.Prepare(id);

        var row = await workshop.Row(id);
        Assert.That((row.PreparingStatus, row.Width, row.Height, row.Cols, row.Rows), Is.EqualTo(("prepared", 640, 480, (int?)null, (int?)null)));
        Assert.That(row.UpdatedAt, Is.GreaterThan(before.UpdatedAt));
        Assert.That(row.Metadata, Does.Contain("a.jpg").And.Contain("2.5"), "what upload stored stays");
        Assert.That(Jpegs.SizeOf((await workshop.Hd(id))!), Is.EqualTo((640, 480)));
        Assert.That(Jpegs.SizeOf((await workshop.Sd(id))!), Is.EqualTo((2048, 1536)));
        Assert.That(Jpegs.SizeOf((await workshop.Thumbnail(id))!), Is.EqualTo((500, 375)));
        Assert.That(await Workshop.Keys(workshop.Stores.Derivates, PictureKeys.DerivatesFolder(id)), Has.Count.EqualTo(2), "no tiles");
        Assert.That(await workshop.Stores.Incoming.Exists(PictureKeys.Picture(id), default), Is.False);
        Assert.That(await workshop.Jobs(id), Is.Empty);
        var history = (await workshop.History(id)).Single();
        Assert.That((history.Kind, history.Error, history.Warning, history.FinishedAt is null), Is.EqualTo(("prepare", (string?)null, (string?)null, false)));
    }

    [Test]
    public async Task Pixels_that_need_no_change_are_published_as_they_came()
    {
        var jpeg = new TestJpeg(320, 240).With("Exif.Image.Make", "Maker").ToBytes();
        var id = await workshop.Receive(jpeg);

        await workshop.Prepare(id);

        var hd = (await workshop.Hd(id))!;
        var pixels = Jpegs.IndexOf(jpeg, [0xFF, 0xDA]);
        Assert.That(hd[Jpegs.IndexOf(hd, [0xFF, 0xDA])..], Is.EqualTo(jpeg[pixels..]));
    }

    [Test]
    [Property("Contract", "write.md B.50")]
    public async Task A_panorama_is_cut_into_its_tiles()
    {
        var id = await workshop.Receive(new TestJpeg(4096, 2048).WithPanorama().ToBytes(), type: "equirectangular");

        await workshop.Prepare(id);

        var row = await workshop.Row(id);
        Assert.That((row.Cols, row.Rows), Is.EqualTo((8, 4)));
        var expected = Enumerable.Range(0, 8).SelectMany(col => Enumerable.Range(0, 4).Select(line => PictureKeys.Tile(id, col, line)))
            .Append(PictureKeys.Sd(id)).Append(PictureKeys.Thumbnail(id));
        Assert.That(await Workshop.Keys(workshop.Stores.Derivates, PictureKeys.DerivatesFolder(id)), Is.EquivalentTo(expected));
        Assert.That(Jpegs.SizeOf((await Workshop.Read(workshop.Stores.Derivates, PictureKeys.Tile(id, 7, 3)))!), Is.EqualTo((512, 512)));
        Assert.That(Jpegs.SizeOf((await workshop.Thumbnail(id))!), Is.EqualTo((500, 300)));
    }

    [TestCase(3, 480, 320)]
    [TestCase(6, 320, 480)]
    [TestCase(8, 320, 480)]
    [TestCase(6, 250, 333, Description = "a size that cannot be turned block by block")]
    [Property("Contract", "known-faults 50")]
    public async Task A_turned_picture_is_published_upright_and_its_row_says_so(int orientation, int width, int height)
    {
        var id = await workshop.Receive(
            Jpegs.Turned(orientation, width, height),
            exif: $$"""{"Exif.Image.Orientation": "{{orientation}}", "Exif.Photo.PixelXDimension": "1", "Exif.Image.Make": "Maker"}""");

        await workshop.Prepare(id);

        var row = await workshop.Row(id);
        Assert.That((row.PreparingStatus, row.Width, row.Height), Is.EqualTo(("prepared", width, height)));
        var hd = (await workshop.Hd(id))!;
        Assert.That(Jpegs.SizeOf(hd), Is.EqualTo((width, height)));
        Assert.That(Jpegs.OrientationOf(hd), Is.EqualTo(1));
        Assert.That(Jpegs.OrientationOf((await workshop.Sd(id))!), Is.EqualTo(1));
        foreach (var file in new[] { hd, (await workshop.Sd(id))!, (await workshop.Thumbnail(id))! }) Assert.That(Jpegs.IsUpright(file));
        Assert.That(await workshop.Exif(id), Is.EqualTo($$"""{"Exif.Image.Make": "Maker", "Exif.Photo.PixelXDimension": "{{width}}"}"""));
    }

    [Test]
    public async Task A_picture_turned_upright_is_not_turned_again_when_asked_again()
    {
        var id = await workshop.Receive(Jpegs.Turned(6, 320, 480));
        await workshop.Prepare(id);
        var first = await workshop.Hd(id);

        await workshop.PrepareAgain(id);

        Assert.That(await workshop.Hd(id), Is.EqualTo(first));
        Assert.That(((await workshop.Row(id)).Width, (await workshop.Row(id)).Height), Is.EqualTo((320, 480)));
    }

    [TestCase(false)]
    [TestCase(true, Description = "also of a picture that its author blurred: the preview may be older than the blurring")]
    public async Task Embedded_previews_are_in_no_published_file(bool blurredByAuthor)
    {
        var secret = Encoding.ASCII.GetBytes("a face that blurring hides");
        var picture = new TestJpeg(320, 240).With("Exif.Image.Make", "Maker").WithTrailer(secret);
        picture.Exif.Thumbnail = [0xFF, 0xD8, .. secret, 0xFF, 0xD9];
        var jpeg = picture.WithSegment(0xE2, [.. "MPF\0"u8, .. secret]).ToBytes();
        Assert.That(Jpegs.IndexOf(jpeg, secret), Is.Positive);
        var id = await workshop.Receive(jpeg, blurredByAuthor: blurredByAuthor);

        await workshop.Prepare(id);

        Assert.That(Jpegs.IndexOf((await workshop.Hd(id))!, secret), Is.Negative);
        Assert.That(Jpegs.IndexOf((await workshop.Sd(id))!, secret), Is.Negative);
        Assert.That(Jpegs.IndexOf((await workshop.Sd(id))!, Encoding.ASCII.GetBytes("Maker")), Is.Positive, "SD keeps EXIF");
        Assert.That(await workshop.Stores.Incoming.Exists(PictureKeys.Picture(id), default), Is.False);
    }

    [Test]
    public async Task A_damaged_picture_is_broken_at_once_and_never_published()
    {
        var id = await workshop.Receive(Jpegs.CutInHalf(new TestJpeg(640, 480).ToBytes()));

        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("broken"));
        Assert.That(await workshop.Jobs(id), Is.Empty);
        Assert.That((await workshop.History(id)).Single().Error, Does.Contain("cut off or damaged"));
        Assert.That(await workshop.Hd(id), Is.Null);
        Assert.That(await workshop.Stores.Incoming.Exists(PictureKeys.Picture(id), default), "the original stays in incoming");
    }

    [Test]
    public async Task A_picture_without_any_file_is_broken_at_once()
    {
        var id = await workshop.Receive(new TestJpeg().ToBytes());
        await workshop.Stores.Incoming.Delete(PictureKeys.Picture(id), default);

        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("broken"));
        Assert.That((await workshop.History(id)).Single().Error, Does.Contain("in no store"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_picture_of_no_upload_set_has_its_sequence_finalized_when_it_is_done_or_broken(bool sound)
    {
        var jpeg = new TestJpeg(64, 48).ToBytes();
        var id = await workshop.Receive(sound ? jpeg : Jpegs.CutInHalf(jpeg), legacy: true);

        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo(sound ? "prepared" : "broken"));
        Assert.That((await workshop.Jobs(await workshop.Sequence(id))).Select(job => job.Kind), Is.EqualTo(new[] { "finalize" }));
    }

    [Test]
    public async Task Asked_again_the_files_stay_readable_all_the_time()
    {
        var id = await workshop.Receive(new TestJpeg(1024, 512).WithPanorama().ToBytes(), type: "equirectangular");
        await workshop.Prepare(id);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested)
            {
                foreach (var file in new[] { await workshop.Hd(id), await workshop.Sd(id), await Workshop.Read(workshop.Stores.Derivates, PictureKeys.Tile(id, 1, 1)) })
                    Assert.That(Jpegs.SizeOf(file!).Width, Is.Positive);
                reads++;
            }

            return reads;
        });

        for (var round = 0; round < 5; round++) await workshop.PrepareAgain(id);
        await done.CancelAsync();

        Assert.That(await reading, Is.Positive);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
    }

    [Test]
    public async Task A_deleted_pictures_files_go_from_all_three_stores()
    {
        var id = await workshop.Receive(new TestJpeg(1024, 512).WithPanorama().ToBytes(), type: "equirectangular");
        await workshop.Prepare(id);
        await workshop.Stores.Incoming.Put(PictureKeys.Picture(id), new MemoryStream([1]), "image/jpeg", default);
        await workshop.DeleteRow(id);

        await workshop.Work(JobKind.Delete, id);

        Assert.That(await Workshop.Keys(workshop.Stores.Derivates, PictureKeys.DerivatesFolder(id)), Is.Empty);
        Assert.That(await workshop.Hd(id), Is.Null);
        Assert.That(await workshop.Stores.Incoming.Exists(PictureKeys.Picture(id), default), Is.False);
        Assert.That(await workshop.Jobs(id), Is.Empty);
    }

    [Test]
    public void Each_kind_of_job_of_this_worker_has_its_queue() =>
        Assert.That(Panoramax.PictureWorker.PictureWork.Consumers.Select(consumer => Queues.Of(consumer.Kind)),
            Is.EquivalentTo(new[] { "prepare-picture", "discard-original", "delete-picture", "read-metadata" }));
}
