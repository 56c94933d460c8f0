using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Imaging.Jpeg;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Imaging;

/// <summary>Pictures drawn for these tests, and what is measured in pictures that come out.</summary>
internal static class Pictures
{
    internal static readonly Scalar Red = new(40, 40, 220);
    internal static readonly Scalar Green = new(40, 200, 40);
    internal static readonly Scalar Blue = new(220, 60, 40);
    internal static readonly Scalar Grey = new(128, 128, 128);

    /// <summary>Four corners of different colours: red, green below it, blue right of it, grey across. Shows each way of turning.</summary>
    internal static Mat Corners(int width, int height)
    {
        var picture = new Mat(height, width, MatType.CV_8UC3, Red);
        int right = width - width / 2, bottom = height - height / 2;
        Fill(picture, 0, height / 2, width / 2, bottom, Green);
        Fill(picture, width / 2, 0, right, height / 2, Blue);
        Fill(picture, width / 2, height / 2, right, bottom, Grey);
        return picture;
    }

    internal static void Fill(Mat picture, int x, int y, int width, int height, Scalar colour)
    {
        if (width == 0 || height == 0) return;
        using var part = picture.SubMat(new Rect(x, y, width, height));
        part.SetTo(colour);
    }

    /// <summary>Noise and lines: a picture in which every block has detail that a blur must take away.</summary>
    internal static Mat Busy(int width, int height, int seed = 1)
    {
        var picture = new Mat(height, width, MatType.CV_8UC3);
        var noise = new byte[width * height * 3];
        new Random(seed).NextBytes(noise);
        System.Runtime.InteropServices.Marshal.Copy(noise, 0, picture.Data, noise.Length);
        Cv2.GaussianBlur(picture, picture, new Size(3, 3), 0);
        for (var x = 5; x < width; x += 11) Cv2.Line(picture, x, 0, x, height, Scalar.All(x * 7 % 256), 2);
        return picture;
    }

    internal static byte[] Jpeg(Mat picture, int quality = 92, int sampling = 0x221111, bool progressive = false)
    {
        using (picture)
        {
            return picture.ImEncode(
                ".jpg",
                new ImageEncodingParam(ImwriteFlags.JpegQuality, quality),
                new ImageEncodingParam((ImwriteFlags)7, sampling), // IMWRITE_JPEG_SAMPLING_FACTOR
                new ImageEncodingParam(ImwriteFlags.JpegProgressive, progressive ? 1 : 0));
        }
    }

    internal static DecodedPicture Decode(byte[] jpeg, int orientation = 1)
    {
        using var stream = new MemoryStream(jpeg);
        return DecodedPicture.Decode(jpeg, JpegHeader.Read(stream), orientation);
    }

    internal static JpegHeader Header(byte[] jpeg)
    {
        using var stream = new MemoryStream(jpeg);
        return JpegHeader.Read(stream);
    }

    internal static (int Width, int Height) SizeOf(byte[] jpeg) => (Header(jpeg).Width, Header(jpeg).Height);

    /// <summary>Baseline or extended sequential, that is: not progressive.</summary>
    internal static bool IsBaseline(byte[] jpeg) => !Header(jpeg).Progressive;

    internal static Mat Pixels(byte[] jpeg) => Cv2.ImDecode(jpeg, ImreadModes.Color | ImreadModes.IgnoreOrientation);

    /// <summary>Names of the application and comment segments in their order.</summary>
    internal static IReadOnlyList<string> SegmentNames(byte[] jpeg) => JpegLayout.Read(jpeg).Segments
        .Where(segment => segment.Marker is >= 0xE0 and <= 0xEF or 0xFE)
        .Select(segment => segment.Marker == 0xFE ? "COM" : $"APP{segment.Marker - 0xE0}").ToList();

    /// <summary>A file with a segment of its own right behind SOI (or behind JFIF).</summary>
    internal static byte[] WithSegment(byte[] jpeg, byte marker, ReadOnlySpan<byte> content)
    {
        var length = content.Length + 2;
        byte[] segment = [0xFF, marker, (byte)(length >> 8), (byte)length, .. content];
        return JpegSegments.Insert(jpeg, segment);
    }

    /// <summary>Mean of the absolute differences of all colours, 0 to 255.</summary>
    internal static double Distance(Mat a, Mat b)
    {
        using var difference = new Mat();
        Cv2.Absdiff(a, b, difference);
        var mean = Cv2.Mean(difference);
        return (mean.Val0 + mean.Val1 + mean.Val2) / 3;
    }

    /// <summary>Largest distance of a colour at this place (0..1 across and down) from the given one.</summary>
    internal static double DistanceAt(Mat picture, double across, double down, Scalar colour)
    {
        var pixel = picture.At<Vec3b>((int)(down * (picture.Height - 1)), (int)(across * (picture.Width - 1)));
        return new[] { Math.Abs(pixel.Item0 - colour.Val0), Math.Abs(pixel.Item1 - colour.Val1), Math.Abs(pixel.Item2 - colour.Val2) }.Max();
    }

    /// <summary>A file of the shared set, or null where the set is not there.</summary>
    internal static byte[]? Shared(string path) =>
        SharedPictures.Folder is { } folder ? File.ReadAllBytes(Path.Combine(folder, path)) : null;
}
