using System.Runtime.InteropServices;
using OpenCvSharp;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Panoramax.PictureCosts;

/// <summary>The floor: libjpeg-turbo decoding and encoding, and nothing else. No resizing, no metadata, no turn.</summary>
internal static unsafe partial class BareJpeg
{
    private const string Library = "libturbojpeg.so.0";
    private const int Bgr = 1;
    private const int ColoursHalved = 2;

    internal static Mat Decode(byte[] jpeg, int width, int height)
    {
        var pixels = new Mat(height, width, MatType.CV_8UC3);
        var handle = InitDecompress();
        fixed (byte* start = jpeg)
        {
            if (Decompress(handle, start, (nuint)jpeg.Length, pixels.DataPointer, width, (int)pixels.Step(), height, Bgr, 0) != 0)
                throw new InvalidOperationException("the floor's picture cannot be decoded");
        }

        _ = Destroy(handle);
        return pixels;
    }

    /// <summary>Encodes a part of the pixels; the bytes are thrown away.</summary>
    internal static void Encode(Mat pixels, Rect part, int quality)
    {
        var handle = InitCompress();
        byte* jpeg = null;
        nuint length = 0;
        var start = pixels.DataPointer + part.Y * pixels.Step() + 3L * part.X;
        if (Compress(handle, start, part.Width, (int)pixels.Step(), part.Height, Bgr, &jpeg, &length, ColoursHalved, quality, 0) != 0)
            throw new InvalidOperationException("the floor's picture cannot be encoded");
        Free(jpeg);
        _ = Destroy(handle);
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    private static partial nint InitDecompress();

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    private static partial nint InitCompress();

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    private static partial int Decompress(nint handle, byte* jpeg, nuint length, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(Library, EntryPoint = "tjCompress2")]
    private static partial int Compress(nint handle, byte* pixels, int width, int pitch, int height, int pixelFormat, byte** jpeg, nuint* length, int subsampling, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    private static partial void Free(byte* buffer);
}
