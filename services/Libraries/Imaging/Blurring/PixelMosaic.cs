using OpenCvSharp;

namespace Panoramax.Imaging.Blurring;

/// <summary>Draws a plan on decoded pixels.</summary>
internal static class PixelMosaic
{
    internal static void Draw(Mat pixels, MosaicPlan plan)
    {
        var sums = new (double Blue, double Green, double Red, double Pixels)[plan.CellCount + 1];
        ForEachUnit(pixels, plan, (cell, unit) =>
        {
            var mean = Cv2.Mean(unit);
            var count = (double)unit.Rows * unit.Cols;
            ref var sum = ref sums[cell];
            sum = (sum.Blue + mean.Val0 * count, sum.Green + mean.Val1 * count, sum.Red + mean.Val2 * count, sum.Pixels + count);
        });
        ForEachUnit(pixels, plan, (cell, unit) =>
        {
            var sum = sums[cell];
            unit.SetTo(new Scalar(sum.Blue / sum.Pixels, sum.Green / sum.Pixels, sum.Red / sum.Pixels));
        });
    }

    private static void ForEachUnit(Mat pixels, MosaicPlan plan, Action<int, Mat> act)
    {
        for (var row = 0; row < plan.Rows; row++)
        {
            var cells = plan.CellsOfRow(row);
            for (var column = 0; column < plan.Columns; column++)
            {
                var cell = cells[column];
                if (cell == 0) continue;

                // Neighbours of one cell are taken together: fewer calls into native code.
                var end = column + 1;
                while (end < plan.Columns && cells[end] == cell) end++;
                int x = column * plan.UnitWidth, y = row * plan.UnitHeight;
                using var unit = pixels.SubMat(new Rect(x, y, Math.Min(end * plan.UnitWidth, plan.Width) - x, Math.Min(plan.UnitHeight, plan.Height - y)));
                act(cell, unit);
                column = end - 1;
            }
        }
    }
}
