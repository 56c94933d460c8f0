using System.Globalization;
using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>The rules of reading one picture, each on a made picture: figures of the upstream reader's tests and figures derived from its rules.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MetadataReaderTests
{
    private const string ParisLatitude = "48/1 51/1 2376/100";
    private const string ParisLongitude = "2/1 21/1 792/100";

    [Test]
    public void A_whole_360_picture_of_a_known_camera_is_read()
    {
        var read = Read(new TestJpeg(5760, 2880)
            .With("Exif.GPSInfo.GPSLatitudeRef", "N").With("Exif.GPSInfo.GPSLatitude", "49/1 0/1 1885/76")
            .With("Exif.GPSInfo.GPSLongitudeRef", "E").With("Exif.GPSInfo.GPSLongitude", "1/1 55/1 123020/13567")
            .With("Exif.GPSInfo.GPSDateStamp", "2021:07:29").With("Exif.GPSInfo.GPSTimeStamp", "9/1 16/1 54/1")
            .With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42")
            .With("Exif.GPSInfo.GPSImgDirection", "349/1").With("Exif.GPSInfo.GPSAltitude", "93/1")
            .With("Exif.Image.Make", "GoPro").With("Exif.Image.Model", "GoPro Max").With("Exif.Photo.FocalLength", "3/1")
            .WithPanorama()
            .WithXmp("GPano", "PoseHeadingDegrees", "0").WithXmp("GPano", "PosePitchDegrees", "0").WithXmp("GPano", "PoseRollDegrees", "0"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Latitude, Is.EqualTo(49.00688961988304).Within(1e-13));
            Assert.That(read.Longitude, Is.EqualTo(1.9191854417991367).Within(1e-13));
            Assert.That(Iso(read.Timestamp), Is.EqualTo("2021-07-29T11:16:54.000000+02:00"));
            Assert.That(read.Timestamp.ToUnixTimeSeconds(), Is.EqualTo(1627550214));
            Assert.That(read.TimeZone, Is.EqualTo("CEST"));
            Assert.That(Iso(read.GpsTimestamp!.Value), Is.EqualTo("2021-07-29T11:16:54.000000+02:00"));
            Assert.That(Iso(read.CameraTimestamp!.Value), Is.EqualTo("2021-07-29T11:16:42.000000+02:00"));
            Assert.That(read.HeadingDegrees, Is.EqualTo(349));
            Assert.That(read.Type, Is.EqualTo(PictureType.Equirectangular));
            Assert.That((read.Make, read.Model), Is.EqualTo(("GoPro", "Max")));
            Assert.That(read.FocalLengthMm, Is.EqualTo(3));
            Assert.That(read.AltitudeMetres, Is.EqualTo(93));
            Assert.That(read.Crop, Is.Null);
            Assert.That((read.YawDegrees, read.PitchDegrees, read.RollDegrees), Is.EqualTo((0.0, 0.0, 0.0)));
            Assert.That(read.SensorWidthMm, Is.EqualTo(6.17));
            Assert.That(read.FieldOfViewDegrees, Is.EqualTo(360));
            Assert.That(read.GpsAccuracyMetres, Is.EqualTo(4));
            Assert.That((read.Width, read.Height, read.Orientation), Is.EqualTo((5760, 2880, 1)));
            Assert.That(read.Warnings, Is.EqualTo([MetadataWarnings.AccuracyEstimated]));
        }
    }

    [Test]
    public void West_is_negative()
    {
        var read = Read(Dated()
            .With("Exif.GPSInfo.GPSLatitudeRef", "N").With("Exif.GPSInfo.GPSLatitude", "48/1 20/1 1523143/100000")
            .With("Exif.GPSInfo.GPSLongitudeRef", "W").With("Exif.GPSInfo.GPSLongitude", "1/1 55/1 5919180/100000"));

        Assert.That(read.Longitude, Is.EqualTo(-1.9331088333333333).Within(1e-12));
        Assert.That(read.Latitude, Is.EqualTo(48.337564286).Within(1e-8));
    }

    [Test]
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
    public void A_longitude_reference_of_a_wrong_type_counts_as_east()
    {
        var picture = Dated().WithPosition(44.09732280555556, 4.700622);
        picture.Exif.Set("Exif.GPSInfo.GPSLongitudeRef", 3, "52227");

        var read = Read(picture);

        Assert.That(read.Longitude, Is.EqualTo(4.700622).Within(1e-9));
        Assert.That(read.Warnings, Does.Contain(MetadataWarnings.AssumedEast));
        Assert.That(read.Warnings, Does.Not.Contain(MetadataWarnings.AssumedNorth));
    }

    [Test]
    public void An_unreadable_gps_date_falls_back_to_the_camera()
    {
        var read = Read(new TestJpeg().WithPosition(48.88, 2.36)
            .With("Exif.GPSInfo.GPSDateStamp", "2021-09-08H").With("Exif.GPSInfo.GPSTimeStamp", "9/1 43/1 57/1")
            .With("Exif.Photo.DateTimeOriginal", "2021:09:08 11:43:57").With("Exif.Photo.SubSecTimeOriginal", "0754"));

        Assert.That(Iso(read.Timestamp), Is.EqualTo("2021-09-08T11:43:57.075400+02:00"));
        Assert.That(read.GpsTimestamp, Is.Null);
        Assert.That(read.Warnings, Does.Contain(MetadataWarnings.GpsDateSkipped));
    }

    [TestCase("0/0 36/1 28/1")]
    [TestCase("9/1 36/1")]
    public void An_unreadable_gps_time_falls_back_to_the_camera(string time)
    {
        var read = Read(new TestJpeg().WithPosition(47.05, -1.38)
            .With("Exif.GPSInfo.GPSDateStamp", "2020:08:31").With("Exif.GPSInfo.GPSTimeStamp", time)
            .With("Exif.Photo.DateTimeOriginal", "2020:08:31 09:36:28"));

        Assert.That(Iso(read.Timestamp), Is.EqualTo("2020-08-31T09:36:28.000000+02:00"));
        Assert.That(read.Warnings, Does.Contain(MetadataWarnings.GpsTimeUnsupported));
    }

    [TestCase("24/1 0/1 0/1")]
    [TestCase("23/1 60/1 0/1")]
    [TestCase("23/1 59/1 60/1")]
    [TestCase("4294967295/1 0/1 0/1")]
    public void A_gps_time_that_no_day_has_is_skipped(string time)
    {
        var read = Read(Placed().With("Exif.GPSInfo.GPSDateStamp", "2020:08:31").With("Exif.GPSInfo.GPSTimeStamp", time));

        Assert.That(read.GpsTimestamp, Is.Null);
        Assert.That(read.Warnings, Does.Contain(MetadataWarnings.GpsDateSkipped));
    }

    [Test]
    public void A_crop_is_read_with_its_six_numbers() =>
        Assert.That(Crop(("FullPanoWidthPixels", 4032), ("FullPanoHeightPixels", 2016), ("CroppedAreaImageWidthPixels", 2150), ("CroppedAreaImageHeightPixels", 1412), ("CroppedAreaLeftPixels", 538), ("CroppedAreaTopPixels", 134)),
            Is.EqualTo(new Crop(4032, 2016, 2150, 1412, 538, 134)));

    [Test]
    public void A_missing_full_height_is_half_of_the_width_and_the_area_lies_in_the_middle() =>
        Assert.That(Crop(("FullPanoWidthPixels", 4000), ("CroppedAreaImageWidthPixels", 4000), ("CroppedAreaImageHeightPixels", 1000), ("CroppedAreaLeftPixels", 0), ("CroppedAreaTopPixels", 0)),
            Is.EqualTo(new Crop(4000, 2000, 4000, 1000, 0, 500)));

    [Test]
    public void A_missing_full_width_is_twice_the_height_and_the_area_lies_in_the_middle() =>
        Assert.That(Crop(("FullPanoHeightPixels", 2000), ("CroppedAreaImageWidthPixels", 2000), ("CroppedAreaImageHeightPixels", 2000), ("CroppedAreaLeftPixels", 0), ("CroppedAreaTopPixels", 0)),
            Is.EqualTo(new Crop(4000, 2000, 2000, 2000, 1000, 0)));

    [Test]
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
    public void A_partial_crop_is_refused()
    {
        var refused = Refused(Placed().WithXmp("GPano", "CroppedAreaImageWidthPixels", "2048"));

        Assert.That((refused.Kind, refused.MissingFields.Count), Is.EqualTo((RefusalKind.Invalid, 0)));
    }

    [TestCase(true, "equirectangular")]
    [TestCase(false, "cylindrical")]
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

    [TestCase("19.023", null, "2023-11-12T00:25:19.023000+08:00", false)]
    [TestCase("19.003", "565", "2023-11-12T00:25:19.565000+08:00", true)]
    [TestCase("19.5", "500", "2023-11-12T00:25:19.500000+08:00", false)]
    [TestCase("19", "5", "2023-11-12T00:25:19.500000+08:00", false)]
    [TestCase("19", "1234567", "2023-11-12T00:25:19.123456+08:00", false)]
    [TestCase("19", "abc", "2023-11-12T00:25:19.000000+08:00", false)]
    [TestCase("19", "050.0", "2023-11-12T00:25:19.050000+08:00", false)]
    public void Fractions_of_the_second_are_taken_from_the_date_or_their_own_tag(string seconds, string? subsecond, string expected, bool mismatch)
    {
        var picture = new TestJpeg().WithPosition(14.527860666666667, 121.15072633333334)
            .With("Exif.Photo.DateTimeOriginal", $"2023:11:12 00:25:{seconds}").With("Exif.Image.Make", "BlackVue");
        if (subsecond is not null) picture.With("Exif.Photo.SubSecTimeOriginal", subsecond);

        var read = Read(picture);

        Assert.That(Iso(read.Timestamp), Is.EqualTo(expected));
        Assert.That(read.Warnings.Contains(MetadataWarnings.SubsecondMismatch), Is.EqualTo(mismatch));
    }

    [Test]
    public void A_picture_without_any_tag_misses_date_and_location()
    {
        var refused = Refused(new TestJpeg());

        Assert.That(refused.Kind, Is.EqualTo(RefusalKind.Partial));
        Assert.That(refused.MissingFields, Is.EqualTo(["datetime", "location"]));
        Assert.That(refused.Text("en"), Is.EqualTo(
            "The picture has several problems:\n\t- The picture has no GPS position, or an unusable one\n\t- The picture has no valid capture date"));
    }

    [Test]
    public void A_picture_without_position_misses_the_location()
    {
        var refused = Refused(Dated());

        Assert.That((refused.Kind, string.Join(',', refused.MissingFields)), Is.EqualTo((RefusalKind.Partial, "location")));
        Assert.That(refused.Text("en"), Is.EqualTo("The picture has no GPS position, or an unusable one"));
    }

    [Test]
    public void A_picture_without_date_misses_the_date() =>
        Assert.That(Refused(new TestJpeg().WithPosition(48.8, 2.3)).MissingFields, Is.EqualTo(["datetime"]));

    [TestCase("91/1 0/1 0/1", "2/1 0/1 0/1")]
    [TestCase("45/1 0/1 0/1", "181/1 0/1 0/1")]
    [TestCase("48/1 0/1 0/1", "2/1 0/1")]
    public void Coordinates_outside_of_the_world_or_broken_are_refused_as_invalid(string latitude, string longitude)
    {
        var refused = Refused(Dated().With("Exif.GPSInfo.GPSLatitude", latitude).With("Exif.GPSInfo.GPSLongitude", longitude));

        Assert.That((refused.Kind, refused.MissingFields.Count), Is.EqualTo((RefusalKind.Invalid, 0)));
        Assert.That(refused.Text("fr"), Is.Not.Empty);
    }

    [Test]
    public void Decimal_degrees_are_taken_as_they_are()
    {
        var picture = Dated().With("Exif.Image.Model", "PULSAR");
        picture.Exif.Set("Exif.GPSInfo.GPSLatitude", 2, "48.553668");
        picture.Exif.Set("Exif.GPSInfo.GPSLongitude", 2, "7.683081");

        var read = Read(picture);

        Assert.That((read.Latitude, read.Longitude, read.Make, read.Model), Is.EqualTo((48.553668, 7.683081, (string?)null, "PULSAR")));
        Assert.That(read.Warnings, Does.Not.Contain(MetadataWarnings.NoMakeModel));
    }

    [TestCase("Insta360", "Insta360 One X2.PHOTO_NORMAL", 640, 320, "equirectangular")]
    [TestCase("Ricoh", "Theta S", 640, 320, "equirectangular")]
    [TestCase("GoPro", "GoPro Max", 640, 480, "flat")]
    [TestCase("Unknown", "Camera", 640, 320, "flat")]
    public void Without_panorama_tags_a_known_model_at_two_to_one_is_360(string make, string model, int width, int height, string type) =>
        Assert.That(Read(Placed(width, height).With("Exif.Image.Make", make).With("Exif.Image.Model", model)).Type, Is.EqualTo(type));

    [TestCase("+02:00", "2022-05-13T16:54:11.000000+02:00", "UTC+02:00")]
    [TestCase("-03:30", "2022-05-13T16:54:11.000000-03:30", "UTC-03:30")]
    [TestCase("Z", "2022-05-13T16:54:11.000000+00:00", "UTC")]
    [TestCase("+0545", "2022-05-13T16:54:11.000000+05:45", "UTC+05:45")]
    [TestCase("   :  ", "2022-05-13T16:54:11.000000+02:00", "CEST")]
    [TestCase("+25:00", "2022-05-13T16:54:11.000000+02:00", "CEST")]
    public void The_offset_tag_counts_more_than_the_zone_of_the_position(string offset, string expected, string zone)
    {
        var read = Read(new TestJpeg().WithPosition(48.8566, 2.3522)
            .With("Exif.Photo.DateTimeOriginal", "2022:05:13 16:54:11").With("Exif.Photo.OffsetTimeOriginal", offset));

        Assert.That((Iso(read.Timestamp), read.TimeZone), Is.EqualTo((expected, zone)));
    }

    [Test]
    public void A_position_without_references_counts_as_north_and_east()
    {
        var picture = new TestJpeg().WithPosition(43.42541569992266, 1.3766216000638112)
            .With("Exif.GPSInfo.GPSDateStamp", "2023/06/13").With("Exif.GPSInfo.GPSTimeStamp", "7/1 15/1 0/1")
            .With("Exif.GPSInfo.GPSLatitudeRef", " ").With("Exif.GPSInfo.GPSLongitudeRef", "");

        var read = Read(picture);

        Assert.That(Iso(read.Timestamp), Is.EqualTo("2023-06-13T09:15:00.000000+02:00"));
        Assert.That(read.Warnings.Take(2), Is.EqualTo([MetadataWarnings.AssumedNorth, MetadataWarnings.AssumedEast]));
    }

    [TestCase("charset=\"Ascii\" CD31 31_D0003_51_600", "CD31 31_D0003_51_600")]
    [TestCase("ASCII\0\0\0CD31", "CD31")]
    [TestCase("\0\0\0\0\0\0\0\0CD31", "CD31")]
    public void A_user_comment_loses_what_names_its_encoding(string bytes, string expected) =>
        Assert.That(Read(Placed().With("Exif.Photo.UserComment", bytes)).Exif["Exif.Photo.UserComment"], Is.EqualTo(expected));

    [Test]
    public void A_unicode_user_comment_is_decoded_in_the_byte_order_of_the_file([Values] bool bigEndian)
    {
        var picture = new TestJpeg();
        picture.Exif.BigEndian = bigEndian;
        picture.WithPosition(48.8566, 2.3522).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42");
        var encoding = bigEndian ? System.Text.Encoding.BigEndianUnicode : System.Text.Encoding.Unicode;
        picture.Exif.Set("Exif.Photo.UserComment", [.. "UNICODE\0"u8, .. encoding.GetBytes("Straße 🚲")]);

        Assert.That(Read(picture).Exif["Exif.Photo.UserComment"], Is.EqualTo("Straße 🚲"));
    }

    [Test]
    public void A_comment_segment_replaces_the_user_comment() =>
        Assert.That(Read(Placed().With("Exif.Photo.UserComment", "ASCII\0\0\0other").WithComment(@"DCIM\627MEDIA")).Exif["Exif.Photo.UserComment"], Is.EqualTo(@"DCIM\627MEDIA"));

    [Test]
    public void A_maker_note_is_neither_read_nor_shown()
    {
        var picture = Placed();
        picture.Exif.Set("Exif.Photo.MakerNote", [.. "Nikon\0\x02\x10\0\0MM\0*"u8, .. Enumerable.Repeat((byte)0xFF, 500)]);

        Assert.That(Read(picture).Exif.Keys, Has.None.Contains("MakerNote"));
    }

    [Test]
    public void Coordinates_of_zero_denominators_give_way_to_mapillary_s_description()
    {
        var read = Read(Dated()
            .With("Exif.GPSInfo.GPSLatitude", "0/0 0/0 0/0").With("Exif.GPSInfo.GPSLongitude", "0/0 0/0 0/0")
            .With("Exif.Image.ImageDescription", """{"MAPLatitude": 48.1, "MAPLongitude": -1.6, "Exif.Image.Make": "Forged"}"""));

        Assert.That((read.Latitude, read.Longitude, read.Make), Is.EqualTo((48.1, -1.6, (string?)null)));
        Assert.That(read.Exif["MAPLatitude"], Is.EqualTo("48.1"));
    }

    [Test]
    public void A_place_on_the_equator_is_accepted_and_zero_zero_is_not()
    {
        var read = Read(Dated().With("Exif.GPSInfo.GPSLatitude", "0/1 0/1 0/1").With("Exif.GPSInfo.GPSLongitude", "5/1 0/1 0/1"));
        Assert.That((read.Latitude, read.Longitude), Is.EqualTo((0.0, 5.0)));

        var refused = Refused(Dated().With("Exif.GPSInfo.GPSLatitude", "0/1 0/1 0/1").With("Exif.GPSInfo.GPSLongitude", "0/1 0/1 0/1"));
        Assert.That(refused.MissingFields, Is.EqualTo(["location"]));
    }

    [TestCase("54/1", "123", "2021-07-29T11:16:42.123000+02:00")]
    [TestCase("545/10", "123", "2021-07-29T11:16:54.500000+02:00")]
    [TestCase("54/1", null, "2021-07-29T11:16:54.000000+02:00")]
    public void The_gps_time_counts_unless_only_the_camera_knows_fractions(string gpsSeconds, string? subsecond, string expected)
    {
        var picture = new TestJpeg().With("Exif.GPSInfo.GPSLatitude", ParisLatitude).With("Exif.GPSInfo.GPSLongitude", ParisLongitude)
            .With("Exif.GPSInfo.GPSDateStamp", "2021:07:29").With("Exif.GPSInfo.GPSTimeStamp", $"9/1 16/1 {gpsSeconds}")
            .With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42");
        if (subsecond is not null) picture.With("Exif.Photo.SubSecTimeOriginal", subsecond);

        Assert.That(Iso(Read(picture).Timestamp), Is.EqualTo(expected));
    }

    [TestCase("2022:10:30 02:30:00", "2022-10-30T02:30:00.000000+01:00")]
    [TestCase("2022:03:27 02:30:00", "2022-03-27T02:30:00.000000+01:00")]
    [TestCase("2022:10:30 01:59:59", "2022-10-30T01:59:59.000000+02:00")]
    public void The_repeated_hour_is_standard_time_and_the_skipped_hour_keeps_the_offset_before(string local, string expected) =>
        Assert.That(Iso(Read(new TestJpeg().WithPosition(48.8566, 2.3522).With("Exif.Photo.DateTimeOriginal", local)).Timestamp), Is.EqualTo(expected));

    /// <summary>Capture time two hours off, always: a camera set to local time, with the GPS in UTC, was read as two different moments.</summary>
    [Test]
    public void Local_camera_time_and_utc_gps_time_are_the_same_moment()
    {
        var read = Read(new TestJpeg().WithPosition(41.7151, 44.8271).With("Exif.Photo.DateTimeOriginal", "2015:06:13 12:34:28")
            .With("Exif.GPSInfo.GPSDateStamp", "2015:06:13").With("Exif.GPSInfo.GPSTimeStamp", "8/1 34/1 28/1"));

        Assert.That(Iso(read.Timestamp), Is.EqualTo("2015-06-13T12:34:28.000000+04:00"));
        Assert.That(read.CameraTimestamp, Is.EqualTo(read.GpsTimestamp));
    }

    [TestCase("2022-08-04T19:43:14.580000", "2022-08-04T19:43:14.580000+02:00")]
    [TestCase("2021:07:29 11:16", "2021-07-29T11:16:00.000000+02:00")]
    public void Other_forms_of_the_camera_s_date_are_understood(string text, string expected) =>
        Assert.That(Iso(Read(new TestJpeg().WithPosition(48.8566, 2.3522).With("Exif.Photo.DateTimeOriginal", text)).Timestamp), Is.EqualTo(expected));

    [TestCase("2021-07-29T11:16:42Z", "2021-07-29T11:16:42.000000+00:00")]
    [TestCase("2021-07-29T11:16:42.5+02:00", "2021-07-29T11:16:42.500000+02:00")]
    [TestCase("2021-07-29T11:16:42", "2021-07-29T11:16:42.000000+02:00")]
    public void Dates_of_xmp_may_carry_their_zone(string text, string expected) =>
        Assert.That(Iso(Read(new TestJpeg().WithPosition(48.8566, 2.3522).WithXmp("exif", "DateTimeOriginal", text)).Timestamp), Is.EqualTo(expected));

    [TestCase("0000:00:00 00:00:00")]
    [TestCase("    :  :     :  :  ")]
    [TestCase("2021:13:01 00:00:00")]
    [TestCase("2021:07:29 25:00:00")]
    [TestCase("yesterday")]
    public void An_impossible_camera_date_is_skipped_and_the_next_tag_is_tried(string text)
    {
        var read = Read(new TestJpeg().WithPosition(48.8566, 2.3522)
            .With("Exif.Photo.DateTimeOriginal", text).With("Exif.Image.DateTime", "2021:07:29 11:16:42"));

        Assert.That(Iso(read.Timestamp), Is.EqualTo("2021-07-29T11:16:42.000000+02:00"));
        if (text.Trim(' ', ':').Length > 0) Assert.That(read.Warnings, Does.Contain(MetadataWarnings.OriginalDateSkipped));
    }

    [TestCase("MAPGpsTime")]
    [TestCase("MAPCaptureTime")]
    public void Mapillary_s_time_is_utc(string key)
    {
        var read = Read(new TestJpeg().WithPosition(48.8566, 2.3522).With("Exif.Image.ImageDescription", $$"""{"{{key}}": "2021_07_29_09_16_54_120"}"""));

        Assert.That((Iso(read.Timestamp), read.TimeZone), Is.EqualTo(("2021-07-29T09:16:54.120000+00:00", "UTC")));
    }

    [TestCase(null, "12.5", 12)]
    [TestCase("3485/10", "12.5", 348)]
    [TestCase("3495/10", null, 350)]
    [TestCase("3596/10", null, 360)]
    [TestCase("0/1", null, 0)]
    [TestCase("0/0", null, null)]
    [TestCase("370/1", null, 10)]
    [TestCase("4294967295/1", null, null)]
    [TestCase(null, "-14", 346)]
    public void The_heading_is_rounded_half_to_even(string? direction, string? compass, int? expected)
    {
        var picture = Placed();
        if (direction is not null) picture.With("Exif.GPSInfo.GPSImgDirection", direction);
        if (compass is not null) picture.With("Exif.Image.ImageDescription", $$$"""{"MAPCompassHeading": {"TrueHeading": {{{compass}}}, "MagneticHeading": 1}}""");

        var read = Read(picture);

        Assert.That(read.HeadingDegrees, Is.EqualTo(expected));
        Assert.That(read.Warnings.Contains(MetadataWarnings.NoHeading), Is.EqualTo(expected is null));
    }

    [Test]
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
    public void The_focal_length_in_35_mm_gives_the_field_of_view_of_an_unknown_camera(string equivalent, int? expected) =>
        Assert.That(Read(Placed().With("Exif.Photo.FocalLength", "42/10").With("Exif.Photo.FocalLengthIn35mmFilm", equivalent)).FieldOfViewDegrees, Is.EqualTo(expected));

    /// <summary>A focal length of 0 crashed the reader.</summary>
    [Test]
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

    [TestCase("13/10", null, null, 3.9, true)]
    [TestCase("13/10", "1", null, 1.3, true)]
    [TestCase(null, "1", null, 2.0, true)]
    [TestCase("13/10", "1", "21/5", 4.2, false)]
    [TestCase("0/1", null, null, null, false)]
    public void The_accuracy_comes_from_the_error_or_is_estimated(string? dop, string? differential, string? error, double? expected, bool estimated)
    {
        var picture = Placed();
        if (dop is not null) picture.With("Exif.GPSInfo.GPSDOP", dop);
        if (differential is not null) picture.With("Exif.GPSInfo.GPSDifferential", differential);
        if (error is not null) picture.With("Exif.GPSInfo.GPSHPositioningError", error);

        var read = Read(picture);

        Assert.That(read.GpsAccuracyMetres, Is.EqualTo(expected));
        Assert.That(read.Warnings.Contains(MetadataWarnings.AccuracyEstimated), Is.EqualTo(estimated));
        Assert.That(read.Warnings.Contains(MetadataWarnings.AccuracyUnknown), Is.EqualTo(expected is null));
    }

    [TestCase("145/1", "1", -145)]
    [TestCase("145/1", "0", 145)]
    [TestCase("25/10", "0", 2)]
    [TestCase("0/0", "0", null)]
    public void The_altitude_is_negative_below_the_sea(string altitude, string reference, int? expected) =>
        Assert.That(Read(Placed().With("Exif.GPSInfo.GPSAltitude", altitude).With("Exif.GPSInfo.GPSAltitudeRef", reference)).AltitudeMetres, Is.EqualTo(expected));

    [TestCase("48,51.396N", "2,21.132E", 48.8566, 2.3522)]
    [TestCase("48,51,23.76S", "2,21,7.92W", -48.8566, -2.3522)]
    public void Coordinates_in_the_notation_of_xmp_are_understood(string latitude, string longitude, double expectedLatitude, double expectedLongitude)
    {
        var read = Read(Dated().WithXmp("exif", "GPSLatitude", latitude).WithXmp("exif", "GPSLongitude", longitude));

        Assert.That((read.Latitude, read.Longitude), Is.EqualTo((expectedLatitude, expectedLongitude)).Within(1e-9));
        Assert.That(read.Warnings, Does.Not.Contain(MetadataWarnings.AssumedNorth));
    }

    /// <summary>NUL characters in a tag broke the database insert; tags filled with blanks were taken for values.</summary>
    [Test]
    public void Nul_characters_and_blanks_are_no_values()
    {
        var picture = Placed().With("Exif.Image.Make", "                ").With("Exif.Image.Model", " A \0B");
        picture.Exif.Set("Exif.Image.XPComment", [(byte)'h', 0, (byte)'i', 0, 0, 0, 0, 0]);

        var read = Read(picture);

        Assert.That((read.Make, read.Model, read.Exif["Exif.Image.XPComment"]), Is.EqualTo(((string?)null, "A", "hi")));
        Assert.That(read.Exif.Values, Has.None.Contains("\0"));
    }

    [TestCase("3", 3)]
    [TestCase("8", 8)]
    [TestCase("0", 1)]
    [TestCase("9", 1)]
    public void Orientations_outside_of_one_to_eight_count_as_one(string tag, int expected) =>
        Assert.That(Read(Placed().With("Exif.Image.Orientation", tag)).Orientation, Is.EqualTo(expected));

    [Test]
    public void Both_byte_orders_are_read([Values] bool bigEndian)
    {
        var picture = new TestJpeg();
        picture.Exif.BigEndian = bigEndian;

        var read = Read(picture.WithPosition(48.8566, 2.3522).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42")
            .With("Exif.Image.Orientation", "6").With("Exif.GPSInfo.GPSAltitude", "70000/1000"));

        Assert.That((read.Orientation, read.AltitudeMetres), Is.EqualTo((6, 70)));
    }

    [Test]
    public void What_is_no_picture_is_refused_as_an_invalid_file()
    {
        var refused = Assert.Throws<MetadataRefused>(() => MetadataReader.Read(new MemoryStream("<html></html>"u8.ToArray())));

        Assert.That((refused!.Kind, refused.MissingFields.Count, refused.Text("de")), Is.EqualTo((RefusalKind.InvalidFile, 0, "Die Datei ist kein JPEG-Bild")));
    }

    [Test]
    public void The_limit_of_pixels_is_the_caller_s()
    {
        var picture = Placed(640, 480);
        Assert.That(MetadataReader.Read(picture.ToStream(), maxPixels: 640 * 480).Width, Is.EqualTo(640));

        var refused = Assert.Throws<MetadataRefused>(() => MetadataReader.Read(picture.ToStream(), maxPixels: 640 * 480 - 1));
        Assert.That(refused!.Kind, Is.EqualTo(RefusalKind.InvalidFile));
    }

    [Test]
    public void Every_text_exists_in_all_languages()
    {
        var keys = typeof(MetadataWarnings).GetFields().Select(field => (string)field.GetRawConstantValue()!)
            .Concat(Enum.GetValues<NotAPictureReason>().Select(MetadataTexts.KeyOf)).ToList();
        Assert.That(keys, Is.SubsetOf(MetadataTexts.Keys));
        foreach (var key in MetadataTexts.Keys)
        {
            var texts = new[] { "de", "fr", "en", "es", "hu" }.Select(language => MetadataTexts.Of(key, language, 1)).ToList();
            Assert.That(texts, Is.Unique, key);
            Assert.That(MetadataTexts.Of(key, "xx", 1), Is.EqualTo(texts[2]), key);
            Assert.That(MetadataTexts.Of(key, "fr-FR", 1), Is.EqualTo(texts[1]), key);
        }
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
