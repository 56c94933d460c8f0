using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Storage;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Forms as clients write them, good and odd ones, and the limits of what is received.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ReceivingTests : UploadFixture
{
    private const int MaxBytes = 200_000;

    protected override (string Key, string Value)[] Settings => [("Upload__RequireLogin", "true"), ("Upload__MaxFileBytes", MaxBytes.ToString(null, null))];

    private async Task<(int Status, JsonNode? Json)> Post(Guid set, byte[] body, string contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await B.Http.PostAsync($"/api/upload_sets/{set}/files", content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"), text);
        return ((int)answer.StatusCode, JsonNode.Parse(text));
    }

    private static byte[] Form(string headers, byte[] content, string end = "\r\n--b--\r\n") =>
        [.. Encoding.UTF8.GetBytes("--b\r\n" + headers + "\r\n\r\n"), .. content, .. Encoding.UTF8.GetBytes(end)];

    [TestCase("""form-data; name="file"; filename="C:\Users\me\Bild.jpg" """, "Bild.jpg")]
    [TestCase("""form-data; name="file"; filename="../../etc/passwd.jpg" """, "passwd.jpg")]
    [TestCase("""form-data; name="file"; filename="2026-07-04 12:34:56.jpg" """, "2026-07-04 12:34:56.jpg")]
    [TestCase("""form-data; name=file; filename=plain.JPEG""", "plain.JPEG")]
    [TestCase("""form-data; name="file"; filename="straße.jpg" """, "straße.jpg")]
    [TestCase("""form-data; name="file"; filename="x.jpg"; filename*=UTF-8''%E2%82%AC%20rates.jpg""", "€ rates.jpg")]
    [TestCase("""form-data; name="file"; filename*=UTF-8''nul%00byte.jpg""", "nulbyte.jpg")]
    [TestCase("""form-data; name="file"; filename="quote\".jpg" """, "quote\".jpg")]
    public async Task The_name_is_the_base_name_of_what_was_sent(string disposition, string expected)
    {
        var set = await B.CreateSet("names");
        var (status, json) = await Post(set, Form($"Content-Disposition: {disposition}\r\nContent-Type: application/octet-stream", Host.NewPicture()), "multipart/form-data; boundary=b");
        Assert.That(status, Is.EqualTo(202), json?.ToJsonString());
        Assert.That(json!["file_name"]!.GetValue<string>(), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_name_of_300_letters_is_kept_and_one_of_a_thousand_refused()
    {
        var set = await B.CreateSet("long names");
        var name = new string('ä', 296) + ".jpg";
        Assert.That((await B.SendFile(set, name, Host.NewPicture()))["file_name"]!.GetValue<string>(), Is.EqualTo(name));
        Assert.That((await B.SendFile(set, new string('a', 1000) + ".jpg", Host.NewPicture())).Code, Is.EqualTo(400));
    }

    [Test]
    public async Task Fields_may_come_before_and_after_the_file()
    {
        var set = await B.CreateSet("order");
        byte[] body =
        [
            .. "preamble that nobody reads\r\n"u8, .. "--b\r\nContent-Disposition: form-data; name=\"override_latitude\"\r\n\r\n12.5\r\n"u8,
            .. "--b\r\nContent-Disposition: form-data; name=\"other\"; filename=\"other.bin\"\r\n\r\nignored\r\n"u8,
            .. "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\n\r\n"u8, .. Host.NewPicture(),
            .. "\r\n--b\r\nContent-Disposition: form-data; name=\"override_longitude\"\r\n\r\n-77\r\n--b--\r\n"u8,
        ];
        var (status, json) = await Post(set, body, "multipart/form-data; boundary=\"b\"");
        Assert.That(status, Is.EqualTo(202), json?.ToJsonString());
        Assert.That(await Host.Database.Scalar<string>($"SELECT ST_AsText(geom, 6) FROM pictures WHERE id = '{json!["picture_id"]}'"), Is.EqualTo("POINT(-77 12.5)"));
    }

    [Test]
    public async Task Broken_forms_are_the_senders_mistake_and_leave_nothing()
    {
        var set = await B.CreateSet("broken");
        const string file = "Content-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"";
        var picture = Host.NewPicture();
        var cases = new Dictionary<string, (byte[] Body, string Type)>
        {
            ["no boundary"] = (Form(file, picture), "multipart/form-data"),
            ["another boundary"] = (Form(file, picture), "multipart/form-data; boundary=c"),
            ["cut in the middle"] = (Form(file, picture[..^100], ""), "multipart/form-data; boundary=b"),
            ["cut in the header"] = ("--b\r\nContent-Dispo"u8.ToArray(), "multipart/form-data; boundary=b"),
            ["empty"] = ([], "multipart/form-data; boundary=b"),
            ["two files"] = ([.. Form(file, picture, "\r\n"), .. Form(file.Replace("1.jpg", "2.jpg", StringComparison.Ordinal), Host.NewPicture())], "multipart/form-data; boundary=b"),
            ["no file name"] = (Form("Content-Disposition: form-data; name=\"file\"", picture), "multipart/form-data; boundary=b"),
            ["a name that is none"] = (Form("Content-Disposition: form-data; name=\"file\"; filename=\"..\\\\\"", picture), "multipart/form-data; boundary=b"),
            ["endless header"] = (Form("X-Long: " + new string('x', 100_000) + "\r\n" + file, picture), "multipart/form-data; boundary=b"),
            ["endless field"] = (Form("Content-Disposition: form-data; name=\"isBlurred\"", Encoding.UTF8.GetBytes(new string('x', 2_150_000))), "multipart/form-data; boundary=b"),
        };
        foreach (var (name, (body, type)) in cases)
        {
            var (status, json) = await Post(set, body, type);
            Assert.That(status, Is.EqualTo(400), $"{name}: {json}");
            Assert.That(json!["status_code"]!.GetValue<int>(), Is.EqualTo(400), name);
        }

        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Is.Empty);
        Assert.That(Host.LeftoverFiles(), Is.Zero);
    }

    [Test]
    public async Task A_file_at_the_limit_is_taken_and_one_above_refused_with_the_limit()
    {
        var set = await B.CreateSet("limit");
        var picture = Host.NewPicture();
        byte[] largest = [.. picture, .. new byte[MaxBytes - picture.Length]];
        Assert.That((await B.SendFile(set, "1.jpg", largest)).Code, Is.EqualTo(202));
        var over = await B.SendFile(set, "2.jpg", [.. largest, 0]);
        Assert.That(over.Code, Is.EqualTo(413));
        Assert.That(over["status_code"]!.GetValue<int>(), Is.EqualTo(413));
        Assert.That(over["details"]!["max_bytes"]!.GetValue<int>(), Is.EqualTo(MaxBytes));
        Assert.That(over["message"]!.GetValue<string>(), Does.Contain("0.2 MB"));
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That(Host.LeftoverFiles(), Is.Zero);
    }

    [Test]
    public async Task Too_large_a_body_is_refused_before_it_is_sent()
    {
        var set = await B.CreateSet("announced");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Host.Process.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/upload_sets/{set}/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Bob.Bearer}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000000\r\n\r\n--b\r\n"));
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5)), Does.Contain(" 413 "));
    }

    [Test]
    public async Task A_sender_that_goes_away_leaves_nothing()
    {
        var set = await B.CreateSet("gone");
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, Host.Process.Address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/upload_sets/{set}/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Bob.Bearer}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\n\r\nhalf of"));
            await Task.Delay(300);
            socket.Client.LingerState = new LingerOption(true, 0);
        }

        await Task.Delay(300);
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Is.Empty);
        Assert.That(Host.LeftoverFiles(), Is.Zero);
        Assert.That((await B.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(202));
    }

    [Test]
    public async Task More_pixels_than_allowed_are_refused_from_the_header_alone()
    {
        var set = await B.CreateSet("bomb");
        // A frame header of 65,500 × 65,500 pixels in a file of a kilobyte.
        var picture = Host.NewPicture();
        var frame = picture.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        picture[frame + 5] = picture[frame + 7] = 0xFF;
        picture[frame + 6] = picture[frame + 8] = 0xDC;
        var answer = await B.SendFile(set, "1.jpg", picture);
        Assert.That(answer.Code, Is.EqualTo(400));
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("invalid_file"));
    }

    [Test]
    public async Task Overrides_do_not_make_a_picture_of_something_else()
    {
        var set = await B.CreateSet("no picture");
        var answer = await B.SendFile(set, "1.jpg", "GIF89a"u8.ToArray(), ("override_latitude", "1"), ("override_longitude", "1"));
        Assert.That(answer.Code, Is.EqualTo(400));
        Assert.That((await B.Get($"upload_sets/{set}/files"))["files"]![0]!["rejected"]!["reason"]!.GetValue<string>(), Is.EqualTo("invalid_file"));
    }
}

