using Panoramax.Database.Rows;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>Finds faces and number plates in this process and blurs them; outside of them the file stays as it came.</summary>
internal sealed class DetectingBlurrer(Detectors detectors) : IBlurrer
{
    public async Task<BlurredPicture> Blur(SourcePicture source, CancellationToken cancel)
    {
        var pixels = await source.Decode();
        try
        {
            return await PixelThread.Run(() => Blur(pixels, source.WrapsAround, cancel));
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    private BlurredPicture Blur(DecodedPicture pixels, bool wrapsAround, CancellationToken cancel)
    {
        var found = detectors.Find(pixels, wrapsAround, cancel);
        cancel.ThrowIfCancellationRequested();
        var picture = PublicPicture.Make(pixels, [.. found.Select(each => each.Box)]);
        return new BlurredPicture(pixels, picture)
        {
            Regions = [.. found.Select(each => new BlurredRegion(
                each.Box.X, each.Box.Y, each.Box.Width, each.Box.Height, each.Kind, each.Detector, Math.Round(each.Score, 3)))],
            Warnings = picture.Warnings,
        };
    }
}
