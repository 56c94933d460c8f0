using System.Text.Json.Nodes;
using Panoramax.Domain.Pictures;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Maps;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Squares of low zooms; alone in its database, because the figures depend on all others.</summary>
internal sealed class MapGridTests : StacFixture
{
    [Test]
    [Property("Contract", "read.md 23.48")]
    [Property("Contract", "read.md 23.51")]
    public async Task Squares_tell_how_much_there_is_compared_with_the_others()
    {
        var first = await Host.Add(Bob, Journey.OfFive360(10.05, 10.05));
        await Host.RefreshGrid();
        var one = (await MapTests.Tile(Nobody, "map/" + MapTests.Place(5, 10, 10)))["grid"].Single();

        Assert.That(one.Properties.Select(property => property.Key), Is.EqualTo((string[])[
            "id", "nb_pictures", "nb_360_pictures", "nb_flat_pictures", "coef", "coef_360_pictures", "coef_flat_pictures",
            "logged_coef", "logged_coef_360_pictures", "logged_coef_flat_pictures"]));
        Assert.That(one.Properties.Skip(1).Select(property => Convert.ToDouble(property.Value)), Is.EqualTo((double[])[5, 5, 0, 0.5, 0.5, 0, 0.5, 0.5, 0]).Within(0.0001));

        await Host.Add(Bob, Journey.Flat(4, 10.05, 10.06));
        await Host.Add(Bob, Journey.Flat(1, 10.15, 10.05));
        await Host.RefreshGrid();
        var two = (await MapTests.Tile(Nobody, "map/" + MapTests.Place(5, 10, 10)))["grid"].OrderByDescending(square => (long)square["nb_pictures"]!).ToArray();
        Assert.That(two.Select(square => Convert.ToDouble(square["coef"])), Is.EqualTo((double[])[1, 0.1]).Within(0.0001));
        Assert.That(two[0].Properties.Skip(1).Take(3).Select(property => property.Value), Is.EqualTo((object[])[9L, 5L, 4L]));
        Assert.That(two[1].Properties.Skip(1).Take(3).Select(property => property.Value), Is.EqualTo((object[])[1L, 0L, 1L]));

        await Host.Show(first[0], "logged-only");
        await Host.Show(first[1], "owner-only");
        await Host.RefreshGrid();
        var counted = (await MapTests.Tile(Nobody, "map/" + MapTests.Place(5, 10, 10)))["grid"].MaxBy(square => (long)square["nb_pictures"]!)!;
        Assert.That(counted["nb_pictures"], Is.EqualTo(7L));

        // Of what is hidden, only what every account may see is counted for accounts.
        await Host.Database.Execute("UPDATE pictures SET visibility = 'owner-only' WHERE type = 'flat'");
        await Host.Show(first, "logged-only");
        await Host.RefreshGrid();
        var left = (await MapTests.Tile(Nobody, "map/" + MapTests.Place(5, 10, 10)))["grid"].Single();
        Assert.That(left.Properties.Skip(1).Select(property => Convert.ToDouble(property.Value)), Is.EqualTo((double[])[0, 0, 0, 0, 0, 0, 0.5, 0.5, 0]).Within(0.0001));
    }
}

/// <summary>An instance where anybody may register: the general map is the same for all.</summary>
internal sealed class OpenMapTests : StacFixture
{
    protected override (string Key, string Value)[] Settings => [("Auth__Provider", "osm"), ("Auth__RegistrationIsOpen", "true")];

    [Test]
    [Property("Contract", "read.md 23.49")]
    [Property("Contract", "known-faults 43")]
    public async Task Tiles_do_not_depend_on_the_caller()
    {
        var journey = await Host.Add(Bob, Journey.Flat(4, 10, 10));
        await Host.Show(journey[0], "owner-only");
        await Host.Show(journey[1], "logged-only");
        var path = $"map/{MapTests.Place(15, 10, 10)}.mvt";

        var nobody = await Nobody.Get(path);

        Assert.That(VectorTile.Read(await Nobody.Bytes(path))["pictures"], Has.Count.EqualTo(2));
        foreach (var client in (Visitor[])[B, C, A, new Visitor(Host.Process.Address, "nonsense")])
        {
            var answer = await client.Get(path);
            Assert.That((answer.Code, answer.Text, answer.Message.Headers.CacheControl!.ToString()), Is.EqualTo((200, nobody.Text, "public")));
        }

        Assert.That((await B.Get($"users/me/{path}")).Message.Headers.CacheControl!.ToString(), Is.EqualTo("private"));

        // A sequence that is hidden, shown again and deleted: gone for everybody, back, gone.
        await Host.Show(journey, "owner-only");
        foreach (var client in (Visitor[])[Nobody, B, A]) Assert.That(await client.Bytes(path), Is.Empty);
        Assert.That(VectorTile.Read(await B.Bytes($"users/me/{path}"))["sequences"].Single()["hidden"], Is.True);
        Assert.That(await C.Bytes($"users/{Bob.Id}/{path}"), Is.Empty);
        await Host.Show(journey, null);
        Assert.That(VectorTile.Read(await Nobody.Bytes(path))["pictures"], Has.Count.EqualTo(2));
        await Host.Delete(journey);
        Assert.That(await Nobody.Bytes(path), Is.Empty);
        Assert.That(await B.Bytes($"users/me/{path}"), Is.Empty);
    }

    [Test]
    [Property("Contract", "read.md 23.52")]
    public async Task The_general_map_may_be_cached_for_everybody_and_the_rest_as_elsewhere()
    {
        foreach (var (path, logged) in ((string, string)[])[
            ("map/0/0/0.mvt", "public"), ("map/15/0/0.mvt", "public"), ("map/style.json", "public"), ($"users/{Bob.Id}/map/style.json", "public"), ("users/me/map/style.json", "public"),
            ($"users/{Bob.Id}/map/0/0/0.mvt", "private"), ("users/me/map/0/0/0.mvt", "private"), ("", "public"), ("conformance", "public"), ("collections", "private"), ("search", "private"),
            ("queryables", "public, max-age=3600"), ("collections/queryables", "public, max-age=3600")])
        {
            Assert.That((await B.Get(path)).Message.Headers.CacheControl?.ToString(), Is.EqualTo(logged), path);
            if (!path.StartsWith("users/me", StringComparison.Ordinal))
                Assert.That((await Nobody.Get(path)).Message.Headers.CacheControl?.ToString(), Is.EqualTo(logged.Replace("private", "public", StringComparison.Ordinal)), path);
        }
    }

    [Test]
    [Property("Contract", "read.md 23.7")]
    [Property("Contract", "read.md 23.45")]
    public async Task Nothing_is_said_of_what_only_logged_in_people_see()
    {
        await Host.Add(Bob, Journey.Flat(1, 20, 20));
        await Host.RefreshGrid();

        Assert.That((await MapTests.Tile(Nobody, "map/" + MapTests.Place(3, 20, 20)))["grid"][0].Properties.Select(property => property.Key), Has.None.StartsWith("logged"));
        Assert.That((await Nobody.Get("map/style.json"))["metadata"]!["panoramax:fields"]!["grid"]!.AsArray().Select(field => field!.GetValue<string>()), Has.None.StartsWith("logged"));
        Assert.That((await Nobody.Get("configuration"))["visibility"]!["possible_values"]!.AsArray().Select(value => value!.GetValue<string>()), Is.EqualTo((string[])["anyone", "owner-only"]));
    }
}
