using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Panoramax.Domain.Pictures;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>What browsers and caches make use of, through the gateway: marks, ranges, HEAD, compression; and the files themselves.</summary>
public sealed partial class ReadingClientsTests
{
    private string[] Cached =>
    [
        "", "configuration", "map/style.json", $"map/{Tile(15, -1.55, 47.3)}.mvt", $"collections/{around.Collection}", $"pictures/{around.Pictures[0]}",
        $"pictures/{around.Pictures[0]}/hd.jpg", $"pictures/{around.Pictures[0]}/sd.jpg", $"pictures/{around.Pictures[0]}/thumb.jpg", $"pictures/{around.Pictures[0]}/tiled/0_0.jpg",
    ];

    [Test]
    public async Task A_browser_that_has_an_answer_gets_304_compressed_or_not()
    {
        foreach (var path in Cached)
        {
            foreach (var encoding in (string[])["identity", "gzip", "br"])
            {
                using var first = await Asked(path, request => request.Headers.AcceptEncoding.ParseAdd(encoding));
                Assert.That((int)first.StatusCode, Is.EqualTo(200), path);
                using var second = await Asked(path, request =>
                {
                    request.Headers.AcceptEncoding.ParseAdd(encoding);
                    request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
                    request.Headers.Add("Origin", "https://other.example.org");
                });
                Assert.That(((int)second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length), Is.EqualTo((304, 0)), $"{path} {encoding}");
                Assert.That(second.Headers.CacheControl?.ToString(), Is.EqualTo("public"), path);
                Assert.That(second.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo((string[])["https://other.example.org"]), path);
            }
        }
    }

    [Test]
    public async Task Texts_are_compressed_as_the_client_likes_and_pictures_and_tiles_are_not()
    {
        foreach (var path in (string[])["collections", $"collections/{around.Collection}/items", "search", "collections?format=rss", $"users/{lea.Id}/collection?format=csv", "queryables"])
        {
            using var plain = await Asked(path, _ => { });
            var text = await plain.Content.ReadAsStringAsync();
            Assert.That(plain.Content.Headers.ContentEncoding, Is.Empty, path);
            foreach (var encoding in (string[])["gzip", "br"])
            {
                using var packed = await Asked(path, request => request.Headers.AcceptEncoding.ParseAdd(encoding));
                Assert.That(packed.Content.Headers.ContentEncoding, Is.EqualTo((string[])[encoding]), path);
                Assert.That(packed.Headers.Vary, Has.Member("Accept-Encoding"), path);
                await using var bytes = await packed.Content.ReadAsStreamAsync();
                await using Stream unpacked = encoding == "br" ? new BrotliStream(bytes, CompressionMode.Decompress) : new GZipStream(bytes, CompressionMode.Decompress);
                using var reader = new StreamReader(unpacked);
                var got = await reader.ReadToEndAsync();
                // A feed says when it was made.
                if (!path.Contains("rss", StringComparison.Ordinal)) Assert.That(got, Is.EqualTo(text), path);
            }
        }

        foreach (var path in Cached.Where(path => path.EndsWith(".mvt", StringComparison.Ordinal) || path.EndsWith(".jpg", StringComparison.Ordinal)))
        {
            using var answer = await Asked(path, request => request.Headers.AcceptEncoding.ParseAdd("gzip, br"));
            Assert.That(answer.Content.Headers.ContentEncoding, Is.Empty, path);
        }
    }

    [Test]
    public async Task The_end_of_a_large_picture_can_be_read_alone()
    {
        var path = $"pictures/{around.Pictures[0]}/hd.jpg";
        var whole = await client.Bytes(path);

        using var end = await Asked(path, request => request.Headers.Range = new RangeHeaderValue(null, 100));
        Assert.That((int)end.StatusCode, Is.EqualTo(206));
        Assert.That(await end.Content.ReadAsByteArrayAsync(), Is.EqualTo(whole[^100..]));
        Assert.That(end.Content.Headers.ContentRange!.ToString(), Is.EqualTo($"bytes {whole.Length - 100}-{whole.Length - 1}/{whole.Length}"));
        using var beyond = await Asked(path, request => request.Headers.Range = new RangeHeaderValue(whole.Length, null));
        Assert.That((int)beyond.StatusCode, Is.EqualTo(416));

        using var head = new HttpRequestMessage(HttpMethod.Head, "/api/" + path);
        using var told = await client.Http.SendAsync(head);
        Assert.That(((int)told.StatusCode, told.Content.Headers.ContentLength, told.Content.Headers.ContentType?.ToString()), Is.EqualTo((200, (long?)whole.Length, "image/jpeg")));
    }

