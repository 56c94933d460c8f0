using System.Diagnostics.Metrics;
using NUnit.Framework;
using Panoramax.Storage;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Storage;

/// <summary>What every adapter of the store must do; run for both.</summary>
[TestFixture(StorageKind.Folder)]
[TestFixture(StorageKind.S3)]
[Parallelizable(ParallelScope.All)]
public sealed class PictureStoreTests(StorageKind kind)
{
    private StorageOptions options = null!;
    private PictureStores stores = null!;

    [OneTimeSetUp]
    public async Task MakeBuckets()
    {
        options = kind == StorageKind.S3
            ? S3Server.NewBuckets()
            : new StorageOptions { Kind = StorageKind.Folder, Folder = Directory.CreateTempSubdirectory("panoramax-store-").FullName };
        stores = StorageSetup.Open(options, Enum.GetValues<StoreName>());
        await stores.EnsureBuckets(default);
    }

    [OneTimeTearDown]
    public async Task RemoveBuckets()
    {
        if (kind == StorageKind.S3) await S3Server.Remove(options);
        else Directory.Delete(options.Folder!, recursive: true);
    }

    private IPictureStore Store => stores.Permanent;

    [Test]
    public async Task What_is_put_is_read_back_with_its_length_tag_and_time()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        var before = TimeProvider.System.GetUtcNow();
        await Put(key, Bytes(300_000));

        await using var found = await Store.Get(key, null, default);

