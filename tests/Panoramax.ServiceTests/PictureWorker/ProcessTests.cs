using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>The worker as an operator runs it: one process, settings from its environment.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ProcessTests
{
    private const string Name = "Panoramax.PictureWorker";

    [Test]
    public async Task It_becomes_ready_prepares_what_is_announced_and_is_gone_within_five_seconds()
    {
        await using var workshop = await Workshop.Open();
        await using var worker = await ServiceProcess.Start(Name, Settings(workshop));
        var id = await workshop.Receive(new TestJpeg(64, 48).ToBytes());

        await workshop.Announce(id);

        for (var waits = 0; (await workshop.Jobs(id)).Count > 0 && waits < 300; waits++) await Task.Delay(100);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"), worker.Log);
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
        Assert.That(await worker.Stop(), Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task Killed_in_the_middle_it_leaves_the_picture_to_the_next_one()
    {
        await using var workshop = await Workshop.Open();
        // Large enough to be killed while it is worked on.
        var id = await workshop.Receive(new TestJpeg(6000, 3000).WithPanorama().ToBytes(), type: "equirectangular");
        await using (var worker = await ServiceProcess.Start(Name, Settings(workshop)))
        {
            await workshop.Announce(id);
            for (var waits = 0; (await workshop.History(id)).Count == 0 && waits < 600; waits++) await Task.Delay(10);
            await worker.Kill();
        }

        Assert.That((await workshop.Jobs(id)).Single() is { Kind: "prepare", Attempts: 1 });
        Assert.That(await workshop.Stores.Incoming.Exists(PictureKeys.Picture(id), default), "the original is still there");

        // The broker gives the message to the next process by itself.
        await using var next = await ServiceProcess.Start(Name, Settings(workshop));
        for (var waits = 0; (await workshop.Jobs(id)).Count > 0 && waits < 600; waits++) await Task.Delay(100);
        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("prepared"), next.Log);
        Assert.That((await workshop.History(id)).Select(row => row.Warning), Is.EqualTo(new[] { "interrupted", null }));
        Assert.That(await Workshop.Keys(workshop.Stores.Incoming), Is.Empty);
    }

    /// <summary>
    /// Sound pictures of several kinds with some bytes changed, cut out or put in, always the same ones. Native decoders see
    /// them in a process of its own: a fault there ends a process, and nothing in .NET can hold it.
    /// </summary>
    [Test]
    public async Task No_damaged_picture_ends_the_process_or_stays_undecided()
    {
        await using var workshop = await Workshop.Open();
        await using var worker = await ServiceProcess.Start(Name, Settings(workshop));
        byte[][] sound =
        [
            new TestJpeg(96, 64).ToBytes(), new TestJpeg(130, 70).With("Exif.Image.Orientation", "6").ToBytes(), new TestJpeg(256, 128).WithPanorama().ToBytes(),
        ];
        var random = new Random(20);
        var pictures = new List<Guid>();
        for (var at = 0; at < 150; at++)
        {
            var id = await workshop.Receive(Damaged(sound[at % sound.Length], random), type: at % 3 == 2 ? "equirectangular" : "flat");
            await workshop.Announce(id);
            pictures.Add(id);
        }

        var statuses = new List<string>();
        foreach (var id in pictures)
        {
            for (var waits = 0; (await workshop.Jobs(id)).Count > 0 && !worker.HasExited && waits < 1200; waits++) await Task.Delay(50);
            Assert.That(worker.HasExited, Is.False, worker.Log);
            var status = (await workshop.Row(id)).PreparingStatus;
            Assert.That(await workshop.Hd(id) is not null, Is.EqualTo(status == "prepared"), status);
            statuses.Add(status);
        }

        Assert.That(statuses, Is.All.EqualTo("prepared").Or.EqualTo("broken"));
        Assert.That(statuses.Distinct().Count(), Is.EqualTo(2), "some damage can be lived with, some cannot");
        await workshop.Announce(await workshop.Receive(sound[0]));
        Assert.That(await worker.Stop(), Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    private static byte[] Damaged(byte[] sound, Random random)
    {
        var bytes = sound.ToList();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(2, bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                default: bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 40))); break;
            }
        }

        return [.. bytes];
    }

    [Test]
    public async Task Without_its_models_it_ends_with_a_sentence()
    {
        await using var workshop = await Workshop.Open();
        var settings = Settings(workshop);
        // Detecting is the default: nobody publishes unblurred pictures by forgetting a setting.
        settings.Remove("Blur__Kind");
        settings["Blur__Models"] = "/nowhere";

        await using var worker = await ServiceProcess.Start(Name, settings, waitUntilReady: false);

        Assert.That(await worker.Ended(TimeSpan.FromSeconds(30)), Is.Not.Zero);
        Assert.That(worker.Log, Does.Contain("run deploy/models/fetch.sh, or switch blurring off on purpose"));
    }

    private static Dictionary<string, string> Settings(Workshop workshop) =>
        ServiceSettings.For("picture_worker", workshop.Database, workshop.Folder, workshop.BrokerUri);
}
