using System.Globalization;
using OpenCvSharp;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.UnitTests.Imaging;

/// <summary>
/// A CMYK file of one colour, put together by hand, because no encoder at hand writes one: four components without
/// subsampling, in one scan, inverted values as Adobe writes them (255 = no ink).
/// </summary>
internal static class CmykJpeg
{
    internal static byte[] Uniform(int width, int height, byte cyan, byte magenta, byte yellow, byte black)
    {
        // Tables are taken from a grey file; the DC code of each block is then written by hand.
        using var grey = new Mat(8, 8, MatType.CV_8UC1, Scalar.All(128));
        var tables = grey.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, 100));
        var layout = JpegLayout.Read(tables);
        var file = new List<byte> { 0xFF, 0xD8 };
        file.AddRange([0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]);
        foreach (var segment in layout.Segments.Where(segment => segment.Marker is 0xDB or 0xC4)) file.AddRange(tables[segment.Offset..(segment.Offset + segment.Length)]);
        file.AddRange([0xFF, 0xC0, 0, 20, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 4]);
        for (byte id = 1; id <= 4; id++) file.AddRange([id, 0x11, 0]);
        file.AddRange([0xFF, 0xDA, 0, 14, 4]);
        for (byte id = 1; id <= 4; id++) file.AddRange([id, 0]);
        file.AddRange([0, 63, 0]);

        var bits = new Bits();
        int[] values = [cyan, magenta, yellow, black];
        var blocks = (width + 7) / 8 * ((height + 7) / 8);
        for (var block = 0; block < blocks; block++)
        {
            // Quantizer 1 (quality 100): DC = 8 × (value - 128); later blocks repeat it, difference 0. Then end of block.
            foreach (var value in values)
            {
                bits.Dc(block == 0 ? 8 * (value - 128) : 0);
                bits.Write("1010");
            }
        }

        file.AddRange(bits.Finish());
        file.AddRange([0xFF, 0xD9]);
        return file.ToArray();
    }

    /// <summary>Huffman coding with the standard luminance tables (ITU T.81, annex K.3).</summary>
    private sealed class Bits
    {
        private static readonly string[] Categories = ["00", "010", "011", "100", "101", "110", "1110", "11110", "111110", "1111110", "11111110", "111111110"];
        private readonly System.Text.StringBuilder _bits = new();

        internal void Write(string bits) => _bits.Append(bits);

        internal void Dc(int difference)
        {
            var size = 0;
            while (Math.Abs(difference) >> size != 0) size++;
            Write(Categories[size]);
            if (size == 0) return;
            var value = difference > 0 ? difference : difference + (1 << size) - 1;
            Write(Convert.ToString(value, 2).PadLeft(size, '0'));
        }

        internal IEnumerable<byte> Finish()
        {
            while (_bits.Length % 8 != 0) _bits.Append('1');
            for (var at = 0; at < _bits.Length; at += 8)
            {
                var value = byte.Parse(_bits.ToString(at, 8), NumberStyles.BinaryNumber, CultureInfo.InvariantCulture);
                yield return value;
                if (value == 0xFF) yield return 0;
            }
        }
    }
}
