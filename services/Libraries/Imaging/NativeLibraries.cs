using System.Runtime.InteropServices;
using OpenCvSharp;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.Imaging;

/// <summary>A library of the system that pixel work cannot do without is missing; the message is one sentence that says how to install it.</summary>
public sealed class NativeLibraryMissing(string sentence, Exception? cause = null) : Exception(sentence, cause);

/// <summary>The native code this library stands on. A worker calls <see cref="Check"/> when it starts, before it takes work.</summary>
public static class NativeLibraries
{
    private const string OpenCvSentence =
        "OpenCV's native library cannot be loaded: install the GTK 3 libraries it links to (Debian: apt-get install --no-install-recommends libgtk-3-0)";

    private const string TurboJpegSentence =
        "libturbojpeg.so.0 is missing, so pictures are blurred and turned with loss and damaged files are noticed later: "
        + "install it (Debian: apt-get install --no-install-recommends libturbojpeg0)";

    private static readonly Lazy<IReadOnlyList<string>> Checked = new(() => Load(() => Cv2.SetNumThreads(1), TurboJpegLibrary.IsPresent));

    /// <summary>True when <c>libturbojpeg.so.0</c> is there, which lossless work needs.</summary>
    public static bool HasTurboJpeg => TurboJpegLibrary.IsPresent();

    /// <summary>
    /// Loads the native libraries and sets OpenCV to one thread (pictures run side by side, one a core; a second thread
    /// within a picture gains nothing in CPU).
    /// </summary>
    /// <returns>Sentences about what works less well than it could, for the log; empty when all is there.</returns>
    /// <exception cref="NativeLibraryMissing">OpenCV does not load.</exception>
    public static IReadOnlyList<string> Check() => Checked.Value;

    internal static IReadOnlyList<string> Load(Action loadOpenCv, Func<bool> hasTurboJpeg)
    {
        try
        {
            loadOpenCv();
        }
        catch (Exception fault) when (fault is TypeInitializationException or DllNotFoundException or BadImageFormatException or OpenCvSharpException)
        {
            throw new NativeLibraryMissing(OpenCvSentence, fault);
        }

        return hasTurboJpeg() ? [] : [TurboJpegSentence];
    }

    private static class TurboJpegLibrary
    {
        private static readonly Lazy<bool> Present = new(() => NativeLibrary.TryLoad(TurboJpeg.Library, typeof(TurboJpeg).Assembly, null, out _));

        internal static bool IsPresent() => Present.Value;
    }
}
