namespace Panoramax.Domain.Geometry;

/// <summary>The WGS 84 ellipsoid, for distances that must be right to the millimetre though short.</summary>
public static class Ellipsoid
{
    private const double EquatorMetres = 6_378_137;
    private const double Flattening = 1 / 298.257223563;
    private const double EccentricitySquared = Flattening * (2 - Flattening);

    /// <summary>
    /// Metres straight through the earth. The way along the surface (geodesic) is longer by d³/24R²: under 1 mm up to 10 km,
    /// and under a nanometre at 75 m. Needs no iteration and holds at the poles and across the antimeridian.
    /// </summary>
    public static double ChordMetres(Position from, Position to)
    {
        var (x1, y1, z1) = ToEarthCentred(from);
        var (x2, y2, z2) = ToEarthCentred(to);
        return Math.Sqrt(((x2 - x1) * (x2 - x1)) + ((y2 - y1) * (y2 - y1)) + ((z2 - z1) * (z2 - z1)));
    }

    private static (double X, double Y, double Z) ToEarthCentred(Position position)
    {
        var (sineOfLatitude, cosineOfLatitude) = Math.SinCos(double.DegreesToRadians(position.Latitude));
        var (sineOfLongitude, cosineOfLongitude) = Math.SinCos(double.DegreesToRadians(position.Longitude));
        var normal = EquatorMetres / Math.Sqrt(1 - (EccentricitySquared * sineOfLatitude * sineOfLatitude));
        return (
            normal * cosineOfLatitude * cosineOfLongitude,
            normal * cosineOfLatitude * sineOfLongitude,
            normal * (1 - EccentricitySquared) * sineOfLatitude);
    }
}
