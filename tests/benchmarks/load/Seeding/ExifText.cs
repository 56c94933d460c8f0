using System.Globalization;
using System.Text;

namespace Panoramax.Load.Seeding;

/// <summary>The EXIF map of a picture as a camera of its kind would have written it: some fifty tags, about 2 kB.</summary>
internal static class ExifText
{
    private static readonly (string Key, string Value)[] always =
    [
        ("Exif.Image.ResolutionUnit", "2"), ("Exif.Image.XResolution", "72/1"), ("Exif.Image.YResolution", "72/1"), ("Exif.Image.YCbCrPositioning", "1"),
        ("Exif.Image.Software", "V1.41.00"), ("Exif.Image.ExifTag", "236"), ("Exif.Image.GPSTag", "1450"), ("Exif.Image.Orientation", "1"),
        ("Exif.Photo.ExifVersion", "48 50 50 49"), ("Exif.Photo.FlashpixVersion", "48 49 48 48"), ("Exif.Photo.ColorSpace", "1"),
        ("Exif.Photo.ExposureProgram", "2"), ("Exif.Photo.MeteringMode", "1"), ("Exif.Photo.LightSource", "0"), ("Exif.Photo.Flash", "0"),
        ("Exif.Photo.SensingMethod", "2"), ("Exif.Photo.FileSource", "3"), ("Exif.Photo.SceneType", "1"), ("Exif.Photo.CustomRendered", "0"),
        ("Exif.Photo.ExposureMode", "0"), ("Exif.Photo.WhiteBalance", "0"), ("Exif.Photo.SceneCaptureType", "0"), ("Exif.Photo.GainControl", "0"),
        ("Exif.Photo.Contrast", "0"), ("Exif.Photo.Saturation", "0"), ("Exif.Photo.Sharpness", "0"), ("Exif.Photo.DigitalZoomRatio", "1/1"),
        ("Exif.Photo.ComponentsConfiguration", "1 2 3 0"), ("Exif.Photo.CompressedBitsPerPixel", "0/1"), ("Exif.Photo.MaxApertureValue", "228/100"),
        ("Exif.Photo.SubjectDistance", "0/1"), ("Exif.Iop.InteroperabilityIndex", "R98"), ("Exif.Iop.InteroperabilityVersion", "48 49 48 48"),
        ("Exif.GPSInfo.GPSVersionID", "2 3 0 0"), ("Exif.GPSInfo.GPSAltitudeRef", "0"), ("Exif.GPSInfo.GPSMapDatum", "WGS-84"),
        ("Exif.GPSInfo.GPSMeasureMode", "3"), ("Exif.GPSInfo.GPSImgDirectionRef", "T"), ("Xmp.GPano.UsePanoramaViewer", "True"),
        ("Xmp.GPano.CaptureSoftware", "unknown"), ("Xmp.GPano.StitchingSoftware", "unknown"), ("Xmp.xmp.CreatorTool", "unknown"),
    ];

    private static readonly string constant = string.Concat(always.Select(tag => $",\"{tag.Key}\":\"{tag.Value}\""));

    public static string Of(SeededSequence sequence, SeededPicture picture, int rank)
    {
        var (camera, time) = (sequence.Camera, picture.Ts.UtcDateTime.ToString("yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture));
        var text = new StringBuilder(2_600);
        text.Append(CultureInfo.InvariantCulture, $$"""
            {"Exif.Image.Make":"{{camera.Make}}","Exif.Image.Model":"{{camera.Model}}","Exif.Image.DateTime":"{{time}}","Exif.Photo.DateTimeOriginal":"{{time}}"
            """);
        text.Append(CultureInfo.InvariantCulture, $$"""
            ,"Exif.Photo.DateTimeDigitized":"{{time}}","Exif.Photo.SubSecTimeOriginal":"{{picture.Ts.Millisecond:000}}","Exif.Photo.PixelXDimension":"{{camera.Width}}"
            """);
        text.Append(CultureInfo.InvariantCulture, $$"""
            ,"Exif.Photo.PixelYDimension":"{{camera.Height}}","Exif.Photo.ExposureTime":"1/{{120 + (rank * 7 % 900)}}","Exif.Photo.ISOSpeedRatings":"{{100 + (rank * 13 % 700)}}"
            """);
        text.Append(CultureInfo.InvariantCulture, $$"""
            ,"Exif.Photo.FNumber":"28/10","Exif.Photo.FocalLength":"{{camera.FocalLength * 100:0}}/100","Exif.Photo.ExposureBiasValue":"{{rank % 7}}/6"
            """);
        text.Append(CultureInfo.InvariantCulture, $$"""
            ,"Exif.GPSInfo.GPSLatitudeRef":"N","Exif.GPSInfo.GPSLatitude":"{{picture.Place.Latitude * 10_000_000:0}}/10000000 0/1 0/1","Exif.GPSInfo.GPSLongitudeRef":"{{(picture.Place.Longitude < 0 ? "W" : "E")}}"
            """);
        text.Append(CultureInfo.InvariantCulture, $$"""
            ,"Exif.GPSInfo.GPSLongitude":"{{Math.Abs(picture.Place.Longitude) * 10_000_000:0}}/10000000 0/1 0/1","Exif.GPSInfo.GPSImgDirection":"{{picture.Heading}}/1","Exif.GPSInfo.GPSAltitude":"{{40 + (rank % 400)}}/1"
            """);
        return text.Append(constant).Append('}').ToString();
    }
}
