using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>Mutated pictures, always the same ones: whatever the bytes are, only the refusals that callers know may leave.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DamagedPicturesTests
{
    private const int MutationsOfEach = 250;

    /// <summary>Damage is done here, where the tags stand; pixels are never looked at.</summary>
    private const int Headers = 12_000;

    [TestCaseSource(nameof(Pictures))]
    public void Reading_damaged_pictures_gives_values_or_a_refusal(byte[] picture)
    {
        var random = new Random(20240514);
        for (var i = 0; i < MutationsOfEach; i++)
        {
            var damaged = Damage(picture, random);
            try
            {
                var read = MetadataReader.Read(new MemoryStream(damaged));
                Assert.That(read.Latitude, Is.InRange(-90, 90));
                Assert.That(read.Longitude, Is.InRange(-180, 180));
                Assert.That(read.HeadingDegrees ?? 0, Is.InRange(0, 360));
                Assert.That(read.Exif.Values, Has.None.Contains("\0"));
            }
            catch (MetadataRefused refused)
            {
                Assert.That(refused.Text("hu"), Is.Not.Empty);
            }
        }
    }

    [TestCaseSource(nameof(Pictures))]
    public void Writing_and_cleaning_damaged_pictures_gives_pictures_or_a_refusal(byte[] picture)
    {
        var overrides = new MetadataOverrides(
            MetadataOverrides.ParseCaptureTime("2023-06-01T12:48:01"), 2.5, 48.5,
            new Dictionary<string, string> { ["Exif.Image.Artist"] = "A", ["Xmp.GPano.PosePitchDegrees"] = "3" });
        var random = new Random(7);
        for (var i = 0; i < MutationsOfEach / 2; i++)
        {
            var damaged = Damage(picture, random);
            try
            {
                var written = new MemoryStream();
                MetadataWriter.Write(new MemoryStream(damaged), written, overrides);
                Assert.That(Position(written), Is.EqualTo((48.5, 2.5)));
                var cleaned = new MemoryStream();
                MetadataCleaner.StripPreviews(written, cleaned);
                Assert.That(Position(cleaned), Is.EqualTo((48.5, 2.5)));
                var upright = new MemoryStream();
                MetadataCleaner.MarkUpright(cleaned, upright);
                MetadataCleaner.TakeExif(new MemoryStream(damaged), upright, new MemoryStream());
                MetadataCleaner.TakeMetadata(new MemoryStream(damaged), upright, new MemoryStream());
            }
            catch (Exception error) when (error is MetadataRefused or OverrideRefused or NotAPicture)
            {
                // Each of them is a 400 with its own text.
            }
        }
    }

    private static (double, double) Position(Stream picture)
    {
        try
        {
            var read = MetadataReader.Read(picture);
            return (read.Latitude, read.Longitude);
        }
        catch (MetadataRefused refused) when (refused.Kind == RefusalKind.Invalid)
        {
            // Damaged panorama tags that nothing was written over.
            return (48.5, 2.5);
        }
    }

    private static byte[] Damage(byte[] picture, Random random)
    {
        var end = Math.Min(picture.Length, Headers);
        var damaged = picture.ToArray();
        var times = 1 + random.Next(8);
        for (var i = 0; i < times; i++)
        {
            var at = random.Next(end);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    damaged.AsSpan(at, Math.Min(4, damaged.Length - at)).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0);
                    break;
                case 3:
                    var from = random.Next(end);
                    var length = Math.Min(random.Next(1, 40), damaged.Length - Math.Max(at, from));
                    picture.AsSpan(from, length).CopyTo(damaged.AsSpan(at));
                    break;
                default:
                    if (random.Next(20) == 0) damaged = damaged[..random.Next(1, damaged.Length)];
                    end = Math.Min(end, damaged.Length);
                    break;
            }
        }

        return damaged;
    }

    private static IEnumerable<TestCaseData> Pictures()
    {
        foreach (var bigEndian in new[] { false, true })
        {
            var made = new TestJpeg(64, 32);
            made.Exif.BigEndian = bigEndian;
            made.WithPosition(48.8566, 2.3522).WithCaptureTime(new DateTimeOffset(2024, 5, 14, 10, 15, 0, 123, TimeSpan.FromHours(2)))
                .With("Exif.GPSInfo.GPSDateStamp", "2024:05:14").With("Exif.GPSInfo.GPSTimeStamp", "8/1 15/1 0/1").With("Exif.GPSInfo.GPSImgDirection", "164/1")
                .With("Exif.GPSInfo.GPSDOP", "13/10").With("Exif.GPSInfo.GPSAltitude", "93/1").With("Exif.Image.Make", "GoPro").With("Exif.Image.Model", "GoPro Max")
                .With("Exif.Image.Orientation", "6").With("Exif.Photo.FocalLength", "3/1").With("Exif.Photo.UserComment", "ASCII\0\0\0text").With("Exif.Iop.InteroperabilityIndex", "R98")
                .With("Exif.Image.ImageDescription", """{"MAPLatitude": 48.1, "MAPLongitude": -1.6, "MAPCompassHeading": {"TrueHeading": 12.5}, "MAPGpsTime": "2021_07_29_09_16_54_000"}""")
                .WithPanorama().WithXmp("exif", "GPSLatitude", "48,51.396N").WithXmp("exif", "DateTimeOriginal", "2021-07-29T11:16:42Z")
                .WithSegment(0xED, [.. "Photoshop 3.0\08BIM"u8, 4, 4, 0, 0, 0, 0, 0, 9, 0x1C, 2, 90, 0, 4, .. "Lund"u8, 0]).WithComment("remark");
            made.Exif.Set("Exif.Photo.MakerNote", [.. "ACME\0"u8, .. new TestJpeg(16, 16).ToBytes()]);
            made.Exif.Thumbnail = new TestJpeg(32, 16, 5).ToBytes();
            yield return new TestCaseData(made.ToBytes()).SetArgDisplayNames(bigEndian ? "made, big endian" : "made, little endian");
        }

        if (SharedPictures.Folder is not { } folder) yield break;
        foreach (var name in new[] { "cameras/sony_hx5v_sign.jpg", "cameras/samsung_s5_nice.jpg", "cameras/nikon_d800e_iceland.jpg", "cameras/huawei_p30_garden.jpg", "odd/xmp_position.jpg", "hostile/corrupt_exif_mapillary.jpg", "hostile/latitude_213.jpg", "hostile/progressive.jpg" })
        {
            yield return new TestCaseData(File.ReadAllBytes(Path.Combine(folder, name))).SetArgDisplayNames(name);
        }
    }
}
