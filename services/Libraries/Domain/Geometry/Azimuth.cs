namespace Panoramax.Domain.Geometry;

/// <summary>Directions in degrees clockwise from north.</summary>
public static class Azimuth
{
    /// <summary>
    /// Direction on the plane of raw degrees, 0 (included) to 360 (not included); null when both are one point.
    /// Not the direction on the globe: the API's computed headings are defined on the plane, without the cosine of the latitude.
    /// </summary>
    public static double? PlanarDegrees(Position from, Position to)
    {
        // The short way round, so that a step over the antimeridian does not point backwards.
        var deltaLongitude = Math.IEEERemainder(to.Longitude - from.Longitude, 360);
        var deltaLatitude = to.Latitude - from.Latitude;
        if (deltaLongitude == 0 && deltaLatitude == 0) return null;

        var degrees = double.RadiansToDegrees(Math.Atan2(deltaLongitude, deltaLatitude));
        if (degrees < 0) degrees += 360;
        return degrees >= 360 ? 0 : degrees;
    }

    /// <summary>Angle between two headings, 0 to 180; null when one is unknown. 15 and 335 give 40.</summary>
    public static int? AngleBetween(int? headingDegrees, int? otherHeadingDegrees)
    {
        if (headingDegrees is not { } first || otherHeadingDegrees is not { } second) return null;
        var difference = Modulo360((long)first - second);
        return Math.Min(difference, 360 - difference);
    }

    /// <summary>The same direction as 0 to 359.</summary>
    public static int Modulo360(long degrees) => (int)(((degrees % 360) + 360) % 360);
}
