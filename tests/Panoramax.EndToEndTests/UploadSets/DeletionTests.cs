using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>Sets deleted at every moment of their life, down to the stored files (B.4 of the contract).</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class DeletionTests
{
    private static readonly WalkPicture[] eight = [.. WalkPicture.Street.Take(4), WalkPicture.Road[0], WalkPicture.Road[1], WalkPicture.Road[3], WalkPicture.Road[4]];

    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Join() => people = await SharedInstance.Get();

    [Test]
    [Property("Contract", "write.md B.33")]
    public async Task A_dispatched_set_goes_with_its_pictures_and_files_and_leaves_deleted_collections()
    {
        var set = await people.B.CreateSet("to delete");
        var ids = await people.Send(set, eight);
        var collections = await people.Collections(await people.Complete(set));
        Assert.That(collections.Values.Select(collection => collection.Names), Is.EquivalentTo(new[] { "S1 S2 S3 S4", "E1 E2 E4 E5" }));

        Assert.That((await people.Nobody.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(401));
        Assert.That((await people.C.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(403));
        Assert.That((await people.B.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(204));

        await NothingIsLeft(set, ids.Values);
        foreach (var collection in collections.Values)
        {
            Assert.That((await people.B.Get($"collections/{collection.Id}")).Code, Is.EqualTo(404));
            Assert.That(await people.Instance.Database.Scalar<string>($"SELECT status FROM sequences WHERE id = '{collection.Id}'"), Is.EqualTo("deleted"));
        }
    }

    [TestCase(0, false, Description = "empty")]
    [TestCase(3, false, Description = "not dispatched, its pictures being prepared")]
    [TestCase(8, true, Description = "being dispatched")]
    [Property("Contract", "write.md B.33")]
    public async Task A_set_can_be_deleted_before_it_is_done(int pictures, bool completed)
    {
        var set = await people.B.CreateSet("to delete early");
        var ids = await people.Send(set, eight.Take(pictures));
        if (completed) await people.B.Complete(set);
        Assert.That((await people.B.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(204));
        await NothingIsLeft(set, ids.Values);
    }

    [TestCase("00000000-0000-4000-8000-000000000000")]
    [TestCase("no-uuid")]
    [Property("Contract", "write.md B.33")]
    [Property("Contract", "known-faults 25")]
    public async Task A_set_that_is_not_there_cannot_be_deleted(string id)
    {
        var answer = await people.B.Send(HttpMethod.Delete, $"upload_sets/{id}");
        Assert.That((answer.Code, answer["status_code"]!.GetValue<int>()), Is.EqualTo((404, 404)));
    }

    [Test]
    [Property("Contract", "write.md B.34")]
    public async Task A_set_stays_until_its_last_collection_is_deleted()
    {
        var set = await people.B.CreateSet("half");
        await people.Send(set, eight);
        var collections = await people.Collections(await people.Complete(set));

        Assert.That((await people.B.Send(HttpMethod.Delete, $"collections/{collections["S1"].Id}")).Code, Is.EqualTo(204));
        var half = await people.Settled(set);
        Assert.That((half["completed"]!.GetValue<bool>(), Number(half, "nb_items")), Is.EqualTo((true, 4)));
        Assert.That((await people.Collections(half)).Values.Select(collection => collection.Id), Is.EqualTo(new[] { collections["E1"].Id }));
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(8));

        Assert.That((await people.B.Send(HttpMethod.Delete, $"collections/{collections["E1"].Id}")).Code, Is.EqualTo(204));
        Assert.That((await people.B.Set(set)).Code, Is.EqualTo(404));
    }

    private async Task NothingIsLeft(Guid set, IReadOnlyCollection<Guid> pictures)
    {
        Assert.That((await people.B.Set(set)).Code, Is.EqualTo(404));
        Assert.That((await people.B.Get($"upload_sets/{set}/files")).Code, Is.EqualTo(404));
        await people.Settled(set, pictures);
        var database = people.Instance.Database;
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM files WHERE upload_set_id = '{set}'"), Is.Zero);
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM pictures WHERE upload_set_id = '{set}'"), Is.Zero);
        Assert.That(await database.Scalar<long>($"SELECT count(*) FROM sequences WHERE upload_set_id = '{set}' AND status <> 'deleted'"), Is.Zero);
        foreach (var store in Enum.GetValues<StoreName>())
        {
            var owners = (await people.Instance.Store.Keys(store)).Select(PictureKeys.PictureOf).OfType<Guid>();
            Assert.That(owners.Intersect(pictures), Is.Empty, $"{store}");
        }
    }
}
