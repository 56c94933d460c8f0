using System.Text.Json;

namespace Panoramax.ModelConverter;

/// <summary>
/// The face detector of <c>@vladmandic/face-api</c>: SSD on MobileNet v1. The package has weights only; the network is
/// written down here. Input <c>pictures</c>: RGB, value / 127.5 - 1, any size (it was trained at 512×512). Outputs, one row
/// an anchor: <c>scores</c> (logit of "face") and <c>boxes</c> (ty, tx, th, tw against the anchor). Anchors follow from the
/// heads' grids, see FaceAnchors in Panoramax.Imaging.
/// </summary>
internal sealed class FaceNet
{
    /// <summary>TensorFlow's object detection models were trained with this in their batch normalization.</summary>
    private const float Epsilon = 0.001f;

    /// <summary>The pair of convolutions whose output the finest grid looks at.</summary>
    private const int FinestGrid = 11;

    private readonly OnnxGraph _graph = new("faces");
    private readonly Dictionary<string, Weights> _weights;

    private FaceNet(Dictionary<string, Weights> weights) => _weights = weights;

    /// <param name="finestOnly">
    /// Only the finest of the six grids, for faces up to about 150 pixels: a fifth less work where a picture is searched at
    /// its own size.
    /// </param>
    internal static byte[] Convert(string folder, bool finestOnly)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "ssd_mobilenetv1_model-weights_manifest.json")));
        return new FaceNet(TensorFlowJsWeights.Read(manifest.RootElement, folder)).Build(finestOnly);
    }

    private byte[] Build(bool finestOnly)
    {
        _graph.Input("pictures", "count", 3, "height", "width");
        var heads = new List<string>();
        var value = Convolution("pictures", "MobilenetV1/Conv2d_0_pointwise", stride: 2);
        for (var pair = 1; pair <= (finestOnly ? FinestGrid : 13); pair++)
        {
            value = Depthwise(value, $"MobilenetV1/Conv2d_{pair}_depthwise", stride: pair is 2 or 4 or 6 or 12 ? 2 : 1);
            value = Convolution(value, $"MobilenetV1/Conv2d_{pair}_pointwise", stride: 1);
            if (pair is FinestGrid or 13) heads.Add(value);
        }

        for (var layer = 0; layer < (finestOnly ? 0 : 8); layer++)
        {
            value = Convolution(value, $"Prediction/Conv2d_{layer}_pointwise", stride: layer % 2 == 0 ? 1 : 2);
            if (layer % 2 == 1) heads.Add(value);
        }

        Concatenate("scores", heads.Select((head, index) => Head(head, $"Prediction/BoxPredictor_{index}/ClassPredictor", values: 1)), 1);
        Concatenate("boxes", heads.Select((head, index) => Head(head, $"Prediction/BoxPredictor_{index}/BoxEncodingPredictor", values: 4)), 4);
        return _graph.ToModel();
    }

    private string Convolution(string input, string layer, int stride)
    {
        var kernel = _weights[$"{layer}/weights"].ToConvolution();
        var bias = _weights[$"{layer}/convolution_bn_offset"];
        var name = _graph.Constant($"{layer}/kernel", kernel.Values, kernel.Shape);
        return _graph.Relu6(_graph.Convolution(input, name, _graph.Constant($"{layer}/bias", bias.Values, bias.Shape), stride, samePadding: true));
    }

    private string Depthwise(string input, string layer, int stride)
    {
        // Batch normalization is folded into kernel and bias: y = (x - mean) × gamma / sqrt(variance + ε) + beta.
        var kernel = _weights[$"{layer}/depthwise_weights"].ToDepthwise();
        float[] Batch(string part) => _weights[$"{layer}/BatchNorm/{part}"].Values;
        var (gamma, beta, mean, variance) = (Batch("gamma"), Batch("beta"), Batch("moving_mean"), Batch("moving_variance"));
        var channels = kernel.Shape[0];
        var area = kernel.Values.Length / channels;
        var bias = new float[channels];
        for (var channel = 0; channel < channels; channel++)
        {
            var factor = gamma[channel] / MathF.Sqrt(variance[channel] + Epsilon);
            for (var at = 0; at < area; at++) kernel.Values[channel * area + at] *= factor;
            bias[channel] = beta[channel] - mean[channel] * factor;
        }

        var name = _graph.Constant($"{layer}/kernel", kernel.Values, kernel.Shape);
        return _graph.Relu6(_graph.Convolution(input, name, _graph.Constant($"{layer}/bias", bias, channels), stride, samePadding: true, channels));
    }

    private string Head(string input, string layer, int values)
    {
        var (kernel, bias) = (_weights[$"{layer}/weights"], _weights[$"{layer}/biases"]);
        if (values == 1)
        {
            // Of the three classes (none, face, a second one that was not trained) only "face" is looked at.
            var faces = Enumerable.Range(0, kernel.Shape[3] / 3).Select(anchor => anchor * 3 + 1).ToArray();
            (kernel, bias) = (kernel.Keep(faces), bias.Keep(faces));
        }

        kernel = kernel.ToConvolution();
        var output = _graph.Convolution(
            input, _graph.Constant($"{layer}/kernel", kernel.Values, kernel.Shape), _graph.Constant($"{layer}/bias", bias.Values, bias.Shape), 1, samePadding: true);
        var byPlace = _graph.Node("Transpose", [output], ("perm", new long[] { 0, 2, 3, 1 }));
        return _graph.Node("Reshape", [byPlace, _graph.Constant($"rows_of_{values}", [0L, -1L, values], 3)]);
    }

    private void Concatenate(string output, IEnumerable<string> parts, int values)
    {
        _graph.NodeAs(output, "Concat", parts.ToList(), ("axis", 1L));
        _graph.Output(output, "count", "anchors", values);
    }
}
