using NUnit.Framework;
using OpenCvSharp;
using Panoramax.Imaging;

namespace Panoramax.UnitTests.Imaging;

/// <summary>
/// Pictures came out lying on their side when their EXIF orientation was ignored, or when size and pixels were turned in
/// different places. What is stored as orientation N must be shown upright in every file made from it.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class OrientationTests
{
    // The upright picture is red above green at the left, blue above grey at the right. Each case turns it the other way
    // round first, by the meaning of the value in the EXIF standard (row 0 is / column 0 is).
    private static Mat Stored(Mat upright, int orientation)
    {
        var stored = new Mat();
        switch (orientation)
        {
            case 2: Cv2.Flip(upright, stored, FlipMode.Y); break;
            case 3: Cv2.Rotate(upright, stored, RotateFlags.Rotate180); break;
            case 4: Cv2.Flip(upright, stored, FlipMode.X); break;
            case 5: Cv2.Transpose(upright, stored); break;
            case 6: Cv2.Rotate(upright, stored, RotateFlags.Rotate90Counterclockwise); break;
            case 7:
                Cv2.Rotate(upright, stored, RotateFlags.Rotate180);
                Cv2.Transpose(stored, stored);
                break;
            case 8: Cv2.Rotate(upright, stored, RotateFlags.Rotate90Clockwise); break;
            default: upright.CopyTo(stored); break;
        }

        upright.Dispose();
        return stored;
    }

    private static void AssertUpright(byte[] jpeg, string what)
    {
        using var pixels = Pictures.Pixels(jpeg);
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.DistanceAt(pixels, 0.25, 0.25, Pictures.Red), Is.LessThan(12), $"{what}: red at top left");
            Assert.That(Pictures.DistanceAt(pixels, 0.25, 0.75, Pictures.Green), Is.LessThan(12), $"{what}: green at bottom left");
            Assert.That(Pictures.DistanceAt(pixels, 0.75, 0.25, Pictures.Blue), Is.LessThan(12), $"{what}: blue at top right");
            Assert.That(Pictures.DistanceAt(pixels, 0.75, 0.75, Pictures.Grey), Is.LessThan(12), $"{what}: grey at bottom right");
        });
    }

    [Test]
    public void A_picture_of_any_orientation_comes_out_upright_in_all_files([Range(0, 9)] int orientation, [Values(640, 600)] int width)
    {
        var jpeg = Pictures.Jpeg(Stored(Pictures.Corners(width, 320), orientation));

        using var decoded = Pictures.Decode(jpeg, orientation);
        var made = PublicPicture.Make(decoded, []);

        Assert.That((made.Width, made.Height), Is.EqualTo((width, 320)));
        Assert.That(Pictures.SizeOf(made.Hd), Is.EqualTo((width, 320)), "HD has the size of the upright picture");
        AssertUpright(made.Hd, "HD");
        AssertUpright(Derivates.Sd(made), "SD");
        AssertUpright(Derivates.Thumbnail(made, "flat"), "thumbnail");
    }

    [TestCase(1)]
    [TestCase(0)]
    [TestCase(9)]
    public void A_picture_that_needs_no_turn_keeps_its_bytes(int orientation)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(203, 101));
        using var decoded = Pictures.Decode(jpeg, orientation);
        Assert.That(PublicPicture.Make(decoded, []).Hd, Is.EqualTo(jpeg));
    }

    [Test]
    public void Whole_units_are_turned_without_loss([Range(2, 8)] int orientation, [Values(0x221111, 0x111111, 0x211111)] int sampling)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(320, 160), sampling: sampling);
        using var decoded = Pictures.Decode(jpeg, orientation);
        var made = PublicPicture.Make(decoded, []);

        using var turned = Pictures.Pixels(made.Hd);
        Assert.Multiple(() =>
        {
            Assert.That(made.Warnings, Is.Empty);

            // The transform of transposed blocks rounds differently by one step at most here and there.
            Assert.That(Pictures.Distance(turned, decoded.Pixels), Is.LessThan(0.6));
            Assert.That(Pictures.IsBaseline(made.Hd));
        });
    }

    [TestCase(3, 0x221111, 600, 320)]
    [TestCase(6, 0x221111, 320, 600)]
    [TestCase(8, 0x221111, 600, 320)]
    public void What_cannot_be_turned_in_whole_units_is_encoded_again_at_full_size(int orientation, int sampling, int width, int height)
    {
        var jpeg = Pictures.WithSegment(Pictures.Jpeg(Pictures.Busy(width, height), sampling: sampling), 0xE1, "Exif\0\0as it was"u8);
        using var decoded = Pictures.Decode(jpeg, orientation);
        var made = PublicPicture.Make(decoded, []);

        using var turned = Pictures.Pixels(made.Hd);
        Assert.Multiple(() =>
        {
            Assert.That(made.Warnings, Has.Count.EqualTo(1).And.Some.Contains("does not allow turning"));
            Assert.That(turned.Size(), Is.EqualTo(decoded.Pixels.Size()));
            Assert.That(Pictures.Distance(turned, decoded.Pixels), Is.LessThan(12), "noise is the worst that can be encoded");
            Assert.That(Pictures.SegmentNames(made.Hd), Is.EqualTo(new[] { "APP0", "APP1" }), "metadata of the source is carried over");
        });
    }

    [TestCase("odd/orientation_3.jpg")]
    [TestCase("odd/orientation_6.jpg")]
    [TestCase("odd/orientation_8.jpg")]
    public void Photographs_of_one_scene_look_alike_whatever_their_orientation(string path)
    {
        if (Pictures.Shared(path) is not { } jpeg)
        {
            A_picture_of_any_orientation_comes_out_upright_in_all_files(path[^5] - '0', 600);
            return;
        }

        using var decoded = Pictures.Decode(jpeg, path[^5] - '0');
        using var reference = Pictures.Decode(Pictures.Shared("odd/orientation_3.jpg")!, 3);
        var made = PublicPicture.Make(decoded, []);
        using var hd = Pictures.Pixels(made.Hd);
        Assert.Multiple(() =>
        {
            Assert.That((made.Width, made.Height), Is.EqualTo((1800, 1200)));
            Assert.That(Pictures.SizeOf(made.Hd), Is.EqualTo((1800, 1200)));
            Assert.That(Pictures.Distance(hd, decoded.Pixels), Is.LessThan(4));
        });

        // The three files differ in a number drawn on them; the scene below is one.
        using var small = new Mat();
        using var smallReference = new Mat();
        Cv2.Resize(decoded.Pixels, small, new Size(45, 30), interpolation: InterpolationFlags.Area);
        Cv2.Resize(reference.Pixels, smallReference, new Size(45, 30), interpolation: InterpolationFlags.Area);
        Assert.That(Pictures.Distance(small, smallReference), Is.LessThan(15));
    }
}
