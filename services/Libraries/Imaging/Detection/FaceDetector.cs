using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>
/// Faces by SSD on MobileNet v1: small faces in overlapping tiles near the picture's own size, with the network's finest grid
/// only; larger ones in the whole picture scaled down, with all grids.
/// </summary>
internal sealed class FaceDetector(DetectionOptions options) : IDetector
{
    private const string Version = "ssd-mobilenet-v1-face-api-1.7.15";

    /// <summary>Doubles share more than this of their common area.</summary>
    private const double Overlap = 0.4;

    /// <summary>The side the network was trained with; smaller pictures are enlarged to it.</summary>
    private const int TrainedSide = 512;

    /// <summary>Tiles whose grey values deviate less than this (clear sky, a wall) hold no face.</summary>
    private const double FlatDeviation = 4;

    private readonly FaceNet _all = new(options.ModelFolder, "faces.onnx", grids: 6);
    private readonly FaceNet _small = new(options.ModelFolder, "small-faces.onnx", grids: 1);

    public string Name => Version;

    public void Dispose()
    {
        _all.Dispose();
        _small.Dispose();
    }

    public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel)
    {
        var view = new PictureView(picture.Pixels, wrapsAround);
        var found = new List<Candidate>();
        var scale = Math.Clamp(Math.Sqrt(options.FacePixels / ((double)view.Width * view.Height)), options.FaceScale, 1);
        int side = (int)(options.FaceTile / scale), overlap = (int)(options.FaceOverlap / scale);
        foreach (var tile in view.Tiles(side, overlap, view.SkyRows))
        {
            cancel.ThrowIfCancellationRequested();
            using var part = view.Part(tile);
            if (IsFlat(part)) continue;
            found.AddRange(_small.Look(part, scale, options.FaceScore).Select(candidate => candidate.Shift(tile.X, tile.Y)));
        }

        cancel.ThrowIfCancellationRequested();
        found.AddRange(LookAtWhole(view, scale));
        return Candidates.WithoutDoubles(found, Overlap, wrapsAround ? view.Width : 0)
            .Select(candidate => new Detected(DetectedKind.Face, view.Normalize(candidate.ToBox()), Math.Round(candidate.Score, 3), Version))
            .Where(detected => !detected.Box.IsEmpty)
            .ToList();
    }

    private List<Candidate> LookAtWhole(PictureView view, double scaleOfTiles)
    {
        // Across the seam of a 360° picture a large face needs a part of the other end.
        var width = view.WrapsAround ? view.Width + view.Width / 8 : view.Width;
        using var whole = view.Part(new Box(0, 0, width, view.Height));
        var longest = Math.Max(width, view.Height);
        return _all.Look(whole, Math.Clamp(longest * scaleOfTiles / 2, TrainedSide, options.FaceWhole) / longest, options.FaceScore);
    }

    private static bool IsFlat(Mat part)
    {
        // One pixel in eight each way is enough to tell: what is looked for spans more.
        using var small = new Mat();
        Cv2.Resize(part, small, new Size(Math.Max(1, part.Width / 8), Math.Max(1, part.Height / 8)), interpolation: InterpolationFlags.Nearest);
        Cv2.MeanStdDev(small, out _, out var deviation);
        return Math.Max(deviation.Val0, Math.Max(deviation.Val1, deviation.Val2)) < FlatDeviation;
    }
}