    [Test]
    [Property("Contract", "read.md 23.19")]
    [Property("Contract", "read.md 23.42")]
    [Property("Contract", "read.md 23.43")]
    [Property("Contract", "known-faults 53")]
    public async Task Files_have_the_sizes_of_the_contract()
    {
        async Task<(int?, int?)> Size(string path)
        {
            var header = JpegHeader.Read(new MemoryStream(await client.Bytes(path)));
            return (header.Width, header.Height);
        }

        Assert.That(await Size($"pictures/{around.Pictures[0]}/hd.jpg"), Is.EqualTo((4096, 2048)));
        Assert.That(await Size($"pictures/{around.Pictures[0]}/sd.jpg"), Is.EqualTo((2048, 1024)));
        Assert.That(await Size($"pictures/{around.Pictures[0]}/thumb.jpg"), Is.EqualTo((500, 300)));
        Assert.That(await Size($"pictures/{flat.Pictures[0]}/thumb.jpg"), Is.EqualTo((500, 375)));
        Assert.That(await Size($"collections/{around.Collection}/thumb.jpg"), Is.EqualTo((500, 300)));
        Assert.That(await client.Bytes($"collections/{around.Collection}/thumb.jpg"), Is.EqualTo(await client.Bytes($"pictures/{around.Pictures[0]}/thumb.jpg")));

        var properties = (await Ok($"pictures/{around.Pictures[0]}"))["properties"]!;
        var matrix = properties["tiles:tile_matrix_sets"]!["geovisio"]!["tileMatrix"]![0]!;
        Assert.That((matrix["matrixWidth"]!.GetValue<int>(), matrix["matrixHeight"]!.GetValue<int>()), Is.EqualTo((8, 4)));
        Assert.That(properties["pers:interior_orientation"]!["sensor_array_dimensions"]!.AsArray().Select(side => side!.GetValue<int>()), Is.EqualTo((int[])[4096, 2048]));
        foreach (var place in (string[])["0_0", "7_3"]) Assert.That(await Size($"pictures/{around.Pictures[0]}/tiled/{place}.jpg"), Is.EqualTo((512, 512)), place);
        foreach (var place in (string[])["8_4", "-1_-1"]) Assert.That((await client.Get($"pictures/{around.Pictures[0]}/tiled/{place}.jpg")).Code, Is.EqualTo(404), place);
    }

    [Test]
    [Property("Contract", "known-faults 46")]
    [Property("Contract", "known-faults 52")]
    public async Task A_search_by_body_finds_what_the_same_search_by_address_finds()
    {
        foreach (var (query, body) in ((string, JsonObject)[])
        [
            ($"ids={around.Pictures[0]},{flat.Pictures[1]}", new() { ["ids"] = new JsonArray(around.Pictures[0].ToString(), flat.Pictures[1].ToString()) }),
            ($"collections={flat.Collection}", new() { ["collections"] = new JsonArray(flat.Collection.ToString()) }),
        ])
        {
            var (get, post) = (await Ok("search?" + query), await client.Post("search", body));
            Assert.That(post.Text, Is.EqualTo(get.Text), query);
        }

        Assert.That((await client.Get($"pictures/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
        Assert.That(Ids((await Ok($"search?ids={Guid.NewGuid()}")).Json!), Is.Empty);
    }

    [Test]
    [Property("Contract", "known-faults 22")]
    public async Task The_count_of_a_sequence_is_right_after_each_picture_that_is_deleted()
    {
        var walk = await instance.Send(lea, "Shrinking", 3, is360: false, 46.2, -1.5, new DateTimeOffset(2026, 5, 4, 9, 0, 0, TimeSpan.Zero));
        using var own = new Testing.Clients.Visitor(instance.Address, lea.Bearer);
        foreach (var (picture, left) in ((Guid, int)[])[(walk.Pictures[1], 2), (walk.Pictures[0], 1)])
        {
            Assert.That((await own.Send(HttpMethod.Delete, $"collections/{walk.Collection}/items/{picture}")).Code, Is.EqualTo(204));
            Assert.That((await Ok($"collections/{walk.Collection}"))["stats:items"]!["count"]!.GetValue<int>(), Is.EqualTo(left));
            Assert.That(Ids((await Ok($"collections/{walk.Collection}/items")).Json!), Has.Length.EqualTo(left).And.None.EqualTo(picture));
        }

        await own.Send(HttpMethod.Delete, $"collections/{walk.Collection}");
    }

    private async Task<HttpResponseMessage> Asked(string path, Action<HttpRequestMessage> how)
    {
        // A client of its own, which neither unpacks nor looks into what it gets.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(instance.Address, "/api/" + path));
        how(request);
        return await raw.SendAsync(request);
    }

    private readonly HttpClient raw = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    [OneTimeTearDown]
    public void CloseRaw() => raw.Dispose();
}
