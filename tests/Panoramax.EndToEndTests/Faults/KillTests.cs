using System.Diagnostics;
using System.Globalization;
using Panoramax.Domain.Pictures;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.EndToEndTests.Faults;

/// <summary>
/// Processes and the broker are killed with SIGKILL at random moments while pictures are sent and prepared. Afterwards every
/// accepted picture is prepared once, every set is ready, no file is lost and no picture is there twice.
/// PANORAMAX_KILL_PICTURES and PANORAMAX_KILLS make it longer than the run of every day.
/// </summary>
[TestFixture(StoreKind.Folder)]
[TestFixture(StoreKind.S3)]
public sealed class KillTests(StoreKind kind)
{
    private const string Broker = "broker";
    private const int PicturesPerSet = 20;

    private static readonly string[] victims = ["Panoramax.Upload", "Panoramax.PictureWorker", "Panoramax.DispatchWorker", Broker];
    private static readonly int pictures = FromEnvironment("PANORAMAX_KILL_PICTURES", 60);
    private static readonly int killsEach = FromEnvironment("PANORAMAX_KILLS", 2);

    [Test]
    public async Task Whatever_is_killed_every_accepted_picture_is_prepared_once_and_every_set_gets_ready()
    {
        var random = new Random(20260401);
        await using var broker = await PrivateBroker.Start();
        await using var instance = await PanoramaxInstance.Start(kind, new Dictionary<string, string> { ["Jobs__ReannounceAfter"] = "00:00:05" }, broker.Uri);

        using var sent = new CancellationTokenSource();
        var sending = Enumerable.Range(0, pictures / PicturesPerSet).Select(set => SendSet(instance, set)).ToArray();
        var killing = KillAtRandom(instance, broker, random, sent.Token);
        var sets = await Task.WhenAll(sending);
        await killing;

        try
        {
            foreach (var (set, ids) in sets)
            {
                var answer = await instance.Uploader.UntilReady(set, TimeSpan.FromMinutes(3));
                Assert.That(answer["nb_items"]!.GetValue<int>(), Is.EqualTo(PicturesPerSet));
                Assert.That(answer["items_status"]!["prepared"]!.GetValue<int>(), Is.EqualTo(PicturesPerSet), answer.ToJsonString());
                Assert.That(ids, Is.Unique);
                Assert.That(answer["associated_collections"]!.AsArray(), Has.Count.EqualTo(1));
                var items = await instance.Visitor.Items(answer["associated_collections"]![0]!["id"]!.GetValue<Guid>());
                Assert.That(items.Select(item => item["id"]!.GetValue<Guid>()), Is.EquivalentTo(ids));
            }
        }
        catch (Exception)
        {
            TestContext.Out.WriteLine(instance.Logs());
            throw;
        }

        Assert.That(await instance.Database.Scalar<long>("SELECT count(*) FROM pictures"), Is.EqualTo(pictures), "no picture twice");
        await UntilZero(() => instance.Database.Scalar<long>("SELECT count(*) FROM jobs"), "no work is left");
        Assert.That(await instance.Database.Scalar<long>("""
            SELECT count(*) FROM pictures p WHERE 1 <> (
                SELECT count(*) FROM job_history h
                WHERE h.subject_id = p.id AND h.kind = 'prepare' AND h.finished_at IS NOT NULL AND h.error IS NULL AND h.warning IS NULL)
            """), Is.Zero, "each picture was prepared exactly once");

        var permanent = await instance.Store.Keys(StoreName.Permanent);
        var derivates = (await instance.Store.Keys(StoreName.Derivates)).ToHashSet(StringComparer.Ordinal);
        var incoming = await instance.Store.Keys(StoreName.Incoming);
        var all = sets.SelectMany(set => set.Ids).ToList();
        Assert.That(permanent, Is.EquivalentTo(all.Select(PictureKeys.Picture)));
        Assert.That(all.Where(id => !derivates.Contains(PictureKeys.Sd(id)) || !derivates.Contains(PictureKeys.Thumbnail(id))), Is.Empty);
        Assert.That(incoming.Intersect(all.Select(PictureKeys.Picture)), Is.Empty, "no original of a prepared picture is left");
        foreach (var id in all.Take(5))
            Assert.That(JpegHeader.Read(new MemoryStream(await instance.Visitor.Bytes($"pictures/{id}/hd.jpg"))).Width, Is.EqualTo(640));
    }

    /// <summary>Sends one set as a patient client does: what got no answer, or a 5xx, is sent again; 409 means it is there already.</summary>
    private static async Task<(Guid Set, IReadOnlyList<Guid> Ids)> SendSet(PanoramaxInstance instance, int number)
    {
        var set = await Patiently(() => instance.Uploader.CreateSet($"Walk {number}", PicturesPerSet));
        var ids = new List<Guid>();
        var start = new DateTimeOffset(2026, 4, 1, 10, 0, 0, TimeSpan.FromHours(2));
        for (var i = 0; i < PicturesPerSet; i++)
        {
            // 15 m apart, 5 s apart: one sequence without capture duplicates.
            var picture = TestJpeg.Make(640, 480, 47.0 + number + (i * 0.000135), -2.1, start.AddSeconds(i * 5), seed: (number * 1000) + i);
            ids.Add(await Patiently(async () =>
            {
                var answer = await instance.Uploader.SendFile(set, $"{i:D3}.jpg", picture);
                return answer.Code switch
                {
                    202 => answer["picture_id"]!.GetValue<Guid>(),
                    409 => answer["existing_item"]!["id"]!.GetValue<Guid>(),
                    >= 500 => throw new HttpRequestException($"{answer.Code}"),
                    _ => throw new InvalidOperationException($"{answer.Code} {answer.Text}"),
                };
            }));
        }

        return (set, ids);
    }

    private static async Task<T> Patiently<T>(Func<Task<T>> call)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException && watch.Elapsed < TimeSpan.FromMinutes(2))
            {
                await Task.Delay(200);
            }
        }
    }

    private static async Task KillAtRandom(PanoramaxInstance instance, PrivateBroker broker, Random random, CancellationToken stop)
    {
        var order = Enumerable.Range(0, killsEach).SelectMany(_ => victims).ToArray();
        random.Shuffle(order);
        foreach (var victim in order)
        {
            await Task.Delay(random.Next(100, 1200), stop);
            if (victim == Broker)
            {
                await broker.Kill();
                await Task.Delay(random.Next(0, 500), stop);
                await broker.Run();
                continue;
            }

            await instance[victim].Kill();
            await Task.Delay(random.Next(0, 500), stop);
            await instance.Restart(victim);
        }
    }

    private static async Task UntilZero(Func<Task<long>> count, string what)
    {
        var watch = Stopwatch.StartNew();
        long left;
        while ((left = await count()) > 0 && watch.Elapsed < TimeSpan.FromSeconds(60)) await Task.Delay(200);
        Assert.That(left, Is.Zero, what);
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
