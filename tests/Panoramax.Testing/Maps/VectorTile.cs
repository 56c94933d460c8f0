using System.Text;

namespace Panoramax.Testing.Maps;

/// <summary>A feature of a tile: its properties in order, the kind of its geometry, and how many strokes (or points) that has.</summary>
public sealed record TileFeature(IReadOnlyList<KeyValuePair<string, object>> Properties, int GeometryType, int Strokes)
{
    public object? this[string name] => Properties.FirstOrDefault(property => property.Key == name).Value;
}

/// <summary>Reads Mapbox Vector Tiles of version 2, as far as tests look at them.</summary>
public static class VectorTile
{
    /// <summary>Features by layer, in the order of the tile.</summary>
    /// <exception cref="InvalidOperationException">A layer has another version or extent than maps of this API have.</exception>
    public static Dictionary<string, List<TileFeature>> Read(byte[] tile)
    {
        var layers = new Dictionary<string, List<TileFeature>>();
        foreach (var (_, layer) in Fields(tile).Where(field => field.Number == 3))
        {
            var fields = Fields((byte[])layer).ToList();
            if (fields.Single(field => field.Number == 15).Value is not 2UL || fields.Single(field => field.Number == 5).Value is not 4096UL)
                throw new InvalidOperationException("a layer is not of version 2 with an extent of 4096");
            var keys = fields.Where(field => field.Number == 3).Select(field => Encoding.UTF8.GetString((byte[])field.Value)).ToArray();
            var values = fields.Where(field => field.Number == 4).Select(field => Value((byte[])field.Value)).ToArray();
            layers.Add(
                Encoding.UTF8.GetString((byte[])fields.Single(field => field.Number == 1).Value),
                [.. fields.Where(field => field.Number == 2).Select(field => Feature((byte[])field.Value, keys, values))]);
        }

        return layers;
    }

    private static TileFeature Feature(byte[] bytes, string[] keys, object[] values)
    {
        var fields = Fields(bytes).ToList();
        var properties = new List<KeyValuePair<string, object>>();
        foreach (var (_, packed) in fields.Where(field => field.Number == 2))
        {
            var tags = (byte[])packed;
            for (var at = 0; at < tags.Length;) properties.Add(KeyValuePair.Create(keys[(int)Varint(tags, ref at)], values[(int)Varint(tags, ref at)]));
        }

        return new TileFeature(properties, (int)(ulong)fields.Single(field => field.Number == 3).Value, Strokes((byte[])fields.Single(field => field.Number == 4).Value));
    }

    /// <summary>Times that the pen is put down.</summary>
    private static int Strokes(byte[] geometry)
    {
        var strokes = 0;
        for (var at = 0; at < geometry.Length;)
        {
            var command = Varint(geometry, ref at);
            var (kind, count) = (command & 7, (int)(command >> 3));
            if (kind == 1) strokes += count;
            // Every command but "close" has two numbers for each repetition.
            for (var number = 0; kind != 7 && number < 2 * count; number++) _ = Varint(geometry, ref at);
        }

        return strokes;
    }

    private static object Value(byte[] bytes)
    {
        var (number, value) = Fields(bytes).Single();
        return number switch
        {
            1 => Encoding.UTF8.GetString((byte[])value),
            2 => (double)BitConverter.ToSingle((byte[])value),
            3 => BitConverter.ToDouble((byte[])value),
            4 or 5 => (long)(ulong)value,
            6 => (long)((ulong)value >> 1) ^ -(long)((ulong)value & 1),
            7 => (ulong)value == 1,
            _ => throw new InvalidOperationException($"value of kind {number}"),
        };
    }

    private static IEnumerable<(int Number, object Value)> Fields(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var key = Varint(bytes, ref at);
            object value;
            switch (key & 7)
            {
                case 0:
                    value = Varint(bytes, ref at);
                    break;
                case 1:
                    value = bytes[at..(at += 8)];
                    break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    value = bytes[at..(at += length)];
                    break;
                case 5:
                    value = bytes[at..(at += 4)];
                    break;
                default:
                    throw new InvalidOperationException($"field of kind {key & 7}");
            }

            yield return ((int)(key >> 3), value);
        }
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
