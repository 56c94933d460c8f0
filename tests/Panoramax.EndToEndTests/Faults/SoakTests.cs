using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.EndToEndTests.Faults;

/// <summary>
/// Uploads, reads, edits and deletions for a while, on loopback and at a bounded rate, while processes are killed at random,
/// connections cut, and broker and store are gone for moments. In the last third nothing is broken any more: memory is
/// compared there. PANORAMAX_SOAK_MINUTES makes it longer (20 is the form before a release).
/// </summary>
internal sealed class SoakTests
{
    private static readonly double minutes =
        double.TryParse(Environment.GetEnvironmentVariable("PANORAMAX_SOAK_MINUTES"), NumberStyles.Float, CultureInfo.InvariantCulture, out var set) ? set : 0.75;

    private static readonly byte[] endOfJpeg = [0xFF, 0xD9];

    private readonly ConcurrentDictionary<Guid, byte[]> accepted = new();
    private readonly ConcurrentDictionary<Guid, bool> deleted = new();
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
    private int made;

    [Test]
    public async Task Nothing_is_lost_doubled_stuck_or_served_unblurred_and_memory_stays()
    {
        // What the service gives back looks like no picture that was sent.
        var blurred = TestJpeg.Make(640, 480, 0, 0, DateTimeOffset.UnixEpoch, seed: -1);
        await using var broker = await PrivateBroker.Start();
        await using var faulty = await FaultyInstance.Start(broker: broker.Uri);
        faulty.Blurred = blurred;
        var bearer = await NewAccount(faulty.Instance);

        var length = TimeSpan.FromMinutes(minutes);
        using var end = new CancellationTokenSource(length);
        using var calm = new CancellationTokenSource(length * 2 / 3);
        var work = new List<Task>
        {
            Repeat(TimeSpan.FromMilliseconds(100), () => Upload(faulty.Instance, bearer), end.Token),
            Repeat(TimeSpan.FromMilliseconds(60), () => Read(faulty.Instance, blurred), end.Token),
            Repeat(TimeSpan.FromMilliseconds(700), () => Edit(faulty.Instance, bearer), end.Token),
            Repeat(TimeSpan.FromSeconds(2), () => Delete(faulty.Instance, bearer), end.Token),
        };
        await Break(faulty, broker, calm.Token);
        await Task.Delay(length / 12);
        var before = Memory(faulty.Instance);
        await Task.WhenAll(work);
        var after = Memory(faulty.Instance);

        foreach (var (what, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)) TestContext.Out.WriteLine($"{what}: {count}");
        foreach (var (process, bytes) in after)
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process}: {before[process] / 1e6:F0} MB after warm-up, {bytes / 1e6:F0} MB at the end"));
        Assert.That(counts.GetValueOrDefault("served unblurred"), Is.Zero);
        Assert.That(accepted, Has.Count.GreaterThan(10));

        await faulty.Until("SELECT count(*) FROM jobs", 0L, seconds: 180);
        var kept = accepted.Keys.Except(deleted.Keys).ToList();
        var rows = await Ids(faulty.Instance, "SELECT coalesce(string_agg(id::text, ','), '') FROM pictures");
        Assert.That(rows.Except(accepted.Keys).Except(deleted.Keys), Is.Empty, "no picture that no client heard of is left uncounted");
        Assert.That(kept.Except(rows), Is.Empty, "nothing is lost");
        Assert.That(await faulty.Instance.Database.Scalar<long>("SELECT count(*) FROM (SELECT 1 FROM pictures GROUP BY upload_set_id, original_content_md5 HAVING count(*) > 1) doubled"), Is.Zero, "nothing is doubled");
        Assert.That(await faulty.Instance.Database.Scalar<long>("SELECT count(*) FROM pictures WHERE preparing_status <> 'prepared'"), Is.Zero, "nothing is stuck or broken");
        Assert.That(await faulty.Instance.Database.Scalar<long>("SELECT count(*) FROM job_history WHERE finished_at IS NULL"), Is.Zero, "no try is left open");

