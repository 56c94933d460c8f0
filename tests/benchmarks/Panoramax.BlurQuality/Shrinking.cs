using OpenCvSharp;
using Panoramax.Imaging;

namespace Panoramax.BlurQuality;

/// <summary>Makes pictures and their marks smaller, to learn what is found of small things.</summary>
/// <param name="Canvas">Side of a grey square on which the picture is put, 0 for none.</param>
internal sealed record Shrinking(double Share, int Canvas)
{
    internal Box Apply(Box box) => new((int)(box.X * Share), (int)(box.Y * Share), (int)(box.Width * Share), (int)(box.Height * Share));

    internal byte[] Apply(byte[] jpeg)
    {
        if (Share >= 1 && Canvas == 0) return jpeg;
        using var pixels = Cv2.ImDecode(jpeg, ImreadModes.Color | ImreadModes.IgnoreOrientation);
        if (pixels.Empty()) return jpeg;
        using var small = new Mat();
        Cv2.Resize(pixels, small, new Size(Math.Max(1, (int)(pixels.Width * Share)), Math.Max(1, (int)(pixels.Height * Share))), interpolation: InterpolationFlags.Area);
        using var canvas = new Mat(Math.Max(small.Height, Canvas), Math.Max(small.Width, Canvas), MatType.CV_8UC3, Scalar.All(120));
        using (var place = canvas.SubMat(0, small.Height, 0, small.Width)) small.CopyTo(place);
        return canvas.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, 92));
    }
}
