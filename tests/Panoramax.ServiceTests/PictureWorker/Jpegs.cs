using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>What is measured in pictures that come out, and damaged ones that go in.</summary>
internal static class Jpegs
{
    public static (int Width, int Height) SizeOf(byte[] jpeg)
    {
        using var stream = new MemoryStream(jpeg);
        var header = JpegHeader.Read(stream);
        return (header.Width, header.Height);
    }

    public static int OrientationOf(byte[] jpeg)
    {
        using var stream = new MemoryStream(jpeg);
        return MetadataReader.ReadOrientation(stream);
    }

    /// <summary>Means of red and green in each quarter: top left, top right, bottom left, bottom right.</summary>
    public static (double Red, double Green)[] Quarters(byte[] jpeg)
    {
        using var pixels = Cv2.ImDecode(jpeg, ImreadModes.Color | ImreadModes.IgnoreOrientation);
        int width = pixels.Width / 2, height = pixels.Height / 2;
        return [.. new[] { (0, 0), (width, 0), (0, height), (width, height) }.Select(corner =>
        {
            using var quarter = pixels.SubMat(new Rect(corner.Item1, corner.Item2, width, height));
            var mean = Cv2.Mean(quarter);
            return (mean.Val2, mean.Val1);
        })];
    }

    /// <summary>True when the test pattern stands upright: red grows to the right, green downwards.</summary>
    public static bool IsUpright(byte[] jpeg)
    {
        var quarters = Quarters(jpeg);
        return quarters[1].Red - quarters[0].Red > 40 && quarters[2].Green - quarters[0].Green > 40
            && Math.Abs(quarters[1].Green - quarters[0].Green) < 20 && Math.Abs(quarters[2].Red - quarters[0].Red) < 20;
    }

    /// <summary>The test pattern stored turned, with the orientation that says how to turn it upright.</summary>
    public static byte[] Turned(int orientation, int uprightWidth, int uprightHeight)
    {
        var sideways = orientation >= 5;
        var (width, height) = sideways ? (uprightHeight, uprightWidth) : (uprightWidth, uprightHeight);
        (int X, int Y) Upright(int x, int y) => orientation switch
        {
            3 => (width - x, height - y),
            6 => (height - y, x),
            8 => (y, width - x),
            _ => (x, y),
        };
        return new TestJpeg(width, height)
            .With("Exif.Image.Orientation", orientation.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .With("Exif.Photo.PixelXDimension", width.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Painted((x, y) =>
            {
                var (right, down) = Upright(x, y);
                return new BaselineJpeg.Colour(40 + 170.0 * right / uprightWidth, 40 + 170.0 * down / uprightHeight, 90);
            })
            .ToBytes();
    }

    public static byte[] CutInHalf(byte[] jpeg) => jpeg[..(jpeg.Length / 2)];

    /// <summary>A header that claims memory for 65,000 × 65,000 pixels, with hardly a pixel behind it.</summary>
    public static byte[] Bomb(bool progressive)
    {
        var jpeg = new TestJpeg(64, 48).ToBytes();
        var frame = IndexOf(jpeg, [0xFF, 0xC0]);
        if (progressive) jpeg[frame + 1] = 0xC2;
        jpeg[frame + 5] = jpeg[frame + 7] = 0xFD;
        jpeg[frame + 6] = jpeg[frame + 8] = 0xE8;
        return jpeg;
    }

    public static int IndexOf(byte[] bytes, byte[] wanted) => bytes.AsSpan().IndexOf(wanted);
}
