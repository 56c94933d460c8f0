using Panoramax.Http.Values;

namespace Panoramax.Stac.Search;

/// <summary>
/// A box of degrees. West may be greater than east: the box then crosses the 180th meridian and counts as the two parts on
/// either side of it.
/// </summary>
internal sealed record SearchArea(double West, double South, double East, double North)
{
    public bool CrossesDateLine => West > East;

    /// <summary>
    /// So small that everything in it can be looked at: 0.25 square degrees, half a degree on each side. In larger ones walking
    /// an order finds a page sooner.
    /// </summary>
    public bool IsSmall => (CrossesDateLine ? East + 360 - West : East - West) * (North - South) <= 0.25;

    /// <summary>Middle; a longitude beyond 180 when the box crosses the 180th meridian.</summary>
    public (double Longitude, double Latitude) Centre => ((West + (CrossesDateLine ? East + 360 : East)) / 2, (South + North) / 2);

    /// <summary>Reads <c>w,s,e,n</c>, with or without brackets.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400; with <c>details.error</c> when a number is none or out of range.</exception>
    public static SearchArea Parse(string text)
    {
        var parts = text.Trim().TrimStart('[').TrimEnd(']').Split(',');
        if (parts.Length != 4) throw StacErrors.BadParameter("bbox", "four numbers: minx,miny,maxx,maxy");
        var area = new SearchArea(Longitude("bbox", parts[0]), Latitude("bbox", parts[1]), Longitude("bbox", parts[2]), Latitude("bbox", parts[3]));
        return area.South <= area.North ? area : throw StacErrors.BadParameter("bbox", "miny must not be greater than maxy");
    }

    /// <summary>A box that surely holds everything within this distance; wider than need be near the poles.</summary>
    public static SearchArea Around(double longitude, double latitude, double metres)
    {
        // A degree of latitude is at least 110,574 m (at the equator), one of longitude 111,320 m times the cosine of the
        // latitude; one per cent more for the ellipsoid.
        var deltaLatitude = metres / 110_574 * 1.01;
        var (south, north) = (latitude - deltaLatitude, latitude + deltaLatitude);
        if (south <= -90 || north >= 90) return new SearchArea(-180, Math.Max(south, -90), 180, Math.Min(north, 90));

        var narrowest = Math.Cos(double.DegreesToRadians(Math.Max(Math.Abs(south), Math.Abs(north))));
        var deltaLongitude = metres / (111_320 * narrowest) * 1.01;
        if (deltaLongitude >= 180) return new SearchArea(-180, south, 180, north);
        var (west, east) = (longitude - deltaLongitude, longitude + deltaLongitude);
        return new SearchArea(west < -180 ? west + 360 : west, south, east > 180 ? east - 360 : east, north);
    }

    /// <summary>The condition on a column of points.</summary>
    public string Condition(Statement statement, string column = "p.geom") => CrossesDateLine
        ? $"({column} && {Envelope(statement, West, 180)} OR {column} && {Envelope(statement, -180, East)})"
        : $"{column} && {Envelope(statement, West, East)}";

    /// <summary>The box as a geometry.</summary>
    public string Geometry(Statement statement) => CrossesDateLine
        ? $"ST_Collect({Envelope(statement, West, 180)}, {Envelope(statement, -180, East)})"
        : Envelope(statement, West, East);

    internal static double Longitude(string parameter, string text) => Degrees($"longitude in {parameter}", text, 180);

    internal static double Latitude(string parameter, string text) => Degrees($"latitude in {parameter}", text, 90);

    private static double Degrees(string name, string text, double bound)
    {
        var value = Lenient.Double(text) ?? throw StacErrors.Unreadable(name, $"'{text.Trim()}' is no number");
        return Math.Abs(value) <= bound ? value : throw StacErrors.Unreadable(name, $"{text.Trim()} is not between -{bound} and {bound}");
    }

    private string Envelope(Statement statement, double west, double east) =>
        $"ST_MakeEnvelope({statement.Value(west)}, {statement.Value(South)}, {statement.Value(east)}, {statement.Value(North)}, 4326)";
}
