using System.Runtime.InteropServices;

namespace Panoramax.ModelConverter;

/// <summary>
/// A network being written as an ONNX file (opset 13). Field numbers are those of <c>onnx.proto</c>. Values between nodes
/// are known by name; 4-D values are in the order picture, channel, row, column.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    private const int FloatType = 1;
    private const int Int64Type = 7;
    private readonly ProtobufWriter _graph = new();
    private readonly HashSet<string> _constants = [];
    private int _counter;

    /// <summary>A picture or several: 3 colours; a text in <paramref name="dimensions"/> stands for a length chosen at run time.</summary>
    internal void Input(string input, params object[] dimensions) => _graph.Message(11, ValueInfo(input, dimensions));

    internal void Output(string output, params object[] dimensions) => _graph.Message(12, ValueInfo(output, dimensions));

    internal string Constant(string constant, ReadOnlySpan<float> values, params int[] shape) =>
        Initializer(constant, FloatType, MemoryMarshal.AsBytes(values), shape);

    internal string Constant(string constant, ReadOnlySpan<long> values, params int[] shape) =>
        Initializer(constant, Int64Type, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A node with one output, whose name is returned.</summary>
    internal string Node(string operation, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes) =>
        NodeAs($"{operation}_{++_counter}", operation, inputs, attributes);

    internal string NodeAs(string output, string operation, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, output).Text(3, output).Text(4, operation);
        foreach (var (attribute, value) in attributes) node.Message(5, Attribute(attribute, value));
        _graph.Message(1, node);
        return output;
    }

    /// <summary>Convolution of TensorFlow's kind: "SAME" gives ceil(side / stride) and pads more at the end than at the start.</summary>
    internal string Convolution(string input, string kernel, string? bias, int stride, bool samePadding, int groups = 1) => Node(
        "Conv",
        bias is null ? [input, kernel] : [input, kernel, bias],
        ("auto_pad", samePadding ? "SAME_UPPER" : "VALID"),
        ("strides", new long[] { stride, stride }),
        ("group", (long)groups));

    internal string Relu(string input) => Node("Relu", [input]);

    internal string Relu6(string input) => Node("Clip", [input, Constant("zero", [0f]), Constant("six", [6f])]);

    internal byte[] ToModel()
    {
        _graph.Text(2, name);
        var operators = new ProtobufWriter().Text(1, "").Integer(2, 13);
        return new ProtobufWriter().Integer(1, 8).Text(2, "Panoramax.ModelConverter").Message(7, _graph).Message(8, operators).ToArray();
    }

    private string Initializer(string constant, int type, ReadOnlySpan<byte> raw, int[] shape)
    {
        if (!_constants.Add(constant)) return constant;
        var tensor = new ProtobufWriter();
        foreach (var length in shape) tensor.Integer(1, length);
        tensor.Integer(2, type).Text(8, constant).Bytes(9, raw);
        _graph.Message(5, tensor);
        return constant;
    }

    private static ProtobufWriter Attribute(string name, object value)
    {
        var attribute = new ProtobufWriter().Text(1, name);
        switch (value)
        {
            case float single: return attribute.Single(2, single).Integer(20, 1);
            case long integer: return attribute.Integer(3, integer).Integer(20, 2);
            case string text: return attribute.Text(4, text).Integer(20, 3);
            case long[] integers:
                foreach (var integer in integers) attribute.Integer(8, integer);
                return attribute.Integer(20, 7);
            default: throw new ArgumentException($"attribute {name} has a kind that is not written here", nameof(value));
        }
    }

    private static ProtobufWriter ValueInfo(string value, object[] dimensions)
    {
        var shape = new ProtobufWriter();
        foreach (var dimension in dimensions)
        {
            var written = new ProtobufWriter();
            shape.Message(1, dimension is string symbol ? written.Text(2, symbol) : written.Integer(1, Convert.ToInt64(dimension)));
        }

        var tensor = new ProtobufWriter().Integer(1, FloatType).Message(2, shape);
        return new ProtobufWriter().Text(1, value).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
