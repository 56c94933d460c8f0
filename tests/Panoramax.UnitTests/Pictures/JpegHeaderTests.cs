using NUnit.Framework;
using Panoramax.Domain.Pictures;

namespace Panoramax.UnitTests.Pictures;

[Parallelizable(ParallelScope.All)]
public sealed class JpegHeaderTests
{
    private const byte Sof0 = 0xC0;
    private const byte Sof2 = 0xC2;

    [TestCase(0xC0, 1, false)]
    [TestCase(0xC1, 3, false)]
    [TestCase(0xC2, 4, true)]
    public void Sequential_and_progressive_pictures_are_accepted(int frame, int components, bool progressive)
    {
        var header = JpegHeader.Read(Jpeg(Frame((byte)frame, 640, 480, components)));

        Assert.That(header, Is.EqualTo(new JpegHeader(640, 480, components, progressive)));
    }

    [Test]
    public void Other_segments_fill_bytes_and_stray_bytes_before_the_frame_are_passed_over()
    {
        var stream = Jpeg([0xFF, 0xE1, 0, 6, 0xFF, 0xC0, 1, 2, /* stray */ 7, 8, /* fill */ 0xFF, 0xFF, .. Frame(Sof0, 10, 20, 3)]);

        Assert.That(JpegHeader.Read(stream), Is.EqualTo(new JpegHeader(10, 20, 3, false)));
    }

    [Test]
    public void The_frame_behind_a_segment_larger_than_the_buffer_is_found()
    {
        var segment = new byte[65_537];
        segment[0] = 0xFF;
        segment[1] = 0xE2;
        segment[2] = segment[3] = 0xFF;

        Assert.That(JpegHeader.Read(Jpeg([.. segment, .. segment, .. Frame(Sof0, 10, 20, 3)])).Height, Is.EqualTo(20));
    }

    [TestCase(0xC3)]
    [TestCase(0xC5)]
    [TestCase(0xC9)]
    [TestCase(0xCA)]
    [TestCase(0xCF)]
    public void Lossless_hierarchical_and_arithmetic_coding_are_refused(int frame) =>
        Refused(NotAPictureReason.Unsupported, Jpeg(Frame((byte)frame, 640, 480, 3)));

    [Test]
    public void Sixteen_and_twelve_bits_are_refused([Values(12, 16)] int bits) =>
        Refused(NotAPictureReason.Unsupported, Jpeg(Frame(0xC1, 640, 480, 3, (byte)bits)));

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(5)]
    public void Only_one_three_or_four_components_are_accepted(int components) =>
        Refused(NotAPictureReason.Unsupported, Jpeg(Frame(Sof0, 640, 480, components)));

    [TestCase(0, 480)]
    [TestCase(640, 0)]
    public void A_zero_size_is_refused(int width, int height) => Refused(NotAPictureReason.NoSize, Jpeg(Frame(Sof0, width, height, 3)));

    [Test]
    public void A_small_file_that_claims_65000_by_65000_pixels_is_refused() =>
        Refused(NotAPictureReason.TooLarge, Jpeg([.. Frame(Sof0, 65_000, 65_000, 3), .. new byte[126_000]]));

    [Test]
    public void A_tiny_progressive_file_that_claims_65000_by_65000_pixels_is_refused() =>
        Refused(NotAPictureReason.TooLarge, Jpeg([.. Frame(Sof2, 65_000, 65_000, 3), .. new byte[4_000]]));

    [Test]
    public void The_limit_is_exact_and_smaller_for_progressive_pictures()
    {
        Assert.That(JpegHeader.Read(Jpeg(Frame(Sof0, 100, 100, 3)), 10_000, 5_000).Width, Is.EqualTo(100));
        Assert.That(() => JpegHeader.Read(Jpeg(Frame(Sof0, 101, 100, 3)), 10_000, 5_000), Throws.TypeOf<NotAPicture>());
        Assert.That(JpegHeader.Read(Jpeg(Frame(Sof2, 50, 100, 3)), 10_000, 5_000).Width, Is.EqualTo(50));
        Assert.That(() => JpegHeader.Read(Jpeg(Frame(Sof2, 51, 100, 3)), 10_000, 5_000), Throws.TypeOf<NotAPicture>());
    }

    [TestCase(100, true)]
    [TestCase(101, false)]
    public void A_progressive_picture_may_have_a_hundred_scans(int scans, bool accepted)
    {
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 1, 0xFF, 0, 2];
        var bytes = new List<byte>(Jpeg(Frame(Sof2, 8, 8, 1)).ToArray()[..^2]);
        for (var i = 1; i < scans; i++) bytes.AddRange(scan);
        bytes.AddRange([0xFF, 0xD9]);

        if (accepted) Assert.That(JpegHeader.Read(new MemoryStream([.. bytes])).Progressive, Is.True);
        else Refused(NotAPictureReason.TooManyScans, new MemoryStream([.. bytes]));
    }

    [Test]
    public void An_empty_file_is_refused() => Refused(NotAPictureReason.Empty, new MemoryStream());

    [TestCase("<html>")]
    [TestCase("\u0089PNG\r\n")]
    [TestCase("\u00ff")]
    public void What_does_not_start_as_a_jpeg_is_refused(string text) =>
        Refused(NotAPictureReason.NotAJpeg, new MemoryStream(text.Select(c => (byte)c).ToArray()));

    [Test]
    public void A_header_without_pixels_is_refused() =>
        Refused(NotAPictureReason.CutShort, new MemoryStream([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2]));

    [Test]
    public void A_file_cut_anywhere_before_its_pixels_is_refused()
    {
        var whole = Jpeg([0xFF, 0xE1, 0, 6, 1, 2, 3, 4, .. Frame(Sof0, 640, 480, 3)]).ToArray();
        var pixels = whole.Length - 2 - 3;
        for (var length = 2; length <= pixels; length++)
        {
            Refused(NotAPictureReason.CutShort, new MemoryStream(whole[..length]));
        }

        Assert.That(JpegHeader.Read(new MemoryStream(whole[..(pixels + 1)])).Width, Is.EqualTo(640));
    }

    [Test]
    public void Two_frame_headers_are_refused() =>
        Refused(NotAPictureReason.Damaged, Jpeg([.. Frame(Sof0, 8, 8, 1), .. Frame(Sof0, 65_000, 65_000, 1)]));

    [Test]
    public void A_scan_without_a_frame_header_is_refused() => Refused(NotAPictureReason.Damaged, Jpeg([]));

    [Test]
    public void An_impossible_segment_length_is_refused() => Refused(NotAPictureReason.Damaged, Jpeg([0xFF, 0xE0, 0, 1]));

    private static void Refused(NotAPictureReason reason, Stream stream)
    {
        var error = Assert.Throws<NotAPicture>(() => JpegHeader.Read(stream));
        Assert.That(error!.Reason, Is.EqualTo(reason));
        Assert.That(error.Message, Is.Not.Empty);
    }

    private static byte[] Frame(byte marker, int width, int height, int components, byte bits = 8)
    {
        byte[] frame = [0xFF, marker, 0, (byte)(8 + 3 * components), bits, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)components];
        return [.. frame, .. Enumerable.Range(1, components).SelectMany(i => new byte[] { (byte)i, 0x11, 0 })];
    }

    private static MemoryStream Jpeg(byte[] segments) =>
        new([0xFF, 0xD8, .. segments, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xFF, 0xD9]);
}
