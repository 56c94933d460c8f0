using System.Text;
using Panoramax.EndToEndTests.Clients;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>Bodies through the gateway as old programs, proxies and attackers write them, and the limit of a file.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class BodyTests
{
    private const int MaxFileBytes = 300_000;
    private const string FileHead = "--b\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\nContent-Type: image/jpeg\n\n";

    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Start() => people = await Contributors.Join(new Dictionary<string, string>
    {
        ["Upload__RequireLogin"] = "true", ["Upload__MaxFileBytes"] = MaxFileBytes.ToString(null, null),
    });

    [OneTimeTearDown]
    public async Task Stop() => await people.DisposeAsync();

    [TestCase("HTTP/1.0", null)]
    [TestCase("HTTP/1.1", null)]
    [TestCase("HTTP/1.1", 1)]
    [TestCase("HTTP/1.1", 7000)]
    [TestCase("HTTP/1.1", 100_000)]
    public async Task A_file_may_come_by_old_http_and_in_chunks(string version, int? chunk)
    {
        var set = await people.B.CreateSet("versions");
        var body = RawHttp.Form(FileHead, Contributors.New(WalkPicture.FarApart[0]), "\n--b--\n");
        var length = chunk is null ? "Content-Length: {length}" : "Transfer-Encoding: chunked";
        var answer = await RawHttp.Send(people.Instance.Address, Head(set, "multipart/form-data; boundary=b", length, version), body, chunk);
        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
    }

    [Test]
    public async Task A_sender_that_asks_first_is_told_to_go_on()
    {
        var set = await people.B.CreateSet("expecting");
        var body = RawHttp.Form(FileHead, Contributors.New(WalkPicture.FarApart[0]), "\n--b--\n");
        var answer = await RawHttp.Send(people.Instance.Address, Head(set, "multipart/form-data; boundary=b", "Content-Length: {length}\nExpect: 100-continue"), body);
        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        var picture = WalkPicture.Road[3].ToBytes(920);
        TestCaseData Case(string name, byte[] body, int status = 400, string type = "multipart/form-data; boundary=b") =>
            new TestCaseData(body, type, status).SetArgDisplayNames(name);

        yield return Case("no boundary", RawHttp.Form(FileHead, picture, "\n--b--\n"), type: "multipart/form-data");
        yield return Case("an empty boundary", RawHttp.Form(FileHead, picture, "\n--b--\n"), type: "multipart/form-data; boundary=\"\"");
        yield return Case("a boundary of 300 characters", RawHttp.Form(FileHead, picture, "\n--b--\n"), type: $"multipart/form-data; boundary={new string('b', 300)}");
        yield return Case("another boundary", RawHttp.Form(FileHead, picture, "\n--b--\n"), type: "multipart/form-data; boundary=c");
        yield return Case("no form", RawHttp.Form(FileHead, picture, "\n--b--\n"), 415, "application/octet-stream");
        yield return Case("no type", RawHttp.Form(FileHead, picture, "\n--b--\n"), 415, "");
        yield return Case("mixed", RawHttp.Form(FileHead, picture, "\n--b--\n"), 415, "multipart/mixed; boundary=b");
        yield return Case("cut in the middle", RawHttp.Form(FileHead, picture[..^200]));
        yield return Case("no end", RawHttp.Form(FileHead, picture, "\n--b\n"));
        yield return Case("two files", RawHttp.Form(FileHead, picture, "\n", FileHead.Replace("1.jpg", "2.jpg", StringComparison.Ordinal), WalkPicture.Road[4].ToBytes(921), "\n--b--\n"));
        yield return Case("nothing at all", []);
        yield return Case("only an end", RawHttp.Form("--b--\n"));
        yield return Case("no name of the file", RawHttp.Form("--b\nContent-Disposition: form-data; name=\"file\"\n\n", picture, "\n--b--\n"));
        yield return Case("a name of nothing but folders", RawHttp.Form(FileHead.Replace("1.jpg", "../..\\", StringComparison.Ordinal), picture, "\n--b--\n"));
        yield return Case("a name of 700 characters", RawHttp.Form(FileHead.Replace("1.jpg", new string('x', 700) + ".jpg", StringComparison.Ordinal), picture, "\n--b--\n"));
        yield return Case("an endless header", RawHttp.Form("--b\nX-Long: " + new string('x', 60_000) + "\n", FileHead[4..], picture, "\n--b--\n"));
        yield return Case("a long field", RawHttp.Form("--b\nContent-Disposition: form-data; name=\"isBlurred\"\n\n" + new string('x', 2_100_000) + "\n", FileHead, picture, "\n--b--\n"), 413);
        yield return Case("a thousand fields", RawHttp.Form(string.Concat(Enumerable.Range(0, 1000).Select(i => $"--b\nContent-Disposition: form-data; name=\"f{i}\"\n\nx\n")), FileHead, picture, "\n--b--\n"));
    }

    [TestCaseSource(nameof(Broken))]
    public async Task A_broken_form_gets_an_answer_in_the_api_s_form_and_leaves_nothing(byte[] body, string type, int status)
    {
        var set = await people.B.CreateSet("broken", estimatedFiles: 1);
        foreach (var address in new[] { people.Instance.Address, people.Instance["Panoramax.Upload"].Address })
        {
            var answer = await RawHttp.Send(address, Head(set, type), body);
            // What the gateway refuses for its size alone, the service refuses for what it is.
            Assert.That(answer.Status, status == 413 ? Is.AnyOf(400, 413) : Is.EqualTo(status), answer.Text);
            Assert.That((answer.Headers["Content-Type"], answer["status_code"]!.GetValue<int>()), Is.EqualTo(("application/json", answer.Status)));
            Assert.That(answer["message"]!.GetValue<string>(), Is.Not.Empty);
        }

        await NothingIsLeft(set);
    }

    [TestCase("../../etc/1.jpg", "1.jpg")]
    [TestCase("C:\\pictures\\1.jpg", "1.jpg")]
    [TestCase("1\0.jpg", "1.jpg")]
    public async Task A_name_loses_its_folders_and_control_characters(string sent, string stored)
    {
        var set = await people.B.CreateSet("names");
        var answer = await RawHttp.Send(people.Instance.Address, Head(set, "multipart/form-data; boundary=b"),
            RawHttp.Form(FileHead.Replace("1.jpg", sent, StringComparison.Ordinal), Contributors.New(WalkPicture.FarApart[1]), "\n--b--\n"));
        Assert.That((answer.Status, answer["file_name"]?.GetValue<string>()), Is.EqualTo((202, stored)), answer.Text);
    }

    [Test]
    [Property("Contract", "known-faults 65")]
    public async Task A_file_up_to_the_limit_is_taken_and_a_larger_one_refused_with_the_limit()
    {
        var set = await people.B.CreateSet("limit");
        var picture = Contributors.New(WalkPicture.Street[0]);
        byte[] largest = [.. picture, .. new byte[MaxFileBytes - picture.Length]];
        Assert.That((await people.B.SendFile(set, "largest.jpg", largest)).Code, Is.EqualTo(202));
        var refused = await people.B.SendFile(set, "larger.jpg", [.. largest, 0]);
        Assert.That((refused.Code, refused["status_code"]!.GetValue<int>(), refused["details"]!["max_bytes"]!.GetValue<int>()), Is.EqualTo((413, 413, MaxFileBytes)));
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [TestCase("Panoramax.Gateway")]
    [TestCase("Panoramax.Upload")]
    [Property("Contract", "known-faults 65")]
    public async Task A_body_that_announces_itself_as_too_large_is_refused_before_it_is_sent(string process)
    {
        var set = await people.B.CreateSet("announced");
        using var socket = await RawHttp.Connect(people.Instance[process].Address);
        var stream = socket.GetStream();
        await stream.WriteAsync(RawHttp.Head(Head(set, "multipart/form-data; boundary=b"), 100_000_000));
        await stream.WriteAsync(RawHttp.Form(FileHead));
        TooLarge(await RawHttp.Read(stream).WaitAsync(TimeSpan.FromSeconds(10)));
        await NothingIsLeft(set);
    }

    [TestCase("Panoramax.Gateway", "file")]
    [TestCase("Panoramax.Upload", "file")]
    [TestCase("Panoramax.Gateway", "other")]
    [TestCase("Panoramax.Upload", "other")]
    [Property("Contract", "known-faults 65")]
    public async Task A_body_without_a_length_is_refused_when_it_passes_the_limit(string process, string part)
    {
        var set = await people.B.CreateSet("endless");
        using var socket = await RawHttp.Connect(people.Instance[process].Address);
        await socket.GetStream().WriteAsync(RawHttp.Head(Head(set, "multipart/form-data; boundary=b", "Transfer-Encoding: chunked"), 0));
        var (answer, sent) = await AnswerWhileSending(socket, FileHead.Replace("\"file\"", $"\"{part}\"", StringComparison.Ordinal));
        TooLarge(answer);
        Assert.That(sent, Is.LessThan(100_000_000));
        await NothingIsLeft(set);
    }

    private static async Task<(RawAnswer Answer, long Sent)> AnswerWhileSending(System.Net.Sockets.TcpClient socket, string head)
    {
        var stream = socket.GetStream();
        var sent = await SendUntilAnswered(stream, head);
        return (await RawHttp.Read(stream).WaitAsync(TimeSpan.FromSeconds(20)), sent);
    }

    private static async Task<long> SendUntilAnswered(System.Net.Sockets.NetworkStream stream, string head)
    {
        var sent = 0L;
        try
        {
            await Chunk(RawHttp.Form(head));
            while (!stream.DataAvailable && sent < 100_000_000) await Chunk(new byte[50_000]);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The server closed its end, as it should.
        }

        return sent;

        async Task Chunk(byte[] bytes)
        {
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);
            sent += bytes.Length;
        }
    }

    private static void TooLarge(RawAnswer answer)
    {
        Assert.That((answer.Status, answer.Headers["Content-Type"]), Is.EqualTo((413, "application/json")), answer.Text);
        Assert.That((answer["status_code"]!.GetValue<int>(), answer["details"]?["max_bytes"]?.GetValue<int>()), Is.EqualTo((413, MaxFileBytes)), answer.Text);
    }

    private async Task NothingIsLeft(Guid set)
    {
        Assert.That((await people.B.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Is.Empty);
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.False);
        Assert.That(await people.Instance.Database.Scalar<long>($"SELECT count(*) FROM pictures WHERE upload_set_id = '{set}'"), Is.Zero);
        var known = await people.Instance.Database.Scalar<Guid[]>("SELECT coalesce(array_agg(id), '{}') FROM pictures");
        foreach (var store in Enum.GetValues<StoreName>())
            Assert.That((await people.Instance.Store.Keys(store)).Where(key => PictureKeys.PictureOf(key) is { } id && !known.Contains(id)), Is.Empty, $"{store}");
        Assert.That(Directory.GetFiles(Path.Combine(people.Instance.Store.Folder, "receiving"), "*.part"), Is.Empty);
    }

    private string Head(Guid set, string type, string length = "Content-Length: {length}", string version = "HTTP/1.1") => $"""
        POST /api/upload_sets/{set}/files {version}
        Host: {people.Instance.Address.Authority}
        Authorization: Bearer {people.Bob.Bearer}
        {(type.Length > 0 ? $"Content-Type: {type}\n" : "")}{length}
        """;
}
