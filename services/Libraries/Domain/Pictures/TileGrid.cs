namespace Panoramax.Domain.Pictures;

/// <summary>Columns × rows that a 360° picture is cut into (rule of the API: <c>write.md</c> 18).</summary>
public readonly record struct TileGrid(int Columns, int Rows)
{
    private const int SmallestColumns = 4;
    private const int LargestColumns = 64;

    /// <summary>The grid of a 360° picture of this width in pixels; columns are 4, 8, 16, 32 or 64, rows half of it.</summary>
    public static TileGrid Of(int widthPixels)
    {
        var wanted = Math.Clamp(2 * (widthPixels / 512 / 2), SmallestColumns, LargestColumns);
        var columns = SmallestColumns;
        while (columns * 2 <= wanted) columns *= 2;
        return new TileGrid(columns, columns / 2);
    }
}
