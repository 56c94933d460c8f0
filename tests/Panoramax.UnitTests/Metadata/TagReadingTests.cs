using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Metadata.Cameras;
using Panoramax.Metadata.TimeZones;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>Blocks of tags: what is shown of them, and that hostile ones do no harm.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TagReadingTests
{
    [Test]
    public void Tags_are_shown_under_exiv2_s_names_with_raw_values()
    {
        var read = Read(Placed().With("Exif.Photo.ExifVersion", "0232").With("Exif.Image.Software", "v1 ").With("Exif.Photo.FocalLength", "466/100").With("Exif.Iop.InteroperabilityIndex", "R98"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Exif["Exif.Photo.ExifVersion"], Is.EqualTo("48 50 51 50"));
            Assert.That(read.Exif["Exif.Image.Software"], Is.EqualTo("v1"));
            Assert.That(read.Exif["Exif.Photo.FocalLength"], Is.EqualTo("466/100"));
            Assert.That(read.Exif["Exif.Iop.InteroperabilityIndex"], Is.EqualTo("R98"));
            Assert.That(read.Exif["Exif.GPSInfo.GPSLatitudeRef"], Is.EqualTo("N"));
            Assert.That(read.Exif, Contains.Key("Exif.Image.ExifTag").And.ContainKey("Exif.Image.GPSTag").And.ContainKey("Exif.Photo.InteroperabilityTag"));
        }
    }

    [Test]
    public void Lists_and_languages_of_xmp_are_shown_as_the_api_s_clients_know_them()
    {
        const string packet = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
              xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:e="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:other="https://example.org/">
              <dc:subject><rdf:Bag><rdf:li>a</rdf:li><rdf:li>it's</rdf:li></rdf:Bag></dc:subject>
              <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Title</rdf:li><rdf:li xml:lang="fr">Titre</rdf:li></rdf:Alt></dc:title>
              <xmpMM:History><rdf:Seq><rdf:li rdf:parseType="Resource"><e:action>saved</e:action></rdf:li></rdf:Seq></xmpMM:History>
              <xmpMM:DerivedFrom e:instanceID="7"/>
              <other:Link rdf:resource="https://example.org/x"/>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            """;

        var exif = Read(Placed().WithXmpPacket(packet)).Exif;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exif["Xmp.dc.subject"], Is.EqualTo("""['a', "it's"]"""));
            Assert.That(exif["Xmp.dc.title"], Is.EqualTo("""{'lang="x-default"': 'Title', 'lang="fr"': 'Titre'}"""));
            Assert.That(exif["Xmp.xmpMM.History[1]/e:action"], Is.EqualTo("saved"));
            Assert.That(exif["Xmp.xmpMM.DerivedFrom/e:instanceID"], Is.EqualTo("7"));
            Assert.That(exif["Xmp.other.Link"], Is.EqualTo("https://example.org/x"));
        }
    }

    [Test]
    public void Namespaces_count_not_the_prefixes_of_the_file()
    {
        const string packet = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:cam="http://pix4d.com/camera/1.0" cam:Yaw="12.5" xmlns:GPano="https://example.org/forged/" GPano:ProjectionType="equirectangular"/></rdf:RDF>""";

        var read = Read(Placed().WithXmpPacket(packet));

        Assert.That((read.YawDegrees, read.Exif["Xmp.Camera.Yaw"]), Is.EqualTo((12.5, "12.5")));
        Assert.That(read.Type, Is.EqualTo(PictureType.Flat));
    }

    [Test]
    public void Iptc_is_shown_with_lists_of_what_may_repeat()
    {
        byte[] data = [.. Dataset(25, "street"), .. Dataset(25, "Straße"), .. Dataset(90, "Lund"), .. Dataset(55, "20240514"), .. Dataset(60, "101500+0200")];
        var exif = Read(Placed().WithSegment(0xED, [.. "Photoshop 3.0\08BIM"u8, 4, 4, 0, 0, 0, 0, 0, (byte)data.Length, .. data])).Exif;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exif["Iptc.Application2.Keywords"], Is.EqualTo("['street', 'Straße']"));
            Assert.That(exif["Iptc.Application2.City"], Is.EqualTo("Lund"));
            Assert.That(exif["Iptc.Application2.DateCreated"], Is.EqualTo("2024-05-14"));
            Assert.That(exif["Iptc.Application2.TimeCreated"], Is.EqualTo("10:15:00+02:00"));
        }

        static byte[] Dataset(byte id, string text) => [0x1C, 2, id, 0, (byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)];
    }

    [Test]
    public void Extended_xmp_is_put_together_and_read()
    {
        var packet = Encoding.UTF8.GetBytes("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:PosePitchDegrees="7" GPano:PoseHeadingDegrees="1"/></rdf:RDF>""");
        var picture = Placed().WithXmp("GPano", "PoseHeadingDegrees", "99")
            .WithSegment(0xE1, Part(packet, 60, packet.Length)).WithSegment(0xE1, Part(packet, 0, 60));

        var read = Read(picture);

        Assert.That((read.PitchDegrees, read.YawDegrees), Is.EqualTo((7.0, 99.0)), "the main packet counts first");

        static byte[] Part(byte[] packet, int start, int end)
        {
            var header = new byte[40];
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(32), packet.Length);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(36), start);
            return [.. "http://ns.adobe.com/xmp/extension/\0"u8, .. header, .. packet.AsSpan(start, end - start)];
        }
    }

    [Test]
    public void An_extended_packet_that_claims_gigabytes_takes_no_memory()
    {
        byte[] header = [.. "http://ns.adobe.com/xmp/extension/\0"u8, .. new byte[32], 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1, 2, 3];
        var picture = Placed().WithXmp("xmp", "Rating", "5").WithSegment(0xE1, header).ToBytes();
        Read(picture);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(picture);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [TestCase("""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="&b;"/></rdf:RDF>""")]
    [TestCase("""<!DOCTYPE x SYSTEM "file:///etc/passwd"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5"/></rdf:RDF>""")]
    [TestCase("<rdf:RDF")]
    [TestCase("no xml at all")]
    [TestCase("")]
    public void A_packet_with_a_document_type_or_without_xml_counts_as_absent(string packet) =>
        Assert.That(Read(Placed().WithXmpPacket(packet)).Exif.Keys, Has.None.StartsWith("Xmp"));

    [Test]
    public void A_packet_nested_thousands_of_levels_deep_counts_as_absent()
    {
        var open = string.Concat(Enumerable.Repeat("<rdf:li>", 3000));
        var close = string.Concat(Enumerable.Repeat("</rdf:li>", 3000));
        var packet = $"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject>{open}{close}</dc:subject></rdf:Description></rdf:RDF>""";

        Assert.That(Read(Placed().WithXmpPacket(packet)).Exif.Keys, Has.None.StartsWith("Xmp"));
    }

    [Test]
    public void Control_characters_in_a_packet_cost_only_themselves() =>
        Assert.That(Read(Placed().WithXmpPacket("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:ProjectionType="equirectangular" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Label="a""" + "\u0001\0" + """b"/></rdf:RDF>""")).Type,
            Is.EqualTo(PictureType.Equirectangular));

    [Test]
    public void A_directory_that_points_to_itself_ends()
    {
        var exif = new byte[38];
        "II*\0\x08\0\0\0\x02\0"u8.CopyTo(exif);
        ReadOnlySpan<byte> pointer = [0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0];
        pointer.CopyTo(exif.AsSpan(10));
        ((ReadOnlySpan<byte>)[0x25, 0x88, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]).CopyTo(exif.AsSpan(22));
        exif[34] = 8;

        var refused = Assert.Throws<MetadataRefused>(() => Read(new TestJpeg().WithSegment(0xE1, [.. "Exif\0\0"u8, .. exif])));

        Assert.That(refused!.Kind, Is.EqualTo(RefusalKind.Partial));
    }

    [TestCase("{\"MAPLatitude\": 1e999, \"MAPLongitude\": 2}")]
    [TestCase("{\"MAPLatitude\": \"north\", \"MAPLongitude\": 2}")]
    [TestCase("{\"MAPLatitude\": 1, ")]
    [TestCase("{\"MAPLatitude\": \"\\ud800\", \"MAPLongitude\": 2}")]
    [TestCase("[1, 2]")]
    [TestCase("{}")]
    public void A_description_that_is_no_usable_json_gives_no_position(string description)
    {
        var refused = Assert.Throws<MetadataRefused>(() => Read(new TestJpeg().With("Exif.Image.ImageDescription", description).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42")));

        Assert.That(refused!.MissingFields, Is.EqualTo(["location"]));
    }

    /// <summary>Values that the original map of the npm package gives for these places.</summary>
    [TestCase(48.8566, 2.3522, "Europe/Paris")]
    [TestCase(-54.8019, -68.303, "America/Punta_Arenas")]
    [TestCase(0, 9.4544, "Africa/Libreville")]
    [TestCase(27.7172, 85.324, "Asia/Kathmandu")]
    [TestCase(-16.8333, 179.99999, "Pacific/Fiji")]
    [TestCase(33.4097, -111.68, "America/Phoenix")]
    [TestCase(35.66, 139.76, "Asia/Tokyo")]
    [TestCase(41.7, 44.8, "Asia/Tbilisi")]
    [TestCase(51.778615, 8.365638, "Europe/Berlin")]
    [TestCase(64, -16.6, "Atlantic/Reykjavik")]
    [TestCase(-33.8568, 151.2156, "Australia/Sydney")]
    [TestCase(0, -140.1, "Etc/GMT+9")]
    [TestCase(10, 180, "Etc/GMT-12")]
    [TestCase(90, 0.0001, "Etc/GMT")]
    [TestCase(-90, -180, "Antarctica/McMurdo")]
    public void A_place_has_a_time_zone(double latitude, double longitude, string expected) =>
        Assert.That(TimeZoneMap.Find(latitude, longitude), Is.EqualTo(expected));

    [Test]
    public void Every_place_on_earth_has_a_zone_that_the_rules_know()
    {
        var zones = new HashSet<string>();
        for (var latitude = -90.0; latitude <= 90; latitude += 0.5)
        {
            for (var longitude = -180.0; longitude <= 180; longitude += 0.5) zones.Add(TimeZoneMap.Find(latitude, longitude));
        }

        Assert.That(zones, Has.Count.GreaterThan(350));
        Assert.That(zones.Where(zone => NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null), Is.Empty);
    }

    [TestCase(91, 0)]
    [TestCase(0, 181)]
    [TestCase(double.NaN, 0)]
    public void There_is_no_zone_outside_of_the_world(double latitude, double longitude) =>
        Assert.That(() => TimeZoneMap.Find(latitude, longitude), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void The_camera_table_can_reach_every_one_of_its_rows()
    {
        var rows = CameraTable.All.ToList();

        Assert.That(rows, Has.Count.GreaterThan(900));
        Assert.That(rows.Where(row => CameraTable.Find(row.Make, row.Model) != row), Is.Empty);
        Assert.That(rows.Where(row => row.SensorWidthMm is < 2 or > 60), Is.Empty);
    }

    [TestCase("GoPro", "Max", 6.17, true, 4)]
    [TestCase("RICOH", "THETA Z1", null, true, 5)]
    [TestCase("FLIR Systems Inc.", "Ladybug 5", null, true, 2)]
    [TestCase("Kandao", "QooCam 3 Ultra", null, true, 4)]
    [TestCase("NIKON CORPORATION", "NIKON D800E", 36.0, false, null)]
    [TestCase("OLYMPUS IMAGING CORP.", "E-510", 17.31, false, null)]
    [TestCase("samsung", "SM-G950F", 7.05, false, 5)]
    [TestCase("FUJIFILM", "X-T30 II", 23.5, false, null)]
    public void Known_cameras_have_their_facts(string make, string model, double? sensor, bool is360, double? accuracy)
    {
        var camera = CameraTable.Find(make, model)!;

        Assert.That((camera.SensorWidthMm, camera.Is360, camera.GpsAccuracyMetres), Is.EqualTo((sensor, is360, accuracy)));
    }

    private static TestJpeg Placed() => new TestJpeg().WithPosition(48.8566, 2.3522).With("Exif.Photo.DateTimeOriginal", "2021:07:29 11:16:42");

    private static PictureMetadata Read(TestJpeg picture) => Read(picture.ToBytes());

    private static PictureMetadata Read(byte[] picture) => MetadataReader.Read(new MemoryStream(picture));
}
