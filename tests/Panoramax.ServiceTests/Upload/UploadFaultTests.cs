using System.Text.Json.Nodes;
using Panoramax.Storage;

namespace Panoramax.ServiceTests.Upload;

/// <summary>A picture's way through what may break; names follow the numbers of the design's picture of it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class UploadFaultTests
{
    [Test]
    [Property("Fault", "two copies of one file at the same moment")]
    public async Task Two_copies_of_one_file_at_the_same_moment_make_one_picture()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("twice");
        var other = await host.Anonymous.CreateSet("other");
        for (var round = 0; round < 5; round++)
        {
            var picture = host.NewPicture();
            var number = round;
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(i => host.Anonymous.SendFile(i < 4 ? set : other, $"{number}-{i}.jpg", picture)));
            Assert.That(answers.Select(answer => answer.Code).Order(), Is.EqualTo(new[] { 202, 409, 409, 409, 409, 409 }));
        }

        Assert.That(await host.Count("pictures"), Is.EqualTo(5));
        Assert.That(await host.Objects(StoreName.Incoming), Is.EqualTo(5));
        Assert.That(await host.Count("jobs WHERE kind = 'prepare'"), Is.EqualTo(5));
        Assert.That(await host.Count($"upload_sets s WHERE nb_files <> (SELECT count(*) FROM files f WHERE f.upload_set_id = s.id)"), Is.Zero);
    }

    [Test]
    public async Task Files_that_arrive_side_by_side_complete_their_set_exactly_once()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("parallel", estimatedFiles: 20);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.SendPicture(host.Anonymous, set, $"{i}.jpg")));
        Assert.That((await host.Anonymous.Set(set))["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(await host.Database.Scalar<int>($"SELECT nb_files FROM upload_sets WHERE id = '{set}'"), Is.EqualTo(20));
        Assert.That(await host.Database.Scalar<long>($"SELECT revision FROM jobs WHERE kind = 'dispatch'"), Is.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.10")]
    public async Task Where_copies_are_accepted_only_the_same_set_refuses_them()
    {
        await using var host = await UploadHost.Start(("Upload__AcceptDuplicates", "true"));
        var (one, other) = (await host.Anonymous.CreateSet("one"), await host.Anonymous.CreateSet("other"));
        var picture = host.NewPicture();
        Assert.That((await host.Anonymous.SendFile(one, "1.jpg", picture)).Code, Is.EqualTo(202));
        Assert.That((await host.Anonymous.SendFile(other, "1.jpg", picture)).Code, Is.EqualTo(202));
        Assert.That((await host.Anonymous.SendFile(one, "2.jpg", picture)).Code, Is.EqualTo(409));
    }

    [Test]
    [Property("Contract", "write.md B.20")]
    public async Task Anonymous_pictures_belong_to_the_default_account_and_only_its_sets_take_them()
    {
        await using var host = await UploadHost.Start();
        var bob = await host.NewPerson("bob");
        var set = await host.Anonymous.CreateSet("nobody's", more: new JsonObject { ["visibility"] = "owner-only" });
        var bobs = await host.As(bob).CreateSet("bob's");
        Assert.That((await host.Anonymous.SendFile(bobs, "1.jpg", host.NewPicture())).Code, Is.EqualTo(403));
        Assert.That((await host.Anonymous.Complete(bobs)).Code, Is.EqualTo(403));
        Assert.That((await host.Anonymous.Send(HttpMethod.Delete, $"upload_sets/{bobs}")).Code, Is.EqualTo(403));
        Assert.That((await host.As(bob).SendFile(set, "1.jpg", host.NewPicture())).Code, Is.EqualTo(404));

        await host.SendPicture(host.Anonymous, set);
        Assert.That((await host.Anonymous.Complete(set)).Code, Is.EqualTo(200));
        var owner = await host.DefaultAccount();
        Assert.That(await host.Count($"upload_sets s JOIN pictures p ON p.upload_set_id = s.id WHERE s.id = '{set}' AND s.account_id = '{owner}' AND p.account_id = '{owner}'"), Is.EqualTo(1));
        Assert.That(await host.Jobs(set), Is.EqualTo(new[] { "dispatch" }));
    }

    [Test]
    public async Task While_the_terms_are_not_accepted_nobody_uploads()
    {
        await using var host = await UploadHost.Start(("Auth__RequireTerms", "true"));
        var refused = await host.As(await host.NewPerson("new")).Post("upload_sets", new JsonObject { ["title"] = "x" });
        Assert.That(refused.Code, Is.EqualTo(401));
        Assert.That(refused["details"]!["validation_page"]!.GetValue<string>(), Is.EqualTo($"{host.Process.Address}tos-validation"));
        var accepted = await host.NewPerson("old", acceptedTerms: TimeProvider.System.GetUtcNow());
        Assert.That((await host.As(accepted).Post("upload_sets", new JsonObject { ["title"] = "x" })).Code, Is.EqualTo(200));
    }

    [Test]
    [Property("Contract", "write.md B.37")]
    public async Task Where_everybody_may_register_logged_only_is_refused()
    {
        await using var host = await UploadHost.Start(("Auth__RegistrationIsOpen", "true"));
        var set = await host.Anonymous.CreateSet("open");
        Assert.That((await host.Anonymous.Post("upload_sets", new JsonObject { ["title"] = "x", ["visibility"] = "logged-only" })).Code, Is.EqualTo(400));
        Assert.That((await host.Anonymous.Send(HttpMethod.Patch, $"upload_sets/{set}", new JsonObject { ["visibility"] = "logged-only" })).Code, Is.EqualTo(400));
        var picture = await host.SendPicture(host.Anonymous, set);
        var sequence = await host.Dispatch(set);
        var admin = host.As(await host.NewPerson("admin", isAdmin: true));
        Assert.That((await admin.Send(HttpMethod.Patch, $"collections/{sequence}", new JsonObject { ["visibility"] = "logged-only" })).Code, Is.EqualTo(400));
        Assert.That((await admin.Send(HttpMethod.Patch, $"collections/{sequence}/items/{picture}", new JsonObject { ["visibility"] = "logged-only" })).Code, Is.EqualTo(400));
    }

    [Test]
    [Property("Contract", "known-faults 9")]
    public async Task Arrow_6_fails__store_down__500_in_the_apis_form_and_nothing_is_kept()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("no store", estimatedFiles: 1);
        var picture = host.NewPicture();
        var incoming = Path.Combine(host.Folder, "incoming");
        Directory.Move(incoming, incoming + ".away");
        var failed = await host.Anonymous.SendFile(set, "1.jpg", picture);
        Assert.That(failed.Code, Is.EqualTo(500));
        Assert.That(failed["status_code"]!.GetValue<int>(), Is.EqualTo(500));
        Assert.That(await host.Count("pictures"), Is.Zero);
        Assert.That(await host.Count("files"), Is.Zero);
        Assert.That(await host.Count("jobs"), Is.Zero);
        Assert.That(host.LeftoverFiles(), Is.Zero);

        Directory.Move(incoming + ".away", incoming);
        Assert.That((await host.Anonymous.SendFile(set, "1.jpg", picture)).Code, Is.EqualTo(202));
    }

    [Test]
    public async Task Arrow_7_fails__the_set_is_gone_meanwhile__404_and_the_object_is_deleted()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("vanishing");
        // The set's row is held until the sender's bytes are stored, then it is gone.
        await using var owner = host.Database.Source("owner");
        await using var connection = await owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var delete = connection.CreateCommand())
        {
            delete.CommandText = $"DELETE FROM upload_sets WHERE id = '{set}'";
            await delete.ExecuteNonQueryAsync();
        }

        var sending = host.Anonymous.SendFile(set, "1.jpg", host.NewPicture());
        while (await host.Objects(StoreName.Incoming) == 0) await Task.Delay(20);
        await transaction.CommitAsync();
        Assert.That((await sending).Code, Is.EqualTo(404));
        Assert.That(await host.Objects(StoreName.Incoming), Is.Zero);
    }

    [Test]
    public async Task Arrow_7_fails__the_database_refuses__500_and_the_object_is_deleted()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("refused");
        await host.Database.Execute("ALTER TABLE pictures_exif ADD CONSTRAINT nothing_fits CHECK (exif IS NULL)");
        Assert.That((await host.Anonymous.SendFile(set, "1.jpg", host.NewPicture())).Code, Is.EqualTo(500));
        Assert.That(await host.Objects(StoreName.Incoming), Is.Zero);
        Assert.That(await host.Count("pictures"), Is.Zero);
        await host.Database.Execute("ALTER TABLE pictures_exif DROP CONSTRAINT nothing_fits");
        Assert.That((await host.Anonymous.SendFile(set, "1.jpg", host.NewPicture())).Code, Is.EqualTo(202));
    }

    [Test]
    [Property("Fault", "upload dies after PUT, before commit")]
    public async Task Between_6_and_7_killed__only_an_object_is_left_and_the_retry_is_accepted()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("killed");
        var picture = host.NewPicture();
        await using var owner = host.Database.Source("owner");
        await using (var connection = await owner.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var held = connection.CreateCommand())
            {
                held.CommandText = $"SELECT 1 FROM upload_sets WHERE id = '{set}' FOR UPDATE";
                await held.ExecuteNonQueryAsync();
            }

            var sending = host.Anonymous.SendFile(set, "1.jpg", picture);
            while (await host.Objects(StoreName.Incoming) == 0) await Task.Delay(20);
            await host.Process.Kill();
            Assert.That(async () => await sending, Throws.InstanceOf<HttpRequestException>());
        }

        Assert.That(await host.Count("pictures"), Is.Zero);
        Assert.That(await host.Objects(StoreName.Incoming), Is.EqualTo(1));
        Assert.That(host.LeftoverFiles(), Is.Zero);

        await host.Restart();
        Assert.That((await host.Anonymous.SendFile(set, "1.jpg", picture)).Code, Is.EqualTo(202));
        Assert.That(await host.Count("pictures"), Is.EqualTo(1));
    }

    [Test]
    [Property("Fault", "answer lost, client sends the same file again")]
    public async Task Arrow_8_lost__the_sender_went_away__the_retry_finds_its_picture()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("answer lost");
        var picture = host.NewPicture();
        await using var owner = host.Database.Source("owner");
        await using (var connection = await owner.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var held = connection.CreateCommand())
            {
                held.CommandText = $"SELECT 1 FROM upload_sets WHERE id = '{set}' FOR UPDATE";
                await held.ExecuteNonQueryAsync();
            }

            using var gone = new CancellationTokenSource();
            var sending = SendUntil(gone.Token);
            while (await host.Objects(StoreName.Incoming) == 0) await Task.Delay(20);
            await gone.CancelAsync();
            Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
        }

        async Task SendUntil(CancellationToken leave)
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "1.jpg" } };
            using var answer = await host.Anonymous.Http.PostAsync($"/api/upload_sets/{set}/files", form, leave);
        }

        while (await host.Count("pictures") == 0) await Task.Delay(20);
        var again = await host.Anonymous.SendFile(set, "1.jpg", picture);
        Assert.That(again.Code, Is.EqualTo(409));
        Assert.That(again["existing_item"]!["id"], Is.Not.Null);
        Assert.That(await host.Objects(StoreName.Incoming), Is.EqualTo(1));
    }

    [Test]
    public async Task Arrow_9_fails__broker_away__202_and_the_job_waits_to_be_announced()
    {
        await using var host = await UploadHost.Start(("ConnectionStrings__rabbitmq", "amqp://nobody:nothing@127.0.0.1:9/"));
        var set = await host.Anonymous.CreateSet("no broker", estimatedFiles: 1);
        await host.SendPicture(host.Anonymous, set);
        await Task.Delay(1500);
        Assert.That(await host.Count("jobs WHERE announced_at IS NULL"), Is.EqualTo(2));
    }

    [Test]
    public async Task Arrow_10__what_the_broker_confirmed_is_announced()
    {
        await using var host = await UploadHost.Start();
        var set = await host.Anonymous.CreateSet("broker", estimatedFiles: 1);
        await host.SendPicture(host.Anonymous, set);
        for (var i = 0; i < 100 && await host.Count("jobs WHERE announced_at IS NOT NULL") < 2; i++) await Task.Delay(100);
        Assert.That(await host.Count("jobs WHERE announced_at IS NOT NULL"), Is.EqualTo(2));
    }
}
