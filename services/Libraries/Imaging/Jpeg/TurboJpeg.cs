using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Panoramax.Imaging.Jpeg;

/// <summary>
/// The calls of TurboJPEG's C interface (version 2.x) that are needed here. Never call libjpeg itself: its error exit
/// jumps over managed frames, TurboJPEG catches it and answers -1.
/// <c>unsigned long</c> is <c>nuint</c>: the library is only looked for on 64-bit Linux, where both have 8 bytes.
/// </summary>
internal static unsafe partial class TurboJpeg
{
    internal const string Library = "libturbojpeg.so.0";

    internal const int PixelsBgr = 1;

    /// <summary>Refuse progressive files with more than 500 scans: each scan costs a pass over the whole picture.</summary>
    internal const int LimitScans = 32768;

    /// <summary>Option of a transform: fail rather than leave edge blocks unturned.</summary>
    internal const int Perfect = 1;

    /// <summary>Option of a transform: call the filter, write no file.</summary>
    internal const int NoOutput = 16;

    [LibraryImport(Library, EntryPoint = "tjInitTransform")]
    internal static partial nint InitTransform();

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    internal static partial nint InitDecompress();

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    internal static partial int Decompress(nint handle, byte* jpeg, nuint length, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(Library, EntryPoint = "tjTransform")]
    internal static partial int Transform(nint handle, byte* jpeg, nuint length, int count, byte** outputs, nuint* outputLengths, Transformation* transformations, int flags);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    private static partial nint ErrorText(nint handle);

    [LibraryImport(Library, EntryPoint = "tjGetErrorCode")]
    private static partial int ErrorCode(nint handle);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    internal static partial void Free(byte* buffer);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    internal static partial int Destroy(nint handle);

    /// <summary>What went wrong in the last call on this handle that did not answer 0.</summary>
    internal static TurboJpegFault Fault(nint handle) =>
        new(Marshal.PtrToStringUTF8(ErrorText(handle)) ?? "unknown fault", IsWarning: ErrorCode(handle) == 0);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Region
    {
        public int X, Y, Width, Height;
    }

    /// <summary><c>tjtransform</c>. The filter gets one row of 8×8 coefficient blocks of one component a call.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Transformation
    {
        public Region Crop;
        public int Operation;
        public int Options;
        public void* Data;
        public delegate* unmanaged<short*, Region, Region, int, int, Transformation*, int> Filter;
    }
}

/// <summary>One fault as TurboJPEG tells it; a warning means that it went on with what it could read.</summary>
internal readonly record struct TurboJpegFault(string Text, bool IsWarning)
{
    /// <summary>
    /// Cameras write a few stray bytes between segments or before the end, odd JFIF versions and Adobe marks; nothing of
    /// the picture is lost then. More stray bytes than this mean that the decoder lost its place on the way (measured: damage
    /// of 1 to 60 bytes leaves 65 to 511 of them).
    /// </summary>
    private const int HarmlessStrayBytes = 64;

    internal bool IsHarmless => IsWarning && (IsStrayBytes() || Text.Contains("JFIF revision", StringComparison.Ordinal)
        || Text.Contains("Adobe color transform", StringComparison.Ordinal));

    private bool IsStrayBytes()
    {
        // "Corrupt JPEG data: 12 extraneous bytes before marker 0xd9"
        var at = Text.IndexOf(" extraneous bytes before marker 0x", StringComparison.Ordinal);
        if (at < 0) return false;
        var number = Text[(Text.LastIndexOf(' ', at - 1) + 1)..at];
        return int.TryParse(number, out var count) && count <= HarmlessStrayBytes;
    }
}
