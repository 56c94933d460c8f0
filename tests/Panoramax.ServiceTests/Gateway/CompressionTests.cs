namespace Panoramax.ServiceTests.Gateway;

/// <summary>What is compressed on the way to a browser, and what never is.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class CompressionTests : GatewayFixture
{
    [TestCase("text/html")]
    [TestCase("text/css")]
    [TestCase("text/plain")]
    [TestCase("text/xml")]
    [TestCase("text/csv")]
    [TestCase("application/x-javascript")]
    [TestCase("application/json")]
    [TestCase("application/rss%2Bxml")]
    [TestCase("application/geo%2Bjson")]
    [TestCase("application/schema%2Bjson")]
    public async Task Text_is_compressed_when_the_caller_can_unpack_it(string type)
    {
        foreach (var (accepted, expected) in new[] { ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br", "br"), ("identity", null), ("gzip;q=0", null) })
        {
            using var answer = await Send("GET", $"/api/collections?type={type}&size=5000", null, ("Accept-Encoding", accepted));
            Assert.That(Header(answer, "Content-Encoding"), Is.EqualTo(expected), accepted);
            Assert.That(Header(answer, "Vary"), Does.Contain("Accept-Encoding").And.Contain("Origin"), accepted);
            Assert.That((await answer.Content.ReadAsByteArrayAsync()).Length, expected is null ? Is.EqualTo(5000) : Is.LessThan(500), accepted);
        }
    }

    [TestCase("image/jpeg")]
    [TestCase("image/webp")]
    [TestCase("image/png")]
    [TestCase("application/vnd.mapbox-vector-tile")]
    [TestCase("application/octet-stream")]
    public async Task Pictures_and_tiles_never_are(string type)
    {
        using var answer = await Send("GET", $"/api/pictures/1/hd.jpg?type={type}&size=5000", null, ("Accept-Encoding", "gzip, br"));
        Assert.That(Header(answer, "Content-Encoding"), Is.Null);
        Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(5000));
        Assert.That(Header(answer, "Vary"), Is.EqualTo("Origin"));
    }

    [Test]
    public async Task What_a_service_packed_itself_is_not_packed_again()
    {
        using var answer = await Send("GET", "/api/collections?type=application/json&size=5000&header=Content-Encoding:zstd", null, ("Accept-Encoding", "gzip, br, zstd"));
        Assert.That(Header(answer, "Content-Encoding"), Is.EqualTo("zstd"));
        Assert.That((await answer.Content.ReadAsByteArrayAsync()).Length, Is.EqualTo(5000));
    }

    [TestCase("/api/docs/specs.json")]
    [TestCase("/static/viewer/index.js")]
    [TestCase("/static/img/logo.svg")]
    public async Task The_gateways_own_files_are_compressed_too(string path)
    {
        using var plain = await Send("GET", path);
        using var packed = await Send("GET", path, null, ("Accept-Encoding", "gzip"));
        Assert.That(Header(packed, "Content-Encoding"), Is.EqualTo("gzip"));
        Assert.That((await packed.Content.ReadAsByteArrayAsync()).Length, Is.LessThan((await plain.Content.ReadAsByteArrayAsync()).Length));
    }
}
