using System.Text.Json.Nodes;
using Panoramax.Storage;

namespace Panoramax.ServiceTests.Upload;

/// <summary>What goes when sets, collections and pictures are deleted, and what stays (B.4 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class DeletionTests : UploadFixture
{
    private async Task<(Guid Set, List<Guid> Pictures, Guid Sequence)> Dispatched(int count, string title = "to delete")
    {
        var set = await B.CreateSet(title);
        var pictures = new List<Guid>();
        for (var i = 0; i < count; i++) pictures.Add(await Host.SendPicture(B, set));
        return (set, pictures, await Host.Dispatch(set));
    }

    [Test]
    [Property("Contract", "write.md B.33")]
    public async Task A_deleted_set_takes_its_pictures_and_files_and_leaves_its_sequences_as_deleted()
    {
        var (set, pictures, sequence) = await Dispatched(3);
        await Host.SendPicture(B, set);
        await Host.Prepare(pictures[0]);
        var all = (await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray().Select(file => file!["picture_id"]!.GetValue<Guid>()).ToList();

        Assert.That((await Nobody.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(401));
        Assert.That((await C.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(403));
        Assert.That((await B.Send(HttpMethod.Delete, $"upload_sets/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
        var deleted = await B.Send(HttpMethod.Delete, $"upload_sets/{set}");
        Assert.That(deleted.Code, Is.EqualTo(204));
        Assert.That(deleted.Text, Is.Empty);

        Assert.That((await B.Set(set)).Code, Is.EqualTo(404));
        Assert.That((await B.Send(HttpMethod.Delete, $"upload_sets/{set}")).Code, Is.EqualTo(404));
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND status = 'deleted' AND nb_pictures = 0 AND bbox IS NULL AND upload_set_id IS NULL"), Is.EqualTo(1));
        Assert.That(await Host.Count($"pictures WHERE upload_set_id = '{set}'"), Is.Zero);
        Assert.That(await Host.Count($"files WHERE upload_set_id = '{set}'"), Is.Zero);
        foreach (var picture in all) Assert.That(await Host.Jobs(picture), Is.EqualTo(new[] { "delete" }));
        Assert.That(await Host.Jobs(set), Is.Empty);
        Assert.That(await Host.Jobs(sequence), Is.Empty);
    }

    [Test]
    [Property("Contract", "write.md B.33")]
    public async Task An_empty_set_and_an_administrators_deletion_are_204_with_and_without_a_json_type()
    {
        var (one, other) = (await B.CreateSet("empty"), await B.CreateSet("empty"));
        // A browser script says that its empty body is JSON.
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/upload_sets/{one}") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var answer = await B.Http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(204));
        Assert.That((await A.Send(HttpMethod.Delete, $"upload_sets/{other}")).Code, Is.EqualTo(204));
    }

    [Test]
    [Property("Contract", "write.md B.34")]
    public async Task A_set_lives_as_long_as_one_of_its_pictures()
    {
        var set = await B.CreateSet("two sequences");
        for (var i = 0; i < 3; i++) await Host.SendPicture(B, set);
        var first = await Host.Dispatch(set);
        for (var i = 0; i < 2; i++) await Host.SendPicture(B, set);
        var second = await Host.Dispatch(set);

        Assert.That((await Nobody.Send(HttpMethod.Delete, $"collections/{first}")).Code, Is.EqualTo(401));
        Assert.That((await C.Send(HttpMethod.Delete, $"collections/{first}")).Code, Is.EqualTo(403));
        Assert.That((await B.Send(HttpMethod.Delete, $"collections/{first}")).Code, Is.EqualTo(204));
        Assert.That((await B.Send(HttpMethod.Delete, $"collections/{first}")).Code, Is.EqualTo(404));

        var half = await B.Set(set);
        Assert.That(half["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(half["nb_items"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(half["associated_collections"]!.AsArray().Select(collection => collection!["id"]!.GetValue<Guid>()), Is.EqualTo(new[] { second }));
        var files = (await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        Assert.That(files, Has.Count.EqualTo(5));
        Assert.That(files.Count(file => file!["picture_id"] is not null), Is.EqualTo(2));

        Assert.That((await A.Send(HttpMethod.Delete, $"collections/{second}")).Code, Is.EqualTo(204));
        Assert.That((await B.Set(set)).Code, Is.EqualTo(404));
        Assert.That(await Host.Count($"sequences WHERE id IN ('{first}', '{second}') AND status = 'deleted'"), Is.EqualTo(2));
    }

    [Test]
    [Property("Contract", "write.md B.35")]
    public async Task Deleting_pictures_one_by_one_shrinks_their_sequence_and_ends_their_set()
    {
        var (set, pictures, sequence) = await Dispatched(5);
        var path = $"collections/{sequence}/items";
        Assert.That((await Nobody.Send(HttpMethod.Delete, $"{path}/{pictures[0]}")).Code, Is.EqualTo(401));
        Assert.That((await C.Send(HttpMethod.Delete, $"{path}/{pictures[0]}")).Code, Is.EqualTo(403));
        Assert.That((await B.Send(HttpMethod.Delete, $"{path}/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
        foreach (var picture in pictures[..4]) Assert.That((await B.Send(HttpMethod.Delete, $"{path}/{picture}")).Code, Is.EqualTo(204));

        var shown = await B.Set(set);
        Assert.That(shown["nb_items"]!.GetValue<int>(), Is.EqualTo(1));
        var interval = shown["associated_collections"]![0]!["extent"]!["temporal"]!["interval"]![0]!;
        Assert.That(interval[0]!.GetValue<string>(), Is.EqualTo(interval[1]!.GetValue<string>()));
        Assert.That(await Host.Count($"""
            sequences WHERE id = '{sequence}' AND nb_pictures = 1 AND status = 'ready' AND geom IS NULL AND min_picture_ts = max_picture_ts
                AND ST_Equals(bbox, (SELECT geom FROM pictures WHERE id = '{pictures[4]}'))
            """), Is.EqualTo(1));
        Assert.That(await Host.Jobs(pictures[0]), Is.EqualTo(new[] { "delete" }));
        Assert.That(await Host.Count($"files WHERE upload_set_id = '{set}' AND picture_id IS NULL AND rejection_status IS NULL"), Is.EqualTo(4));

        Assert.That((await A.Send(HttpMethod.Delete, $"{path}/{pictures[4]}")).Code, Is.EqualTo(204));
        Assert.That((await B.Set(set)).Code, Is.EqualTo(404));
        Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND status = 'ready' AND nb_pictures = 0"), Is.EqualTo(1));
    }

    [Test]
    [Property("Fault", "bytes of a deleted picture sent again")]
    [Property("Contract", "write.md B.35")]
    public async Task Bytes_of_a_deleted_picture_are_accepted_again_at_once()
    {
        var set = await B.CreateSet("again");
        var bytes = Host.NewPicture();
        var first = (await B.SendFile(set, "1.jpg", bytes))["picture_id"]!.GetValue<Guid>();
        await Host.SendPicture(B, set, "2.jpg");
        var sequence = await Host.Dispatch(set);
        await B.Send(HttpMethod.Delete, $"collections/{sequence}/items/{first}");

        var again = await B.SendFile(set, "1.jpg", bytes);
        Assert.That(again.Code, Is.EqualTo(202), again.Text);
        Assert.That(again["picture_id"]!.GetValue<Guid>(), Is.Not.EqualTo(first));
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [Test]
    [Property("Contract", "write.md B.33")]
    public async Task A_file_that_arrives_while_its_set_is_deleted_leaves_nothing()
    {
        for (var round = 0; round < 5; round++)
        {
            var set = await B.CreateSet("race");
            await Host.SendPicture(B, set);
            var sending = Enumerable.Range(0, 4).Select(_ => B.SendFile(set, $"{Guid.NewGuid()}.jpg", Host.NewPicture())).ToList();
            var deleted = await B.Send(HttpMethod.Delete, $"upload_sets/{set}");
            var answers = await Task.WhenAll(sending);
            Assert.That(deleted.Code, Is.EqualTo(204));
            Assert.That(answers.Select(answer => answer.Code).Distinct(), Is.SubsetOf(new[] { 202, 404 }));
            Assert.That(await Host.Count($"pictures WHERE upload_set_id = '{set}'"), Is.Zero);
            foreach (var accepted in answers.Where(answer => answer.Code == 202))
                Assert.That(await Host.Jobs(accepted["picture_id"]!.GetValue<Guid>()), Is.EqualTo(new[] { "delete" }));
        }

        // Every object that is left is owed a deletion or belongs to a picture.
        var known = await Host.Count("(SELECT id FROM pictures WHERE preparing_status <> 'prepared' UNION SELECT subject_id FROM jobs WHERE kind = 'delete') AS expected");
        Assert.That(await Host.Objects(StoreName.Incoming), Is.LessThanOrEqualTo(known));
    }

    [Test]
    public async Task History_and_tags_go_with_their_picture()
    {
        var (_, pictures, sequence) = await Dispatched(2);
        var item = $"collections/{sequence}/items/{pictures[0]}";
        await B.Send(HttpMethod.Patch, item, Json(("heading", 12), ("semantics", new JsonArray(Json(("key", "a"), ("value", "b"))))));
        await B.Post($"pictures/{pictures[0]}/annotations", Json(("shape", new JsonArray(1, 1, 2, 2)), ("semantics", new JsonArray(Json(("key", "a"), ("value", "b"))))));
        Assert.That((await B.Send(HttpMethod.Delete, item)).Code, Is.EqualTo(204));
        foreach (var table in new[] { "pictures_changes", "pictures_semantics", "pictures_semantics_history", "annotations", "pictures_exif", "sequences_pictures" })
            Assert.That(await Host.Count($"{table} WHERE picture_id = '{pictures[0]}'"), Is.Zero, table);
    }
}
