using System.Text;
using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>Reads one line of lettering by the recognizer of PaddleOCR (PP-OCRv4), to tell a licence plate from a shop sign.</summary>
internal sealed class CharacterReader : IDisposable
{
    private const int LineHeight = 48;
    private const int NarrowestLine = 48;
    private const int WidestLine = 640;

    // BGR, value / 127.5 - 1.
    private static readonly PixelScale Pixels = new(redFirst: false, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    private readonly OnnxModel _model;
    private readonly string[] _characters;

    internal CharacterReader(DetectionOptions options)
    {
        _model = OnnxModel.BuiltIn(options.ModelFolder, "characters.onnx");
        var path = Path.Combine(options.ModelFolder, "characters.txt");
        if (!File.Exists(path)) throw new ModelMissing($"The character list {path} is missing: run deploy/models/fetch.sh");
        _characters = File.ReadAllLines(path);
    }

    public void Dispose() => _model.Dispose();

    /// <summary>The text, and how sure the network is of its characters on average.</summary>
    internal (string Text, double Confidence) Read(Mat line)
    {
        var width = Math.Clamp((int)Math.Round((double)line.Width * LineHeight / line.Height), NarrowestLine, WidestLine);
        return _model.Run(PictureTensor.Of(line, width, LineHeight, Pixels, multiple: 8), outputs =>
        {
            var shape = outputs[0].GetTensorTypeAndShape().Shape;
            var classes = (int)shape[2];
            var scores = outputs[0].GetTensorDataAsSpan<float>();
            var text = new StringBuilder();
            var previous = 0;
            var confidence = 0.0;
            for (var step = 0; step < shape[1]; step++)
            {
                // Class 0 is "no character", then the list, then the blank; a repeated class is one character (CTC).
                var best = IndexOfLargest(scores.Slice(step * classes, classes));
                if (best != 0 && best != previous)
                {
                    text.Append(best <= _characters.Length ? _characters[best - 1] : " ");
                    confidence += scores[step * classes + best];
                }

                previous = best;
            }

            return (text.ToString(), text.Length == 0 ? 0 : confidence / text.Length);
        });
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var index = 1; index < values.Length; index++)
        {
            if (values[index] > values[best]) best = index;
        }

        return best;
    }
}
