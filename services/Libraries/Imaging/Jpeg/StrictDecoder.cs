using OpenCvSharp;

namespace Panoramax.Imaging.Jpeg;

/// <summary>Decodes by TurboJPEG and refuses what is not sound.</summary>
internal static unsafe class StrictDecoder
{
    /// <param name="pixels">As large as the picture, three channels; receives blue, green, red.</param>
    /// <exception cref="UnreadablePicture">Cut off or damaged, with TurboJPEG's reason.</exception>
    internal static void Decode(ReadOnlySpan<byte> jpeg, Mat pixels)
    {
        var handle = TurboJpeg.InitDecompress();
        try
        {
            fixed (byte* start = jpeg)
            {
                var answer = TurboJpeg.Decompress(
                    handle, start, (nuint)jpeg.Length, pixels.DataPointer, pixels.Width, checked((int)pixels.Step()), pixels.Height, TurboJpeg.PixelsBgr, TurboJpeg.LimitScans);
                if (answer == 0) return;
                var fault = TurboJpeg.Fault(handle);
                if (!fault.IsHarmless) throw new UnreadablePicture($"the picture is cut off or damaged ({fault.Text})");
            }
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }
}
