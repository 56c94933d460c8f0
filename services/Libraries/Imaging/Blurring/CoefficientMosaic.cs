using Panoramax.Imaging.Jpeg;

namespace Panoramax.Imaging.Blurring;

/// <summary>
/// Draws a plan on the coefficients of a file: each block inside takes the mean of its cell and loses all detail; blocks
/// outside are not touched, so nothing is lost there. Two filters: the first sums, the second writes.
/// </summary>
internal sealed class CoefficientMosaic
{
    private readonly MosaicPlan _plan;
    private readonly IReadOnlyList<JpegComponent> _components;
    private readonly long[][] _sums;
    private readonly int[][] _counts;

    /// <param name="components">Sampling of the upright file.</param>
    internal CoefficientMosaic(MosaicPlan plan, IReadOnlyList<JpegComponent> components)
    {
        _plan = plan;

        // With one component a unit is one block, whatever its sampling factors say.
        _components = components.Count == 1 ? [new JpegComponent(1, 1)] : components;
        _sums = components.Select(_ => new long[plan.CellCount + 1]).ToArray();
        _counts = components.Select(_ => new int[plan.CellCount + 1]).ToArray();
        Summing = new Sum(this);
        Writing = new Write(this);
    }

    internal ICoefficientFilter Summing { get; }

    internal ICoefficientFilter Writing { get; }

    private ReadOnlySpan<int> Cells(int component, int blockRow) =>
        blockRow / _components[component].Vertical is var row && row < _plan.Rows ? _plan.CellsOfRow(row) : [];

    private sealed class Sum(CoefficientMosaic mosaic) : ICoefficientFilter
    {
        public void See(Span<short> blocks, int component, int row)
        {
            var cells = mosaic.Cells(component, row);
            if (cells.IndexOfAnyExcept(0) < 0) return;
            var across = mosaic._components[component].Horizontal;
            var sums = mosaic._sums[component];
            var counts = mosaic._counts[component];
            for (int block = 0, at = 0; at < blocks.Length; block++, at += 64)
            {
                var cell = cells[block / across];
                if (cell == 0) continue;
                sums[cell] += blocks[at];
                counts[cell]++;
            }
        }
    }

    private sealed class Write(CoefficientMosaic mosaic) : ICoefficientFilter
    {
        public void See(Span<short> blocks, int component, int row)
        {
            var cells = mosaic.Cells(component, row);
            if (cells.IndexOfAnyExcept(0) < 0) return;
            var across = mosaic._components[component].Horizontal;
            for (int block = 0, at = 0; at < blocks.Length; block++, at += 64)
            {
                var cell = cells[block / across];
                if (cell == 0) continue;
                blocks.Slice(at, 64).Clear();
                blocks[at] = (short)Math.Round((double)mosaic._sums[component][cell] / mosaic._counts[component][cell]);
            }
        }
    }
}
