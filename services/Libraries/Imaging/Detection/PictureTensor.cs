using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>How a network wants its pixels: order of colours, and value × <c>Factor</c> + <c>Offset</c> for each colour.</summary>
internal sealed class PixelScale
{
    private readonly float[][] _tables;

    /// <param name="redFirst">Order of planes: red, green, blue; else blue, green, red.</param>
    /// <param name="mean">Of each plane, as share of 255.</param>
    /// <param name="deviation">Of each plane, as share of 255.</param>
    internal PixelScale(bool redFirst, float[] mean, float[] deviation)
    {
        RedFirst = redFirst;
        _tables = [.. Enumerable.Range(0, 3).Select(plane => Enumerable.Range(0, 256).Select(value => (value / 255f - mean[plane]) / deviation[plane]).ToArray())];
    }

    internal bool RedFirst { get; }

    internal float[] Table(int plane) => _tables[plane];
}

internal static class PictureTensor
{
    /// <summary>
    /// The pixels scaled to <paramref name="width"/> × <paramref name="height"/>, then filled up at the right and bottom with
    /// the colour that the network takes for zero, up to multiples of <paramref name="multiple"/>.
    /// </summary>
    internal static Tensor Of(Mat pixels, int width, int height, PixelScale scale, int multiple)
    {
        int across = RoundUp(width, multiple), down = RoundUp(height, multiple);
        var values = new float[3 * across * down];
        if (width == pixels.Width && height == pixels.Height)
        {
            Fill(pixels, values, across, down, scale);
        }
        else
        {
            using var scaled = new Mat();
            Cv2.Resize(pixels, scaled, new Size(width, height), interpolation: width < pixels.Width / 2 ? InterpolationFlags.Area : InterpolationFlags.Linear);
            Fill(scaled, values, across, down, scale);
        }

        return new Tensor(values, [1, 3, down, across]);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private static unsafe void Fill(Mat pixels, float[] values, int across, int down, PixelScale scale)
    {
        var plane = across * down;
        var size = pixels.Size();
        var (blueTable, greenTable, redTable) = scale.RedFirst ? (scale.Table(2), scale.Table(1), scale.Table(0)) : (scale.Table(0), scale.Table(1), scale.Table(2));
        var (bluePlane, redPlane) = scale.RedFirst ? (2 * plane, 0) : (0, 2 * plane);
        for (var row = 0; row < size.Height; row++)
        {
            var source = new ReadOnlySpan<byte>((byte*)pixels.Ptr(row), 3 * size.Width);
            var blue = values.AsSpan(bluePlane + row * across, size.Width);
            var green = values.AsSpan(plane + row * across, size.Width);
            var red = values.AsSpan(redPlane + row * across, size.Width);
            for (int column = 0, at = 0; column < blue.Length; column++, at += 3)
            {
                blue[column] = blueTable[source[at]];
                green[column] = greenTable[source[at + 1]];
                red[column] = redTable[source[at + 2]];
            }
        }
    }
}
