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
    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U1")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 U2")]
    [Property("Contract", "known-faults 3")]
    public void West_is_negative()
    {
        var read = Read(Dated()
            .With("Exif.GPSInfo.GPSLatitudeRef", "N").With("Exif.GPSInfo.GPSLatitude", "48/1 20/1 1523143/100000")
            .With("Exif.GPSInfo.GPSLongitudeRef", "W").With("Exif.GPSInfo.GPSLongitude", "1/1 55/1 5919180/100000"));

        Assert.That(read.Longitude, Is.EqualTo(-1.9331088333333333).Within(1e-12));
        Assert.That(read.Latitude, Is.EqualTo(48.337564286).Within(1e-8));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U7")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 U12")]
    public void A_picture_without_any_tag_misses_date_and_location()
    {
        var refused = Refused(new TestJpeg());

        Assert.That(refused.Kind, Is.EqualTo(RefusalKind.Partial));
        Assert.That(refused.MissingFields, Is.EqualTo(["datetime", "location"]));
        Assert.That(refused.Text("en"), Is.EqualTo(
            "The picture has several problems:\n\t- The picture has no GPS position, or an unusable one\n\t- The picture has no valid capture date"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U13")]
    public void A_picture_without_position_misses_the_location()
    {
        var refused = Refused(Dated());

        Assert.That((refused.Kind, string.Join(',', refused.MissingFields)), Is.EqualTo((RefusalKind.Partial, "location")));
        Assert.That(refused.Text("en"), Is.EqualTo("The picture has no GPS position, or an unusable one"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U14")]
    public void A_picture_without_date_misses_the_date() =>
        Assert.That(Refused(new TestJpeg().WithPosition(48.8, 2.3)).MissingFields, Is.EqualTo(["datetime"]));

    [TestCase("91/1 0/1 0/1", "2/1 0/1 0/1")]
    [TestCase("45/1 0/1 0/1", "181/1 0/1 0/1")]
    [TestCase("48/1 0/1 0/1", "2/1 0/1")]
    [Property("Contract", "metadata-and-dispatch 3.1 U15")]
    [Property("Contract", "known-faults 45")]
    public void Coordinates_outside_of_the_world_or_broken_are_refused_as_invalid(string latitude, string longitude)
    {
        var refused = Refused(Dated().With("Exif.GPSInfo.GPSLatitude", latitude).With("Exif.GPSInfo.GPSLongitude", longitude));

        Assert.That((refused.Kind, refused.MissingFields.Count), Is.EqualTo((RefusalKind.Invalid, 0)));
        Assert.That(refused.Text("fr"), Is.Not.Empty);
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U16")]
    public void Decimal_degrees_are_taken_as_they_are()
    {
        var picture = Dated().With("Exif.Image.Model", "PULSAR");
        picture.Exif.Set("Exif.GPSInfo.GPSLatitude", 2, "48.553668");
        picture.Exif.Set("Exif.GPSInfo.GPSLongitude", 2, "7.683081");

        var read = Read(picture);

        Assert.That((read.Latitude, read.Longitude, read.Make, read.Model), Is.EqualTo((48.553668, 7.683081, (string?)null, "PULSAR")));
        Assert.That(read.Warnings, Does.Not.Contain(MetadataWarnings.NoMakeModel));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U21")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 U22")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 U23")]
    public void A_comment_segment_replaces_the_user_comment() =>
        Assert.That(Read(Placed().With("Exif.Photo.UserComment", "ASCII\0\0\0other").WithComment(@"DCIM\627MEDIA")).Exif["Exif.Photo.UserComment"], Is.EqualTo(@"DCIM\627MEDIA"));

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U24")]
    public void A_maker_note_is_neither_read_nor_shown()
    {
        var picture = Placed();
        picture.Exif.Set("Exif.Photo.MakerNote", [.. "Nikon\0\x02\x10\0\0MM\0*"u8, .. Enumerable.Repeat((byte)0xFF, 500)]);

        Assert.That(Read(picture).Exif.Keys, Has.None.Contains("MakerNote"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D1")]
    public void Coordinates_of_zero_denominators_give_way_to_mapillary_s_description()
    {
        var read = Read(Dated()
            .With("Exif.GPSInfo.GPSLatitude", "0/0 0/0 0/0").With("Exif.GPSInfo.GPSLongitude", "0/0 0/0 0/0")
            .With("Exif.Image.ImageDescription", """{"MAPLatitude": 48.1, "MAPLongitude": -1.6, "Exif.Image.Make": "Forged"}"""));

        Assert.That((read.Latitude, read.Longitude, read.Make), Is.EqualTo((48.1, -1.6, (string?)null)));
        Assert.That(read.Exif["MAPLatitude"], Is.EqualTo("48.1"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 D2")]
    [Property("Contract", "metadata-and-dispatch 3.1 D3")]
    public void A_place_on_the_equator_is_accepted_and_zero_zero_is_not()
    {
        var read = Read(Dated().With("Exif.GPSInfo.GPSLatitude", "0/1 0/1 0/1").With("Exif.GPSInfo.GPSLongitude", "5/1 0/1 0/1"));
        Assert.That((read.Latitude, read.Longitude), Is.EqualTo((0.0, 5.0)));

        var refused = Refused(Dated().With("Exif.GPSInfo.GPSLatitude", "0/1 0/1 0/1").With("Exif.GPSInfo.GPSLongitude", "0/1 0/1 0/1"));
        Assert.That(refused.MissingFields, Is.EqualTo(["location"]));
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
    [Property("Contract", "metadata-and-dispatch 3.1 D10")]
    public void The_heading_is_rounded_half_to_even(string? direction, string? compass, int? expected)
    {
        var picture = Placed();
        if (direction is not null) picture.With("Exif.GPSInfo.GPSImgDirection", direction);
        if (compass is not null) picture.With("Exif.Image.ImageDescription", $$$"""{"MAPCompassHeading": {"TrueHeading": {{{compass}}}, "MagneticHeading": 1}}""");

        var read = Read(picture);

        Assert.That(read.HeadingDegrees, Is.EqualTo(expected));
        Assert.That(read.Warnings.Contains(MetadataWarnings.NoHeading), Is.EqualTo(expected is null));
    }

    [TestCase("13/10", null, null, 3.9, true)]
    [TestCase("13/10", "1", null, 1.3, true)]
    [TestCase(null, "1", null, 2.0, true)]
    [TestCase("13/10", "1", "21/5", 4.2, false)]
    [TestCase("0/1", null, null, null, false)]
    [Property("Contract", "metadata-and-dispatch 3.1 D18")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 D19")]
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
    [Property("Contract", "known-faults 35")]
    [Property("Contract", "known-faults 49")]
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

    private static TestJpeg Dated(int width = 64, int height = 48) => new TestJpeg(width, height).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42");

    private static TestJpeg Placed(int width = 64, int height = 48) => Dated(width, height).WithPosition(48.8566, 2.3522);

    private static PictureMetadata Read(TestJpeg picture) => MetadataReader.Read(picture.ToStream());

    private static MetadataRefused Refused(TestJpeg picture) => Assert.Throws<MetadataRefused>(() => Read(picture))!;

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
}
