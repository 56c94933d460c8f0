using OpenCvSharp;
using Panoramax.Imaging.Blurring;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.Imaging;

/// <summary>
/// A picture as it may be published: upright and with everything blurred that had to be. Derivates are made from this type
/// only, so none can be made of pixels that blurring has not passed over. Uses the memory of the picture it was made of.
/// </summary>
public sealed class PublicPicture
{
    /// <summary>Quality of the HD file where it must be encoded again, and of tiles (the API's rule for tiles).</summary>
    internal const int FullQuality = 95;

    private PublicPicture(DecodedPicture picture, byte[] hd, IReadOnlyList<string> warnings)
    {
        Pixels = picture.Pixels;
        ColourProfile = JpegSegments.ColourProfile(picture.Source.Span, picture.Layout);
        Hd = hd;
        Warnings = warnings;
    }

    /// <summary>
    /// The full-size file, upright, baseline JPEG. It still has all metadata segments of the source, among them an
    /// orientation that no longer holds and previews that show the picture as it was: the caller must correct those
    /// before the file leaves the house.
    /// </summary>
    public byte[] Hd { get; }

    /// <summary>Pixels of <see cref="Hd"/>.</summary>
    public int Width => Pixels.Width;

    public int Height => Pixels.Height;

    /// <summary>What went another way than wished, as sentences for the job's history.</summary>
    public IReadOnlyList<string> Warnings { get; }

    internal Mat Pixels { get; }

    internal byte[] ColourProfile { get; }

    /// <summary>
    /// Makes the HD file without loss outside the boxes where the file's layout allows it (the source's own bytes when
    /// nothing is to do), else by encoding it again with quality 95.
    /// </summary>
    /// <param name="picture">Its pixels are blurred in place. Must outlive the result.</param>
    /// <param name="boxes">What to blur, in the upright picture; parts outside of it do not matter.</param>
    /// <exception cref="UnreadablePicture">The file is damaged in a way that only the lossless pass sees.</exception>
    public static PublicPicture Make(DecodedPicture picture, IReadOnlyCollection<Box> boxes)
    {
        var (layout, orientation) = (picture.Layout, picture.Orientation);
        var sideways = Orientation.IsSideways(orientation);
        var plan = MosaicPlan.Of(
            boxes, picture.Width, picture.Height, sideways ? layout.McuHeight : layout.McuWidth, sideways ? layout.McuWidth : layout.McuHeight);
        PixelMosaic.Draw(picture.Pixels, plan);

        // A progressive file is made baseline too: viewers and later steps need a third of the time for it.
        var isChanged = plan.Areas.Count > 0 || orientation != 1 || layout.Progressive;
        if (!isChanged) return new PublicPicture(picture, picture.Source.ToArray(), []);

        var obstacle = WhyNotLossless(layout, orientation);
        if (obstacle is not null) return new PublicPicture(picture, EncodeAgain(picture), [$"HD picture encoded again with loss: {obstacle}"]);

        var components = sideways ? layout.Components.Select(component => new JpegComponent(component.Vertical, component.Horizontal)).ToList() : layout.Components;
        var mosaic = new CoefficientMosaic(plan, components);
        var operation = Orientation.TurboJpegOperation(orientation);
        var hd = plan.Areas.Count > 0
            ? LosslessTransform.Write(picture.Source.Span, operation, mosaic.Summing, mosaic.Writing)
            : LosslessTransform.Write(picture.Source.Span, operation);
        return new PublicPicture(picture, hd, []);
    }

    private static string? WhyNotLossless(JpegLayout layout, int orientation)
    {
        if (!NativeLibraries.HasTurboJpeg) return "libturbojpeg is not installed";
        if (!layout.HasUsualSampling) return "its colours are sampled in an unusual way";
        return Orientation.TurnsLosslessly(orientation, layout) ? null : "its size does not allow turning it block by block";
    }

    private static byte[] EncodeAgain(DecodedPicture picture)
    {
        var components = picture.Layout.Components.Count;
        using var pixels = components == 1 ? picture.Pixels.CvtColor(ColorConversionCodes.BGR2GRAY) : picture.Pixels.SubMat(0, picture.Height, 0, picture.Width);
        var encoded = pixels.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, FullQuality));
        return JpegSegments.WithMetadataOf(picture.Source.Span, picture.Layout, encoded, coloursConverted: components == 4);
    }
}
