using System.Buffers.Binary;

namespace Panoramax.Testing.Pictures;

/// <summary>
/// Encodes a painted picture as a small baseline JPEG that every decoder reads. It paints in steps of 8 × 8 pixels (mean
/// colour and slope of each block), so no transform is computed and large panoramas take milliseconds.
/// </summary>
public static class BaselineJpeg
{
    /// <summary>First coefficient of a ramp that rises by one each pixel, for an 8 × 8 block.</summary>
    private const double SlopeFactor = -18.22;

    private const byte CodeLength = 4;
    private const int MaxCategory = 11;

    /// <summary>A colour, 0 to 255 each.</summary>
    public readonly record struct Colour(double Red, double Green, double Blue);

    /// <summary>Everything from the quantisation table on, to be put after <c>SOI</c> and the metadata segments.</summary>
    /// <param name="paint">Colour at a pixel; it is asked some pixels beyond the right and the lower edge too.</param>
    public static byte[] Encode(int width, int height, Func<int, int, Colour> paint, bool grey = false)
    {
        var components = grey ? 1 : 3;
        var output = new MemoryStream();
        Segment(output, 0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
        var frame = new byte[6 + 3 * components];
        frame[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(3), (ushort)width);
        frame[5] = (byte)components;
        var scan = new byte[1 + 2 * components + 3];
        scan[0] = (byte)components;
        scan[^2] = 63;
        for (var i = 0; i < components; i++)
        {
            frame[6 + 3 * i] = scan[1 + 2 * i] = (byte)(i + 1);
            frame[7 + 3 * i] = 0x11;
        }

        // Twelve codes of four bits: as value k means "k bits follow", 0 ends a block. The same for both kinds of table.
        byte[] lengths = [0, 0, 0, MaxCategory + 1, .. new byte[12]];
        byte[] symbols = [.. Enumerable.Range(0, MaxCategory + 1).Select(i => (byte)i)];
        Segment(output, 0xC0, frame);
        Segment(output, 0xC4, [0x00, .. lengths, .. symbols]);
        Segment(output, 0xC4, [0x10, .. lengths, .. symbols]);
        Segment(output, 0xDA, scan);
        WriteBlocks(new BitWriter(output), width, height, paint, components);
        output.Write([0xFF, 0xD9]);
        return output.ToArray();
    }

    private static void WriteBlocks(BitWriter bits, int width, int height, Func<int, int, Colour> paint, int components)
    {
        Span<int> previous = stackalloc int[3];
        Span<double> middle = stackalloc double[3];
        Span<double> right = stackalloc double[3];
        Span<double> lower = stackalloc double[3];
        for (var y = 0; y < height; y += 8)
        {
            for (var x = 0; x < width; x += 8)
            {
                Convert(paint(x + 4, y + 4), middle);
                Convert(paint(x + 8, y + 4), right);
                Convert(paint(x + 4, y + 8), lower);
                for (var i = 0; i < components; i++)
                {
                    var mean = (int)Math.Round(Math.Clamp(8 * (middle[i] - 128), -1024, 1016));
                    Value(bits, mean - previous[i]);
                    previous[i] = mean;
                    var across = (int)Math.Round((right[i] - middle[i]) / 4 * SlopeFactor);
                    var down = (int)Math.Round((lower[i] - middle[i]) / 4 * SlopeFactor);

                    // A code says nothing of a run of zeros: a zero slope before another one is written as the smallest step.
                    if (across == 0 && down != 0) across = 1;
                    if (across != 0) Value(bits, Math.Clamp(across, -500, 500));
                    if (down != 0) Value(bits, Math.Clamp(down, -500, 500));
                    bits.Write(0, CodeLength);
                }
            }
        }

        bits.Finish();
    }

    private static void Convert(Colour colour, Span<double> ycc)
    {
        var (red, green, blue) = colour;
        ycc[0] = 0.299 * red + 0.587 * green + 0.114 * blue;
        ycc[1] = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
        ycc[2] = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
    }

    private static void Value(BitWriter bits, int value)
    {
        var category = 32 - int.LeadingZeroCount(Math.Abs(value));
        bits.Write(category, CodeLength);
        if (category > 0) bits.Write(value > 0 ? value : value + (1 << category) - 1, category);
    }

    private static void Segment(MemoryStream output, byte marker, byte[] payload)
    {
        output.Write([0xFF, marker, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2)]);
        output.Write(payload);
    }

    private sealed class BitWriter(MemoryStream output)
    {
        private uint _bits;
        private int _count;

        public void Write(int value, int count)
        {
            _bits = (_bits << count) | (uint)value;
            _count += count;
            while (_count >= 8)
            {
                _count -= 8;
                var next = (byte)(_bits >> _count);
                output.WriteByte(next);
                if (next == 0xFF) output.WriteByte(0);
            }
        }

        public void Finish() => Write((1 << 7) - 1, 7);
    }
}
