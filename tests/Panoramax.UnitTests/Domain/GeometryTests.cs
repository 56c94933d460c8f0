using Panoramax.Domain.Geometry;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class GeometryTests
{
    private static readonly Position Paris = new(1.9191854417991367, 49.00688961988304);

    [TestCase(1e-6, 0, 0.1112)]
    [TestCase(9e-6, 0, 1.0008)]
    [TestCase(9e-4, 0, 100.0754)]
    [TestCase(1e-3, 0, 111.1949)]
    [TestCase(0, 1e-5, 0.7294)]
    [TestCase(0, 1.37e-5, 0.9993)]
    [TestCase(0, 1.371e-3, 100.0012)]
    [TestCase(0, 0, 0)]
    [Property("Contract", "metadata-and-dispatch 3.2 H1")]
    [Property("Contract", "metadata-and-dispatch 3.2 H2")]
    public void Haversine_gives_the_distance_that_clients_expect(double deltaLatitude, double deltaLongitude, double metres)
    {
        var there = new Position(Paris.Longitude + deltaLongitude, Paris.Latitude + deltaLatitude);

        Assert.That(Haversine.DistanceMetres(Paris, there), Is.EqualTo(metres).Within(0.00006));
        Assert.That(Haversine.DistanceMetres(there, Paris), Is.EqualTo(Haversine.DistanceMetres(Paris, there)));
    }

    [Test]
    public void Haversine_takes_the_short_way_over_the_antimeridian() =>
        Assert.That(Haversine.DistanceMetres(new Position(179.9999, 0), new Position(-179.9999, 0)), Is.EqualTo(22.239).Within(0.001));

    [Test]
    public void Haversine_of_antipodes_is_half_the_circumference() =>
        Assert.That(Haversine.DistanceMetres(new Position(10, 20), new Position(-170, -20)), Is.EqualTo(Math.PI * 6_371_000).Within(1));

    // Values of PostGIS 3.3: ST_Distance of two geographies.
    [TestCase(2, 48, 2, 48.001, 111.19033232)]
    [TestCase(2, 48, 2.001, 48, 74.62535356)]
    [TestCase(2, 47.7, 2.001, 47.7, 75.05697275)]
    [TestCase(0, 0, 0.001, 0, 111.31949079)]
    [TestCase(0, 0, 0, 0.001, 110.57427582)]
    [TestCase(179.9999, 0, -179.9999, 0, 22.26389816)]
    public void Short_distances_on_the_ellipsoid_are_right_to_the_millimetre(double west, double south, double east, double north, double metres) =>
        Assert.That(Ellipsoid.ChordMetres(new Position(west, south), new Position(east, north)), Is.EqualTo(metres).Within(0.0001));

    [TestCase(48.001, 2.001, 45)]
    [TestCase(48, 2.001, 90)]
    [TestCase(47.999, 1.999, 225)]
    [TestCase(48.001, 1.9999, 354.289)]
    [TestCase(48.001, 2, 0)]
    [TestCase(47.999, 2, 180)]
    [TestCase(48, 1.999, 270)]
    public void The_azimuth_is_that_of_the_plane_of_degrees(double latitude, double longitude, double degrees) =>
        Assert.That(Azimuth.PlanarDegrees(new Position(2, 48), new Position(longitude, latitude)), Is.EqualTo(degrees).Within(0.001));

    [Test]
    public void There_is_no_azimuth_between_two_pictures_at_one_point() =>
        Assert.That(Azimuth.PlanarDegrees(Paris, Paris), Is.Null);

    [Test]
    public void The_azimuth_over_the_antimeridian_points_ahead()
    {
        Assert.That(Azimuth.PlanarDegrees(new Position(179.9999, 10), new Position(-179.9999, 10)), Is.EqualTo(90));
        Assert.That(Azimuth.PlanarDegrees(new Position(-179.9999, 10), new Position(179.9999, 10)), Is.EqualTo(270));
    }

    [TestCase(120, 120, 0)]
    [TestCase(120, 240, 120)]
    [TestCase(15, 335, 40)]
    [TestCase(335, 15, 40)]
    [TestCase(0, 180, 180)]
    [TestCase(360, 0, 0)]
    [TestCase(null, 15, null)]
    [TestCase(15, null, null)]
    [TestCase(null, null, null)]
    [Property("Contract", "metadata-and-dispatch 3.2 R1")]
    public void The_angle_between_headings_goes_the_short_way(int? first, int? second, int? angle) =>
        Assert.That(Azimuth.AngleBetween(first, second), Is.EqualTo(angle));

    [Test]
    public void The_box_of_positions_is_their_extent()
    {
        Assert.That(BoundingBox.Of([]), Is.Null);
        Assert.That(BoundingBox.Of([new Position(2, 48)]), Is.EqualTo(new BoundingBox(2, 48, 2, 48)));
        Assert.That(
            BoundingBox.Of([new Position(2, 48), new Position(-1, 49), new Position(1, 47)]),
            Is.EqualTo(new BoundingBox(-1, 47, 2, 49)));
    }
}
