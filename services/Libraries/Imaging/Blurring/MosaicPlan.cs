namespace Panoramax.Imaging.Blurring;

/// <summary>One rectangle to blur, in minimum coded units of the upright file, and the side of its flat cells in the same units.</summary>
internal readonly record struct MosaicArea(int X, int Y, int Columns, int Rows, int CellColumns, int CellRows);

/// <summary>
/// Which unit of a picture takes the colour of which flat cell. Boxes are rounded outward to whole units, so that
/// coefficients outside stay as they are, and no area keeps more than 6×6 cells: too few to tell a face or to read a plate.
/// The same plan serves the coefficients and the decoded pixels. It does not depend on the order of the boxes.
/// </summary>
internal sealed class MosaicPlan
{
    private const int MostCellsPerSide = 6;

    /// <summary>Boxes that overlap become one when that covers at most this much more than they do; others stay two areas.</summary>
    private const double LargestWasteOfMerging = 1.3;

    private readonly int[] _cells;

    private MosaicPlan(int width, int height, int unitWidth, int unitHeight, IReadOnlyList<MosaicArea> areas)
    {
        (Width, Height, UnitWidth, UnitHeight, Areas) = (width, height, unitWidth, unitHeight, areas);
        Columns = (width + unitWidth - 1) / unitWidth;
        Rows = (height + unitHeight - 1) / unitHeight;
        _cells = new int[Columns * Rows];
        foreach (var area in areas) Claim(area);
    }

    internal int Width { get; }

    internal int Height { get; }

    internal int UnitWidth { get; }

    internal int UnitHeight { get; }

    internal int Columns { get; }

    internal int Rows { get; }

    internal IReadOnlyList<MosaicArea> Areas { get; }

    /// <summary>Cells are numbered from 1.</summary>
    internal int CellCount { get; private set; }

    /// <param name="unitWidth">Pixels of a minimum coded unit of the upright file.</param>
    internal static MosaicPlan Of(IEnumerable<Box> boxes, int width, int height, int unitWidth, int unitHeight)
    {
        var picture = new Box(0, 0, width, height);
        var inside = boxes.Select(box => box.Intersect(picture)).Where(box => !box.IsEmpty);
        var areas = Merge(inside).Select(box =>
        {
            int x = box.X / unitWidth, y = box.Y / unitHeight;
            int columns = (box.Right + unitWidth - 1) / unitWidth - x, rows = (box.Bottom + unitHeight - 1) / unitHeight - y;
            var side = (Math.Max(columns * unitWidth, rows * unitHeight) + MostCellsPerSide - 1) / MostCellsPerSide;
            return new MosaicArea(x, y, columns, rows, (side + unitWidth - 1) / unitWidth, (side + unitHeight - 1) / unitHeight);
        });
        return new MosaicPlan(width, height, unitWidth, unitHeight, areas.ToList());
    }

    /// <summary>The cell of a unit, or 0 where nothing is blurred.</summary>
    internal int Cell(int column, int row) => _cells[row * Columns + column];

    /// <summary>Cells of one row of units.</summary>
    internal ReadOnlySpan<int> CellsOfRow(int row) => _cells.AsSpan(row * Columns, Columns);

    private static List<Box> Merge(IEnumerable<Box> boxes)
    {
        // Sorted first, so that the result is the same for any order of the input; large areas come first.
        var sorted = boxes.Distinct().OrderByDescending(box => box.Area).ThenBy(box => box.X).ThenBy(box => box.Y).ThenBy(box => box.Width).ToList();
        var merged = new List<Box>();
        foreach (var next in sorted)
        {
            var box = next;
            int partner;
            while ((partner = merged.FindIndex(other => WorthMerging(box, other))) >= 0)
            {
                box = box.Union(merged[partner]);
                merged.RemoveAt(partner);
            }

            merged.Add(box);
        }

        return merged;
    }

    private static bool WorthMerging(Box a, Box b)
    {
        var shared = a.Intersect(b);
        return !shared.IsEmpty && a.Union(b).Area <= LargestWasteOfMerging * (a.Area + b.Area - shared.Area);
    }

    private void Claim(MosaicArea area)
    {
        // A unit belongs to the first area that covers it: each is averaged once, from what was there before.
        var cellsAcross = (area.Columns + area.CellColumns - 1) / area.CellColumns;
        for (var row = 0; row < area.Rows; row++)
        {
            for (var column = 0; column < area.Columns; column++)
            {
                ref var cell = ref _cells[(area.Y + row) * Columns + area.X + column];
                if (cell == 0) cell = CellCount + 1 + row / area.CellRows * cellsAcross + column / area.CellColumns;
            }
        }

        CellCount += cellsAcross * ((area.Rows + area.CellRows - 1) / area.CellRows);
    }
}