        var permanent = (await faulty.Instance.Store.Keys(StoreName.Permanent)).ToHashSet(StringComparer.Ordinal);
        var incoming = await faulty.Instance.Store.Keys(StoreName.Incoming);
        Assert.That(kept.Where(id => !permanent.Contains(PictureKeys.Picture(id))), Is.Empty, "each has its file");
        Assert.That(deleted.Keys.Where(id => permanent.Contains(PictureKeys.Picture(id))), Is.Empty, "what was deleted is gone");
        Assert.That(incoming.Intersect(rows.Select(PictureKeys.Picture)), Is.Empty, "no original of a prepared picture is left");
        TestContext.Out.WriteLine($"objects that a killed upload left in incoming, for admin orphans: {incoming.Count}");
        foreach (var id in kept.Take(50))
            Assert.That(IsThis(await faulty.Instance.Visitor.Bytes($"pictures/{id}/hd.jpg"), blurred), $"{id} is served as it was blurred");

        // A short run says nothing about memory: the collector has not come to rest.
        if (minutes >= 10) Assert.That(after.Where(pair => pair.Value > before[pair.Key] * 1.2).Select(pair => pair.Key), Is.Empty, "memory grew by more than a fifth");
    }

    private async Task Upload(PanoramaxInstance instance, string bearer)
    {
        using var uploader = new Uploader(instance.Address, bearer);
        var set = await uploader.CreateSet("soak", 3);
        for (var i = 0; i < 3; i++)
        {
            var number = Interlocked.Increment(ref made);
            var picture = TestJpeg.Make(640, 480, 45 + (number * 0.00013), -1.0, new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number * 4), seed: number);
            // As the client does: until there is an answer that is one.
            for (var tries = 0; tries < 400; tries++)
            {
                try
                {
                    var answer = await uploader.SendFile(set, $"{i}.jpg", picture);
                    if (answer.Code is 202 or 409)
                    {
                        accepted[answer.Code == 202 ? answer["picture_id"]!.GetValue<Guid>() : answer["existing_item"]!["id"]!.GetValue<Guid>()] = picture;
                        Count("uploaded");
                        break;
                    }

                    Count($"upload answered {answer.Code}");
                    if (answer.Code == 404) return; // its set was deleted meanwhile
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
                {
                    Count("upload without an answer");
                }

                await Task.Delay(250);
            }
        }
    }

    private async Task Read(PanoramaxInstance instance, byte[] blurred)
    {
        if (accepted.IsEmpty) return;
        var id = accepted.Keys.ElementAt(Random.Shared.Next(accepted.Count));
        using var answer = await instance.Visitor.Http.GetAsync(new Uri($"/api/pictures/{id}/hd.jpg", UriKind.Relative));
        Count($"read answered {(int)answer.StatusCode}");
        if (answer.IsSuccessStatusCode && !IsThis(await answer.Content.ReadAsByteArrayAsync(), blurred)) Count("served unblurred");
        await instance.Visitor.Get("search?limit=20&bbox=-2,44,0,47");
    }

    private async Task Edit(PanoramaxInstance instance, string bearer)
    {
        if (accepted.IsEmpty) return;
        using var editor = new ApiClient(instance.Address, bearer);
        var set = await instance.Database.Scalar<string>("SELECT coalesce((SELECT upload_set_id::text FROM pictures ORDER BY random() LIMIT 1), '')");
        if (set.Length == 0) return;
        var answer = await editor.Send(HttpMethod.Patch, $"upload_sets/{set}", new JsonObject { ["title"] = $"edited {made}" });
        Count($"edit answered {answer.Code}");
    }

    private async Task Delete(PanoramaxInstance instance, string bearer)
    {
        if (accepted.IsEmpty) return;
        var set = await instance.Database.Scalar<string>("SELECT coalesce((SELECT id::text FROM upload_sets WHERE completed AND created_at < now() - interval '5 seconds' ORDER BY random() LIMIT 1), '')");
        if (set.Length == 0) return;
        var pictures = await Ids(instance, $"SELECT coalesce(string_agg(id::text, ','), '') FROM pictures WHERE upload_set_id = '{set}'");
        using var editor = new ApiClient(instance.Address, bearer);
        // From here on nobody may count on them, whatever the answer; sent again until it is clear.
        foreach (var id in pictures) deleted[id] = true;
        for (var tries = 0; tries < 400; tries++)
        {
            try
            {
                var answer = await editor.Send(HttpMethod.Delete, $"upload_sets/{set}");
                Count($"delete answered {answer.Code}");
                if (answer.Code is 204 or 404) return;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
            {
                Count("delete without an answer");
            }

            await Task.Delay(250);
        }
    }

    private async Task Break(FaultyInstance faulty, PrivateBroker broker, CancellationToken stop)
    {
        var random = new Random(20260801);
        Relay[] relays = [faulty.Database, faulty.Broker, faulty.Store, faulty.Blur];
        string[] processes = [.. faulty.Instance.Processes];
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(random.Next(800, 2500), CancellationToken.None);
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    var victim = processes[random.Next(processes.Length)];
                    Count($"killed {victim}");
                    await faulty.Instance[victim].Kill();
                    await Task.Delay(random.Next(0, 800), CancellationToken.None);
                    // Its servers must be there for it to become ready.
                    await faulty.Instance.Restart(victim);
                    break;
                case 3 or 4:
                    Count("connections reset");
                    relays[random.Next(relays.Length)].Reset();
                    break;
                case 5:
                    Count("server away");
                    var away = relays[random.Next(relays.Length)];
                    away.Cut();
                    await Task.Delay(random.Next(500, 3000), CancellationToken.None);
                    away.Restore();
                    break;
                case 6:
                    Count("server hanging");
                    var hanging = relays[random.Next(relays.Length)];
                    hanging.Hold();
                    await Task.Delay(random.Next(500, 2500), CancellationToken.None);
                    hanging.Restore();
                    break;
                default:
                    Count("broker killed and started");
                    await broker.Kill();
                    await Task.Delay(random.Next(0, 1500), CancellationToken.None);
                    await broker.Run();
                    break;
            }
        }
    }

    private async Task Repeat(TimeSpan pause, Func<Task> once, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await once();
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException or Npgsql.NpgsqlException or InvalidOperationException)
            {
                Count($"client saw {error.GetType().Name}");
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    /// <summary>The pixels are those of the picture given: the coded data before the end mark is the same.</summary>
    private static bool IsThis(byte[] served, byte[] picture)
    {
        var tail = picture.AsSpan()[(picture.AsSpan().LastIndexOf(endOfJpeg) - 400)..];
        return served.AsSpan().IndexOf(tail[..400]) >= 0 && JpegHeader.Read(new MemoryStream(served)).Width == 640;
    }

    private static Dictionary<string, long> Memory(PanoramaxInstance instance) => instance.Processes.ToDictionary(process => process, process =>
        long.Parse(File.ReadLines($"/proc/{instance[process].Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024);

    private static async Task<List<Guid>> Ids(PanoramaxInstance instance, string sql) =>
        [.. (await instance.Database.Scalar<string>(sql)).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];

    private static async Task<string> NewAccount(PanoramaxInstance instance)
    {
        var (account, token) = (Guid.CreateVersion7(), Panoramax.Database.DatabaseMigration.NewTokenId());
        await instance.Database.Execute($"""
            INSERT INTO accounts (id, name, role, is_default, created_at) VALUES ('{account}', 'soak', 'user', false, now());
            INSERT INTO tokens (id, account_id, description, generated_at) VALUES ('{token}', '{account}', 'soak', now());
            """);
        return TokenText.Write(token, Encoding.UTF8.GetBytes(ServiceSettings.SigningKey));
    }

    private void Count(string what) => counts.AddOrUpdate(what, 1, (_, count) => count + 1);
}
