using System.Security.Cryptography;
using System.Text;
using Panoramax.Storage;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Files of upload sets (B.2 of the contract).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FileTests : UploadFixture
{
    [Test]
    [Property("Contract", "write.md B.7")]
    public async Task An_accepted_file_is_stored_and_owed_its_preparation()
    {
        var set = await B.CreateSet("one file");
        var picture = Host.NewPicture();
        var answer = await B.SendFile(set, "Bild 1.JPG", picture);

        Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
        var id = answer["picture_id"]!.GetValue<Guid>();
        Assert.That(answer["file_name"]!.GetValue<string>(), Is.EqualTo("Bild 1.JPG"));
        Assert.That(answer["file_type"]!.GetValue<string>(), Is.EqualTo("picture"));
        Assert.That(answer["size"]!.GetValue<long>(), Is.EqualTo(picture.Length));
        Assert.That(answer["content_md5"]!.GetValue<string>(), Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(picture))));
        Assert.That(answer["links"]![0]!["rel"]!.GetValue<string>(), Is.EqualTo("parent"));
        Assert.That(answer.Json!.AsObject().ContainsKey("rejected"), Is.False);
        Assert.That(answer.Message.Headers.Location, Is.Null);

        await using var stored = await Host.Stores.Incoming.Get(PictureKeys.Picture(id), null, default);
        using var copy = new MemoryStream();
        await stored!.Content.CopyToAsync(copy);
        Assert.That(copy.ToArray(), Is.EqualTo(picture));
        Assert.That(await Host.Jobs(id), Is.EqualTo(new[] { "prepare" }));
        Assert.That(await Host.Count($"pictures_exif WHERE picture_id = '{id}'"), Is.EqualTo(1));

        var shown = await Nobody.Set(set);
        Assert.That(shown["nb_items"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(shown["completed"]!.GetValue<bool>(), Is.False);
        Assert.That(shown["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":0,"preparing":0,"broken":0,"not_processed":1,"rejected":0}"""));
        Assert.That(Host.LeftoverFiles(), Is.Zero);
    }

    [Test]
    [Property("Contract", "write.md B.8")]
    [Property("Contract", "known-faults 6")]
    public async Task The_same_bytes_again_are_refused_with_409_and_not_counted()
    {
        var set = await B.CreateSet("same bytes", estimatedFiles: 2);
        var picture = Host.NewPicture();
        var first = await B.SendFile(set, "1.jpg", picture);
        var second = await B.SendFile(set, "1.jpg", picture);
        var renamed = await B.SendFile(set, "2.jpg", picture);

        foreach (var refused in new[] { second, renamed })
        {
            Assert.That(refused.Code, Is.EqualTo(409));
            Assert.That(refused["existing_item"]!["id"]!.GetValue<Guid>(), Is.EqualTo(first["picture_id"]!.GetValue<Guid>()));
        }

        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    [Property("Contract", "write.md B.9")]
    [Property("Contract", "known-faults 37")]
    public async Task The_same_bytes_in_another_set_are_a_file_duplicate_that_counts()
    {
        var (one, other) = (await B.CreateSet("one"), await B.CreateSet("other", estimatedFiles: 2));
        var picture = Host.NewPicture();
        var first = await B.SendFile(one, "1.jpg", picture);
        await Host.SendPicture(B, other);
        var copy = await B.SendFile(other, "copy.jpg", picture);

        Assert.That(copy.Code, Is.EqualTo(409));
        Assert.That(copy["upload_sets"]!.ToJsonString(), Is.EqualTo(
            $$"""[{"existing_item_id":"{{first["picture_id"]}}","upload_set_id":"{{one}}"}]"""));
        var files = (await B.Get($"upload_sets/{other}/files"))["files"]!.AsArray();
        Assert.That(files, Has.Count.EqualTo(2));
        Assert.That(files[1]!["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("file_duplicate"));
        Assert.That(files[1]!["rejected"]!["severity"]!.GetValue<string>(), Is.EqualTo("error"));
        Assert.That(files[1]!["picture_id"], Is.Null);
        var set = await B.Set(other);
        Assert.That(set["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(set["items_status"]!["rejected"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(await Host.Jobs(other), Is.EqualTo(new[] { "dispatch" }));
    }

    [Test]
    [Property("Contract", "write.md B.17")]
    public async Task Two_pictures_cannot_have_one_name()
    {
        var set = await B.CreateSet("names", estimatedFiles: 2);
        var (picture, other) = (Host.NewPicture(), Host.NewPicture());
        var first = await B.SendFile(set, "a/b/1.jpg", picture);
        Assert.That(first["file_name"]!.GetValue<string>(), Is.EqualTo("1.jpg"));
        foreach (var content in new[] { other, new TestJpeg(seed: 31).ToBytes(), "no picture"u8.ToArray() })
        {
            var second = await B.SendFile(set, @"c:\d\1.jpg", content);
            Assert.That(second.Code, Is.EqualTo(409), second.Text);
            Assert.That(second["existing_item"]!["id"]!.GetValue<Guid>(), Is.EqualTo(first["picture_id"]!.GetValue<Guid>()));
        }

        Assert.That((await B.SendFile(set, "1.jpg", picture))["message"]!.GetValue<string>(), Does.Contain("already in this upload set"));
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        Assert.That((await B.SendFile(set, "1.JPG", other)).Code, Is.EqualTo(202));
    }

    [Test]
    [Property("Contract", "write.md B.18")]
    public async Task Only_the_owner_sees_which_picture_a_file_became()
    {
        var set = await B.CreateSet("who sees");
        var id = await Host.SendPicture(B, set);
        foreach (var stranger in new[] { Nobody, C, A })
        {
            var file = (await stranger.Get($"upload_sets/{set}/files"))["files"]![0]!;
            Assert.That(file.AsObject().ContainsKey("picture_id"), Is.False);
            Assert.That(file["file_name"], Is.Not.Null);
        }

        var list = await B.Get($"upload_sets/{set}/files");
        Assert.That(list["files"]![0]!["picture_id"]!.GetValue<Guid>(), Is.EqualTo(id));
        Assert.That(list["links"]![0]!["href"]!.GetValue<string>(), Does.EndWith($"/api/upload_sets/{set}"));
    }

    [Test]
    [Property("Contract", "write.md B.19")]
    public async Task Only_the_owner_adds_files_not_even_administrators_do()
    {
        var set = await B.CreateSet("mine");
        Assert.That((await C.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(403));
        Assert.That((await A.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(403));
        Assert.That((await B.SendFile(Guid.NewGuid(), "1.jpg", Host.NewPicture())).Code, Is.EqualTo(404));
        using var text = new StringContent("file", Encoding.UTF8, "text/plain");
        using var notMultipart = await B.Http.PostAsync($"/api/upload_sets/{set}/files", text);
        Assert.That((int)notMultipart.StatusCode, Is.EqualTo(415));
    }

    [Test]
    public async Task The_other_name_of_the_route_works_as_well()
    {
        var set = await B.CreateSet("items");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Host.NewPicture()), "file", "1.jpg" } };
        using var answer = await B.Http.PostAsync($"/api/upload_sets/{set}/items/", form);
        Assert.That((int)answer.StatusCode, Is.EqualTo(202));
    }

    [Test]
    [Property("Fault", "file added after completion")]
    [Property("Contract", "write.md B.21")]
    [Property("Contract", "write.md B.22")]
    [Property("Contract", "write.md B.23")]
    public async Task A_set_is_complete_at_its_last_expected_file_and_open_again_by_one_more()
    {
        var set = await B.CreateSet("two", estimatedFiles: 2);
        await Host.SendPicture(B, set);
        Assert.That((await B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        await Host.SendPicture(B, set);
        var closed = await B.Set(set);
        Assert.That(closed["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(closed["dispatched"]!.GetValue<bool>(), Is.False);
        Assert.That(closed["items_status"]!["not_processed"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(closed["associated_collections"]!.AsArray(), Is.Empty);
        Assert.That(await Host.Jobs(set), Is.EqualTo(new[] { "dispatch" }));

        await Host.Dispatch(set);
        await Host.SendPicture(B, set);
        var open = await B.Set(set);
        Assert.That(open["completed"]!.GetValue<bool>(), Is.False);
        Assert.That(open["dispatched"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task Preparation_shows_in_the_set_and_decides_when_it_is_ready()
    {
        var set = await B.CreateSet("states");
        var pictures = new List<Guid>();
        for (var i = 0; i < 4; i++) pictures.Add(await Host.SendPicture(B, set));
        var sequence = await Host.Dispatch(set);
        await Host.Prepare(pictures[0]);
        await Host.Prepare(pictures[1]);
        await Host.Database.Execute($"""
            UPDATE pictures SET preparing_status = 'broken' WHERE id = '{pictures[2]}';
            INSERT INTO job_history (kind, subject_id, started_at, attempt, worker) VALUES ('prepare', '{pictures[1]}', now(), 1, 'test'), ('prepare', '{pictures[3]}', now(), 1, 'test')
            """);

        var working = await B.Set(set);
        Assert.That(working["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":2,"preparing":2,"broken":1,"not_processed":1,"rejected":0}"""));
        var collection = working["associated_collections"]![0]!;
        Assert.That(collection["id"]!.GetValue<Guid>(), Is.EqualTo(sequence));
        Assert.That(collection["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":2,"preparing":2,"broken":1,"not_processed":1}"""));
        Assert.That(collection["nb_items"]!.GetValue<int>(), Is.EqualTo(4));
        Assert.That(collection["title"]!.GetValue<string>(), Is.EqualTo("states"));
        Assert.That(collection["ready"]!.GetValue<bool>(), Is.False);
        Assert.That(working["ready"]!.GetValue<bool>(), Is.False);

        await Host.Prepare(pictures[3]);
        Assert.That((await B.Set(set))["ready"]!.GetValue<bool>(), Is.True);
    }

    /// <summary>Each request here has two faults or more; the earlier check of the contract's list gives the answer.</summary>
    [Test]
    public async Task Checks_come_in_the_order_of_the_contract()
    {
        var (set, other) = (await B.CreateSet("order"), await B.CreateSet("other"));
        var (known, elsewhere, fresh) = (Host.NewPicture(), Host.NewPicture(), Host.NewPicture());
        var first = (await B.SendFile(set, "1.jpg", known))["picture_id"]!.GetValue<Guid>();
        var second = (await B.SendFile(set, "2.jpg", Host.NewPicture()))["picture_id"]!.GetValue<Guid>();
        Assert.That((await B.SendFile(other, "1.jpg", elsewhere)).Code, Is.EqualTo(202));
        var (badField, half) = (("isBlurred", "perhaps"), ("override_latitude", "4"));

        using var text = new StringContent("no form");
        using var noForm = await B.Http.PostAsync($"/api/upload_sets/{Guid.NewGuid()}/files", text);
        Assert.That((int)noForm.StatusCode, Is.EqualTo(415), "1 before 2");
        Assert.That((await C.SendFile(Guid.NewGuid(), "1.txt", known, badField)).Code, Is.EqualTo(404), "2 before 5");
        Assert.That((await C.SendFile(set, "1.txt", known, badField)).Code, Is.EqualTo(403), "3 before 5");
        using var wrongPart = new MultipartFormDataContent { { new ByteArrayContent(known), "picture", "1.txt" }, { new StringContent("perhaps"), "isBlurred" } };
        using var noFile = await B.Http.PostAsync($"/api/upload_sets/{set}/files", wrongPart);
        Assert.That((int)noFile.StatusCode, Is.EqualTo(400), "4 before 5 and 6");
        Assert.That(await Files(set), Is.EqualTo(new[] { "1.jpg", "2.jpg" }));

        Assert.That((await B.SendFile(set, "3.txt", known, badField)).Code, Is.EqualTo(400), "5 before 6 and 8");
        Assert.That(await Files(set), Is.EqualTo(new[] { "1.jpg", "2.jpg", "3.txt invalid_file" }));
        foreach (var fault in new[] { badField, half })
            Assert.That((await B.SendFile(set, "4.jpg", known, fault)).Code, Is.EqualTo(400), "6 and 7 before 8");
        Assert.That((await B.SendFile(set, "4.jpg", elsewhere, half)).Code, Is.EqualTo(400), "7 before 9");
        Assert.That(await Files(set), Has.Length.EqualTo(3));

        Assert.That(Existing(await B.SendFile(set, "2.jpg", known)), Is.EqualTo(first), "8 before 13");
        // Row 13 wins over what would be tracked under its name.
        foreach (var content in new[] { elsewhere, "no picture"u8.ToArray(), new TestJpeg(seed: 32).ToBytes(), fresh })
            Assert.That(Existing(await B.SendFile(set, "2.jpg", content)), Is.EqualTo(second), "13 before 9, 10 and 11");
        Assert.That(await Files(set), Has.Length.EqualTo(3));

        Assert.That((await B.SendFile(set, "5.jpg", "no picture"u8.ToArray(), ("override_latitude", "1"), ("override_longitude", "1"))).Code, Is.EqualTo(400), "10 before 11");
        Assert.That((await Files(set))[^1], Is.EqualTo("5.jpg invalid_file"));

        async Task<string[]> Files(Guid id) => [.. (await B.Get($"upload_sets/{id}/files"))["files"]!.AsArray()
            .Select(file => $"{file!["file_name"]} {file["rejected"]?["reason"]}".TrimEnd())];

        static Guid Existing(Answer answer)
        {
            Assert.That(answer.Code, Is.EqualTo(409), answer.Text);
            return answer["existing_item"]!["id"]!.GetValue<Guid>();
        }
    }
}
