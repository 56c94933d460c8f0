using System.Globalization;
using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>Camera, lens, projection and crop of a picture: figures of the upstream reader's tests and figures derived from its rules.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CameraReadingTests
{
    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U3")]
    public void A_compact_camera_without_altitude_gives_a_flat_picture_with_its_field_of_view()
    {
        var read = Read(new TestJpeg().WithPosition(48.139852239480945, -1.9499731060073981)
            .With("Exif.Photo.DateTimeOriginal", "2015:04:25 15:37:48")
            .With("Exif.Image.Make", "OLYMPUS IMAGING CORP.").With("Exif.Image.Model", "SP-720UZ")
            .With("Exif.Photo.FocalLength", "466/100").With("Exif.GPSInfo.GPSImgDirection", "155/1"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Type, Is.EqualTo(PictureType.Flat));
            Assert.That(Iso(read.Timestamp), Is.EqualTo("2015-04-25T15:37:48.000000+02:00"));
            Assert.That(read.AltitudeMetres, Is.Null);
            Assert.That(read.SensorWidthMm, Is.EqualTo(6.16));
            Assert.That(read.FieldOfViewDegrees, Is.EqualTo(67));
            Assert.That(read.HeadingDegrees, Is.EqualTo(155));
        }
    }

    [TestCase("Canon", "Canon EOS 6D0", "35/1", "EOS 6D0", 35.8, 54, null)]
    [TestCase("SONY", "FDR-X1000V", "28/10", "FDR-X1000V", 6.19, 96, 4)]
    [TestCase("GoPro", "HERO9 Black", "3/1", "HERO9 Black", 6.17, 92, 4)]
    [TestCase("GoPro", "GoPro Max", "3/1", "Max", 6.17, 92, 4)]
    [TestCase("OnePlus", "ONEPLUS A5000", "4/1", "ONEPLUS A5000", null, null, 5)]
    [Property("Contract", "metadata-and-dispatch 3.1 U4")]
    [Property("Contract", "metadata-and-dispatch 3.1 U5")]
    [Property("Contract", "metadata-and-dispatch 3.1 D20")]
    public void A_known_camera_gives_sensor_field_of_view_and_accuracy(string make, string model, string focal, string shownModel, double? sensor, int? fieldOfView, double? accuracy)
    {
        var read = Read(Placed().With("Exif.Image.Make", make).With("Exif.Image.Model", model).With("Exif.Photo.FocalLength", focal));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Model, Is.EqualTo(shownModel));
            Assert.That(read.SensorWidthMm, Is.EqualTo(sensor));
            Assert.That(read.FieldOfViewDegrees, Is.EqualTo(fieldOfView));
            Assert.That(read.GpsAccuracyMetres, Is.EqualTo(accuracy));
            Assert.That(read.Type, Is.EqualTo(PictureType.Flat));
            Assert.That(read.HeadingDegrees, Is.Null);
            Assert.That(read.Warnings, Does.Contain(MetadataWarnings.NoHeading));
        }
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U6")]
    public void A_panorama_camera_gives_pitch_and_roll()
    {
        var read = Read(Placed(640, 320).With("Exif.Image.Make", "RICOH").With("Exif.Image.Model", "RICOH THETA m15")
            .With("Exif.GPSInfo.GPSImgDirection", "270/1").With("Exif.Photo.FocalLength", "75/100")
            .WithPanorama().WithXmp("GPano", "PosePitchDegrees", "1").WithXmp("GPano", "PoseRollDegrees", "3"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Type, Is.EqualTo(PictureType.Equirectangular));
            Assert.That(read.Model, Is.EqualTo("THETA m15"));
            Assert.That((read.PitchDegrees, read.RollDegrees, read.HeadingDegrees), Is.EqualTo((1.0, 3.0, 270)));
        }
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U10")]
    public void A_crop_is_read_with_its_six_numbers() =>
        Assert.That(Crop(("FullPanoWidthPixels", 4032), ("FullPanoHeightPixels", 2016), ("CroppedAreaImageWidthPixels", 2150), ("CroppedAreaImageHeightPixels", 1412), ("CroppedAreaLeftPixels", 538), ("CroppedAreaTopPixels", 134)),
            Is.EqualTo(new Crop(4032, 2016, 2150, 1412, 538, 134)));

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D12")]
    public void A_missing_full_height_is_half_of_the_width_and_the_area_lies_in_the_middle() =>
        Assert.That(Crop(("FullPanoWidthPixels", 4000), ("CroppedAreaImageWidthPixels", 4000), ("CroppedAreaImageHeightPixels", 1000), ("CroppedAreaLeftPixels", 0), ("CroppedAreaTopPixels", 0)),
            Is.EqualTo(new Crop(4000, 2000, 4000, 1000, 0, 500)));

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D13")]
    public void A_missing_full_width_is_twice_the_height_and_the_area_lies_in_the_middle() =>
        Assert.That(Crop(("FullPanoHeightPixels", 2000), ("CroppedAreaImageWidthPixels", 2000), ("CroppedAreaImageHeightPixels", 2000), ("CroppedAreaLeftPixels", 0), ("CroppedAreaTopPixels", 0)),
            Is.EqualTo(new Crop(4000, 2000, 2000, 2000, 1000, 0)));

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D16")]
    public void An_area_as_large_as_the_whole_is_no_crop_even_without_its_place() =>
        Assert.That(Crop(("FullPanoWidthPixels", 4000), ("FullPanoHeightPixels", 2000), ("CroppedAreaImageWidthPixels", 4000), ("CroppedAreaImageHeightPixels", 2000)), Is.Null);

    [Test]
    public void The_size_of_the_whole_alone_is_harmless() =>
        Assert.That(Crop(("FullPanoWidthPixels", 4000), ("FullPanoHeightPixels", 2000)), Is.Null);

    [Test]
    public void A_whole_number_written_as_a_decimal_is_accepted()
    {
        var picture = Placed();
        foreach (var (name, value) in new[] { ("FullPanoWidthPixels", "5760.0"), ("FullPanoHeightPixels", "2880"), ("CroppedAreaImageWidthPixels", "5760.0"), ("CroppedAreaImageHeightPixels", "1000"), ("CroppedAreaLeftPixels", "0"), ("CroppedAreaTopPixels", "7.0") })
        {
            picture.WithXmp("GPano", name, value);
        }

        Assert.That(Read(picture).Crop, Is.EqualTo(new Crop(5760, 2880, 5760, 1000, 0, 7)));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D15")]
    public void A_partial_crop_is_refused()
    {
        var refused = Refused(Placed().WithXmp("GPano", "CroppedAreaImageWidthPixels", "2048"));

        Assert.That((refused.Kind, refused.MissingFields.Count), Is.EqualTo((RefusalKind.Invalid, 0)));
    }

    [TestCase(true, "equirectangular")]
    [TestCase(false, "cylindrical")]
    [Property("Contract", "metadata-and-dispatch 3.1 D14")]
    public void A_cylindrical_picture_with_a_crop_counts_as_equirectangular(bool cropped, string type)
    {
        var picture = Placed().WithXmp("GPano", "ProjectionType", "Cylindrical");
        if (cropped)
        {
            foreach (var (name, value) in new[] { ("FullPanoWidthPixels", "4032"), ("FullPanoHeightPixels", "2016"), ("CroppedAreaImageWidthPixels", "2150"), ("CroppedAreaImageHeightPixels", "1412"), ("CroppedAreaLeftPixels", "538"), ("CroppedAreaTopPixels", "134") })
            {
                picture.WithXmp("GPano", name, value);
            }
        }

        Assert.That(Read(picture).Type, Is.EqualTo(type));
    }

    [TestCase("Insta360", "Insta360 One X2.PHOTO_NORMAL", 640, 320, "equirectangular")]
    [TestCase("Ricoh", "Theta S", 640, 320, "equirectangular")]
    [TestCase("GoPro", "GoPro Max", 640, 480, "flat")]
    [TestCase("Unknown", "Camera", 640, 320, "flat")]
    [Property("Contract", "metadata-and-dispatch 3.1 U17")]
    [Property("Contract", "metadata-and-dispatch 3.1 U18")]
    [Property("Contract", "metadata-and-dispatch 3.1 U19")]
    [Property("Contract", "metadata-and-dispatch 3.1 D21")]
    public void Without_panorama_tags_a_known_model_at_two_to_one_is_360(string make, string model, int width, int height, string type) =>
        Assert.That(Read(Placed(width, height).With("Exif.Image.Make", make).With("Exif.Image.Model", model)).Type, Is.EqualTo(type));

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D11")]
    public void The_pose_of_a_panorama_is_no_heading()
    {
        var read = Read(Placed().WithXmp("GPano", "PoseHeadingDegrees", "10.5"));

        Assert.That((read.HeadingDegrees, read.YawDegrees), Is.EqualTo(((int?)null, 10.5)));
    }

    [Test]
    public void Pix4d_s_pose_counts_before_the_panorama_s() =>
        Assert.That(Read(Placed().WithXmp("GPano", "PoseHeadingDegrees", "10.5").WithXmp("Camera", "Yaw", "-7/2")).YawDegrees, Is.EqualTo(-3.5));

    [TestCase("28", 65)]
    [TestCase("24", 74)]
    [TestCase("50", 40)]
    [TestCase("15", 100)]
    [TestCase("0", null)]
    [Property("Contract", "metadata-and-dispatch 3.1 D17")]
    public void The_focal_length_in_35_mm_gives_the_field_of_view_of_an_unknown_camera(string equivalent, int? expected) =>
        Assert.That(Read(Placed().With("Exif.Photo.FocalLength", "42/10").With("Exif.Photo.FocalLengthIn35mmFilm", equivalent)).FieldOfViewDegrees, Is.EqualTo(expected));

    /// <summary>A focal length of 0 crashed the reader.</summary>
    [Test]
    [Property("Contract", "known-faults 38")]
    public void A_focal_length_of_zero_gives_no_field_of_view()
    {
        var read = Read(Placed().With("Exif.Image.Make", "Canon").With("Exif.Image.Model", "Canon EOS 6D")
            .With("Exif.Photo.FocalLength", "0/1").With("Exif.Photo.FocalLengthIn35mmFilm", "0"));

        Assert.That((read.SensorWidthMm, read.FocalLengthMm, read.FieldOfViewDegrees), Is.EqualTo((35.8, 0.0, (int?)null)));
    }

    [TestCase("4000/1", 64, 3, null)]
    [TestCase("640/36", 640, 4, 36.0)]
    [TestCase("640/36", null, 4, 36.0)]
    [TestCase("640/36", 4000, 4, null)]
    [TestCase("254/10", 640, 2, null)]
    public void The_focal_plane_resolution_gives_the_sensor_of_an_unknown_camera(string resolution, int? original, int unit, double? expected)
    {
        var picture = Placed(640, 480).With("Exif.Photo.FocalPlaneXResolution", resolution)
            .With("Exif.Photo.FocalPlaneResolutionUnit", unit.ToString(CultureInfo.InvariantCulture));
        if (original is { } width) picture.With("Exif.Photo.PixelXDimension", width.ToString(CultureInfo.InvariantCulture));

        Assert.That(Read(picture).SensorWidthMm, Is.EqualTo(expected));
    }

    private static Crop? Crop(params (string Name, int Value)[] tags)
    {
        var picture = Placed();
        foreach (var (name, value) in tags) picture.WithXmp("GPano", name, value.ToString(CultureInfo.InvariantCulture));
        return Read(picture).Crop;
    }

    private static TestJpeg Dated(int width = 64, int height = 48) => new TestJpeg(width, height).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42");

    private static TestJpeg Placed(int width = 64, int height = 48) => Dated(width, height).WithPosition(48.8566, 2.3522);

    private static PictureMetadata Read(TestJpeg picture) => MetadataReader.Read(picture.ToStream());

    private static MetadataRefused Refused(TestJpeg picture) => Assert.Throws<MetadataRefused>(() => Read(picture))!;

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
}
