using Panoramax.Domain.Pictures;
using Panoramax.Metadata.Cameras;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Reading;

/// <summary>Crop and type of a picture from its panorama tags (metadata rules 1.6).</summary>
internal static class ProjectionReader
{
    /// <summary>Null for a whole panorama and for flat pictures.</summary>
    /// <exception cref="MetadataRefused">The crop is described only in part.</exception>
    public static Crop? ReadCrop(TagMap tags)
    {
        var width = tags.Integer("Xmp.GPano.CroppedAreaImageWidthPixels");
        var height = tags.Integer("Xmp.GPano.CroppedAreaImageHeightPixels");
        var left = tags.Integer("Xmp.GPano.CroppedAreaLeftPixels");
        var top = tags.Integer("Xmp.GPano.CroppedAreaTopPixels");
        var fullWidth = tags.Integer("Xmp.GPano.FullPanoWidthPixels");
        var fullHeight = tags.Integer("Xmp.GPano.FullPanoHeightPixels");

        if (width is { } w && height is { } h && left is { } l && top is { } t && (fullWidth is not null || fullHeight is not null))
        {
            var known = (Width: fullWidth, Height: fullHeight);
            fullWidth ??= 2 * known.Height!.Value;
            if (known.Width is null && fullWidth > w && l == 0) l = (fullWidth.Value - w) / 2;
            fullHeight ??= known.Width!.Value / 2;
            if (known.Height is null && fullHeight > h && t == 0) t = (fullHeight.Value - h) / 2;
            return fullWidth > w || fullHeight > h ? new Crop(fullWidth.Value, fullHeight.Value, w, h, l, t) : null;
        }

        if (width is not null && height is not null && width == fullWidth && height == fullHeight) return null;
        if (width is null && height is null && left is null && top is null) return null;
        throw new MetadataRefused(RefusalKind.Invalid, [new MetadataProblem(MetadataTexts.PartialCrop)]);
    }

    public static string ReadType(TagMap tags, Crop? crop, Camera? camera, JpegHeader header)
    {
        if (tags.Text("Xmp.GPano.ProjectionType") is { } projection)
        {
            projection = projection.ToLowerInvariant();
            return projection == "cylindrical" && crop is not null ? PictureType.Equirectangular : projection;
        }

        return camera is { Is360: true } && header.Width == 2 * header.Height ? PictureType.Equirectangular : PictureType.Flat;
    }
}
