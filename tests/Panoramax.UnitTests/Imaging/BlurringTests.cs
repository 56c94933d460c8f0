using NUnit.Framework;
using OpenCvSharp;
using Panoramax.Imaging;
using Panoramax.Imaging.Blurring;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.UnitTests.Imaging;

/// <summary>The HD picture is blurred on its coefficients: what lies outside of the boxes stays bit for bit, inside nothing is left but flat cells.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class BlurringTests
{
    private static readonly Box[] Boxes = [new(37, 50, 60, 44), new(200, 90, 110, 60), new(300, 0, 40, 30)];

    /// <summary>Keeps a copy of all coefficients by component and row of blocks.</summary>
    private sealed class Recorder : ICoefficientFilter
    {
        internal Dictionary<(int Component, int Row), short[]> Rows { get; } = [];

        public void See(Span<short> blocks, int component, int row) => Rows[(component, row)] = blocks.ToArray();

        internal static Recorder Of(byte[] jpeg, int orientation = 1)
        {
            var recorder = new Recorder();
            LosslessTransform.Read(jpeg, Orientation.TurboJpegOperation(orientation), [recorder]);
            return recorder;
        }
    }

    private static (int Outside, int Inside) AssertOnlyBoxesChanged(byte[] source, byte[] blurred, int orientation)
    {
        var before = Recorder.Of(source, orientation);
        var after = Recorder.Of(blurred);
        var layout = JpegLayout.Read(blurred);
        var plan = MosaicPlan.Of(Boxes, layout.Width, layout.Height, layout.McuWidth, layout.McuHeight);
        var (outside, inside) = (0, 0);
        var cellMeans = new Dictionary<(int Component, int Cell), short>();
        Assert.That(after.Rows.Keys, Is.EquivalentTo(before.Rows.Keys));
        foreach (var ((component, row), blocks) in after.Rows)
        {
            var (across, down) = layout.Components.Count == 1 ? (1, 1) : (layout.Components[component].Horizontal, layout.Components[component].Vertical);
            for (var block = 0; block < blocks.Length / 64; block++)
            {
                var cell = row / down < plan.Rows ? plan.Cell(block / across, row / down) : 0;
                var now = blocks.AsSpan(block * 64, 64);
                if (cell == 0)
                {
                    outside++;
                    Assert.That(now.SequenceEqual(before.Rows[(component, row)].AsSpan(block * 64, 64)), $"component {component}, row {row}, block {block} is outside and changed");
                    continue;
                }

                inside++;
                Assert.That(now[1..].IndexOfAnyExcept((short)0), Is.Negative, "no detail is left in a block inside");
                Assert.That(cellMeans.TryAdd((component, cell), now[0]) || cellMeans[(component, cell)] == now[0], "all blocks of a cell have one colour");
            }
        }

        return (outside, inside);
    }

    [Test]
    public void Coefficients_outside_of_the_boxes_stay_and_inside_only_cells_are_left(
        [Values(0x111111, 0x211111, 0x221111, 0x121111, 0x411111)] int sampling, [Values] bool progressive)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(341, 203), sampling: sampling, progressive: progressive);
        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, Boxes);
        Assert.That(made.Warnings, Is.Empty);
        var (outside, inside) = AssertOnlyBoxesChanged(jpeg, made.Hd, 1);
        Assert.That(outside, Is.GreaterThan(500));
        Assert.That(inside, Is.GreaterThan(100));
        Assert.That(Pictures.IsBaseline(made.Hd));
    }

    [Test]
    public void Turning_and_blurring_is_one_lossless_step([Range(2, 8)] int orientation)
    {
        var sideways = orientation >= 5;
        var jpeg = Pictures.Jpeg(sideways ? Pictures.Busy(208, 352) : Pictures.Busy(352, 208), sampling: 0x211111);
        using var decoded = Pictures.Decode(jpeg, orientation);
        var made = PublicPicture.Make(decoded, Boxes);
        Assert.That(made.Warnings, Is.Empty);
        Assert.That(AssertOnlyBoxesChanged(jpeg, made.Hd, orientation).Inside, Is.GreaterThan(100));
        using var hd = Pictures.Pixels(made.Hd);
        Assert.That(Pictures.Distance(hd, decoded.Pixels), Is.LessThan(2), "the HD file and the pixels for the derivates are blurred alike");
    }

    [Test]
    public void Grey_and_CMYK_pictures_are_blurred_without_loss_too()
    {
        using var busy = Pictures.Busy(341, 203);
        using var grey = busy.CvtColor(ColorConversionCodes.BGR2GRAY);
        foreach (var jpeg in new[] { grey.ImEncode(".jpg"), Pictures.Shared("hostile/cmyk.jpg") ?? CmykJpeg.Uniform(341, 203, 250, 120, 30, 255) })
        {
            using var decoded = Pictures.Decode(jpeg);
            var made = PublicPicture.Make(decoded, Boxes);
            Assert.That(made.Warnings, Is.Empty);
            Assert.That(AssertOnlyBoxesChanged(jpeg, made.Hd, 1).Inside, Is.GreaterThan(30));
        }
    }

    [Test]
    public void No_file_made_of_a_picture_has_edges_inside_of_a_box()
    {
        // Black and white stripes as they are on a plate; the picture around is grey.
        using var picture = new Mat(1024, 2048, MatType.CV_8UC3, Pictures.Grey);
        var box = new Box(900, 450, 200, 100);
        for (var x = box.X; x < box.Right; x += 8) Pictures.Fill(picture, x, box.Y, 4, box.Height, Scalar.All(x % 16 == 4 ? 0 : 255));
        var jpeg = Pictures.Jpeg(picture.Clone());
        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, [box]);

        Assert.Multiple(() =>
        {
            Assert.That(Deviation(jpeg, 900, 450, 200, 100), Is.GreaterThan(60), "before");
            Assert.That(Deviation(made.Hd, 900, 450, 200, 100), Is.LessThan(9), "HD");
            Assert.That(Deviation(Derivates.Sd(made), 900, 450, 200, 100), Is.LessThan(9), "SD");

            // The part ahead starts at 768, 358 in this picture; the thumbnail is scaled by 500/512.
            Assert.That(Deviation(Derivates.Thumbnail(made, "equirectangular"), 130, 90, 190, 95), Is.LessThan(9), "thumbnail");
            var tile = Derivates.Tiles(made).Single(tile => (tile.Column, tile.Row) == (1, 0));
            Assert.That(Deviation(tile.Jpeg, 900 - 512, 450, 124, 62), Is.LessThan(9), "tile");
        });
    }

    [Test]
    public void All_metadata_of_the_source_is_kept()
    {
        var jpeg = Pictures.WithSegment(Pictures.WithSegment(Pictures.Jpeg(Pictures.Busy(341, 203)), 0xFE, "a comment"u8), 0xE1, "Exif\0\0as it was"u8);
        using var decoded = Pictures.Decode(jpeg);
        Assert.That(Pictures.SegmentNames(PublicPicture.Make(decoded, Boxes).Hd), Is.EqualTo(new[] { "APP0", "APP1", "COM" }));
    }

    [Test]
    public void What_follows_the_end_of_the_picture_is_cut_off_when_it_is_blurred()
    {
        byte[] motion = [.. Pictures.Jpeg(Pictures.Busy(341, 203)), .. new byte[5000]];
        using var decoded = Pictures.Decode(motion);
        Assert.That(PublicPicture.Make(decoded, Boxes).Hd, Has.Length.LessThan(motion.Length - 4000));
    }

    [Test]
    public void A_picture_sampled_in_an_unusual_way_is_encoded_again_with_a_warning()
    {
        var jpeg = UnusualSampling();
        Assert.That(JpegLayout.Read(jpeg).HasUsualSampling, Is.False);
        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, [new Box(0, 0, 16, 8)]);
        Assert.That(made.Warnings, Has.Count.EqualTo(1).And.Some.Contains("sampled in an unusual way"));
        Assert.That(Pictures.SizeOf(made.Hd), Is.EqualTo((16, 8)));
        Assert.That(Deviation(made.Hd, 0, 0, 16, 8), Is.LessThan(1));
    }

    [Test]
    public void Blurring_twice_changes_nothing_more()
    {
        using var decoded = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(341, 203)));
        var once = PublicPicture.Make(decoded, Boxes).Hd;
        using var again = Pictures.Decode(once);
        Assert.That(PublicPicture.Make(again, Boxes).Hd, Is.EqualTo(once));
    }

    private sealed class FailingFilter : ICoefficientFilter
    {
        public void See(Span<short> blocks, int component, int row) => throw new InvalidDataException("from within");
    }

    [Test]
    public void A_fault_inside_of_a_filter_comes_out_as_an_exception_and_not_as_a_crash()
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(64, 64));
        var fault = Assert.Throws<InvalidOperationException>(() => LosslessTransform.Write(jpeg, 0, new FailingFilter()));
        Assert.That(fault!.InnerException, Is.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void A_file_that_breaks_off_is_not_half_blurred()
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(341, 203));
        Assert.Throws<UnreadablePicture>(() => LosslessTransform.Write(jpeg.AsSpan(0, jpeg.Length / 2), 0));
    }

    private static double Deviation(byte[] jpeg, int x, int y, int width, int height)
    {
        using var pixels = Pictures.Pixels(jpeg);
        using var part = pixels.SubMat(new Rect(x, y, width, height));
        Cv2.MeanStdDev(part, out _, out var deviation);
        return deviation.Val0;
    }

    /// <summary>
    /// A picture of one unit, 16 × 8 in 4:2:2, with its header rewritten: red is sampled most. Its second grey block becomes
    /// the only blue one, so blue must be decoded with grey's tables.
    /// </summary>
    private static byte[] UnusualSampling()
    {
        var jpeg = Pictures.Jpeg(new Mat(8, 16, MatType.CV_8UC3, Pictures.Grey), sampling: 0x211111);
        var frame = JpegLayout.Read(jpeg).Segments.Single(segment => segment.Marker == 0xC0);
        jpeg[frame.Offset + 11] = 0x11;
        jpeg[frame.Offset + 17] = 0x21;
        var scan = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, 0xDA });
        jpeg[scan + 8] = 0x00;
        return jpeg;
    }
}
