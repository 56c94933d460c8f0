namespace Panoramax.Stac.Map;

/// <summary>A square of the web map's pyramid: zoom, column from the west, row from the north.</summary>
internal readonly record struct TileArea(int Zoom, int X, int Y)
{
    /// <summary>Units of a tile's side, in which its geometry is written.</summary>
    public const int Extent = 4096;

    /// <summary>Units around the tile that it holds too, so that lines and circles do not end at its edge.</summary>
    public const int Buffer = 256;

    /// <summary>False: there is no such tile at this zoom.</summary>
    public bool Exists => Zoom is >= 0 and <= 30 && X >= 0 && Y >= 0 && X < 1L << Zoom && Y < 1L << Zoom;

    public double West => Math.Max(-180, Longitude(X - Margin));

    public double East => Math.Min(180, Longitude(X + 1 + Margin));

    public double North => Latitude(Math.Max(0, Y - Margin));

    public double South => Latitude(Math.Min(Side, Y + 1 + Margin));

    /// <summary>One unit of the tile, in degrees of longitude.</summary>
    public double DegreesPerUnit => 360 / Side / Extent;

    private static double Margin => (double)Buffer / Extent;

    private double Side => Math.Pow(2, Zoom);

    private double Longitude(double column) => column / Side * 360 - 180;

    private double Latitude(double row) => double.RadiansToDegrees(Math.Atan(Math.Sinh(Math.PI * (1 - 2 * row / Side))));
}
