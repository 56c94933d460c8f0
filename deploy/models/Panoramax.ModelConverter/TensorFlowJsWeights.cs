using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Panoramax.ModelConverter;

/// <summary>One tensor of a TensorFlow.js model; convolution kernels are in the order row, column, input, output.</summary>
internal sealed record Weights(int[] Shape, float[] Values)
{
    /// <summary>Only some of the last axis' entries: outputs of a network that nobody looks at cost time.</summary>
    internal Weights Keep(params int[] entries)
    {
        var last = Shape[^1];
        var kept = new float[Values.Length / last * entries.Length];
        for (var at = 0; at < kept.Length; at++) kept[at] = Values[at / entries.Length * last + entries[at % entries.Length]];
        return new Weights([.. Shape[..^1], entries.Length], kept);
    }

    /// <summary>Row, column, input, output → output, input, row, column.</summary>
    internal Weights ToConvolution() => Transpose([3, 2, 0, 1]);

    /// <summary>Row, column, channel, 1 → channel, 1, row, column.</summary>
    internal Weights ToDepthwise() => Transpose([2, 3, 0, 1]);

    private Weights Transpose(int[] axes)
    {
        var shape = axes.Select(axis => Shape[axis]).ToArray();
        var steps = new int[4];
        for (int axis = 3, step = 1; axis >= 0; step *= Shape[axis], axis--) steps[axis] = step;
        var values = new float[Values.Length];
        var at = 0;
        for (var a = 0; a < shape[0]; a++)
            for (var b = 0; b < shape[1]; b++)
                for (var c = 0; c < shape[2]; c++)
                    for (var d = 0; d < shape[3]; d++)
                        values[at++] = Values[a * steps[axes[0]] + b * steps[axes[1]] + c * steps[axes[2]] + d * steps[axes[3]]];
        return new Weights(shape, values);
    }
}

/// <summary>Reads the weight files of TensorFlow.js: a JSON list of tensors in the order in which a binary file holds them.</summary>
internal static class TensorFlowJsWeights
{
    /// <param name="manifest">The list of groups (<c>weightsManifest</c>).</param>
    internal static Dictionary<string, Weights> Read(JsonElement manifest, string folder)
    {
        var all = new Dictionary<string, Weights>();
        foreach (var group in manifest.EnumerateArray())
        {
            var bytes = group.GetProperty("paths").EnumerateArray().SelectMany(path => File.ReadAllBytes(Path.Combine(folder, path.GetString()!))).ToArray();
            var offset = 0;
            foreach (var entry in group.GetProperty("weights").EnumerateArray())
            {
                var shape = entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ToArray();
                var values = ReadValues(entry, bytes, shape.Aggregate(1, (product, length) => product * length), ref offset);
                all[entry.GetProperty("name").GetString()!] = new Weights(shape, values);
            }

            if (offset != bytes.Length) throw new InvalidDataException($"the weight file holds {bytes.Length} bytes, its list speaks of {offset}");
        }

        return all;
    }

    private static float[] ReadValues(JsonElement entry, ReadOnlySpan<byte> bytes, int count, ref int offset)
    {
        var kind = entry.GetProperty("dtype").GetString();
        double scale = 1, minimum = 0;
        if (entry.TryGetProperty("quantization", out var quantization))
        {
            kind = quantization.GetProperty("dtype").GetString();
            if (quantization.TryGetProperty("scale", out var written)) (scale, minimum) = (written.GetDouble(), quantization.GetProperty("min").GetDouble());
        }

        var size = kind switch { "uint8" => 1, "uint16" or "float16" => 2, "float32" or "int32" => 4, _ => throw new InvalidDataException($"weights of kind {kind} are not known here") };
        var raw = bytes.Slice(offset, count * size);
        offset += raw.Length;
        var values = new float[count];
        for (var at = 0; at < count; at++)
        {
            var value = raw[(at * size)..];
            values[at] = kind switch
            {
                "uint8" => (float)(value[0] * scale + minimum),
                "uint16" => (float)(BinaryPrimitives.ReadUInt16LittleEndian(value) * scale + minimum),
                "float16" => (float)BinaryPrimitives.ReadHalfLittleEndian(value),
                "int32" => BinaryPrimitives.ReadInt32LittleEndian(value),
                _ => MemoryMarshal.Read<float>(value),
            };
        }

        return values;
    }
}
