using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Panoramax.Database.Jobs;
using Panoramax.Imaging.Detection;
using Panoramax.Messaging.Contracts;
using Panoramax.PictureWorker;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>What happens to a picture when something breaks while it is prepared.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PrepareFaultTests
{
    private Workshop workshop = null!;

    [SetUp]
    public async Task Open() => workshop = await Workshop.Open();

    [TearDown]
    public async Task Close() => await workshop.DisposeAsync();

    [Test]
    public async Task Files_written_before_a_crash_are_written_again_by_the_next_try()
    {
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());
        workshop.Break = operation => operation == "after put Derivates" ? throw new InvalidOperationException("crash") : Task.CompletedTask;
        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("not-processed"));
        Assert.That((await workshop.Jobs(id)).Single() is { Kind: "prepare", Attempts: 1, AnnouncedAt: null });
        Assert.That(await workshop.Hd(id), Is.Not.Null, "an object without a result, no result without its object");
        Assert.That(await workshop.Stores.Incoming.Exists(PictureKeys.Picture(id), default));

        workshop.Break = null;
        await workshop.MakeDue(id);
        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
        Assert.That((await workshop.History(id)).Select(row => row.Error), Is.EqualTo(new[] { "crash", null }));
    }

    [Test]
    [Property("Fault", "crash after commit, before deleting the original")]
    [Property("Contract", "write.md B.50")]
    public async Task An_original_left_by_a_crash_after_the_commit_is_discarded_by_its_own_job()
    {
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());
        workshop.Break = operation => operation == "before delete Incoming" ? throw new InvalidOperationException("crash") : Task.CompletedTask;
        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
        Assert.That((await workshop.Jobs(id)).Single() is { Kind: "discard", AnnouncedAt: null, Attempts: 0 });
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Has.Count.EqualTo(1));

        // The store refuses once more: this work is never given up.
        await workshop.Work(JobKind.Discard, id);
        Assert.That((await workshop.Jobs(id)).Single() is { Kind: "discard", Attempts: 1 });

        workshop.Break = null;
        await workshop.MakeDue(id);
        await workshop.Work(JobKind.Discard, id);

        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
        Assert.That(await workshop.Jobs(id), Is.Empty);
        Assert.That(await workshop.Hd(id), Is.Not.Null);
        Assert.That(await workshop.History(id), Has.Count.EqualTo(1), "discarding writes no history");
    }

    [Test]
    [Property("Fault", "picture deleted while being prepared")]
    public async Task A_picture_deleted_while_it_is_prepared_leaves_no_file()
    {
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());
        var deleted = false;
        workshop.Break = async operation =>
        {
            if (operation != "before put Derivates" || deleted) return;
            deleted = true;
            await workshop.DeleteRow(id);
        };

        await workshop.Prepare(id);

        Assert.That(deleted);
        Assert.That((await workshop.Jobs(id)).Select(job => job.Kind), Is.EqualTo(new[] { "delete" }));
        await workshop.Work(JobKind.Delete, id);
        foreach (var store in Enum.GetValues<StoreName>()) Assert.That(await Workshop.Keys(workshop.Stores[store]), Is.Empty, store.ToString());
        Assert.That(await workshop.Jobs(id), Is.Empty);
    }

    [Test]
    public async Task Files_of_a_picture_that_still_has_its_row_are_never_deleted()
    {
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());
        await workshop.Prepare(id);
        await workshop.Ask(JobKind.Delete, id);

        await workshop.Work(JobKind.Delete, id);

        Assert.That(await workshop.Hd(id), Is.Not.Null);
        Assert.That(await workshop.Jobs(id), Is.Empty);
        Assert.That((await workshop.History(id))[^1].Warning, Does.Contain("still has its row"));
    }

    [Test]
    [Property("Contract", "write.md B.48")]
    public async Task A_store_that_is_not_reached_costs_no_try_however_often()
    {
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());
        workshop.Break = operation => operation == "before put Permanent" ? throw new PictureStoreUnavailable("gone", reached: false) : Task.CompletedTask;
        for (var round = 0; round < 5; round++)
        {
            await workshop.Prepare(id);
            await workshop.MakeDue(id);
        }

        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.Zero);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("not-processed"));
        Assert.That((await workshop.History(id)).Select(row => row.Warning), Is.All.EqualTo("outage: gone"));

        workshop.Break = null;
        await workshop.Prepare(id);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
    }

    [Test]
    public async Task A_store_that_answers_with_an_error_breaks_the_picture_after_the_last_try_and_its_sequence_keeps_waiting()
    {
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes(), legacy: true);
        workshop.Break = operation => operation == "before put Permanent" ? throw new PictureStoreUnavailable("answered 500", reached: true) : Task.CompletedTask;
        for (var round = 0; round < 3; round++)
        {
            await workshop.Prepare(id);
            await workshop.MakeDue(id);
        }

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("broken"));
        Assert.That((await workshop.History(id)).Select(row => row.Error), Is.EqualTo(Enumerable.Repeat("answered 500", 3)));
        Assert.That(await workshop.Jobs(await workshop.Sequence(id)), Is.Empty);
        Assert.That(await workshop.Hd(id), Is.Null);
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Has.Count.EqualTo(1), "the original stays");

        // Asked again, it starts afresh.
        workshop.Break = null;
        await workshop.PrepareAgain(id);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
    }

    [Test]
    public async Task What_takes_longer_than_the_deadline_is_a_failed_try()
    {
        await using var slow = await Workshop.Open(StorageKind.Folder, ("Imaging:Deadline", "1"));
        var id = await slow.Receive(new TestJpeg(64, 48).ToBytes());
        slow.Break = operation => operation == "before get Incoming" ? Task.Delay(1200) : Task.CompletedTask;

        await slow.Prepare(id);

        Assert.That((await slow.Jobs(id)).Single().Attempts, Is.EqualTo(1));
        Assert.That((await slow.History(id)).Single().Error, Does.Contain("deadline of 1 s"));
    }

    [Test]
    [Property("Fault", "prepare message after deletion")]
    public async Task A_message_for_a_picture_that_is_gone_ends_without_a_trace()
    {
        var id = Guid.NewGuid();
        await workshop.Ask(JobKind.Prepare, id);

        await workshop.Prepare(id);

        Assert.That(await workshop.Jobs(id), Is.Empty);
        foreach (var store in Enum.GetValues<StoreName>()) Assert.That(await Workshop.Keys(workshop.Stores[store]), Is.Empty);
    }

    [Test]
    [Property("Fault", "JPEG header fine, pixels corrupt")]
    public async Task No_hostile_file_ends_the_process_or_is_published_unread()
    {
        var sound = new TestJpeg(64, 48);
        var files = new Dictionary<string, byte[]>
        {
            ["empty"] = [], ["one byte"] = [0xFF], ["text"] = "no picture"u8.ToArray(), ["start only"] = [0xFF, 0xD8],
            ["cut"] = Jpegs.CutInHalf(sound.ToBytes()), ["bomb"] = Jpegs.Bomb(progressive: false), ["progressive bomb"] = Jpegs.Bomb(progressive: true),
            ["png"] = [0x89, .. "PNG\r\n\x1a\n"u8, .. new byte[100]],
            ["zeros inside"] = WithZeros(new TestJpeg(640, 480).ToBytes()),
            ["exif of nonsense"] = new TestJpeg(64, 48).WithSegment(0xE1, [.. "Exif\0\0II*\0"u8, .. Enumerable.Repeat((byte)0xFF, 500)]).ToBytes(),
        };
        if (SharedPictures.Folder is { } shared)
        {
            foreach (var path in Directory.EnumerateFiles(Path.Combine(shared, "hostile"))) files[Path.GetFileName(path)] = await File.ReadAllBytesAsync(path);
        }

        foreach (var (name, bytes) in files)
        {
            var id = await workshop.Receive(bytes);
            await workshop.Prepare(id);
            var status = (await workshop.Row(id)).PreparingStatus;
            Assert.That(status, Is.EqualTo("prepared").Or.EqualTo("broken"), name);
            Assert.That(await workshop.Hd(id) is not null, Is.EqualTo(status == "prepared"), name);
            Assert.That(await workshop.Jobs(id), Is.Empty, name);
        }

        foreach (var name in (string[])["empty", "one byte", "text", "start only", "cut", "bomb", "progressive bomb", "png"])
            Assert.That(files, Does.ContainKey(name));
        var good = await workshop.Receive(sound.ToBytes());
        await workshop.Prepare(good);
        Assert.That((await workshop.Row(good)).PreparingStatus, Is.EqualTo("prepared"));
    }

    [TestCase("bomb")]
    [TestCase("progressive bomb")]
    public async Task A_header_that_claims_gigabytes_is_refused_before_any_memory_is_taken(string which)
    {
        var id = await workshop.Receive(Jpegs.Bomb(which == "progressive bomb"));

        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("broken"));
        Assert.That((await workshop.History(id)).Single().Error, Does.Contain("larger than the limit"));
    }

    [Test]
    public async Task A_message_from_the_broker_prepares_the_picture_and_tells_nobody_else()
    {
        await workshop.Host.StartAsync();
        // Until its queue is there, a message goes nowhere (and would be announced again by the caretaker).
        var health = workshop.Host.Services.GetRequiredService<HealthCheckService>();
        while ((await health.CheckHealthAsync()).Status != HealthStatus.Healthy) await Task.Delay(50);
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());

        await workshop.Host.Services.GetRequiredService<IBus>()
            .Publish(new PictureReceived(id, UploadSetId: null, "Uploaded", TimeProvider.System.GetUtcNow()));

        for (var waits = 0; (await workshop.Jobs(id)).Count > 0 && waits < 300; waits++) await Task.Delay(100);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"));
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
        await workshop.Host.StopAsync();
    }

    [Test]
    public async Task Without_its_models_a_detecting_worker_does_not_start()
    {
        await using var without = await Workshop.Open(StorageKind.Folder, ("Blur:Kind", "Detect"), ("Blur:Models", "/nowhere"));

        var error = await Assert.ThrowsAsync<ModelMissing>(() => without.Host.StartAsync());

        Assert.That(error!.Message, Does.Contain("/nowhere").And.Contain("switch blurring off on purpose"));
    }

    [TestCase("Blur:Detection:FaceScore", "2", "Blur:Detection:FaceScore")]
    [TestCase("Blur:Detection:Own:0:Model", "street.onnx", "Blur:Detection:Own:0:Kinds")]
    [TestCase("Blur:Detection:BuiltIn", "false", "Blur:Detection:Own is empty")]
    public async Task A_detecting_worker_does_not_start_with_settings_that_find_nothing(string setting, string value, string named)
    {
        await using var without = await Workshop.Open(StorageKind.Folder, ("Blur:Kind", "Detect"), (setting, value));

        var error = await Assert.CatchAsync(() => without.Host.StartAsync());

        Assert.That(error!.Message, Does.Contain(named));
    }

    [Test]
    public async Task A_remote_blur_service_without_an_address_stops_the_start()
    {
        await using var without = await Workshop.Open(StorageKind.Folder, ("Blur:Kind", "Remote"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => without.Host.StartAsync());

        Assert.That(error!.Message, Does.Contain("Blur:Url"));
    }

    [TestCase(8, 64L << 30, 150_000_000, 8, Description = "room for all cores")]
    [TestCase(8, 4L << 30, 150_000_000, 2, Description = "1.8 GB each")]
    [TestCase(8, 1L << 30, 150_000_000, 1, Description = "at least one")]
    [TestCase(2, 8L << 30, 20_000_000, 2)]
    public void So_many_pictures_side_by_side_as_fit_into_memory(int cores, long memory, long maxPixels, int expected) =>
        Assert.That(PictureWork.Concurrency(cores, memory, maxPixels), Is.EqualTo(expected));

    private static byte[] WithZeros(byte[] jpeg)
    {
        Array.Clear(jpeg, jpeg.Length / 2, jpeg.Length / 4);
        return jpeg;
    }
}
