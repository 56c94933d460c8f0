using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>
/// The street: houses to the left, a road, a promenade with trees, a river to the right. X runs along it in metres from
/// <see cref="Latitude"/>/<see cref="Longitude"/>, Y to the left, Z up.
/// </summary>
internal static class Street
{
    public const double Latitude = 47.2184;
    public const double Longitude = -1.5536;

    /// <summary>Degrees; the street runs to the north-east.</summary>
    public const double Bearing = 38;

    public const float LeftKerb = 3.6f, Facades = 7, RightKerb = -3.6f, QuayEdge = -10, Water = -3, FarBank = -150;

    private const double MetresOfDegree = 6_371_000 * Math.PI / 180;

    /// <summary>Position of a place of the street, to 1e-7 degrees.</summary>
    public static (double Latitude, double Longitude) Position(double along, double left)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(Bearing));
        var north = (along * cos) + (left * sin);
        var east = (along * sin) - (left * cos);
        return (Math.Round(Latitude + (north / MetresOfDegree), 7),
            Math.Round(Longitude + (east / (MetresOfDegree * Math.Cos(double.DegreesToRadians(Latitude)))), 7));
    }

    /// <summary>Unit vector of a compass bearing and an elevation, degrees.</summary>
    public static Vector3 Direction(double bearing, double elevation)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(bearing - Bearing));
        var (up, level) = Math.SinCos(double.DegreesToRadians(elevation));
        return new Vector3((float)(cos * level), (float)(-sin * level), (float)up);
    }
}
