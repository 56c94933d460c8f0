using System.Diagnostics;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Faults;

/// <summary>Pictures that are deleted at any moment of their preparation: the answer, what is left, and the same bytes again.</summary>
public sealed class DeletionTests
{
    private const int Moments = 50;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    private PanoramaxInstance instance = null!;

    private Uploader bob = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        instance = await PanoramaxInstance.Start();
        bob = new Uploader(instance.Address, (await Person.Register(instance.Database, "bob")).Bearer);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        bob?.Dispose();
        await instance.DisposeAsync();
    }

    [Test]
    public async Task A_picture_deleted_at_any_moment_of_its_preparation_leaves_nothing_and_may_be_sent_again_at_once()
    {
        var random = new Random(20260301);
        var rounds = Enumerable.Range(0, Moments).Select(round => (Round: round, Wait: TimeSpan.FromMilliseconds(random.Next(1200)), WholeSet: random.Next(2) == 0)).ToList();
        var deleted = new List<Guid>();
        var kept = new List<(Guid Set, Guid Picture)>();
        // A few at a time, so that the worker is always in the middle of something.
        await Parallel.ForEachAsync(rounds, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (round, cancel) =>
        {
            var bytes = Picture(round.Round);
            var set = await bob.CreateSet($"round {round.Round}");
            var first = await Send(set, bytes);
            await Task.Delay(round.Wait, cancel);
            // Before its set is dispatched a picture is in no collection; the one of the address is not compared.
            var answer = await bob.Send(HttpMethod.Delete, round.WholeSet ? $"upload_sets/{set}" : $"collections/{set}/items/{first}");
            Assert.That(answer.Code, Is.EqualTo(204), $"round {round.Round}, {round.Wait}: {answer.Text}");

            var again = await bob.CreateSet($"round {round.Round} again", 1);
            var second = await Send(again, bytes);
            lock (deleted)
            {
                deleted.Add(first);
                kept.Add((again, second));
            }
        });

        foreach (var (set, _) in kept) await bob.UntilReady(set, patience);
        await UntilNothingIsOwed();
        foreach (var store in Enum.GetValues<StoreName>())
        {
            var keys = await instance.Store.Keys(store);
            foreach (var id in deleted)
            {
                var path = PictureKeys.Picture(id);
                Assert.That(keys.Where(key => key.StartsWith(path[..^4], StringComparison.Ordinal)), Is.Empty, $"of a deleted picture in {store}");
            }
        }

        Assert.That(await Count("pictures"), Is.EqualTo(Moments));
        Assert.That(await Count("pictures WHERE preparing_status <> 'prepared'"), Is.Zero);
        foreach (var (_, picture) in kept) Assert.That(await instance.Visitor.Picture(picture), Is.Not.Null);
        foreach (var picture in deleted) Assert.That(await instance.Visitor.Picture(picture), Is.Null);

        // Those that were kept leave nothing either.
        foreach (var (set, _) in kept) Assert.That((await bob.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(204));
        await UntilNothingIsOwed();
        foreach (var store in Enum.GetValues<StoreName>()) Assert.That(await instance.Store.Keys(store), Is.Empty, store.ToString());
    }

    private async Task<Guid> Send(Guid set, byte[] bytes)
    {
        var sent = await bob.SendFile(set, "picture.jpg", bytes);
        Assert.That(sent.Code, Is.EqualTo(202), sent.Text);
        return sent["picture_id"]!.GetValue<Guid>();
    }

    private async Task UntilNothingIsOwed()
    {
        var watch = Stopwatch.StartNew();
        while (await Count("jobs") > 0)
        {
            Assert.That(watch.Elapsed, Is.LessThan(patience), "a job is stuck");
            await Task.Delay(200);
        }
    }

    private Task<long> Count(string fromWhere) => instance.Database.Scalar<long>($"SELECT count(*) FROM {fromWhere}");

    /// <summary>Every second one a panorama, whose many tiles take a while.</summary>
    private static byte[] Picture(int round) => TestJpeg.Make(
        round % 2 == 0 ? 2048 : 1200, round % 2 == 0 ? 1024 : 900, 47.4 + (round * 0.001), -1.4,
        new DateTimeOffset(2026, 7, 1, 9, 0, 0, TimeSpan.Zero).AddSeconds(round), 10, is360: round % 2 == 0, seed: 40_000 + round);
}
