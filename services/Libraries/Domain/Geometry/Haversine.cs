namespace Panoramax.Domain.Geometry;

/// <summary>Great-circle distance on a sphere: the measure of splitting and of capture duplicates.</summary>
public static class Haversine
{
    /// <summary>
    /// Metres. The value that clients of the API expect (their own tools split and deduplicate with it before they send);
    /// a better figure of the earth would give other sequences.
    /// </summary>
    public const double EarthRadiusMetres = 6_371_000;

    /// <summary>Distance in metres.</summary>
    public static double DistanceMetres(Position from, Position to)
    {
        var fromLatitude = double.DegreesToRadians(from.Latitude);
        var toLatitude = double.DegreesToRadians(to.Latitude);
        var sineOfHalfLatitude = Math.Sin((toLatitude - fromLatitude) / 2);
        var sineOfHalfLongitude = Math.Sin(double.DegreesToRadians(to.Longitude - from.Longitude) / 2);

        var a = (sineOfHalfLatitude * sineOfHalfLatitude)
            + (Math.Cos(fromLatitude) * Math.Cos(toLatitude) * sineOfHalfLongitude * sineOfHalfLongitude);
        // Rounding may lift a above 1 for antipodes.
        return 2 * EarthRadiusMetres * Math.Atan2(Math.Sqrt(a), Math.Sqrt(Math.Max(0, 1 - a)));
    }
}
