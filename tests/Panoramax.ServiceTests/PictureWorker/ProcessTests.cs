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
