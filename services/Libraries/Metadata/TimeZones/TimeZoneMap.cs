namespace Panoramax.Metadata.TimeZones;

/// <summary>IANA time zone of a place, from the embedded quadtree (its form and source: <c>README.md</c> beside it).</summary>
internal static class TimeZoneMap
{
    private const int Base = 56;
    private const int CellValues = Base * Base;
    private const int Columns = 48;
    private const int Rows = 24;

    private static readonly (string[] Zones, string Cells) Map = Load();

    /// <summary>Name of the zone at a place; oceans give <c>Etc/GMT±n</c>.</summary>
    /// <param name="latitude">Degrees, -90 to 90.</param>
    /// <param name="longitude">Degrees, -180 to 180.</param>
    public static string Find(double latitude, double longitude)
    {
        if (latitude is not (>= -90 and <= 90) || longitude is not (>= -180 and <= 180))
        {
            throw new ArgumentOutOfRangeException(nameof(latitude), "Not a place on Earth");
        }

        if (latitude >= 90) return "Etc/GMT";

        // The divisors are a little above 360 and 180, so that 180° E and the South Pole still fall into the last cell.
        var x = Columns * (180 + longitude) / 360.00000000000006;
        var y = Rows * (90 - latitude) / 180.00000000000003;
        var column = (int)x;
        var row = (int)y;
        var group = -1;
        var value = CellAt(Columns * row + column);
        while (value + Map.Zones.Length < CellValues)
        {
            group += value + 1;
            x = 2 * (x - column) % 2;
            y = 2 * (y - row) % 2;
            column = (int)x;
            row = (int)y;
            value = CellAt(Columns * Rows + 4 * group + 2 * row + column);
        }

        return Map.Zones[value + Map.Zones.Length - CellValues];
    }

    private static int CellAt(int index) => (Map.Cells[2 * index] - '#') * Base + Map.Cells[2 * index + 1] - '#';

    private static (string[] Zones, string Cells) Load()
    {
        using var stream = typeof(TimeZoneMap).Assembly.GetManifestResourceStream("Panoramax.Metadata.time-zones.txt")!;
        using var reader = new StreamReader(stream);
        var zones = reader.ReadLine()!.Split(' ');
        return (zones, reader.ReadToEnd().Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal));
    }
}
