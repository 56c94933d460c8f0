using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>Lettering of any kind by the text detector of PaddleOCR (DB, PP-OCRv4 mobile).</summary>
internal sealed class TextFinder(DetectionOptions options) : IDisposable
{
    private const float PixelThreshold = 0.3f;

    /// <summary>The network paints the core of a text line; its box is grown by area × this / perimeter (DB's "unclip ratio").</summary>
    private const double Unclip = 1.6;
    private const int SmallestSide = 3;

    // RGB, ImageNet's means and deviations.
    private static readonly PixelScale Pixels = new(redFirst: true, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    private readonly OnnxModel _model = OnnxModel.BuiltIn(options.ModelFolder, "text.onnx");

    public void Dispose() => _model.Dispose();

    /// <summary>Text lines in the part, in its pixels.</summary>
    internal List<Candidate> Find(Mat part, double scale)
    {
        int width = Math.Max(1, (int)Math.Round(part.Width * scale)), height = Math.Max(1, (int)Math.Round(part.Height * scale));
        return _model.Run(PictureTensor.Of(part, width, height, Pixels, multiple: 32), outputs =>
        {
            var shape = outputs[0].GetTensorTypeAndShape().Shape;
            return Lines(outputs[0].GetTensorDataAsSpan<float>(), (int)shape[3], (int)shape[2]).ConvertAll(line => line.Scale(1 / scale));
        });
    }

    private unsafe List<Candidate> Lines(ReadOnlySpan<float> probabilities, int columns, int rows)
    {
        fixed (float* start = probabilities)
        {
            using var map = Mat.FromPixelData(rows, columns, MatType.CV_32FC1, (nint)start);
            using var mask = new Mat();
            Cv2.Threshold(map, mask, PixelThreshold, 255, ThresholdTypes.Binary);
            mask.ConvertTo(mask, MatType.CV_8UC1);
            using var labels = new Mat();
            using var stats = new Mat();
            using var centroids = new Mat();
            var count = Cv2.ConnectedComponentsWithStats(mask, labels, stats, centroids);
            var found = new List<Candidate>();
            for (var label = 1; label < count; label++)
            {
                int left = stats.At<int>(label, 0), top = stats.At<int>(label, 1), width = stats.At<int>(label, 2), height = stats.At<int>(label, 3);
                if (Math.Min(width, height) < SmallestSide) continue;
                var score = MeanOf(probabilities, labels, label, new Box(left, top, width, height), columns);
                if (score < options.TextScore) continue;
                var margin = (double)width * height * Unclip / (2 * (width + height));
                found.Add(new Candidate(left - margin, top - margin, left + width + margin, top + height + margin, score));
            }

            return found;
        }
    }

    private static unsafe double MeanOf(ReadOnlySpan<float> probabilities, Mat labels, int label, Box box, int columns)
    {
        double sum = 0;
        var pixels = 0;
        for (var row = box.Y; row < box.Bottom; row++)
        {
            var line = new ReadOnlySpan<int>((int*)labels.Ptr(row), columns);
            for (var column = box.X; column < box.Right; column++)
            {
                if (line[column] != label) continue;
                sum += probabilities[row * columns + column];
                pixels++;
            }
        }

        return sum / pixels;
    }
}
