using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>The face network on one piece of a picture of any size.</summary>
/// <param name="grids">Grids of reference boxes that the model at hand looks at, from the finest on.</param>
internal sealed class FaceNet(string folder, string file, int grids) : IDisposable
{
    // RGB, value / 127.5 - 1.
    private static readonly PixelScale Pixels = new(redFirst: true, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    private readonly OnnxModel _model = OnnxModel.BuiltIn(folder, file);

    public void Dispose() => _model.Dispose();

    /// <summary>Faces in the part, in its pixels, many of them told several times.</summary>
    internal List<Candidate> Look(Mat part, double scale, double score)
    {
        int width = Math.Max(1, (int)Math.Round(part.Width * scale)), height = Math.Max(1, (int)Math.Round(part.Height * scale));
        var input = PictureTensor.Of(part, width, height, Pixels, multiple: 32);
        var anchors = FaceAnchors.For((int)input.Shape[3], (int)input.Shape[2], grids);
        var threshold = (float)Math.Log(score / (1 - score));
        return _model.Run(input, outputs =>
        {
            var scores = outputs[0].GetTensorDataAsSpan<float>();
            var boxes = outputs[1].GetTensorDataAsSpan<float>();
            if (scores.Length != anchors.Count) throw new InvalidOperationException($"the face network answers {scores.Length} anchors, expected are {anchors.Count}");
            var found = new List<Candidate>();
            for (var index = 0; index < scores.Length; index++)
            {
                if (scores[index] >= threshold) found.Add(Decode(anchors[index], boxes.Slice(4 * index, 4), scores[index]).Scale(1 / scale));
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
}
