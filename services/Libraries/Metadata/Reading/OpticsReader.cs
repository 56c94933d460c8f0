using Panoramax.Domain.Pictures;
using Panoramax.Metadata.Cameras;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Reading;

/// <summary>Focal length, sensor width and field of view (metadata rules 1.3).</summary>
internal static class OpticsReader
{
    private const double FullFrameWidthMm = 36;
    private const double SmallestSensorMm = 2;
    private const double LargestSensorMm = 60;

    public static double? FocalLength(TagMap tags) => tags.NumberOrFraction("Exif.Image.FocalLength") ?? tags.NumberOrFraction("Exif.Photo.FocalLength");

    /// <summary>From the camera table, else from the resolution at the focal plane.</summary>
    public static double? SensorWidth(TagMap tags, Camera? camera, JpegHeader header)
    {
        if (camera?.SensorWidthMm is { } known) return known;
        if (tags.NumberOrFraction("Exif.Photo.FocalPlaneXResolution") is not { } resolution || resolution <= 0) return null;

        // In a picture that was scaled down later the resolution is that of the original.
        if (tags.Integer("Exif.Photo.PixelXDimension") is { } original && original != header.Width) return null;
        var unitMm = tags.Integer("Exif.Photo.FocalPlaneResolutionUnit") switch
        {
            3 => 10,
            4 => 1,
            5 => 0.001,
            _ => 25.4,
        };
        var width = Math.Round(header.Width / resolution * unitMm, 2);
        return width is >= SmallestSensorMm and <= LargestSensorMm ? width : null;
    }

    /// <summary>Horizontal, in degrees; null when nothing sensible can be computed.</summary>
    public static int? FieldOfView(TagMap tags, string type, double? focalLength, double? sensorWidth)
    {
        if (type == PictureType.Equirectangular) return 360;
        if (focalLength is not > 0) return null;
        if (sensorWidth is { } width) return Degrees(2 * Math.Atan(width / (2 * focalLength.Value)));
        var equivalent = tags.NumberOrFraction("Exif.Image.FocalLengthIn35mmFilm") ?? tags.NumberOrFraction("Exif.Photo.FocalLengthIn35mmFilm");
        return equivalent is > 0 ? Degrees(2 * Math.Atan2(FullFrameWidthMm, 2 * equivalent.Value)) : null;
    }

    private static int Degrees(double radians) => (int)Math.Round(double.RadiansToDegrees(radians), MidpointRounding.ToEven);
}
