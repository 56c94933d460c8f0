using Panoramax.Imaging;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>Leaves the picture as it is, upright: for instances that blur nothing and for pictures that need no blurring.</summary>
internal sealed class NoBlurrer : IBlurrer
{
    public async Task<BlurredPicture> Blur(SourcePicture source, CancellationToken cancel)
    {
        var pixels = await source.Decode();
        try
        {
            cancel.ThrowIfCancellationRequested();
            var picture = await PixelThread.Run(() => PublicPicture.Make(pixels, []));
            return new BlurredPicture(pixels, picture) { Warnings = picture.Warnings };
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }
}
