namespace Panoramax.Imaging.Detection;

/// <summary>Cars, motorcycles, buses and trucks by CenterNet: where lettering may be a licence plate.</summary>
internal sealed class VehicleFinder(DetectionOptions options) : IDisposable
{
    private const int Side = 512;

    /// <summary>One cell of the network's answer is so many pixels of its input.</summary>
    private const int Step = 4;
    private const double Overlap = 0.5;

    // RGB, 0 to 255.
    private static readonly PixelScale Pixels = new(redFirst: true, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

    private readonly OnnxModel _model = OnnxModel.BuiltIn(options.ModelFolder, "vehicles.onnx");

    public void Dispose() => _model.Dispose();

    internal List<Candidate> Find(PictureView view, CancellationToken cancel)
    {
        var found = new List<Candidate>();
        var whole = new Box(0, 0, view.WrapsAround ? view.Width + view.Width / 8 : view.Width, view.Height);
        found.AddRange(Look(view, whole));
        if (Math.Max(view.Width, view.Height) > options.VehicleTile)
        {
            foreach (var tile in view.Tiles(options.VehicleTile, options.VehicleOverlap, view.SkyRows))
            {
                cancel.ThrowIfCancellationRequested();
                found.AddRange(Look(view, tile));
            }
        }

        return Candidates.WithoutDoubles(found, Overlap, view.WrapsAround ? view.Width : 0);
    }

    private List<Candidate> Look(PictureView view, Box tile)
    {
        using var part = view.Part(tile);
        var scale = (double)Side / Math.Max(part.Width, part.Height);
        int width = Math.Max(1, (int)Math.Round(part.Width * scale)), height = Math.Max(1, (int)Math.Round(part.Height * scale));
        return _model.Run(PictureTensor.Of(part, width, height, Pixels, multiple: 32), outputs =>
        {
            var (rows, columns) = ((int)outputs[0].GetTensorTypeAndShape().Shape[2], (int)outputs[0].GetTensorTypeAndShape().Shape[3]);
            var centres = outputs[0].GetTensorDataAsSpan<float>();
            var sides = outputs[1].GetTensorDataAsSpan<float>();
            var plane = rows * columns;
            var found = new List<Candidate>();
            for (var at = 0; at < centres.Length; at++)
            {
                if (centres[at] < options.VehicleScore || !IsPeak(centres.Slice(at / plane * plane, plane), at % plane, columns)) continue;
                int cell = at % plane, x = cell % columns * Step, y = cell / columns * Step;
                found.Add(new Candidate(x - sides[cell], y - sides[plane + cell], x + sides[2 * plane + cell], y + sides[3 * plane + cell], centres[at])
                    .Scale(1 / scale).Shift(tile.X, tile.Y));
            }

            return found;
        });
    }

    private static bool IsPeak(ReadOnlySpan<float> plane, int cell, int columns)
    {
        int column = cell % columns, row = cell / columns, rows = plane.Length / columns;
        for (var y = Math.Max(0, row - 1); y <= Math.Min(rows - 1, row + 1); y++)
        {
            for (var x = Math.Max(0, column - 1); x <= Math.Min(columns - 1, column + 1); x++)
            {
                if (plane[y * columns + x] > plane[cell]) return false;
            }
        }

        return true;
    }
}
