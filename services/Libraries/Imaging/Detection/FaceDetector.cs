using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>
/// Faces by SSD on MobileNet v1: in overlapping tiles near the picture's own size for small faces, and once in the whole
/// picture scaled down for faces larger than a tile shows.
/// </summary>
internal sealed class FaceDetector(DetectionOptions options) : IDetector
{
    internal const string Name = "ssd-mobilenet-v1-face-api-1.7.15";

    /// <summary>Doubles share more than this of their common area.</summary>
    private const double Overlap = 0.4;

    /// <summary>The side the network was trained with; the whole picture is scaled to it.</summary>
    private const int TrainedSide = 512;

    /// <summary>Anchors larger than this are left to the look at the whole picture: in a tile they see mostly parts of things.</summary>
    private const float LargestInTile = 400;

    /// <summary>Tiles whose grey values deviate less than this (clear sky, a wall) hold no face.</summary>
    private const double FlatDeviation = 4;

    // RGB, value / 127.5 - 1.
    private static readonly PixelScale Pixels = new(redFirst: true, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    private readonly OnnxModel _model = new(options.ModelFolder, "faces.onnx");

    public void Dispose() => _model.Dispose();

    public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel)
    {
        var view = new PictureView(picture.Pixels, wrapsAround);
        var found = new List<Candidate>();
        var scale = options.FaceScale;
        int side = (int)(options.FaceTile / scale), overlap = (int)(options.FaceOverlap / scale);
        foreach (var tile in view.Tiles(side, overlap, view.SkyRows))
        {
            cancel.ThrowIfCancellationRequested();
            using var part = view.Part(tile);
            if (IsFlat(part)) continue;
            found.AddRange(Look(part, scale, LargestInTile).Select(candidate => candidate.Shift(tile.X, tile.Y)));
        }

        cancel.ThrowIfCancellationRequested();
        found.AddRange(LookAtWhole(view));
        return Candidates.WithoutDoubles(found, Overlap, wrapsAround ? view.Width : 0)
            .Select(candidate => new Detected(DetectedKind.Face, view.Normalize(candidate.ToBox()), Math.Round(candidate.Score, 3), Name))
            .Where(detected => !detected.Box.IsEmpty)
            .ToList();
    }

    private List<Candidate> LookAtWhole(PictureView view)
    {
        // Across the seam of a 360° picture a large face needs a part of the other end.
        var width = view.WrapsAround ? view.Width + view.Width / 8 : view.Width;
        using var whole = view.Part(new Box(0, 0, width, view.Height));
        var scale = (double)TrainedSide / Math.Max(width, view.Height);
        return Look(whole, scale, float.MaxValue);
    }

    private List<Candidate> Look(Mat part, double scale, float largestAnchor)
    {
        int width = Math.Max(1, (int)Math.Round(part.Width * scale)), height = Math.Max(1, (int)Math.Round(part.Height * scale));
        var input = PictureTensor.Of(part, width, height, Pixels, multiple: 32);
        var anchors = FaceAnchors.For((int)input.Shape[3], (int)input.Shape[2]);
        var threshold = (float)Math.Log(options.FaceScore / (1 - options.FaceScore));
        return _model.Run(input, outputs =>
        {
            var scores = outputs[0].GetTensorDataAsSpan<float>();
            var boxes = outputs[1].GetTensorDataAsSpan<float>();
            if (scores.Length != anchors.Count) throw new InvalidOperationException($"the face network answers {scores.Length} anchors, expected are {anchors.Count}");
            var found = new List<Candidate>();
            for (var index = 0; index < scores.Length; index++)
            {
                if (scores[index] < threshold) continue;
                var anchor = anchors[index];
                if (Math.Max(anchor.Width, anchor.Height) > largestAnchor) continue;
                found.Add(Decode(anchor, boxes.Slice(4 * index, 4), scores[index]).Scale(1 / scale));
            }

            return found;
        });
    }

    /// <summary>Positions are told in tenths, sizes in fifths of the anchor (variances of SSD).</summary>
    private static Candidate Decode(Anchor anchor, ReadOnlySpan<float> box, float logit)
    {
        double x = anchor.CentreX + box[1] / 10 * anchor.Width, y = anchor.CentreY + box[0] / 10 * anchor.Height;
        double halfWidth = Math.Exp(box[3] / 5) * anchor.Width / 2, halfHeight = Math.Exp(box[2] / 5) * anchor.Height / 2;
        return new Candidate(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, 1 / (1 + Math.Exp(-logit)));
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
