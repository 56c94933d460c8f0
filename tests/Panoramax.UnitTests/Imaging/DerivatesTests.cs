using NUnit.Framework;
using OpenCvSharp;
using Panoramax.Imaging;

namespace Panoramax.UnitTests.Imaging;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class DerivatesTests
{
    private static T Make<T>(byte[] jpeg, Func<PublicPicture, T> make, int orientation = 1)
    {
        using var decoded = Pictures.Decode(jpeg, orientation);
        return make(PublicPicture.Make(decoded, []));
    }

    [TestCase(4000, 3000, 2048, 1536)]
    [TestCase(4001, 2999, 2048, 1535)] // 1535.08
    [TestCase(2048, 1001, 2048, 1001)]
    [TestCase(1024, 767, 2048, 1534)]
    [TestCase(3000, 1, 2048, 1)]
    [TestCase(40, 30_000, 40, 30_000)] // would be 1 536 000 high
    public void Sd_is_2048_wide_and_its_height_is_rounded_down(int width, int height, int sdWidth, int sdHeight)
    {
        var sd = Make(Pictures.Jpeg(Pictures.Corners(width, height)), Derivates.Sd);
        Assert.That(Pictures.SizeOf(sd), Is.EqualTo((sdWidth, sdHeight)));
    }

    [TestCase(4000, 3000, 500, 375)]
    [TestCase(4000, 2999, 500, 374)]
    [TestCase(320, 213, 500, 332)]
    [TestCase(1, 1, 500, 500)]
    public void A_flat_thumbnail_is_500_wide_and_its_height_is_rounded_down(int width, int height, int thumbnailWidth, int thumbnailHeight)
    {
        var thumbnail = Make(Pictures.Jpeg(Pictures.Corners(width, height)), made => Derivates.Thumbnail(made, "flat"));
        Assert.That(Pictures.SizeOf(thumbnail), Is.EqualTo((thumbnailWidth, thumbnailHeight)));
    }

