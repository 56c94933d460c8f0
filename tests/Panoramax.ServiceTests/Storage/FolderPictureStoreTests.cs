using NUnit.Framework;
using Panoramax.Storage;

namespace Panoramax.ServiceTests.Storage;

/// <summary>What only the folder has: what it leaves on the disk.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FolderPictureStoreTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("panoramax-folder-").FullName;
    private IPictureStore store = null!;
    private PictureStores stores = null!;

    [SetUp]
    public async Task Open()
    {
        stores = StorageSetup.Open(new StorageOptions { Kind = StorageKind.Folder, Folder = folder }, StoreName.Permanent);
        await stores.EnsureBuckets(default);
        store = stores.Permanent;
    }

    [TearDown]
    public void Remove()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Deleting_the_last_picture_of_a_folder_removes_it_and_its_emptied_parents()
    {
        var (first, second) = (Guid.Parse("aabbccdd-0000-4000-8000-000000000001"), Guid.Parse("aabbccee-0000-4000-8000-000000000002"));
        foreach (var id in new[] { first, second }) await store.Put(PictureKeys.Picture(id), new MemoryStream([1]), "image/jpeg", default);

        await store.Delete(PictureKeys.Picture(first), default);
        Assert.That(Directory.Exists(Path.Combine(folder, "permanent/aa/bb/cc/dd")), Is.False);
        Assert.That(Directory.Exists(Path.Combine(folder, "permanent/aa/bb/cc/ee")));

        await store.Delete(PictureKeys.Picture(second), default);
        Assert.That(Directory.Exists(Path.Combine(folder, "permanent/aa")), Is.False);
        Assert.That(Directory.Exists(Path.Combine(folder, "permanent")));
    }

    [Test]
    public async Task A_failed_put_leaves_no_part_behind()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => store.Put(PictureKeys.Picture(Guid.NewGuid()), new MemoryStream(new byte[100_000]), "image/jpeg", cancel.Token));

        Assert.That(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Parts_that_a_crash_left_are_not_listed_and_are_removed_after_a_day()
    {
        var parts = Path.Combine(folder, "permanent/.parts");
        await File.WriteAllTextAsync(Path.Combine(parts, "old"), "x");
        await File.WriteAllTextAsync(Path.Combine(parts, "new"), "x");
        File.SetLastWriteTimeUtc(Path.Combine(parts, "old"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        var found = 0;
        await foreach (var _ in store.List("", default)) found++;
        await stores.EnsureBuckets(default);

        Assert.That(found, Is.Zero);
        Assert.That(Directory.EnumerateFiles(parts).Select(Path.GetFileName), Is.EqualTo(new[] { "new" }));
    }

    [TestCase("../outside.jpg")]
    [TestCase("aa/../../outside.jpg")]
    [TestCase("/etc/passwd")]
    [TestCase(".parts/x")]
    [TestCase("")]
    public void A_key_that_leads_out_of_the_store_is_a_mistake(string key) =>
        Assert.That(() => store.Delete(key, default), Throws.ArgumentException);

    [Test]
    public async Task A_folder_that_vanishes_is_unavailable_and_nothing_is_written_in_its_place()
    {
        Directory.Delete(folder, recursive: true);

        var error = await Assert.ThrowsAsync<PictureStoreUnavailable>(() => store.Put(PictureKeys.Picture(Guid.NewGuid()), new MemoryStream([1]), "image/jpeg", default));

        Assert.That(error!.Reached, Is.False);
        Assert.That(Directory.Exists(folder), Is.False);
    }
}
