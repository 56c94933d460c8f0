using System.Text;
using System.Text.Json;

namespace Panoramax.ModelConverter;

/// <summary>
/// The object detector of <c>@vladmandic/human</c>: CenterNet on MobileNet v3, trained on COCO. The TensorFlow.js graph is
/// followed backwards from its two outputs; of the 80 classes only vehicles are kept. Input <c>pictures</c>: RGB, 0 to 255,
/// sides multiples of 32. Outputs on a grid of a quarter of the input: <c>centres</c> (probability of a car, motorcycle, bus,
/// truck at each place) and <c>sides</c> (distance to the left, top, right and bottom edge).
/// </summary>
internal sealed class VehicleNet
{
    /// <summary>Car, motorcycle, bus and truck among COCO's classes, counted from 0.</summary>
    private static readonly int[] Vehicles = [2, 3, 5, 7];

    private readonly OnnxGraph _graph = new("vehicles");
    private readonly Dictionary<string, JsonElement> _nodes;
    private readonly Dictionary<string, Weights> _weights;
    private readonly Dictionary<string, string> _done = [];

    private VehicleNet(JsonElement model, string folder)
    {
        _nodes = model.GetProperty("modelTopology").GetProperty("node").EnumerateArray().ToDictionary(node => node.GetProperty("name").GetString()!);
        _weights = TensorFlowJsWeights.Read(model.GetProperty("weightsManifest"), folder);
        foreach (var part in new[] { "pointwise_weights", "biases" })
        {
            var name = $"CenternetHead/centernet_cls_output/{part}";
            _weights[name] = _weights[name].Keep(Vehicles);
        }
    }

    internal static byte[] Convert(string folder)
    {
        using var model = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "centernet.json")));
        return new VehicleNet(model.RootElement, folder).Build();
    }

    private byte[] Build()
    {
        _graph.Input("pictures", "count", 3, "height", "width");
        _graph.NodeAs("centres", "Identity", [Value("tower_0/keypoints")]);
        _graph.NodeAs("sides", "Identity", [Value("tower_0/wh")]);
        _graph.Output("centres", "count", Vehicles.Length, "rows", "columns");
        _graph.Output("sides", "count", 4, "rows", "columns");
        return _graph.ToModel();
    }

    /// <summary>The name under which a node's output is known in the new graph; writes what it depends on first.</summary>
    private string Value(string name)
    {
        if (_done.TryGetValue(name, out var known)) return known;
        var node = _nodes[name];
        var inputs = node.TryGetProperty("input", out var listed) ? listed.EnumerateArray().Select(input => input.GetString()!).ToArray() : [];
        var operation = node.GetProperty("op").GetString()!;
        return _done[name] = operation switch
        {
            "Placeholder" => "pictures",
            "Const" => Scalar(name),
            "Identity" => Value(inputs[0]),
            "Conv2D" or "_FusedConv2D" => Convolution(node, inputs, depthwise: false),
            "DepthwiseConv2dNative" or "FusedDepthwiseConv2dNative" => Convolution(node, inputs, depthwise: true),
            "Relu" => _graph.Relu(Value(inputs[0])),
            "Relu6" => _graph.Relu6(Value(inputs[0])),
            "Sigmoid" or "Add" or "Mul" => _graph.Node(operation, inputs.Select(Value).ToArray()),

            // Always over rows and columns: the mean of squeeze-and-excite.
            "Mean" => _graph.Node("GlobalAveragePool", [Value(inputs[0])]),
            "ConcatV2" => _graph.Node("Concat", inputs[..^1].Select(Value).ToArray(), ("axis", 1L)),
            "ResizeBilinear" => TwiceAsLarge(node, inputs),
            _ => throw new InvalidDataException($"the graph holds {operation}, which is not converted here"),
        };
    }

    private string Scalar(string name) => _weights[name] is { Shape.Length: 0 } scalar
        ? _graph.Constant(name, scalar.Values)
        : throw new InvalidDataException($"{name} is no single number");

    private string Convolution(JsonElement node, string[] inputs, bool depthwise)
    {
        var input = Value(inputs[0]);
        var kernel = depthwise ? _weights[inputs[1]].ToDepthwise() : _weights[inputs[1]].ToConvolution();
        var fused = Texts(node, "fused_ops");
        string? bias = null;
        if (fused.Contains("BiasAdd"))
        {
            var values = _weights[inputs[2]];
            bias = _graph.Constant(inputs[2], values.Values, values.Shape);
        }

        var attributes = node.GetProperty("attr");
        var stride = attributes.GetProperty("strides").GetProperty("list").GetProperty("i")[1].GetString();
        var padding = FromBase64(attributes.GetProperty("padding").GetProperty("s"));
        var output = _graph.Convolution(
            input, _graph.Constant(inputs[1], kernel.Values, kernel.Shape), bias, int.Parse(stride!), padding == "SAME", depthwise ? kernel.Shape[0] : 1);
        return fused.Contains("Relu") ? _graph.Relu(output) : output;
    }

    private string TwiceAsLarge(JsonElement node, string[] inputs)
    {
        var attributes = node.GetProperty("attr");
        if (attributes.GetProperty("align_corners").GetProperty("b").GetBoolean()) throw new InvalidDataException("aligned corners are not converted here");
        var halfPixels = attributes.GetProperty("half_pixel_centers").GetProperty("b").GetBoolean();
        return _graph.Node(
            "Resize",
            [Value(inputs[0]), "", _graph.Constant("twice", [1f, 1f, 2f, 2f], 4)],
            ("mode", "linear"),
            ("coordinate_transformation_mode", halfPixels ? "half_pixel" : "asymmetric"));
    }

    private static string[] Texts(JsonElement node, string attribute) =>
        node.GetProperty("attr").TryGetProperty(attribute, out var value) ? value.GetProperty("list").GetProperty("s").EnumerateArray().Select(FromBase64).ToArray() : [];

    private static string FromBase64(JsonElement text) => Encoding.ASCII.GetString(System.Convert.FromBase64String(text.GetString()!));
}
