using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging;

namespace Panoramax.PictureCosts;

/// <summary>A picture to measure with: a photograph brought to the size that is asked for, with the grain of a camera.</summary>
internal sealed record Scene(string Name, byte[] Jpeg, int Width, int Height)
{
    internal static Scene Make(string name, string photograph, int width, int height)
    {
        using var source = Cv2.ImRead(photograph, ImreadModes.Color);
        using var pixels = new Mat();
        Cv2.Resize(source, pixels, new Size(width, height), interpolation: InterpolationFlags.Cubic);
        using var grain = new Mat(height, width, MatType.CV_8UC3);
        Cv2.SetTheRNG(7);
        Cv2.Randn(grain, Scalar.All(6), Scalar.All(3));
        using var noisy = new Mat();
        Cv2.Add(pixels, grain, noisy);
        return new Scene(name, noisy.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, 90)), width, height);
    }

    internal DecodedPicture Decode()
    {
        using var stream = new MemoryStream(Jpeg);
        return DecodedPicture.Decode(Jpeg, JpegHeader.Read(stream));
    }
}
