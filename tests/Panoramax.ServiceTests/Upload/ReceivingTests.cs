using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Forms as clients write them, good and odd ones, and the limits of what is received.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ReceivingTests : UploadFixture
{
    private const int MaxBytes = 200_000;

    protected override (string Key, string Value)[] Settings => [("Upload__RequireLogin", "true"), ("Upload__MaxFileBytes", MaxBytes.ToString(null, null)), ("Upload__LongestReception", "00:00:20")];

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
    [Property("Contract", "known-faults 65")]
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
    [Property("Contract", "known-faults 65")]
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
    public async Task A_sender_that_holds_its_place_for_nothing_is_sent_away()
    {
        var set = await B.CreateSet("slow");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Host.Process.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/upload_sets/{set}/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Bob.Bearer}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(40)), Does.Contain(" 408 "));
        Assert.That(Host.LeftoverFiles(), Is.Zero);
    }

    /// <summary>Fast enough for the rate that is asked for, and never done.</summary>
    [Test]
    public async Task A_sender_that_drips_steadily_gives_its_place_up_in_the_end()
    {
        var set = await B.CreateSet("dripping");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Host.Process.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/upload_sets/{set}/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Bob.Bearer}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 2000000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\n\r\n"));
        for (var pieces = 0; pieces < 120 && !stream.DataAvailable; pieces++)
        {
            await stream.WriteAsync(new byte[2000]);
            await Task.Delay(500);
        }

        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5)), Does.Contain(" 408 "));
        Assert.That(Host.LeftoverFiles(), Is.Zero);
        Assert.That((await B.SendFile(set, "1.jpg", Host.NewPicture())).Code, Is.EqualTo(202));
    }

    [Test]
    [Property("Fault", "picture larger than Imaging:MaxPixels")]
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
[Parallelizable(ParallelScope.Self)]
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
        await Task.Delay(1000);

        // One of them waits; the others hear it at once, whichever they are.
        var others = Enumerable.Range(0, 3).Select(index => B.SendFile(set, $"{index}.jpg", Host.NewPicture())).ToList();
        for (var refused = 0; refused < 2; refused++)
        {
            var answered = await Task.WhenAny(others);
            others.Remove(answered);
            var answer = await answered;
            Assert.That(answer.Code, Is.EqualTo(503));
            Assert.That(answer.Message.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
        }

        Assert.That(others.Single().IsCompleted, Is.False);
        slow.GoOn();
        Assert.That(await first, Is.EqualTo(202));
        Assert.That((await others.Single()).Code, Is.EqualTo(202));
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
