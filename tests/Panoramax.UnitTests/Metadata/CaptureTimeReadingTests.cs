using System.Globalization;
using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>When a picture was taken: figures of the upstream reader's tests and figures derived from its rules.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CaptureTimeReadingTests
{
    private const string ParisLatitude = "48/1 51/1 2376/100";
    private const string ParisLongitude = "2/1 21/1 792/100";

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.1 U8")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 U9")]
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

    [TestCase("19.023", null, "2023-11-12T00:25:19.023000+08:00", false)]
    [TestCase("19.003", "565", "2023-11-12T00:25:19.565000+08:00", true)]
    [TestCase("19.5", "500", "2023-11-12T00:25:19.500000+08:00", false)]
    [TestCase("19", "5", "2023-11-12T00:25:19.500000+08:00", false)]
    [TestCase("19", "1234567", "2023-11-12T00:25:19.123456+08:00", false)]
    [TestCase("19", "abc", "2023-11-12T00:25:19.000000+08:00", false)]
    [TestCase("19", "050.0", "2023-11-12T00:25:19.050000+08:00", false)]
    [Property("Contract", "metadata-and-dispatch 3.1 U11")]
    [Property("Contract", "metadata-and-dispatch 3.1 D6")]
    public void Fractions_of_the_second_are_taken_from_the_date_or_their_own_tag(string seconds, string? subsecond, string expected, bool mismatch)
    {
        var picture = new TestJpeg().WithPosition(14.527860666666667, 121.15072633333334)
            .With("Exif.Photo.DateTimeOriginal", $"2023:11:12 00:25:{seconds}").With("Exif.Image.Make", "BlackVue");
        if (subsecond is not null) picture.With("Exif.Photo.SubSecTimeOriginal", subsecond);

        var read = Read(picture);

        Assert.That(Iso(read.Timestamp), Is.EqualTo(expected));
        Assert.That(read.Warnings.Contains(MetadataWarnings.SubsecondMismatch), Is.EqualTo(mismatch));
    }

    [TestCase("+02:00", "2022-05-13T16:54:11.000000+02:00", "UTC+02:00")]
    [TestCase("-03:30", "2022-05-13T16:54:11.000000-03:30", "UTC-03:30")]
    [TestCase("Z", "2022-05-13T16:54:11.000000+00:00", "UTC")]
    [TestCase("+0545", "2022-05-13T16:54:11.000000+05:45", "UTC+05:45")]
    [TestCase("   :  ", "2022-05-13T16:54:11.000000+02:00", "CEST")]
    [TestCase("+25:00", "2022-05-13T16:54:11.000000+02:00", "CEST")]
    [Property("Contract", "metadata-and-dispatch 3.1 U20")]
    [Property("Contract", "metadata-and-dispatch 3.1 D7")]
    [Property("Contract", "known-faults 49")]
    public void The_offset_tag_counts_more_than_the_zone_of_the_position(string offset, string expected, string zone)
    {
        var read = Read(new TestJpeg().WithPosition(48.8566, 2.3522)
            .With("Exif.Photo.DateTimeOriginal", "2022:05:13 16:54:11").With("Exif.Photo.OffsetTimeOriginal", offset));

        Assert.That((Iso(read.Timestamp), read.TimeZone), Is.EqualTo((expected, zone)));
    }

    [TestCase("54/1", "123", "2021-07-29T11:16:42.123000+02:00")]
    [TestCase("545/10", "123", "2021-07-29T11:16:54.500000+02:00")]
    [TestCase("54/1", null, "2021-07-29T11:16:54.000000+02:00")]
    [Property("Contract", "metadata-and-dispatch 3.1 D4")]
    [Property("Contract", "metadata-and-dispatch 3.1 D5")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 D8")]
    public void The_repeated_hour_is_standard_time_and_the_skipped_hour_keeps_the_offset_before(string local, string expected) =>
        Assert.That(Iso(Read(new TestJpeg().WithPosition(48.8566, 2.3522).With("Exif.Photo.DateTimeOriginal", local)).Timestamp), Is.EqualTo(expected));

    /// <summary>Capture time two hours off, always: a camera set to local time, with the GPS in UTC, was read as two different moments.</summary>
    [Test]
    [Property("Contract", "known-faults 59")]
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
    [Property("Contract", "metadata-and-dispatch 3.1 D9")]
    public void Mapillary_s_time_is_utc(string key)
    {
        var read = Read(new TestJpeg().WithPosition(48.8566, 2.3522).With("Exif.Image.ImageDescription", $$"""{"{{key}}": "2021_07_29_09_16_54_120"}"""));

        Assert.That((Iso(read.Timestamp), read.TimeZone), Is.EqualTo(("2021-07-29T09:16:54.120000+00:00", "UTC")));
    }

    private static TestJpeg Dated(int width = 64, int height = 48) => new TestJpeg(width, height).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42");

    private static TestJpeg Placed(int width = 64, int height = 48) => Dated(width, height).WithPosition(48.8566, 2.3522);

    private static PictureMetadata Read(TestJpeg picture) => MetadataReader.Read(picture.ToStream());

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
}
