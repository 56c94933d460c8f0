namespace Panoramax.Imaging.Detection;

/// <summary>One reference box of the face network, in pixels of its input.</summary>
internal readonly record struct Anchor(float CentreX, float CentreY, float Width, float Height);

/// <summary>
/// The reference boxes against which the face network tells positions (SSD, TensorFlow's object detection models): on six
/// grids, each half as fine as the one before, boxes of growing size in several proportions. The network slides over inputs
/// of any size, so the grids follow the input's; sizes stay those of its training at 512×512.
/// </summary>
internal static class FaceAnchors
{
    private const float TrainedSide = 512;
    private const int FinestStep = 16;

    /// <summary>Shares of the trained side; the last is only the partner of the one before.</summary>
    private static readonly float[] Scales = [0.2f, 0.35f, 0.5f, 0.65f, 0.8f, 0.95f, 1f];

    /// <param name="grids">6, or 1 for the network that has the finest grid only.</param>
    internal static List<Anchor> For(int width, int height, int grids)
    {
        var anchors = new List<Anchor>();
        int step = FinestStep, columns = Cells(width, step), rows = Cells(height, step);
        for (var grid = 0; grid < grids; grid++, step *= 2, columns = (columns + 1) / 2, rows = (rows + 1) / 2)
        {
            var shapes = Shapes(grid);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    foreach (var (anchorWidth, anchorHeight) in shapes) anchors.Add(new Anchor((column + 0.5f) * step, (row + 0.5f) * step, anchorWidth, anchorHeight));
                }
            }
        }

        return anchors;
    }

    private static int Cells(int side, int step) => (side + step - 1) / step;

    private static (float Width, float Height)[] Shapes(int grid)
    {
        var scale = Scales[grid];
        (float Scale, float Ratio)[] kinds = grid == 0
            ? [(0.1f, 1f), (scale, 2f), (scale, 0.5f)]
            : [(scale, 1f), (MathF.Sqrt(scale * Scales[grid + 1]), 1f), (scale, 2f), (scale, 0.5f), (scale, 3f), (scale, 1f / 3f)];
        return kinds.Select(kind => (TrainedSide * kind.Scale * MathF.Sqrt(kind.Ratio), TrainedSide * kind.Scale / MathF.Sqrt(kind.Ratio))).ToArray();
    }
}
