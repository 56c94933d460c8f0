using System.Globalization;
using OpenCvSharp;
using Panoramax.Testing.Pictures;

namespace Panoramax.StreetPictures;

/// <summary>One press of the button: where, when and how the picture is taken, and what is written beside it.</summary>
/// <param name="Along">Metres along the street.</param>
/// <param name="Left">Metres from its middle.</param>
/// <param name="ViewedHeading">Where the camera looks, degrees.</param>
/// <param name="WrittenHeading">What the file says of it; null: nothing.</param>
internal sealed record Shot(double Along, double Left, DateTimeOffset Time, double ViewedHeading, double? WrittenHeading = null)
{
    public const string Make = "Panoramax", FlatModel = "Street Sketch", PanoramaModel = "Street Sketch 360";
    private const string FocalLength = "4.2";
    private const int Altitude = 8;

    public (double Latitude, double Longitude) Position { get; init; } = Street.Position(Along, Left);

    /// <summary>EXIF orientation; with 6 the pixels are stored turned, and the picture is upright on the screen.</summary>
    public int Orientation { get; init; } = 1;

    public bool Grey { get; init; }

    public bool WithoutPosition { get; init; }

    public bool WithoutTime { get; init; }

    public bool WithoutAnyTag { get; init; }

    /// <summary>A flat picture and its line of the table.</summary>
    /// <param name="width">Upright, pixels; the height is three quarters of it.</param>
    public TableRow Flat(string set, string name, Daylight light, int width, int quality)
    {
        // 26 mm on 36 mm of film.
        var fieldOfView = 2 * double.RadiansToDegrees(Math.Atan(18 / 26.0));
        using var pixels = Mat.FromPixelData(width * 3 / 4, width, MatType.CV_8UC3, new Camera(Along, Left, 1.7, ViewedHeading).Flat(light, width, width * 3 / 4, fieldOfView));
        var tags = (TestJpeg picture) => picture.With("Exif.Image.Model", FlatModel)
            .With("Exif.Photo.FocalLength", "42/10").With("Exif.Photo.FocalLengthIn35mmFilm", "26");
        return Row(set, name, pixels, quality, tags) with { Type = "flat", Model = WithoutAnyTag ? "" : FlatModel, FocalLength = WithoutAnyTag ? "" : FocalLength };
    }

    /// <summary>A picture of everything around and its line of the table.</summary>
    public TableRow Panorama(string set, string name, Daylight light, int width, int quality)
    {
        using var pixels = Mat.FromPixelData(width / 2, width, MatType.CV_8UC3, new Camera(Along, Left, 2.4, ViewedHeading).Panorama(light, width));
        return Row(set, name, pixels, quality, picture => picture.With("Exif.Image.Model", PanoramaModel).WithPanorama()) with { Type = "equirectangular", Model = PanoramaModel };
    }

    private TableRow Row(string set, string name, Mat pixels, int quality, Func<TestJpeg, TestJpeg> tags)
    {
        if (Orientation == 6) Cv2.Rotate(pixels, pixels, RotateFlags.Rotate90Counterclockwise);
        if (Grey) Cv2.CvtColor(pixels, pixels, ColorConversionCodes.BGR2GRAY);
        var jpeg = pixels.ImEncode(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, quality), new ImageEncodingParam(ImwriteFlags.JpegOptimize, 1));
        var picture = new TestJpeg(pixels.Width, pixels.Height).WithPixels(jpeg);
        var row = new TableRow(set, name) { Content = [], Size = (pixels.Width, pixels.Height) };
        if (WithoutAnyTag) return row with { Content = picture.ToBytes() };

        tags(picture).With("Exif.Image.Make", Make).With("Exif.Image.Orientation", Orientation.ToString(CultureInfo.InvariantCulture))
            .With("Exif.Image.Artist", "Panoramax for .NET (CC0)").With("Exif.Photo.ExifVersion", "0232");
        if (!WithoutPosition)
        {
            picture.WithPosition(Position.Latitude, Position.Longitude)
                .With("Exif.GPSInfo.GPSAltitudeRef", "0").With("Exif.GPSInfo.GPSAltitude", TestJpeg.Rational(Altitude, 1));
            row = row with { Position = Position, Altitude = Altitude };
        }

        if (!WithoutTime)
        {
            picture.WithCaptureTime(Time);
            row = row with { Time = Time };
        }

        if (WrittenHeading is { } heading)
        {
            picture.With("Exif.GPSInfo.GPSImgDirectionRef", "T").With("Exif.GPSInfo.GPSImgDirection", TestJpeg.Rational(heading, 100));
            row = row with { Heading = (int)Math.Round(heading) };
        }

        return row with { Content = picture.ToBytes(), Make = Make, Orientation = Orientation };
    }
}