        Assert.That(found, Is.Not.Null);
        Assert.That(found!.Length, Is.EqualTo(300_000));
        Assert.That(found.TotalLength, Is.EqualTo(300_000));
        Assert.That(found.Start, Is.Zero);
        Assert.That(found.ETag, Does.Match("^\"[0-9a-f-]+\"$"));
        Assert.That(found.LastModified, Is.EqualTo(before).Within(TimeSpan.FromMinutes(1)));
        Assert.That(await found.ReadAll(default), Is.EqualTo(Bytes(300_000)));
    }

    [Test]
    public async Task Replacing_changes_bytes_and_tag_and_leaves_a_reader_of_the_old_ones_alone()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(2_000_000, seed: 1));
        await using var old = await Store.Get(key, null, default);
        await Put(key, Bytes(2_000_000, seed: 2));
        await using var replaced = await Store.Get(key, null, default);

        Assert.That(replaced!.ETag, Is.Not.EqualTo(old!.ETag));
        Assert.That(await replaced.ReadAll(default), Is.EqualTo(Bytes(2_000_000, seed: 2)));
        Assert.That(await old.ReadAll(default), Is.EqualTo(Bytes(2_000_000, seed: 1)));
    }

    [Test]
    public async Task Content_is_sent_from_its_position_and_stays_open()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        using var content = new MemoryStream(Bytes(100)) { Position = 40 };
        await Store.Put(key, content, "image/jpeg", default);

        Assert.That(content.CanRead);
        Assert.That(await Read(key), Is.EqualTo(Bytes(100)[40..]));
    }

    [Test]
    public async Task An_empty_object_can_be_stored_and_read()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, []);

        Assert.That(await Read(key), Is.Empty);
        await using var outside = await Store.Get(key, ByteRange.Between(0, 0), default);
        Assert.That(outside!.Length, Is.Zero);
    }

    [TestCase(10L, 19L, 10, 10)]
    [TestCase(0L, 0L, 0, 1)]
    [TestCase(90L, null, 90, 10)]
    [TestCase(90L, 1000L, 90, 10)]
    [TestCase(null, 7L, 93, 7)]
    [TestCase(null, 1000L, 0, 100)]
    public async Task A_range_gives_its_bytes_and_says_where_they_are(long? from, long? to, int start, int length)
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(100));

        await using var part = await Store.Get(key, from is { } first ? ByteRange.Between(first, to) : ByteRange.Last(to!.Value), default);

        Assert.That((part!.Start, part.Length, part.TotalLength), Is.EqualTo(((long)start, (long)length, 100L)));
        Assert.That(await part.ReadAll(default), Is.EqualTo(Bytes(100)[start..(start + length)]));
    }

    [Test]
    public async Task A_range_behind_the_end_gives_nothing_but_the_total_length()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(100));

        await using var part = await Store.Get(key, ByteRange.Between(100), default);

        Assert.That((part!.Length, part.TotalLength), Is.EqualTo((0L, 100L)));
        Assert.That(await part.ReadAll(default), Is.Empty);
    }

    [Test]
    public async Task Absent_objects_are_null_false_and_no_error_to_delete()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());

        Assert.That(await Store.Get(key, null, default), Is.Null);
        Assert.That(await Store.Get(key, ByteRange.Between(5, 6), default), Is.Null);
        Assert.That(await Store.Exists(key, default), Is.False);
        await Assert.DoesNotThrowAsync(() => Store.Delete(key, default));
        await Assert.DoesNotThrowAsync(() => Store.DeleteFolder(PictureKeys.DerivatesFolder(Guid.NewGuid()), default));
    }

    [Test]
    public async Task A_deleted_object_is_gone()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(10));
        Assert.That(await Store.Exists(key, default));

        await Store.Delete(key, default);

        Assert.That(await Store.Exists(key, default), Is.False);
        Assert.That(await Store.Get(key, null, default), Is.Null);
    }

    [Test]
    public async Task Deleting_a_folder_takes_all_that_is_below_it_and_nothing_beside_it()
    {
        // The second id starts with the first one's folder and the HD key is the folder's name plus a suffix.
        var id = Guid.NewGuid();
        var store = stores.Derivates;
        foreach (var key in new[] { PictureKeys.Thumbnail(id), PictureKeys.Sd(id), PictureKeys.Tile(id, 0, 0), PictureKeys.Tile(id, 15, 7), PictureKeys.Picture(id) })
            await store.Put(key, new MemoryStream(Bytes(10)), "image/jpeg", default);
        for (var tile = 1; tile < 130; tile++) await store.Put(PictureKeys.Tile(id, tile, 1), new MemoryStream(Bytes(10)), "image/jpeg", default);

        await store.DeleteFolder(PictureKeys.DerivatesFolder(id), default);

        Assert.That(await Keys(store, PictureKeys.DerivatesFolder(id)), Is.Empty);
        Assert.That(await store.Exists(PictureKeys.Picture(id), default));
    }

    [Test]
    public async Task Listing_names_every_object_below_a_folder_with_its_length_and_time()
    {
        var id = Guid.NewGuid();
        var store = stores.Incoming;
        for (var tile = 0; tile < 1_005; tile++) await store.Put(PictureKeys.Tile(id, tile, 0), new MemoryStream(Bytes(5)), "image/jpeg", default);
        await store.Put(PictureKeys.Sd(Guid.NewGuid()), new MemoryStream(Bytes(6)), "image/jpeg", default);

        var found = new List<StoredKey>();
        await foreach (var each in store.List(PictureKeys.DerivatesFolder(id), default)) found.Add(each);

        Assert.That(found.Select(each => each.Key), Is.EquivalentTo(Enumerable.Range(0, 1_005).Select(tile => PictureKeys.Tile(id, tile, 0))));
        Assert.That(found.Select(each => each.Length).Distinct(), Is.EqualTo(new[] { 5L }));
        Assert.That(found[0].LastModified, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(2)));
        Assert.That(await Keys(store, ""), Has.Count.GreaterThanOrEqualTo(1_006));
    }

    [Test]
    public async Task The_three_stores_are_apart()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await stores.Incoming.Put(key, new MemoryStream(Bytes(1)), "image/jpeg", default);

        Assert.That(await stores.Permanent.Exists(key, default), Is.False);
        Assert.That(await stores.Derivates.Exists(key, default), Is.False);
    }

    [Test]
    public async Task A_cancelled_put_leaves_the_old_object()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(10));
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => Store.Put(key, new MemoryStream(Bytes(1_000_000)), "image/jpeg", cancel.Token));

        Assert.That(await Read(key), Is.EqualTo(Bytes(10)));
    }

    [Test]
    public async Task A_put_whose_source_fails_half_way_leaves_the_old_object()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(10));

        await Assert.CatchAsync(() => Store.Put(key, new FailingStream(3_000_000), "image/jpeg", default));

        Assert.That(await Read(key), Is.EqualTo(Bytes(10)));
    }

    [Test]
    public async Task Many_writers_and_deleters_of_neighbouring_keys_do_not_disturb_each_other()
    {
        // Ids that share all folders but the last, as pictures of one moment do: the folder of one is the others' too.
        var ids = Enumerable.Range(0, 16).Select(at => Guid.Parse($"0198aabb-0000-7000-8000-{at:x12}")).ToList();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (id, cancel) =>
        {
            for (var round = 0; round < 25; round++)
            {
                await Put(PictureKeys.Picture(id), Bytes(50));
                Assert.That(await Store.Exists(PictureKeys.Picture(id), cancel));
                await Store.Delete(PictureKeys.Picture(id), cancel);
            }
        });

        Assert.That(await Keys(Store, "01/98/aa/bb"), Is.Empty);
    }

    [Test]
    public async Task Making_the_buckets_again_changes_nothing()
    {
        var key = PictureKeys.Picture(Guid.NewGuid());
        await Put(key, Bytes(10));

        await stores.EnsureBuckets(default);
        await stores.Probe(default);

        Assert.That(await Read(key), Is.EqualTo(Bytes(10)));
    }

    [Test]
    public async Task A_missing_bucket_is_an_error_and_never_a_missing_picture()
    {
        var elsewhere = StorageSetup.Open(
            new StorageOptions { Kind = kind, Folder = options.Folder, S3 = options.S3, Permanent = "never-made-" + Guid.NewGuid().ToString("N")[..8] },
            StoreName.Permanent);
        var key = PictureKeys.Picture(Guid.NewGuid());

        foreach (var operation in new Func<Task>[]
        {
            () => elsewhere.Probe(default),
            () => elsewhere.Permanent.Get(key, null, default),
            () => elsewhere.Permanent.Exists(key, default),
            () => elsewhere.Permanent.Put(key, new MemoryStream(Bytes(1)), "image/jpeg", default),
            () => elsewhere.Permanent.Delete(key, default),
            () => elsewhere.Permanent.DeleteFolder("aa/bb", default),
            () => Keys(elsewhere.Permanent, ""),
        })
        {
            var error = await Assert.CatchAsync(() => operation());
            Assert.That(error, Is.InstanceOf<PictureStoreRefused>().Or.InstanceOf<PictureStoreUnavailable>());
        }
    }

    [Test]
    public async Task Each_operation_is_measured_with_bucket_and_outcome()
    {
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "panoramax.storage.duration") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Assert.That(seconds, Is.InRange(0, 60));
            lock (seen) seen.Add(string.Join(" ", tags.ToArray().Select(tag => tag.Value)));
        });
        listener.Start();

        await stores.Incoming.Get(PictureKeys.Picture(Guid.NewGuid()), null, default);

        lock (seen) Assert.That(seen, Does.Contain("incoming get absent"));
    }

    private Task Put(string key, byte[] bytes) => Store.Put(key, new MemoryStream(bytes), "image/jpeg", default);

    private async Task<byte[]> Read(string key)
    {
        await using var found = await Store.Get(key, null, default);
        return await found!.ReadAll(default);
    }

    private static async Task<List<string>> Keys(IPictureStore store, string folder)
    {
        var keys = new List<string>();
        await foreach (var found in store.List(folder, default)) keys.Add(found.Key);
        return keys;
    }

    private static byte[] Bytes(int count, int seed = 0)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Says it has a length, and fails in the middle.</summary>
    private sealed class FailingStream(int length) : MemoryStream(new byte[length])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > Length / 2 ? throw new IOException("the source failed") : base.ReadAsync(buffer[..Math.Min(buffer.Length, 4096)], cancellationToken);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => Copy(destination, cancellationToken);

        private async Task Copy(Stream destination, CancellationToken cancel)
        {
            var buffer = new byte[4096];
            int read;
            while ((read = await ReadAsync(buffer, cancel)) > 0) await destination.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }
}
