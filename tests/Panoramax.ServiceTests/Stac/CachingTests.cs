using System.Net.Http.Headers;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Who has an answer already is told so: marks of answers, and what is sent when a client brings one along.</summary>
internal sealed class CachingTests : StacFixture
{
    private Journey five = null!;

    protected override (string Key, string Value)[] Settings =>
        [("Auth__Provider", "osm"), ("Instance__Description__en", "Street views"), ("Instance__Description__fr", "Vues de rue")];

    protected override async Task SetUp() => five = await Host.Add(Bob, Journey.OfFive360());

    private string Tile => $"map/{MapTests.Place(15, 1.919185442, 49.00688962)}.mvt";

    private string[] Marked =>
    [
        "", "conformance", "configuration", "queryables", "collections/queryables", $"collections/{five.Id}", $"collections/{five.Id}/items/{five[0].Id}", $"pictures/{five[0].Id}",
        Tile, "map/11/0/0.mvt", "map/style.json", $"users/{Bob.Id}/map/style.json", "users/me/map/style.json", $"users/{Bob.Id}/{Tile}",
    ];

    [Test]
    public async Task An_answer_that_the_client_has_is_not_sent_again()
    {
        foreach (var path in Marked)
        {
            var first = await B.Get(path);
            var tag = first.Message.Headers.ETag;
            Assert.That(tag, Is.Not.Null, path);
            Assert.That(tag!.IsWeak, Is.EqualTo(!path.EndsWith(".mvt", StringComparison.Ordinal)), path);

            using var again = await Asked(B, path, tag);
            Assert.That(((int)again.StatusCode, await again.Content.ReadAsStringAsync()), Is.EqualTo((304, "")), path);
            Assert.That((again.Headers.ETag, again.Headers.CacheControl?.ToString()), Is.EqualTo((tag, first.Message.Headers.CacheControl?.ToString())), path);
            using var any = await Asked(B, path, EntityTagHeaderValue.Any);
            Assert.That((int)any.StatusCode, Is.EqualTo(304), path);
            using var other = await Asked(B, path, new EntityTagHeaderValue("\"other\""));
            Assert.That(((int)other.StatusCode, await other.Content.ReadAsStringAsync()), Is.EqualTo((200, first.Text)), path);
        }
    }

    [Test]
    public async Task Another_answer_has_another_mark()
    {
        var journey = await Host.Add(Bob, Journey.Flat(2, 10, 10));
        var tile = $"map/{MapTests.Place(15, 10, 10)}.mvt";
        var before = (await Mark($"collections/{journey.Id}"), await Mark($"pictures/{journey[0].Id}"), await Mark(tile));

        await Host.Tag("sequences", "sequence_id", journey.Id, "k", "v", Bob);
        await Host.Database.Execute($"UPDATE pictures SET heading = 10 WHERE id = '{journey[0].Id}'");

        Assert.That(await Mark($"collections/{journey.Id}"), Is.Not.EqualTo(before.Item1));
        Assert.That(await Mark($"pictures/{journey[0].Id}"), Is.Not.EqualTo(before.Item2));
        Assert.That(await Mark(tile), Is.Not.EqualTo(before.Item3));
        using var french = new Visitor(Host.Process.Address);
        french.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");
        Assert.That((await french.Get("configuration")).Message.Headers.ETag, Is.Not.EqualTo(await Mark("configuration")));
    }

    [Test]
    public async Task What_is_not_shown_to_a_caller_is_404_to_him_whatever_mark_he_brings()
    {
        var secret = await Host.Add(Bob, Journey.Flat(1, 20, 10) with { Visibility = "owner-only" });

        foreach (var path in (string[])[$"collections/{secret.Id}", $"pictures/{secret[0].Id}"])
        {
            using var answer = await Asked(Nobody, path, EntityTagHeaderValue.Any);
            Assert.That((int)answer.StatusCode, Is.EqualTo(404), path);
        }
    }

    [Test]
    public async Task HEAD_tells_what_GET_would_send()
    {
        foreach (var path in Marked)
        {
            var (get, head) = (await B.Get(path), await B.Send(HttpMethod.Head, path));
            Assert.That((head.Code, head.Text), Is.EqualTo((200, "")), path);
            Assert.That((head.Message.Headers.ETag, head.Message.Content.Headers.ContentType?.ToString(), head.Message.Content.Headers.ContentLength),
                Is.EqualTo((get.Message.Headers.ETag, get.Message.Content.Headers.ContentType?.ToString(), get.Message.Content.Headers.ContentLength)), path);
        }
    }

    private async Task<EntityTagHeaderValue?> Mark(string path) => (await Nobody.Get(path)).Message.Headers.ETag;

    private static async Task<HttpResponseMessage> Asked(Visitor client, string path, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/" + path);
        request.Headers.IfNoneMatch.Add(tag);
        return await client.Http.SendAsync(request);
    }
}
