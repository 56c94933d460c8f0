using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Who sees what on every route: nobody, a stranger, the owner and an administrator, over the three values and deletion.</summary>
internal sealed class VisibilityTests : StacFixture
{
    /// <summary>Status for nobody, a stranger, the owner and an administrator.</summary>
    private async Task<string> Statuses(string path)
    {
        var codes = new List<int>();
        foreach (var client in (Visitor[])[Nobody, C, B, A]) codes.Add((await client.Get(path)).Code);
        return string.Join(' ', codes);
    }

    [TestCase(null, "200 200 200 200")]
    [TestCase("anyone", "200 200 200 200")]
    [TestCase("logged-only", "404 200 200 200")]
    [TestCase("owner-only", "404 404 200 200")]
    [Property("Contract", "read.md 23.31")]
    [Property("Contract", "read.md 23.39")]
    public async Task A_sequence_s_visibility_holds_on_all_its_routes(string? visibility, string expected)
    {
        var journey = await Host.Add(Bob, Journey.OfFive360() with { Visibility = visibility });
        await Host.StoreFiles(journey[0], cols: 2);
        var annotation = await Host.Annotate(journey[0], "k", "v", Bob);

        foreach (var path in (string[])
        [
            $"collections/{journey.Id}", $"collections/{journey.Id}/items", $"collections/{journey.Id}/items/{journey[0].Id}", $"collections/{journey.Id}/geovisio_status",
            $"collections/{journey.Id}/thumb.jpg", $"pictures/{journey[0].Id}", $"pictures/{journey[0].Id}/hd.jpg", $"pictures/{journey[0].Id}/sd.jpg",
            $"pictures/{journey[0].Id}/thumb.jpg", $"pictures/{journey[0].Id}/tiled/0_0.jpg", $"annotations/{annotation}",
        ])
        {
            Assert.That(await Statuses(path), Is.EqualTo(expected), path);
        }
    }

    [TestCase("logged-only", "404 200 200 200")]
    [TestCase("owner-only", "404 404 200 200")]
    [Property("Contract", "read.md 23.31")]
    [Property("Contract", "read.md 23.39")]
    public async Task A_picture_s_visibility_holds_on_all_its_routes(string visibility, string expected)
    {
        var journey = await Host.Add(Bob, Journey.OfFive360());
        await Host.Show(journey[0], visibility);
        await Host.StoreFiles(journey[0], cols: 2);

        foreach (var path in (string[])
        [
            $"collections/{journey.Id}/items/{journey[0].Id}", $"pictures/{journey[0].Id}", $"pictures/{journey[0].Id}/hd.jpg", $"pictures/{journey[0].Id}/tiled/0_0.jpg",
        ])
        {
            Assert.That(await Statuses(path), Is.EqualTo(expected), path);
        }

        Assert.That((await Nobody.Get($"collections/{journey.Id}/geovisio_status"))["items"]!.AsArray(), Has.Count.EqualTo(4));
    }

    [TestCase(null, "yes yes yes yes")]
    [TestCase("anyone", "yes yes yes yes")]
    [TestCase("logged-only", "no yes yes yes")]
    [TestCase("owner-only", "no no yes yes")]
    [Property("Contract", "read.md 23.39")]
    public async Task A_sequence_s_visibility_holds_in_all_lists(string? visibility, string expected)
    {
        var longitude = 20 + (visibility?.Length ?? 0);
        var journey = await Host.Add(Bob, Journey.Flat(2, longitude, 10) with { Visibility = visibility });

        foreach (var path in (string[])
        [
            "collections?limit=1000", $"collections?bbox={longitude},9,{longitude}.1,11", $"search?bbox={longitude},9,{longitude}.1,11", $"search?ids={journey[0].Id}",
            $"search?collections={journey.Id}", $"users/{Bob.Id}/collection?limit=1000", $"users/{Bob.Id}/collection?format=csv", $"users/{Bob.Id}/catalog?limit=1000",
        ])
        {
            var seen = new List<string>();
            foreach (var client in (Visitor[])[Nobody, C, B, A]) seen.Add((await client.Get(path)).Text.Contains(journey.Id.ToString(), StringComparison.Ordinal) ? "yes" : "no");
            Assert.That(string.Join(' ', seen), Is.EqualTo(expected), path);
        }
    }

    [Test]
    [Property("Contract", "read.md 23.39")]
    public async Task A_deleted_sequence_is_gone_for_all()
    {
        var journey = await Host.Add(Bob, Journey.Flat(2, 10, 10));
        await Host.Database.Execute($"UPDATE sequences SET status = 'deleted' WHERE id = '{journey.Id}'");

        foreach (var path in (string[])[
            $"collections/{journey.Id}", $"collections/{journey.Id}/items", $"collections/{journey.Id}/items/{journey[0].Id}", $"collections/{journey.Id}/geovisio_status",
            $"collections/{journey.Id}/thumb.jpg", $"pictures/{journey[0].Id}", $"pictures/{journey[0].Id}/thumb.jpg"])
        {
            Assert.That(await Statuses(path), Is.EqualTo("404 404 404 404"), path);
        }
    }

    [Test]
    [Property("Contract", "read.md 23.40")]
    public async Task A_picture_hidden_before_its_sequence_stays_hidden_after_it_is_shown_again()
    {
        var journey = await Host.Add(Bob, Journey.Flat(2, 11, 10));
        await Host.Show(journey[0], "owner-only");
        await Host.Show(journey, "owner-only");
        await Host.Show(journey, "anyone");

        Assert.That(Ids(await Nobody.Get($"collections/{journey.Id}/items")), Is.EqualTo((Guid[])[journey[1].Id]));
    }

    [Test]
    public async Task A_picture_of_somebody_else_s_sequence_needs_both_rights()
    {
        var journey = await Host.Add(Bob, Journey.Flat(1, 12, 10) with { Visibility = "owner-only" });
        await Host.Database.Execute($"UPDATE pictures SET account_id = '{Camille.Id}' WHERE id = '{journey[0].Id}'");

        Assert.That(await Statuses($"pictures/{journey[0].Id}"), Is.EqualTo("404 404 200 200"));
        await Host.Show(journey[0], "owner-only");
        Assert.That(await Statuses($"pictures/{journey[0].Id}"), Is.EqualTo("404 404 404 200"));
    }

    [Test]
    [Property("Contract", "read.md 23.52")]
    public async Task Answers_to_a_known_caller_are_private()
    {
        var journey = await Host.Add(Bob, Journey.Flat(1, 13, 10));
        await Host.StoreFiles(journey[0]);

        foreach (var (path, logged) in (( string, string)[])[
            ("", "public"), ("conformance", "public"), ("map/style.json", "public"), ($"users/{Bob.Id}/map/style.json", "public"), ("users/me/map/style.json", "public"),
            ("configuration", "private"), ("collections", "private"), ($"collections/{journey.Id}/items", "private"), ("search", "private"), ("users", "private"),
            ($"pictures/{journey[0].Id}/hd.jpg", "private"), ("map/0/0/0.mvt", "private"), ($"users/{Bob.Id}/map/0/0/0.mvt", "private"), ("users/me/map/0/0/0.mvt", "private"),
            ("collections?limit=0", "private"), ("nothing", "private")])
        {
            Assert.That((await B.Get(path)).Message.Headers.CacheControl?.ToString(), Is.EqualTo(logged), path);
            if (!path.StartsWith("users/me", StringComparison.Ordinal))
                Assert.That((await Nobody.Get(path)).Message.Headers.CacheControl?.ToString(), Is.EqualTo("public"), path);
        }
    }
}
