namespace Panoramax.ServiceTests.Stac;

/// <summary>Which pictures can show a place.</summary>
internal sealed class PlaceSearchTests : StacFixture
{
    /// <summary>Degrees of latitude of one metre near 45° north.</summary>
    private const double Metre = 1 / 111_131.0;

    private async Task<Guid[]> Showing(double longitude, double latitude, string more = "") =>
        Ids(await Nobody.Get(FormattableString.Invariant($"search?place_position={longitude},{latitude}{more}")));

    [Test]
    [Property("Contract", "read.md 23.36")]
    public async Task A_panorama_shows_what_lies_within_the_ring_whatever_its_heading()
    {
        var journey = await Host.Add(Bob, new Journey(
            new Shot(10, 45 + (1 * Metre)).As360(), new Shot(10, 45 + (7 * Metre)).As360() with { Heading = 0 }, new Shot(10, 45 + (17 * Metre)).As360()));

        Assert.That(await Showing(10, 45), Is.EqualTo((Guid[])[journey[1].Id]));
        Assert.That(await Showing(10, 45, "&place_distance=0-10"), Is.EqualTo((Guid[])[journey[0].Id, journey[1].Id]));
        Assert.That(await Showing(10, 45, "&place_distance=5-20"), Is.EqualTo((Guid[])[journey[1].Id, journey[2].Id]));
        Assert.That(await Showing(10, 45, "&place_distance=5-20&place_fov_tolerance=2"), Is.EqualTo((Guid[])[journey[1].Id, journey[2].Id]));
    }

    // A flat picture ten metres south of the place: the place is due north.
    [TestCase(0, 30, true)]
    [TestCase(14, 30, true)]
    [TestCase(16, 30, false)]
    [TestCase(346, 30, true)]
    [TestCase(344, 30, false)]
    [TestCase(360, 30, true)]
    [TestCase(90, 180, true)]
    [TestCase(270, 180, true)]
    [TestCase(92, 180, false)]
    [TestCase(180, 180, false)]
    [Property("Contract", "read.md 23.36")]
    public async Task A_flat_picture_shows_what_it_looks_at_also_across_north(int heading, int tolerance, bool shows)
    {
        var latitude = 45 + (heading * 0.01) + (tolerance * 0.0001);
        var journey = await Host.Add(Bob, new Journey(new Shot(20, latitude - (10 * Metre)) { Heading = heading }));

        Assert.That(await Showing(20, latitude, $"&place_fov_tolerance={tolerance}"), shows ? Is.EqualTo((Guid[])[journey[0].Id]) : Is.Empty);
    }

    [Test]
    public async Task A_flat_picture_without_heading_is_not_known_to_show_anything()
    {
        await Host.Add(Bob, Journey.Flat(1, 30, 45));

        Assert.That(await Showing(30, 45 + (10 * Metre), "&place_fov_tolerance=180"), Is.Empty);
    }

    [Test]
    public async Task A_tolerance_that_is_no_whole_number_counts_as_not_given()
    {
        var journey = await Host.Add(Bob, new Journey(new Shot(31, 45) { Heading = 10 }));

        Assert.That(await Showing(31, 45 + (10 * Metre), "&place_fov_tolerance=wide"), Is.EqualTo((Guid[])[journey[0].Id]));
    }

    [TestCase(180, -179.99995)]
    [TestCase(-179.99995, 180)]
    public async Task A_place_at_the_180th_meridian_is_seen_from_the_other_side(double place, double camera)
    {
        var latitude = place > 0 ? 45.5 : 46.5;
        var journey = await Host.Add(Bob, new Journey(new Shot(camera, latitude).As360()));

        Assert.That(await Showing(place, latitude), Is.EqualTo((Guid[])[journey[0].Id]));
    }
}
