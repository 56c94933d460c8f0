using System.Globalization;
using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

[Parallelizable(ParallelScope.All)]
public sealed class MetadataWriterTests
{
    private static readonly Dictionary<string, string> NoTags = [];

    [Test]
    [Property("Contract", "metadata-and-dispatch 4.1")]
    public void A_capture_time_is_written_as_local_time_with_offset_and_as_gps_time_in_utc()
    {
        var read = Read(Write(Paris(), new MetadataOverrides(MetadataOverrides.ParseCaptureTime("2023-06-01T12:48:01.5Z"))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Exif["Exif.Photo.DateTimeOriginal"], Is.EqualTo("2023:06:01 12:48:01"));
            Assert.That(read.Exif["Exif.Photo.SubSecTimeOriginal"], Is.EqualTo("500000"));
            Assert.That(read.Exif["Exif.Photo.OffsetTimeOriginal"], Is.EqualTo("+00:00"));
            Assert.That(read.Exif["Exif.GPSInfo.GPSDateStamp"], Is.EqualTo("2023:06:01"));
            Assert.That(read.Exif["Exif.GPSInfo.GPSTimeStamp"], Is.EqualTo("12/1 48/1 1/1"));
            Assert.That(read.Timestamp, Is.EqualTo(new DateTimeOffset(2023, 6, 1, 12, 48, 1, 500, TimeSpan.Zero)));
        }
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 4.2")]
    public void A_capture_time_without_offset_is_local_time_of_the_picture_s_own_position()
    {
        var read = Read(Write(Paris(), new MetadataOverrides(MetadataOverrides.ParseCaptureTime("2023-06-01T12:48:01"))));

        Assert.That(read.Exif["Exif.Photo.DateTimeOriginal"], Is.EqualTo("2023:06:01 12:48:01"));
        Assert.That(read.Exif["Exif.Photo.OffsetTimeOriginal"], Is.EqualTo("+02:00"));
        Assert.That(read.Exif["Exif.GPSInfo.GPSTimeStamp"], Is.EqualTo("10/1 48/1 1/1"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 4.3")]
    public void The_overriding_position_counts_more_than_the_picture_s_own()
    {
        var tokyo = new TestJpeg().WithPosition(35.66, 139.76);
        var read = Read(Write(tokyo, new MetadataOverrides(MetadataOverrides.ParseCaptureTime("2023-06-01 12:48:01"), 2.333333, 48.866667)));

        Assert.That(read.Exif["Exif.GPSInfo.GPSTimeStamp"], Is.EqualTo("10/1 48/1 1/1"));
        Assert.That((read.Latitude, read.Longitude), Is.EqualTo((48.866667, 2.333333)).Within(1e-9));
    }

    [Test]
    public void A_capture_time_without_offset_and_position_is_utc()
    {
        var written = Write(new TestJpeg(), new MetadataOverrides(MetadataOverrides.ParseCaptureTime("2023-06-01 12:48:01")));

        Assert.That(Refused(written).MissingFields, Is.EqualTo(["location"]));
        var read = Read(Write(written, new MetadataOverrides(null, 2.3, 48.8)));
        Assert.That(read.Exif["Exif.Photo.OffsetTimeOriginal"], Is.EqualTo("+00:00"));
    }

    /// <summary>The offset of negative zones of half hours came out an hour off.</summary>
    [Test]
    public void A_negative_offset_of_half_an_hour_is_written_right()
    {
        var read = Read(Write(Paris(), new MetadataOverrides(MetadataOverrides.ParseCaptureTime("2023-06-01T12:48:01-03:30"))));

        Assert.That(read.Exif["Exif.Photo.OffsetTimeOriginal"], Is.EqualTo("-03:30"));
        Assert.That(read.Exif["Exif.GPSInfo.GPSTimeStamp"], Is.EqualTo("16/1 18/1 1/1"));
    }

    [TestCase("2026-07-04 12:34:56 +0000", "2026-07-04T12:34:56.000000", "00:00:00")]
    [TestCase("2023-07-03T10:12:01.001Z", "2023-07-03T10:12:01.001000", "00:00:00")]
    [TestCase("2023-07-03T10:12:01.123456789+02:00", "2023-07-03T10:12:01.123456", "02:00:00")]
    [TestCase("2023-07-03t10:12:01z", "2023-07-03T10:12:01.000000", "00:00:00")]
    [TestCase("2023-07-03 10:12", "2023-07-03T10:12:00.000000", null)]
    [TestCase("2023-07-03", "2023-07-03T00:00:00.000000", null)]
    [TestCase("2023:07:03 10:12:01", "2023-07-03T10:12:01.000000", null)]
    [TestCase("2023/07/03 10:12:01 -0330", "2023-07-03T10:12:01.000000", "-03:30:00")]
    [TestCase("20230703T101201Z", "2023-07-03T10:12:01.000000", "00:00:00")]
    [TestCase("2023-07-03 10:12:01 UTC", "2023-07-03T10:12:01.000000", "00:00:00")]
    [TestCase("Mon, 03 Jul 2023 10:12:01 GMT", "2023-07-03T10:12:01.000000", "00:00:00")]
    [TestCase("3 Jul 2023 10:12:01 +0200", "2023-07-03T10:12:01.000000", "02:00:00")]
    [TestCase("Mon Jul 3 10:12:01 2023", "2023-07-03T10:12:01.000000", null)]
    public void Dates_are_understood_in_the_forms_that_clients_send(string text, string local, string? offset)
    {
        var parsed = MetadataOverrides.ParseCaptureTime(text);

        Assert.That(parsed.Local.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture), Is.EqualTo(local));
        Assert.That(parsed.Offset?.ToString("c", CultureInfo.InvariantCulture), Is.EqualTo(offset));
    }

    [TestCase("")]
    [TestCase("yesterday")]
    [TestCase("2023-13-01T00:00:00Z")]
    [TestCase("2023-02-29")]
    [TestCase("2023-07-03T25:00:00Z")]
    [TestCase("2023-07-03T10:00:00+99:00")]
    [TestCase("12:34:56")]
    [TestCase("1688379121")]
    public void What_is_no_date_is_refused(string text) =>
        Assert.That(() => MetadataOverrides.ParseCaptureTime(text), Throws.TypeOf<OverrideRefused>());

    [Test]
    public void A_capture_time_outside_of_the_calendar_is_refused() =>
        Assert.That(() => Write(Paris(), new MetadataOverrides(MetadataOverrides.ParseCaptureTime("0001-01-01T00:00:00+02:00"))), Throws.TypeOf<OverrideRefused>());

    [TestCase(2.4243, 48.8, "Longitude", "2/1 25/1 687/25", "E")]
    [TestCase(2.4243, -38.889469, "Latitude", "38/1 53/1 55221/2500", "S")]
    [TestCase(-0.5, 10, "Longitude", "0/1 30/1 0/1", "W")]
    [TestCase(180, 10, "Longitude", "180/1 0/1 0/1", "E")]
    [TestCase(5, 0, "Latitude", "0/1 0/1 0/1", "S")]
    [TestCase(59.999999999999, 10, "Longitude", "60/1 0/1 0/1", "E")]
    [Property("Contract", "metadata-and-dispatch 4.4")]
    [Property("Contract", "metadata-and-dispatch 4.5")]
    public void A_position_is_written_in_degrees_minutes_and_seconds(double longitude, double latitude, string tag, string value, string reference)
    {
        var read = Read(Write(Dated(), new MetadataOverrides(null, longitude, latitude)));

        Assert.That((read.Exif[$"Exif.GPSInfo.GPS{tag}"], read.Exif[$"Exif.GPSInfo.GPS{tag}Ref"]), Is.EqualTo((value, reference)));
        Assert.That((read.Latitude, read.Longitude), Is.EqualTo((latitude, longitude)).Within(1e-9));
    }

    [TestCase(1.0, null)]
    [TestCase(null, 1.0)]
    [TestCase(181.0, 1.0)]
    [TestCase(1.0, -90.1)]
    [TestCase(double.NaN, 1.0)]
    public void Half_a_position_or_one_outside_of_the_world_is_refused(double? longitude, double? latitude) =>
        Assert.That(() => new MetadataOverrides(null, longitude, latitude), Throws.TypeOf<OverrideRefused>());

    [TestCase(124, false, "124000/1000", "T")]
    [TestCase(-14, true, "346000/1000", "M")]
    [Property("Contract", "metadata-and-dispatch 4.6")]
    public void A_heading_is_written_into_exif_and_the_pose_of_the_panorama(double degrees, bool magnetic, string value, string reference)
    {
        var read = Read(Write(Paris(), new MetadataOverrides { HeadingDegrees = degrees, HeadingIsMagnetic = magnetic }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Exif["Exif.GPSInfo.GPSImgDirection"], read.Exif["Exif.GPSInfo.GPSImgDirectionRef"]), Is.EqualTo((value, reference)));
            Assert.That(read.Exif["Xmp.GPano.PoseHeadingDegrees"], Is.EqualTo(value));
            Assert.That((double?)read.HeadingDegrees, Is.EqualTo(read.YawDegrees));
        }
    }

    [TestCase(145, "145000/1000", "0")]
    [TestCase(-145, "145000/1000", "1")]
    [Property("Contract", "metadata-and-dispatch 4.7")]
    public void An_altitude_is_written_with_its_reference(double metres, string value, string reference)
    {
        var read = Read(Write(Paris(), new MetadataOverrides { AltitudeMetres = metres }));

        Assert.That((read.Exif["Exif.GPSInfo.GPSAltitude"], read.Exif["Exif.GPSInfo.GPSAltitudeRef"], read.AltitudeMetres), Is.EqualTo((value, reference, (int)metres)));
    }

    [Test]
    public void A_type_is_written_and_taken_away()
    {
        var panorama = Write(Paris(), new MetadataOverrides { Type = PictureType.Equirectangular });
        var read = Read(panorama);
        Assert.That((read.Type, read.Exif["Xmp.GPano.UsePanoramaViewer"]), Is.EqualTo((PictureType.Equirectangular, "True")));

        var flat = Read(Write(panorama, new MetadataOverrides { Type = PictureType.Flat }));
        Assert.That(flat.Type, Is.EqualTo(PictureType.Flat));
        Assert.That(flat.Exif.Keys, Has.None.StartsWith("Xmp.GPano"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 4.8")]
    public void Tags_are_written_by_their_path_and_leave_the_others_alone()
    {
        var picture = Paris().With("Exif.Image.Make", "GoPro").With("Exif.Iop.InteroperabilityIndex", "R98").WithPanorama();
        var before = Read(picture.ToBytes());

        var after = Read(Write(picture, Tags(
            ("Exif.Image.Artist", "Žofia 🚲"), ("Exif.Photo.UserComment", "hé"), ("Exif.Photo.FNumber", "2.8"), ("Exif.Photo.ISOSpeedRatings", "100 200"),
            ("Exif.Image.XPComment", "kommentár"), ("Xmp.xmp.Rating", "5"), ("Xmp.dc.subject", "street"), ("Xmp.dc.title", "<A & B>"), ("Xmp.GPano.PosePitchDegrees", "-3.5"))));

        var written = new Dictionary<string, string>
        {
            ["Exif.Image.Artist"] = "Žofia 🚲", ["Exif.Photo.UserComment"] = "hé", ["Exif.Photo.FNumber"] = "28/10",
            ["Exif.Photo.ISOSpeedRatings"] = "100 200", ["Exif.Image.XPComment"] = "kommentár", ["Xmp.xmp.Rating"] = "5",
            ["Xmp.dc.subject"] = "['street']", ["Xmp.dc.title"] = """{'lang="x-default"': '<A & B>'}""", ["Xmp.GPano.PosePitchDegrees"] = "-3.5",
        };
        string[] moved = ["Exif.Image.ExifTag", "Exif.Image.GPSTag"];
        var expected = before.Exif.Concat(written).ToDictionary();
        Assert.That(after.Exif.Where(tag => !moved.Contains(tag.Key)), Is.EquivalentTo(expected.Where(tag => !moved.Contains(tag.Key))));
        Assert.That(after.PitchDegrees, Is.EqualTo(-3.5));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 4.9")]
    public void The_example_of_the_api_is_stored_as_documented()
    {
        var read = Read(Write(Paris(), new MetadataOverrides(
            MetadataOverrides.ParseCaptureTime("2023-07-03T10:12:01.001Z"),
            tags: new Dictionary<string, string> { ["Exif.Image.Artist"] = "R. Doisneau", ["Xmp.xmp.Rating"] = "5" })));

        Assert.That(read.Timestamp, Is.EqualTo(new DateTimeOffset(2023, 7, 3, 10, 12, 1, 1, TimeSpan.Zero)));
        Assert.That((read.Exif["Exif.Image.Artist"], read.Exif["Xmp.xmp.Rating"]), Is.EqualTo(("R. Doisneau", "5")));
    }

    [TestCase("Exif.Image.NoSuchTag", "1")]
    [TestCase("Exif.Image.0x9999", "1")]
    [TestCase("Exif.Nikon3.Quality", "1")]
    [TestCase("Exif.Image.ExifTag", "8")]
    [TestCase("Exif.Thumbnail.Make", "1")]
    [TestCase("Exif.Image", "1")]
    [TestCase("Exif.Image.Orientation", "upright")]
    [TestCase("Exif.Image.Orientation", "70000")]
    [TestCase("Exif.Photo.FocalLength", "1/2/3")]
    [TestCase("Exif.GPSInfo.GPSAltitude", "-5")]
    [TestCase("Iptc.Application2.City", "Lund")]
    [TestCase("Xmp.nosuchprefix.Name", "1")]
    [TestCase("Xmp.xml.lang", "1")]
    [TestCase("Xmp.xmp.not a name", "1")]
    [TestCase("Xmp.xmp.Rating", "\u0001")]
    [TestCase("Rating", "1")]
    public void Unknown_tags_and_values_that_do_not_fit_are_refused(string key, string value)
    {
        var error = Assert.Throws<OverrideRefused>(() => Write(Paris(), Tags((key, value))));

        Assert.That(error!.Message, Is.Not.Empty);
    }

    [Test]
    public void A_value_larger_than_a_segment_is_refused([Values("Exif.Image.Artist", "Xmp.xmp.Nickname")] string key) =>
        Assert.That(() => Write(Paris(), Tags((key, new string('x', 66_000)))), Throws.TypeOf<OverrideRefused>());

    [Test]
    public void What_is_no_picture_is_refused_as_an_invalid_file()
    {
        var refused = Assert.Throws<MetadataRefused>(() => MetadataWriter.Write(new MemoryStream("GIF89a"u8.ToArray()), new MemoryStream(), Tags(("Exif.Image.Artist", "A"))));

        Assert.That(refused!.Kind, Is.EqualTo(RefusalKind.InvalidFile));
    }

    [Test]
    public void Pixels_and_all_other_segments_stay_byte_for_byte()
    {
        var picture = Paris().WithComment("remark").WithSegment(0xE2, [.. "ICC_PROFILE\0\x01\x01"u8, 1, 2, 3]).WithSegment(0xED, "Photoshop 3.0\0"u8.ToArray()).WithTrailer([9, 8, 7]);
        var before = picture.ToBytes();

        var after = Write(picture, Tags(("Exif.Image.Artist", "A")));

        var rest = before.AsSpan(before.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xFE]));
        Assert.That(after.AsSpan().EndsWith(rest), Is.True);
        Assert.That(after.AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF, 0xE1]), Is.True);
    }

    [Test]
    public void Nothing_to_write_gives_the_same_file()
    {
        var picture = Paris().WithPanorama().ToBytes();

        Assert.That(Write(picture, new MetadataOverrides()), Is.EqualTo(picture));
        Assert.That(new MetadataOverrides(tags: NoTags).IsEmpty, Is.True);
    }

    [Test]
    public void Maker_notes_keep_their_place_in_the_block()
    {
        var picture = Paris();
        var note = Enumerable.Range(0, 300).Select(i => (byte)i).ToArray();
        picture.Exif.Set("Exif.Photo.MakerNote", note);
        var before = picture.ToBytes();

        var after = Write(before, Tags(("Exif.Image.Artist", "A"), ("Exif.Photo.LensModel", "B")));

        Assert.That(after.AsSpan().IndexOf(note), Is.EqualTo(before.AsSpan().IndexOf(note)));
    }

    [Test]
    public void A_large_preview_makes_room_for_tags()
    {
        var picture = Paris();
        picture.Exif.Thumbnail = [0xFF, 0xD8, 0xFF, 0xDA, .. Enumerable.Repeat((byte)7, 64_800), 0xFF, 0xD9];

        var read = Read(Write(picture, Tags(("Exif.Image.Artist", new string('x', 2000)))));

        Assert.That(read.Exif["Exif.Image.Artist"], Has.Length.EqualTo(2000));
        Assert.That((read.Latitude, read.Longitude), Is.EqualTo((48.8566, 2.3522)).Within(1e-9));
        Assert.That(read.Exif.Keys, Has.None.StartsWith("Exif.Thumbnail"));
    }

    [Test]
    public void Both_byte_orders_are_written([Values] bool bigEndian)
    {
        var picture = new TestJpeg();
        picture.Exif.BigEndian = bigEndian;
        picture.With("Exif.Image.Orientation", "6").WithPosition(48.8566, 2.3522).WithCaptureTime(new DateTimeOffset(2024, 5, 14, 10, 15, 0, TimeSpan.Zero));

        var read = Read(Write(picture, new MetadataOverrides(null, 13.1, 55.7, new Dictionary<string, string> { ["Exif.Photo.PixelXDimension"] = "64", ["Exif.Photo.ExposureBiasValue"] = "-1/3" })));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Latitude, read.Longitude, read.Orientation), Is.EqualTo((55.7, 13.1, 6)).Within(1e-9));
            Assert.That((read.Exif["Exif.Photo.PixelXDimension"], read.Exif["Exif.Photo.ExposureBiasValue"]), Is.EqualTo(("64", "-1/3")));
        }
    }

    [Test]
    public void A_property_written_as_an_attribute_or_under_another_prefix_is_replaced_not_doubled()
    {
        const string packet = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:p="http://ns.google.com/photos/1.0/panorama" p:ProjectionType="cylindrical" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:Rating>1</xmp:Rating></rdf:Description></rdf:RDF></x:xmpmeta>""";
        var read = Read(Write(Paris().WithXmpPacket(packet), Tags(("Xmp.GPano.ProjectionType", "equirectangular"), ("Xmp.xmp.Rating", "4"))));

        Assert.That((read.Type, read.Exif["Xmp.xmp.Rating"]), Is.EqualTo((PictureType.Equirectangular, "4")));
    }

    [Test]
    public void A_prefix_that_only_the_file_knows_may_be_used()
    {
        const string packet = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:own="https://example.org/own/" own:A="1"/></rdf:RDF>""";

        Assert.That(Read(Write(Paris().WithXmpPacket(packet), Tags(("Xmp.own.B", "2")))).Exif["Xmp.own.B"], Is.EqualTo("2"));
    }

    private static TestJpeg Dated() => new TestJpeg().WithCaptureTime(new DateTimeOffset(2024, 5, 14, 10, 15, 0, TimeSpan.FromHours(2)));

    private static TestJpeg Paris() => Dated().WithPosition(48.8566, 2.3522);

    private static MetadataOverrides Tags(params (string Key, string Value)[] tags) => new(tags: tags.ToDictionary(tag => tag.Key, tag => tag.Value));

    private static byte[] Write(TestJpeg picture, MetadataOverrides overrides) => Write(picture.ToBytes(), overrides);

    private static byte[] Write(byte[] picture, MetadataOverrides overrides)
    {
        var output = new MemoryStream();
        MetadataWriter.Write(new MemoryStream(picture), output, overrides);
        return output.ToArray();
    }

    private static PictureMetadata Read(byte[] picture) => MetadataReader.Read(new MemoryStream(picture));

    private static MetadataRefused Refused(byte[] picture) => Assert.Throws<MetadataRefused>(() => Read(picture))!;
}
