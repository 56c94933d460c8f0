using System.Text.Json.Nodes;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Text that tries to become part of a statement, a path or a document, sent to every parameter that takes text.</summary>
internal sealed class InjectionTests : StacFixture
{
    private static readonly string[] attempts =
    [
        "'", "\"", "''", "\\", "\\'", "`", "%", "_", "%00", "\0", "\u0001", "\ufffd", "\ud83d\uddfa", "$1", "@p0", "@caller", ":p0", "{0}", "{{id}}", "--", "/*", ";", "0x27", "NULL", "TRUE",
        "' OR '1'='1", "' OR 1=1 --", "1 OR 1=1", "'; DROP TABLE pictures; --", "\"; DROP TABLE pictures; --", "1; SELECT pg_sleep(20)", "' || pg_sleep(20) || '", "(SELECT pg_sleep(20))",
        "created = '2024-01-01' OR pg_sleep(20) IS NULL", "created > (SELECT now())", "id = '00000000-0000-0000-0000-000000000000' UNION SELECT name FROM accounts",
        "\"semantics.a'; DROP TABLE pictures; --\" IS NOT NULL", "\"semantics.x\" = 'a'') OR (''1''=''1'", "visibility LIKE '%' ESCAPE ''", "created IS NOT NULL OR status = 'deleted'",
        "$$; DROP TABLE pictures; $$", "E'\\x27'", "U&'\\0027'", "chr(39)", "../../../etc/passwd", "..%2f..%2f", "<script>alert(1)</script>", "{\"type\":\"Point\",\"coordinates\":[\"1); DROP TABLE pictures; --\",2]}",
        "[1,2,3,4'; DROP TABLE pictures; --]", "NaN", "Infinity", "-Infinity", "1e999", "99999999999999999999", "\r\nX-Injected: 1", new('a', 4000), new('(', 2000),
    ];

    private Journey five = null!;
    private Journey secret = null!;

    protected override async Task SetUp()
    {
        five = await Host.Add(Bob, Journey.OfFive360());
        secret = await Host.Add(Camille, Journey.Flat(1, 1.9192, 49.0069) with { Visibility = "owner-only" });
    }

    [TestCase("collections?limit=")]
    [TestCase("collections?bbox=")]
    [TestCase("collections?datetime=")]
    [TestCase("collections?created_after=")]
    [TestCase("collections?created_before=")]
    [TestCase("collections?filter=")]
    [TestCase("collections?show_deleted=true&filter=")]
    [TestCase("collections?sortby=")]
    [TestCase("collections?page=")]
    [TestCase("collections?show_deleted=")]
    [TestCase("collections?format=")]
    [TestCase("collections?format=rss&filter=")]
    [TestCase("collections/{seq}/items?limit=")]
    [TestCase("collections/{seq}/items?startAfterRank=")]
    [TestCase("collections/{seq}/items?withPicture=")]
    [TestCase("search?limit=")]
    [TestCase("search?bbox=")]
    [TestCase("search?datetime=")]
    [TestCase("search?intersects=")]
    [TestCase("search?ids=")]
    [TestCase("search?collections=")]
    [TestCase("search?place_position=")]
    [TestCase("search?place_position=1,2&place_distance=")]
    [TestCase("search?place_position=1,2&place_fov_tolerance=")]
    [TestCase("search?filter=")]
    [TestCase("search?sortby=")]
    [TestCase("search?page=")]
    [TestCase("users?limit=")]
    [TestCase("users/search?q=")]
    [TestCase("users/search?q=bob&limit=")]
    [TestCase("users/{user}/collection?filter=")]
    [TestCase("users/{user}/collection?sortby=")]
    [TestCase("users/{user}/collection?page=")]
    [TestCase("users/{user}/collection?bbox=")]
    [TestCase("users/{user}/collection?format=")]
    [TestCase("users/{user}/collection?format=csv&sortby=")]
    [TestCase("users/{user}/catalog?page=")]
    [TestCase("users/{user}/map/0/0/0.mvt?filter=")]
    [TestCase("collections/")]
    [TestCase("collections/{seq}/items/")]
    [TestCase("pictures/")]
    [TestCase("pictures/{pic}/tiled/")]
    [TestCase("annotations/")]
    [TestCase("users/")]
    [TestCase("map/0/0/")]
    public async Task No_text_of_a_parameter_becomes_part_of_a_statement(string start)
    {
        var path = start.Replace("{seq}", five.Id.ToString(), StringComparison.Ordinal).Replace("{pic}", five[0].Id.ToString(), StringComparison.Ordinal)
            .Replace("{user}", Bob.Id.ToString(), StringComparison.Ordinal);
        foreach (var attempt in attempts)
        {
            var answer = await Nobody.Get(path + Uri.EscapeDataString(attempt));
            Holds(answer, $"{path}{attempt[..Math.Min(200, attempt.Length)]}");
        }

        await NothingIsGone();
    }

    [Test]
    public async Task No_text_of_a_body_becomes_part_of_a_statement()
    {
        foreach (var name in (string[])["limit", "bbox", "datetime", "intersects", "ids", "collections", "place_position", "place_distance", "place_fov_tolerance", "filter", "sortby", "page"])
        {
            foreach (var attempt in attempts)
            {
                foreach (var value in (JsonNode[])[attempt, new JsonArray(attempt), new JsonArray(new JsonObject { ["field"] = attempt, ["direction"] = attempt }), new JsonObject { ["type"] = attempt }])
                {
                    var body = new JsonObject { [name] = value };
                    if (name.StartsWith("place_", StringComparison.Ordinal) && name != "place_position") body["place_position"] = "1,2";
                    Holds(await Nobody.Post("search", body), body.ToJsonString());
                }
            }
        }

        await NothingIsGone();
    }

    [Test]
    public async Task No_text_of_a_header_becomes_part_of_a_statement()
    {
        foreach (var header in (string[])["Authorization", "Accept", "Accept-Language", "Cookie", "If-None-Match", "If-Modified-Since", "Range", "User-Agent", "Origin", "Referer"])
        {
            foreach (var attempt in attempts.Where(attempt => attempt.All(letter => letter is >= ' ' and < '\u007f')))
            {
                foreach (var path in (string[])[$"/api/pictures/{five[0].Id}", "/api/collections"])
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, path);
                    request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? "Bearer " + attempt : attempt);
                    using var answer = await Nobody.Http.SendAsync(request);
                    var text = await answer.Content.ReadAsStringAsync();
                    Assert.That((int)answer.StatusCode, Is.LessThan(500), $"{header}: {attempt}\n{text}");
                    Assert.That(text, Does.Not.Contain(secret.Id.ToString()), $"{header}: {attempt}");
                }
            }
        }

        await NothingIsGone();
    }

    /// <summary>An answer of the API, with nothing in it that its asker may not see, and not a word of how it was looked up.</summary>
    private void Holds(Testing.Clients.Answer answer, string asked)
    {
        Assert.That(answer.Code, Is.AnyOf(200, 400, 404), $"{asked}\n{answer.Text}");
        foreach (var word in (string[])["SELECT", "Npgsql", "syntax error", "   at ", secret[0].Id.ToString()])
        {
            if (!asked.Contains(word, StringComparison.Ordinal)) Assert.That(answer.Text, Does.Not.Contain(word), asked);
        }

        Assert.That(answer.Message.Headers.Contains("X-Injected"), Is.False, asked);
    }

    private async Task NothingIsGone() =>
        Assert.That(await Host.Database.Scalar<long>("SELECT count(*) FROM pictures"), Is.EqualTo(6));
}
