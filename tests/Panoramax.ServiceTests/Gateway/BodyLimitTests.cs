using System.Diagnostics;
using System.Net;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>How large bodies may be, by route, and how soon who sends too much is told.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class BodyLimitTests : GatewayFixture
{
    private const int MaxFile = 3_000_000;
    private const int Document = 16 * 1024 * 1024;
    private const int Overhead = 1024 * 1024;

    protected override (string Key, string Value)[] Settings => [("Upload__MaxFileBytes", "3000000")];

    /// <summary>An upload of a panorama reached 100 % and nothing more was said: the limit was told to nobody.</summary>
    [Test]
    public async Task A_file_that_announces_itself_as_too_large_is_refused_with_the_limit_before_its_body_ends()
    {
        var watch = Stopwatch.StartNew();
        var answer = await Raw("""
            POST /api/upload_sets/1/files HTTP/1.1
            Host: pano.example.org
            Origin: https://viewer.example.org
            Content-Type: multipart/form-data; boundary=x
            Content-Length: 900000000
            """, bodyBytes: 1000);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That(answer, Does.StartWith("HTTP/1.1 413 "));
        Assert.That(answer, Does.Contain("""{"details":{"max_bytes":3000000},"message":"The file is larger than the limit of 3000000 bytes","status_code":413}"""));
        Assert.That(answer, Does.Contain("Access-Control-Allow-Origin: https://viewer.example.org"));
    }

    [Test]
    public async Task A_client_that_waits_for_leave_to_send_is_refused_without_sending()
    {
        using var content = Bytes(MaxFile + Overhead + 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/upload_sets/1/files") { Content = content };
        request.Headers.ExpectContinue = true;
        using var answer = await Client.SendAsync(request);
        var body = await Refused(answer, 413);
        Assert.That(body["details"]!["max_bytes"]!.GetValue<int>(), Is.EqualTo(MaxFile));
    }

    [TestCase("POST", "/api/upload_sets/1/files", MaxFile + Overhead, 200)]
    [TestCase("POST", "/api/upload_sets/1/files/", MaxFile + Overhead, 200)]
    [TestCase("POST", "/api/upload_sets/1/items", MaxFile + Overhead, 200)]
    [TestCase("POST", "/api/collections/1/items", MaxFile + Overhead, 200)]
    [TestCase("POST", "/api/upload_sets/1/files", MaxFile + Overhead + 1, 413)]
    [TestCase("POST", "/api/upload_sets/1/files/", MaxFile + Overhead + 1, 413)]
    [TestCase("POST", "/api/collections/1/items", MaxFile + Overhead + 1, 413)]
    [TestCase("POST", "/api/upload_sets", Document, 200)]
    [TestCase("PUT", "/api/configuration/excluded_areas", Document, 200)]
    [TestCase("PUT", "/api/configuration/excluded_areas", Document + 1, 413)]
    [TestCase("POST", "/api/search", Document + 1, 413)]
    [TestCase("PATCH", "/api/collections/1", Document + 1, 413)]
    [TestCase("POST", "/api/pages/terms-of-service/en", Document + 1, 413)]
    public async Task Each_route_takes_so_much(string method, string path, int size, int status)
    {
        foreach (var withLength in new[] { true, false })
        {
            // Of a body in chunks the marks between them count too.
            var sent = withLength || status == 413 ? size : size - (size / 100);
            using var content = Bytes(sent, withLength);
            using var answer = await Send(method, path, content);
            if (status == 413) await Refused(answer, 413);
            else Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            if (status == 200) Assert.That((await Json(answer))["bytes"]!.GetValue<long>(), Is.EqualTo(sent));
        }
    }

    /// <summary>
    /// A service that refuses a file (no login, deleted set) does so without reading it. The sender of a large one must
    /// see that answer, not "the service cannot be reached".
    /// </summary>
    [Test]
    public async Task What_a_service_says_before_it_read_the_body_reaches_a_slow_sender()
    {
        using var content = new StreamContent(new Slow(4_000_000, TimeSpan.FromMilliseconds(900)), 400_000);
        using var answer = await Send("POST", "/api/upload_sets/1/files?refuse=403", content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
        Assert.That((await Json(answer))["message"]!.GetValue<string>(), Is.EqualTo("said by the service"));
    }

    [Test]
    public async Task Headers_of_a_usual_size_pass_and_endless_ones_are_refused()
    {
        var seen = await Seen("GET", "/api/collections", null, ("Cookie", "panoramax_session=" + new string('x', 8000)));
        Assert.That(seen["headers"]!["cookie"]!.GetValue<string>(), Has.Length.EqualTo(8018));
        using var answer = await Send("GET", "/api/collections", null, ("X-Long", new string('x', 40_000)));
        Assert.That((int)answer.StatusCode, Is.EqualTo(431));
        using var longAddress = await Send("GET", "/api/search?ids=" + new string('x', 6000));
        Assert.That((int)longAddress.StatusCode, Is.EqualTo(200));
    }

    private sealed class Slow(int size, TimeSpan pause) : MemoryStream(new byte[size])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(pause, cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