/// <summary>What the server does when more is sent than it can take at once.</summary>
[TestFixture]
internal sealed class CrowdTests : UploadFixture
{
    protected override (string Key, string Value)[] Settings =>
        [("Upload__RequireLogin", "true"), ("Upload__ConcurrentFiles", "1"), ("Upload__WaitingFiles", "1")];

    [Test]
    public async Task Senders_wait_for_their_turn_and_beyond_that_are_asked_to_come_again()
    {
        var set = await B.CreateSet("crowd");
        var slow = new SlowBytes(Host.NewPicture());
        var first = SendSlowly(set, slow);
        await slow.Started.WaitAsync(TimeSpan.FromSeconds(10));
        await Task.Delay(300);

        var second = B.SendFile(set, "second.jpg", Host.NewPicture());
        await Task.Delay(300);
        var third = await B.SendFile(set, "third.jpg", Host.NewPicture());
        Assert.That(third.Code, Is.EqualTo(503));
        Assert.That(third.Message.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(second.IsCompleted, Is.False);

        slow.GoOn();
        Assert.That(await first, Is.EqualTo(202));
        Assert.That((await second).Code, Is.EqualTo(202));
    }

    private async Task<int> SendSlowly(Guid set, SlowBytes bytes)
    {
        using var form = new MultipartFormDataContent { { new SlowContent(bytes), "file", "slow.jpg" } };
        using var answer = await B.Http.PostAsync($"/api/upload_sets/{set}/files", form);
        return (int)answer.StatusCode;
    }

    /// <summary>Bytes whose second part comes only when told.</summary>
    private sealed class SlowBytes(byte[] bytes)
    {
        private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => started.Task;

        public int Length => bytes.Length;

        public void GoOn() => goOn.TrySetResult();

        public async Task Write(Stream stream)
        {
            await stream.WriteAsync(bytes.AsMemory(0, 500));
            await stream.FlushAsync();
            started.TrySetResult();
            await goOn.Task;
            await stream.WriteAsync(bytes.AsMemory(500));
        }
    }

    private sealed class SlowContent(SlowBytes bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => bytes.Write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}

/// <summary>A picture's way through what may break; names follow the numbers of the design's picture of it.</summary>
[TestFixture]
internal sealed class UploadFaultTests
{
    [Test]
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
    public async Task Where_everybody_may_register_logged_only_is_refused()
    {
        await using var host = await UploadHost.Start(("Auth__RegistrationIsOpen", "true"));
        var set = await host.Anonymous.CreateSet("open");
        Assert.That((await host.Anonymous.Post("upload_sets", new JsonObject { ["title"] = "x", ["visibility"] = "logged-only" })).Code, Is.EqualTo(400));
        Assert.That((await host.Anonymous.Send(HttpMethod.Patch, $"upload_sets/{set}", new JsonObject { ["visibility"] = "logged-only" })).Code, Is.EqualTo(400));
    }

    [Test]
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
