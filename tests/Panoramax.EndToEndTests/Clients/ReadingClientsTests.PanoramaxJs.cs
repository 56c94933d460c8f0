using System.Text.Json.Nodes;
using Panoramax.Domain.Pictures;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>The library panoramax-js, whose addresses have a slash before their query.</summary>
public sealed partial class ReadingClientsTests
{
    private static Guid[] Ids(JsonNode answer) => [.. answer["features"]!.AsArray().Select(feature => feature!["id"]!.GetValue<Guid>())];

    [Test]
    [Property("Contract", "clients.md panoramax-js")]
    public async Task The_library_searches_with_a_slash_before_every_query()
    {
        async Task<Guid[]> Found(string query) => Ids((await Ok("search/?" + query)).Json!);
        var (first, second) = (around.Pictures[0], around.Pictures[1]);

        Assert.That(await Found("bbox=-1.56,47.29,-1.54,47.31"), Is.EquivalentTo(around.Pictures));
        Assert.That(await Found("place_position=-1.55,47.30005&place_distance=3-15&place_fov_tolerance=30"), Is.EqualTo((Guid[])[first]));
        Assert.That(await Found($"ids={first},{second}"), Is.EquivalentTo((Guid[])[first, second]));
        Assert.That(await Found($"ids={first}"), Is.EqualTo((Guid[])[first]));
        Assert.That(await Found($"collections={around.Collection},{flat.Collection}&limit=100"), Is.EquivalentTo(around.Pictures.Concat(flat.Pictures)));
        Assert.That(await Found($"collections={around.Collection}&limit=2"), Has.Length.EqualTo(2));
        Assert.That(await Found("datetime=2026-05-01T00:00:00Z/2026-05-02T00:00:00Z&limit=50"), Is.EquivalentTo(around.Pictures));
        Assert.That(await Found($"ids={Guid.NewGuid()}"), Is.Empty);
    }

    [Test]
    [Property("Contract", "clients.md panoramax-js")]
    public async Task The_library_reads_a_picture_and_its_files_and_goes_through_all_sequences()
    {
        var item = await Ok($"collections/{around.Collection}/items/{around.Pictures[0]}/");
        foreach (var (asset, width) in ((string, int)[])[("hd", 4096), ("sd", 2048), ("thumb", 500)])
        {
            var header = JpegHeader.Read(new MemoryStream(await client.Bytes(item["assets"]![asset]!["href"]!.GetValue<string>())));
            Assert.That(header.Width, Is.EqualTo(width), asset);
        }

        var collections = new List<Guid>();
        for (string? next = "collections/?limit=1"; next is not null;)
        {
            var page = await Ok(next);
            collections.AddRange(page["collections"]!.AsArray().Select(collection => collection!["id"]!.GetValue<Guid>()));
            next = Link(page.Json!, "next")?["href"]!.GetValue<string>();
        }

        Assert.That(collections, Is.EqualTo((Guid[])[around.Collection, flat.Collection]));
        Assert.That((await Ok("configuration/"))["auth"]!["enabled"], Is.Not.Null);
        foreach (var path in (string[])["", "conformance/", "users/", $"users/{lea.Id}/", $"users/{lea.Id}/collection/", $"collections/{around.Collection}/", $"collections/{around.Collection}/items/?limit=1", $"pictures/{around.Pictures[0]}/"])
            await Ok(path);
    }

    [Test]
    [Property("Contract", "clients.md panoramax-js")]
    public async Task The_library_s_own_sequences_changes_and_reports_need_no_slash_less_address()
    {
        using var own = new Testing.Clients.Visitor(instance.Address, lea.Bearer);
        Assert.That((await own.Get("users/me/collection/"))["stats:collections"]!["count"]!.GetValue<int>(), Is.GreaterThanOrEqualTo(2));

        var walk = await instance.Send(lea, "Hidden later", 1, is360: false, 46.5, -1.5, new DateTimeOffset(2026, 5, 3, 9, 0, 0, TimeSpan.Zero));
        using var change = new StringContent("""{"visibility":"owner-only"}""");
        change.Headers.ContentType = new("Application/json");
        using var changed = await own.Http.PatchAsync(new Uri($"/api/collections/{walk.Collection}/", UriKind.Relative), change);
        Assert.That((int)changed.StatusCode, Is.EqualTo(200), await changed.Content.ReadAsStringAsync());
        Assert.That((await client.Get($"collections/{walk.Collection}/")).Code, Is.EqualTo(404));

        var report = await client.Post("reports/", new JsonObject { ["issue"] = "picture_low_quality", ["picture_id"] = flat.Pictures[0].ToString(), ["reporter_comments"] = "out of focus", ["reporter_email"] = "a@example.org" });
        Assert.That(report.Code, Is.EqualTo(200), report.Text);
        await own.Send(HttpMethod.Delete, $"collections/{walk.Collection}");
    }
}