    [TestCase(5760, 2880)]
    [TestCase(2000, 1000)]
    [TestCase(1024, 512)]
    [TestCase(3001, 999)]
    public void The_thumbnail_of_a_360_picture_shows_what_lies_ahead(int width, int height)
    {
        // A frame exactly on the border of the part ahead: 750 to 1250 of 2000 across, 350 to 650 of 1000 down.
        using var picture = new Mat(height, width, MatType.CV_8UC3, Pictures.Grey);
        picture[height * 35 / 100, height * 65 / 100, width * 3 / 8, width * 5 / 8].SetTo(Pictures.Green);
        picture[height * 45 / 100, height * 55 / 100, width * 7 / 16, width * 9 / 16].SetTo(Pictures.Red);
        var thumbnail = Make(Pictures.Jpeg(picture.Clone()), made => Derivates.Thumbnail(made, "equirectangular"));

        using var pixels = Pictures.Pixels(thumbnail);
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.SizeOf(thumbnail), Is.EqualTo((500, 300)));
            Assert.That(Pictures.DistanceAt(pixels, 0.5, 0.5, Pictures.Red), Is.LessThan(12));
            Assert.That(Pictures.DistanceAt(pixels, 0.27, 0.35, Pictures.Red), Is.LessThan(12), "the red part spans a quarter to three quarters across");
            Assert.That(Pictures.DistanceAt(pixels, 0.23, 0.5, Pictures.Green), Is.LessThan(12));
            Assert.That(Pictures.DistanceAt(pixels, 0.02, 0.03, Pictures.Green), Is.LessThan(12), "nothing outside the part ahead is shown");
            Assert.That(Pictures.DistanceAt(pixels, 0.98, 0.97, Pictures.Green), Is.LessThan(12));
        });
    }

    [TestCase(5760, 2880, 8, 4, 720, 720)]
    [TestCase(2050, 1027, 4, 2, 512, 513)]
    [TestCase(800, 333, 4, 2, 200, 166)]
    public void Tiles_are_cut_from_the_top_left_in_equal_sizes(int width, int height, int columns, int rows, int tileWidth, int tileHeight)
    {
        using var picture = new Mat(height, width, MatType.CV_8UC3, Pictures.Grey);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                picture.SubMat(new Rect(column * tileWidth, row * tileHeight, tileWidth, tileHeight)).SetTo(new Scalar(20 + column * 25, 20 + row * 50, 120));
            }
        }

        using var decoded = Pictures.Decode(Pictures.Jpeg(picture.Clone(), quality: 98));
        var tiles = Derivates.Tiles(PublicPicture.Make(decoded, [])).ToList();

        Assert.That(tiles.Select(tile => (tile.Column, tile.Row)), Is.EqualTo(Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Select(column => (column, row)))));
        Assert.Multiple(() =>
        {
            foreach (var tile in tiles)
            {
                using var pixels = Pictures.Pixels(tile.Jpeg);
                Assert.That(pixels.Size(), Is.EqualTo(new Size(tileWidth, tileHeight)));
                var colour = new Scalar(20 + tile.Column * 25, 20 + tile.Row * 50, 120);
                Assert.That(Pictures.DistanceAt(pixels, 0.01, 0.01, colour), Is.LessThan(10), $"top left of {tile.Column}_{tile.Row}");
                Assert.That(Pictures.DistanceAt(pixels, 0.98, 0.98, colour), Is.LessThan(10), $"bottom right of {tile.Column}_{tile.Row}");
            }
        });
    }

    [Test]
    public void A_360_picture_narrower_than_its_grid_still_has_a_file_for_each_place()
    {
        var tiles = Make(Pictures.Jpeg(Pictures.Corners(2, 1)), made => Derivates.Tiles(made).ToList());
        Assert.That(tiles, Has.Count.EqualTo(8));
        Assert.That(tiles.Select(tile => Pictures.SizeOf(tile.Jpeg)), Is.All.EqualTo((1, 1)));
    }

    /// <summary>Progressive files took viewers and our own later steps three times as long (20 pictures of 80 megapixels: 687 s against 260 s).</summary>
    [TestCase(false)]
    [TestCase(true)]
    [Property("Contract", "known-faults 58")]
    public void All_files_are_baseline_also_when_the_source_is_progressive(bool progressive)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(640, 320), progressive: progressive);
        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, []);
        using var hd = Pictures.Pixels(made.Hd);
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.IsBaseline(made.Hd), "HD");
            Assert.That(Pictures.IsBaseline(Derivates.Sd(made)), "SD");
            Assert.That(Pictures.IsBaseline(Derivates.Thumbnail(made, "flat")), "thumbnail");
            Assert.That(Derivates.Tiles(made).Select(tile => Pictures.IsBaseline(tile.Jpeg)), Is.All.True);
            Assert.That(Pictures.Distance(hd, decoded.Pixels), Is.Zero, "no pixel changes on the way to baseline");
        });
    }

    [Test]
    public void Derivates_have_no_metadata_but_keep_the_colour_profile()
    {
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[500]];
        var jpeg = Pictures.Jpeg(Pictures.Corners(800, 400));
        jpeg = Pictures.WithSegment(jpeg, 0xFE, "a comment"u8);
        jpeg = Pictures.WithSegment(jpeg, 0xE2, profile);
        jpeg = Pictures.WithSegment(jpeg, 0xE1, "Exif\0\0"u8);

        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, []);
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.SegmentNames(made.Hd), Is.EqualTo(new[] { "APP0", "APP1", "APP2", "COM" }));
            Assert.That(Pictures.SegmentNames(Derivates.Sd(made)), Is.EqualTo(new[] { "APP0", "APP2" }));
            Assert.That(Pictures.SegmentNames(Derivates.Thumbnail(made, "flat")), Is.EqualTo(new[] { "APP0", "APP2" }));
            Assert.That(Pictures.SegmentNames(Derivates.Tiles(made).First().Jpeg), Is.EqualTo(new[] { "APP0", "APP2" }));
        });
    }

    [Test]
    public void A_grey_picture_gives_grey_derivates_and_a_grey_HD()
    {
        using var grey = new Mat(300, 404, MatType.CV_8UC1, Scalar.All(90));
        grey[100, 200, 100, 200].SetTo(Scalar.All(200));
        var jpeg = grey.ImEncode(".jpg");

        // Orientation 3 and a width of no whole number of units: the HD picture is encoded again.
        using var decoded = Pictures.Decode(jpeg, 3);
        var made = PublicPicture.Make(decoded, []);
        using var sd = Pictures.Pixels(Derivates.Sd(made));
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.Header(made.Hd).Components, Is.EqualTo(1));
            Assert.That(Pictures.DistanceAt(sd, 0.01, 0.01, Scalar.All(90)), Is.LessThan(4));
            Assert.That(Pictures.DistanceAt(sd, 1 - 150.0 / 404, 0.5, Scalar.All(200)), Is.LessThan(4));
        });
    }

    [Test]
    public void A_CMYK_picture_has_the_colours_of_its_RGB_twin()
    {
        if (Pictures.Shared("hostile/cmyk.jpg") is not { } cmyk || Pictures.Shared("flat-lund/lund_12.jpg") is not { } rgb)
        {
            // Without the shared twins: a CMYK file made of four grey planes, inverted as Adobe writes them.
            cmyk = CmykJpeg.Uniform(64, 64, 250, 120, 30, 255);
            rgb = Pictures.Jpeg(new Mat(64, 64, MatType.CV_8UC3, new Scalar(30, 120, 250)));
        }

        Assert.That(Pictures.Header(cmyk).Components, Is.EqualTo(4));
        using var expected = Pictures.Pixels(Make(rgb, Derivates.Sd));
        using var decoded = Pictures.Decode(cmyk);
        var made = PublicPicture.Make(decoded, []);
        using var sd = Pictures.Pixels(Derivates.Sd(made));
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.Distance(sd, expected), Is.LessThan(6));
            Assert.That(made.Hd, Is.EqualTo(cmyk), "the HD file keeps its colours as they are stored");
            Assert.That(Pictures.Header(Derivates.Thumbnail(made, "flat")).Components, Is.EqualTo(3));
        });
    }

    [Test]
    public void A_CMYK_picture_that_must_be_encoded_again_becomes_RGB_without_its_profile()
    {
        var cmyk = CmykJpeg.Uniform(60, 44, 250, 120, 30, 255);
        cmyk = Pictures.WithSegment(cmyk, 0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[100]]);
        using var decoded = Pictures.Decode(cmyk, 6);
        var made = PublicPicture.Make(decoded, []);
        using var hd = Pictures.Pixels(made.Hd);
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.Header(made.Hd), Is.EqualTo(new Panoramax.Domain.Pictures.JpegHeader(44, 60, 3, false)));
            Assert.That(Pictures.DistanceAt(hd, 0.5, 0.5, new Scalar(30, 120, 250)), Is.LessThan(6));
            Assert.That(Pictures.SegmentNames(made.Hd), Has.None.EqualTo("APP2").And.None.EqualTo("APP14"));
        });
    }

    [TestCase("pano-sequence/pano_01.jpg", 8, 4)]
    [TestCase("pano-single/pano_8192.jpg", 16, 8)]
    public void Tiles_of_a_photograph_put_together_are_the_photograph(string path, int columns, int rows)
    {
        var jpeg = Pictures.Shared(path) ?? Pictures.Jpeg(Pictures.Corners(columns * 512, rows * 512));
        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, []);
        var (width, height) = (made.Width / columns, made.Height / rows);
        var distances = new List<double>();
        foreach (var tile in Derivates.Tiles(made))
        {
            using var pixels = Pictures.Pixels(tile.Jpeg);
            using var part = decoded.Pixels.SubMat(new Rect(tile.Column * width, tile.Row * height, width, height));
            distances.Add(Pictures.Distance(pixels, part));
        }

        Assert.That(distances, Has.Count.EqualTo(columns * rows));
        Assert.That(distances, Is.All.LessThan(4));
    }
}
