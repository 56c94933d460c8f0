using NUnit.Framework;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Metadata;

/// <summary>What a published picture must not carry along: pictures that show what blurring hides.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MetadataCleanerTests
{
    private static readonly byte[] Preview = new TestJpeg(160, 120, seed: 77).ToBytes();

    /// <summary>Its beginning, and what only its pixels hold.</summary>
    private static readonly byte[] PreviewStart = Preview.AsSpan(0, 64).ToArray();
    private static readonly byte[] PreviewPixels = Preview.AsSpan(1000, 64).ToArray();

    /// <summary>The preview in EXIF survived every "keep the metadata" path, unblurred, byte for byte.</summary>
    [Test]
    public void The_preview_of_the_exif_block_is_gone_and_no_tag_has_moved([Values] bool bigEndian)
    {
        var picture = new TestJpeg(320, 240);
        picture.Exif.BigEndian = bigEndian;
        Tagged(picture).Exif.Thumbnail = Preview;
        var before = picture.ToBytes();
        Assert.That(Count(before, Preview), Is.EqualTo(1));

        var after = Clean(before);

        Assert.That(Previews(after), Is.Zero);
        Assert.That(Count(after, [0xFF, 0xD8]), Is.EqualTo(1));
        Assert.That(Read(after).Exif, Is.EquivalentTo(Read(before).Exif.Where(tag => !tag.Key.StartsWith("Exif.Thumbnail", StringComparison.Ordinal))));
        Assert.That(after, Has.Length.EqualTo(before.Length));
    }

    [Test]
    public void A_preview_hidden_in_a_maker_note_is_gone_and_the_rest_of_the_note_stays()
    {
        var picture = Tagged(new TestJpeg(320, 240));
        picture.Exif.Set("Exif.Photo.MakerNote", [.. "ACME\0"u8, 1, 2, 3, .. Preview, 4, 5, 6, 7]);

        var after = Clean(picture.ToBytes());

        Assert.That(Previews(after), Is.Zero);
        Assert.That(Count(after, [.. "ACME\0"u8, 1, 2, 3, 0, 0]), Is.EqualTo(1));
        Assert.That(Count(after, [0, 0, 4, 5, 6, 7]), Is.EqualTo(1));
    }

    [Test]
    public void A_preview_that_claims_the_place_of_other_tags_does_not_erase_them()
    {
        var picture = Tagged(new TestJpeg());
        picture.Exif.Thumbnail = Preview;
        var bytes = picture.ToBytes();
        var offset = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x01, 0x02, 4, 0, 1, 0, 0, 0]);
        bytes.AsSpan(offset + 8, 4).Clear();
        var length = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0x02, 4, 0, 1, 0, 0, 0]);
        bytes.AsSpan(length + 8, 4).Fill(0xFF);

        Assert.That(Read(Clean(bytes)).Exif, Is.SupersetOf(Read(Tagged(new TestJpeg()).ToBytes()).Exif));
    }

    [Test]
    public void Multi_picture_segments_depth_maps_and_films_behind_the_end_are_gone()
    {
        var picture = Tagged(new TestJpeg(320, 240))
            .WithSegment(0xE2, [.. "MPF\0"u8, .. PreviewStart])
            .WithSegment(0xE2, [.. "FPXR\0"u8, .. PreviewStart])
            .WithSegment(0xE1, [.. "http://ns.adobe.com/xmp/extension/\0"u8, .. new byte[40], .. "<GDepth:Data>secret"u8])
            .WithSegment(0xE3, "Meta secret"u8.ToArray())
            .WithSegment(0xEB, "JP secret"u8.ToArray())
            .WithTrailer([.. "ftypmp42 secret"u8, .. Preview]);

        var after = Clean(picture.ToBytes());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Count(after, "secret"u8), Is.Zero);
            Assert.That(Count(after, "MPF\0"u8), Is.Zero);
            Assert.That(Previews(after), Is.Zero);
            Assert.That(after.AsSpan().EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]), Is.True);
        }
    }

    [Test]
    public void Position_time_panorama_profile_iptc_and_comment_stay()
    {
        byte[] profile = [.. "ICC_PROFILE\0\x01\x01"u8, 1, 2, 3, 4, 5];
        var picture = Tagged(new TestJpeg(640, 320)).WithPanorama().WithSegment(0xE2, profile).WithComment("remark")
            .WithSegment(0xED, [.. "Photoshop 3.0\0"u8, .. Resource(0x0404, [0x1C, 2, 90, 0, 4, .. "Lund"u8])]);
        var before = picture.ToBytes();

        var after = Clean(before);

        Assert.That(Read(after).Exif, Is.EquivalentTo(Read(before).Exif));
        Assert.That(Read(after).Exif["Iptc.Application2.City"], Is.EqualTo("Lund"));
        Assert.That(Count(after, profile), Is.EqualTo(1));
        Assert.That(after, Is.EqualTo(before));
    }

    [Test]
    public void Previews_of_jfif_and_photoshop_are_gone()
    {
        byte[] iptc = Resource(0x0404, [0x1C, 2, 90, 0, 4, .. "Lund"u8]);
        var tagged = Tagged(new TestJpeg()).ToBytes();
        byte[] jfif = [0xFF, 0xE0, 0, 16 + 12, .. "JFIF\0"u8, 1, 2, 0, 0, 72, 0, 72, 2, 2, .. Enumerable.Repeat((byte)0x55, 12)];
        byte[] jfxx = [0xFF, 0xE0, 0, 12, .. "JFXX\0"u8, 0x10, 0x66, 0x66, 0x66, 0x66];
        byte[] photoshop = [.. "Photoshop 3.0\0"u8, .. Resource(0x040C, [.. PreviewStart, 1]), .. iptc, .. Resource(0x0409, PreviewStart)];
        byte[] before = [0xFF, 0xD8, .. jfif, .. jfxx, 0xFF, 0xED, (byte)((photoshop.Length + 2) >> 8), (byte)(photoshop.Length + 2), .. photoshop, .. tagged[2..]];

        var after = Clean(before);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 2, 0, 0, 72, 0, 72, 0, 0, 0xFF]), Is.True);
            Assert.That(Count(after, [0x55, 0x55]) + Count(after, [0x66, 0x66, 0x66]) + Previews(after), Is.Zero);
            Assert.That(Read(after).Exif["Iptc.Application2.City"], Is.EqualTo("Lund"));
        }
    }

    [Test]
    public void Pictures_inside_of_xmp_are_gone_and_the_panorama_stays()
    {
        var secret = new string('A', 9000);
        var packet = $"""
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" xmlns:GImage="http://ns.google.com/photos/1.0/image/"
              xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:g="http://ns.adobe.com/xap/1.0/g/img/"
              xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmlns:own="https://example.org/" GPano:ProjectionType="equirectangular"
              GImage:Data="c2VjcmV0" GCamera:MicroVideo="1" xmpNote:HasExtendedXMP="0123">
            <xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><g:image>c2VjcmV0</g:image></rdf:li></rdf:Alt></xmp:Thumbnails>
            <own:Data>{secret}</own:Data><own:Nested><rdf:Description g:image="{secret}"/></own:Nested><own:Small>kept</own:Small>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            """;

        var after = Clean(Tagged(new TestJpeg()).WithXmpPacket(packet).ToBytes());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Count(after, "c2VjcmV0"u8) + Count(after, "AAAAAAAA"u8) + Count(after, "MicroVideo=\"1\""u8) + Count(after, "HasExtendedXMP=\""u8), Is.Zero);
            Assert.That(Read(after).Type, Is.EqualTo(PictureType.Equirectangular));
            Assert.That(Read(after).Exif["Xmp.own.Small"], Is.EqualTo("kept"));
        }
    }

    [Test]
    public void A_picture_cut_in_its_pixels_is_copied_as_far_as_it_goes()
    {
        var whole = Tagged(new TestJpeg(320, 240)).ToBytes();

        var after = Clean(whole[..^100]);

        Assert.That(after.AsSpan().SequenceEqual(whole.AsSpan(0, whole.Length - 100)), Is.True);
    }

    [Test]
    public void Application_data_between_the_scans_is_dropped_too()
    {
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 1, 2, 3];
        byte[] picture = [0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, .. scan, 0xFF, 0xE5, 0, 8, .. "secret"u8, .. scan, 0xFF, 0xD9];

        Assert.That(Clean(picture), Is.EqualTo((byte[])[0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, .. scan, .. scan, 0xFF, 0xD9]));
    }

    [Test]
    public void An_upright_picture_says_so_with_its_size([Values] bool bigEndian)
    {
        var picture = new TestJpeg(320, 240);
        picture.Exif.BigEndian = bigEndian;
        Tagged(picture).With("Exif.Image.Orientation", "6").With("Exif.Photo.PixelXDimension", "240").With("Exif.Photo.PixelYDimension", "320");
        var before = picture.ToBytes();
        var output = new MemoryStream();

        MetadataCleaner.MarkUpright(new MemoryStream(before), output);

        var read = Read(output.ToArray());
        Assert.That((read.Orientation, read.Exif["Exif.Image.Orientation"], read.Exif["Exif.Photo.PixelXDimension"], read.Exif["Exif.Photo.PixelYDimension"]), Is.EqualTo((1, "1", "320", "240")));
        Assert.That(output.Length, Is.EqualTo(before.Length));
    }

    [Test]
    public void A_picture_without_exif_stays_as_it_is_when_marked_upright()
    {
        var before = new TestJpeg(seed: 4).WithTrailer([1, 2, 3]).ToBytes();
        var output = new MemoryStream();

        MetadataCleaner.MarkUpright(new MemoryStream(before), output);

        Assert.That(output.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void A_derivate_takes_the_exif_block_upright_without_preview_and_without_xmp()
    {
        var original = Tagged(new TestJpeg(320, 240)).With("Exif.Image.Orientation", "6").With("Exif.Photo.PixelXDimension", "320").WithPanorama();
        original.Exif.Thumbnail = Preview;
        var derivate = new TestJpeg(120, 160, seed: 2).WithXmp("GPano", "ProjectionType", "other").ToBytes();
        var output = new MemoryStream();

        MetadataCleaner.TakeExif(original.ToStream(), new MemoryStream(derivate), output);

        var bytes = output.ToArray();
        var read = Read(bytes);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Width, read.Height, read.Orientation, read.Exif["Exif.Photo.PixelXDimension"]), Is.EqualTo((120, 160, 1, "120")));
            Assert.That((read.Latitude, read.Exif["Exif.Image.Make"]), Is.EqualTo((48.8566, "Acme")).Within(1e-9));
            Assert.That(read.Exif.Keys, Has.None.StartsWith("Xmp"));
            Assert.That(Previews(bytes), Is.Zero);
            Assert.That(bytes.AsSpan().EndsWith(derivate.AsSpan(derivate.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDB]))), Is.True);
        }
    }

    [Test]
    public void A_derivate_of_a_picture_without_exif_gets_none()
    {
        var derivate = new TestJpeg(120, 160).ToBytes();
        var output = new MemoryStream();

        MetadataCleaner.TakeExif(new TestJpeg().ToStream(), new MemoryStream(derivate), output);

        Assert.That(output.ToArray(), Is.EqualTo(derivate));
    }

    [TestCase(false, 1)]
    [TestCase(true, 0)]
    public void A_picture_encoded_anew_takes_all_metadata_and_the_profile_of_the_same_colours(bool grey, int profiles)
    {
        byte[] profile = [.. "ICC_PROFILE\0\x01\x01"u8, 1, 2, 3, 4, 5];
        var original = Tagged(new TestJpeg(320, 240)).With("Exif.Image.Orientation", "6").WithPanorama().WithSegment(0xE2, profile).WithComment("remark");
        original.Exif.Thumbnail = Preview;
        var pixels = new TestJpeg(240, 320, seed: 3);
        if (grey) pixels.Grey();
        var output = new MemoryStream();

        MetadataCleaner.TakeMetadata(original.ToStream(), pixels.ToStream(), output);

        var read = Read(output.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Width, read.Height, read.Orientation, read.Type), Is.EqualTo((240, 320, 1, PictureType.Equirectangular)));
            Assert.That(read.Exif["Exif.Photo.UserComment"], Is.EqualTo("remark"));
            Assert.That(Count(output.ToArray(), profile), Is.EqualTo(profiles));
            Assert.That(Previews(output.ToArray()), Is.Zero);
        }
    }

    [Test]
    public void Real_pictures_keep_their_tags_and_lose_their_previews()
    {
        string[] files = SharedPictures.Folder is { } folder ? Directory.GetFiles(Path.Combine(folder, "cameras"), "*.jpg") : [];
        var pictures = files.Select(File.ReadAllBytes).Append(TestJpeg.Make(640, 320, 1, 2, DateTimeOffset.UnixEpoch, is360: true));
        foreach (var before in pictures)
        {
            var after = Clean(before);
            Assert.That(Count(after, [0xFF, 0xD8, 0xFF]), Is.EqualTo(1));
            var expected = Read(before).Exif.Where(tag => !tag.Key.StartsWith("Exif.Thumbnail", StringComparison.Ordinal)).ToDictionary();
            expected.Remove("Xmp.xmpNote.HasExtendedXMP");
            Assert.That(Read(after).Exif, Is.EquivalentTo(expected));
            Assert.That(Clean(after).AsSpan().SequenceEqual(after), Is.True, "cleaning twice changes nothing more");
        }
    }

    private static TestJpeg Tagged(TestJpeg picture) => picture.WithPosition(48.8566, 2.3522)
        .WithCaptureTime(new DateTimeOffset(2024, 5, 14, 10, 15, 0, TimeSpan.FromHours(2)))
        .With("Exif.Image.Make", "Acme").With("Exif.Iop.InteroperabilityIndex", "R98");

    private static byte[] Resource(ushort id, byte[] data)
    {
        byte[] padding = data.Length % 2 == 1 ? [0] : [];
        return [.. "8BIM"u8, (byte)(id >> 8), (byte)id, 0, 0, 0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. data, .. padding];
    }

    private static byte[] Clean(byte[] picture)
    {
        var output = new MemoryStream();
        MetadataCleaner.StripPreviews(new MemoryStream(picture), output);
        return output.ToArray();
    }

    private static PictureMetadata Read(byte[] picture) => MetadataReader.Read(new MemoryStream(picture));

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted) => bytes.Count(wanted);

    private static int Previews(byte[] bytes) => Count(bytes, PreviewStart) + Count(bytes, PreviewPixels);
}
