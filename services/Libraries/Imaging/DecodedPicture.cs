using System.Buffers;
using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.Imaging;

/// <summary>
/// The pixels of one picture in memory, upright: 3 bytes a pixel of native memory until it is disposed. Detectors look at
/// it; what may be published is made from it by <see cref="PublicPicture"/>.
/// </summary>
public sealed class DecodedPicture : IDisposable
{
    private DecodedPicture(Mat pixels, ReadOnlyMemory<byte> source, JpegLayout layout, int orientation)
    {
        Pixels = pixels;
        Source = source;
        Layout = layout;
        Orientation = orientation;
    }

    /// <summary>Pixels of the upright picture.</summary>
    public int Width => Pixels.Width;

    public int Height => Pixels.Height;

    /// <summary>Blue, green, red, 8 bits each, upright.</summary>
    internal Mat Pixels { get; }

    internal ReadOnlyMemory<byte> Source { get; }

    /// <summary>Layout of the file as stored, that is before turning.</summary>
    internal JpegLayout Layout { get; }

    internal int Orientation { get; }

    /// <param name="jpeg">The whole file; it must not change as long as the picture lives.</param>
    /// <param name="header">
    /// Proof that the header was checked against the limits before a decoder sees the file: decoders claim memory by what
    /// the header says (a file of 4 kB can claim 12 GB).
    /// </param>
    /// <param name="orientation">EXIF orientation of the file; values other than 1 to 8 count as 1.</param>
    /// <exception cref="UnreadablePicture">The file is cut off or damaged.</exception>
    public static DecodedPicture Decode(ReadOnlyMemory<byte> jpeg, JpegHeader header, int orientation = 1)
    {
        NativeLibraries.Check();
        var layout = JpegLayout.Read(jpeg);
        if ((layout.Width, layout.Height, layout.Components.Count) != (header.Width, header.Height, header.Components))
        {
            throw new UnreadablePicture("the file holds two different frame headers");
        }

        var known = Imaging.Orientation.Known(orientation);
        var stored = NativeLibraries.HasTurboJpeg ? DecodeStrictly(jpeg, layout) : DecodeByOpenCv(jpeg);
        return new DecodedPicture(Imaging.Orientation.MakeUpright(stored, known), jpeg, layout, known);
    }

    /// <summary>Pixels that were never a file, to try detectors with; nothing can be published of it.</summary>
    internal static DecodedPicture Grey(int width, int height) =>
        new(new Mat(height, width, MatType.CV_8UC3, Scalar.All(128)), ReadOnlyMemory<byte>.Empty, new JpegLayout(width, height, Progressive: false, [], []), 1);

    public void Dispose() => Pixels.Dispose();

    /// <summary>TurboJPEG is the decoder that reports cut and damaged files rather than painting the rest grey.</summary>
    private static Mat DecodeStrictly(ReadOnlyMemory<byte> jpeg, JpegLayout layout)
    {
        // TurboJPEG gives CMYK as it is; OpenCV knows how to turn it (and Adobe's inverted kind) into RGB.
        if (layout.Components.Count == 4)
        {
            LosslessTransform.Check(jpeg.Span);
            return DecodeByOpenCv(jpeg);
        }

        var pixels = new Mat(layout.Height, layout.Width, MatType.CV_8UC3);
        try
        {
            StrictDecoder.Decode(jpeg.Span, pixels);
            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    private static unsafe Mat DecodeByOpenCv(ReadOnlyMemory<byte> jpeg)
    {
        using MemoryHandle pin = jpeg.Pin();
        using var bytes = Mat.FromPixelData(1, jpeg.Length, MatType.CV_8UC1, (nint)pin.Pointer);
        var pixels = Cv2.ImDecode(bytes, ImreadModes.Color | ImreadModes.IgnoreOrientation);
        if (!pixels.Empty()) return pixels;
        pixels.Dispose();
        throw new UnreadablePicture("the picture cannot be decoded: it is cut off or damaged");
    }
}
