using NUnit.Framework;
using OpenCvSharp;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;

namespace Panoramax.UnitTests.Imaging;

/// <summary>The parts of detection that need no model: tiles, the seam, doubles, reference boxes, what a plate reads like.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class DetectionPartsTests
{
    private static readonly DetectionOptions Options = new() { ModelFolder = "none", FaceMargin = 0.1, PlateMarginAcross = 0.1, PlateMarginDown = 0.5 };

    [Test]
    public void A_thing_as_large_as_the_overlap_lies_whole_in_some_tile(
        [Values(500, 1000, 1025, 4096)] int width, [Values(333, 1024, 2500)] int height, [Values] bool wrapsAround)
    {
        using var pixels = new Mat(height, width, MatType.CV_8UC3);
        var tiles = new PictureView(pixels, wrapsAround).Tiles(1024, 100, top: 0);
        Assert.That(tiles, Is.All.Matches<Box>(tile => tile is { Width: <= 1024, Height: <= 1024, X: >= 0, Y: >= 0 } && tile.X < width && tile.Y + tile.Height <= height));
        var random = new Random(1);
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var side = Math.Min(100, Math.Min(width, height));
            var x = random.Next(wrapsAround ? width : width - side + 1);
            var thing = new Box(x, random.Next(height - side + 1), side, side);
            var moved = thing with { X = thing.X + width };
            Assert.That(tiles.Any(tile => Holds(tile, thing) || (wrapsAround && Holds(tile, moved))), $"{thing} is in no tile");
        }
    }

    private static bool Holds(Box tile, Box thing) => tile.Intersect(thing) == thing;

    [Test]
    public void A_part_across_the_seam_shows_both_ends_side_by_side()
    {
        using var pixels = new Mat(10, 100, MatType.CV_8UC3, Pictures.Grey);
        Pictures.Fill(pixels, 90, 0, 10, 10, Pictures.Red);
        Pictures.Fill(pixels, 0, 0, 10, 10, Pictures.Blue);
        using var part = new PictureView(pixels, wrapsAround: true).Part(new Box(90, 2, 20, 5));
        Assert.That(part.Size(), Is.EqualTo(new Size(20, 5)));
        Assert.That(Pictures.DistanceAt(part, 0.2, 0.5, Pictures.Red), Is.Zero);
        Assert.That(Pictures.DistanceAt(part, 0.8, 0.5, Pictures.Blue), Is.Zero);
    }

    [Test]
    public void Only_a_full_panorama_has_a_sky_that_is_passed_over()
    {
        using var full = new Mat(1000, 2000, MatType.CV_8UC3);
        using var cropped = new Mat(500, 2000, MatType.CV_8UC3);
        Assert.That(new PictureView(full, true).SkyRows, Is.EqualTo(166));
        Assert.That(new PictureView(cropped, true).SkyRows, Is.Zero);
        Assert.That(new PictureView(full, false).SkyRows, Is.Zero);
    }

    [Test]
    public void Doubles_are_taken_out_also_across_the_seam()
    {
        Candidate[] found = [new(1990, 10, 2030, 50, 0.9), new(-11, 11, 29, 51, 0.8), new(500, 10, 540, 50, 0.7)];
        Assert.That(Candidates.WithoutDoubles(found, 0.4, turn: 2000), Is.EqualTo(new[] { found[0], found[2] }));
        Assert.That(Candidates.WithoutDoubles(found, 0.4, turn: 0), Has.Count.EqualTo(3));
    }

    [Test]
    public void A_face_cut_by_a_tile_is_a_double_of_the_whole_face()
    {
        Candidate[] found = [new(100, 100, 200, 220, 0.9), new(100, 100, 140, 220, 0.6), new(210, 100, 260, 160, 0.5)];
        Assert.That(Candidates.WithoutDoubles(found, 0.4, 0), Is.EqualTo(new[] { found[0], found[2] }));
    }

    // Values of the tensor "Output/extra_dim" of the published weights (centre and size in pixels at 512 × 512).
    [TestCase(0, 8, 8, 51.2, 51.2)]
    [TestCase(1, 8, 8, 144.815, 72.408)]
    [TestCase(2, 8, 8, 72.408, 144.815)]
    [TestCase(4, 24, 8, 144.815, 72.408)]
    [TestCase(3071, 504, 504, 72.408, 144.815)]
    [TestCase(3072, 16, 16, 179.2, 179.2)]
    [TestCase(3073, 16, 16, 214.185, 214.185)]
    [TestCase(3076, 16, 16, 310.383, 103.461)]
    [TestCase(3077, 16, 16, 103.456, 310.399)]
    [TestCase(4608, 32, 32, 256, 256)]
    [TestCase(5111, 384, 384, 236.471, 709.483)]
    [TestCase(5113, 256, 256, 499.036, 499.036)]
    [TestCase(5117, 256, 256, 280.809, 842.512)]
    public void Reference_boxes_are_those_of_the_published_weights(int index, double x, double y, double width, double height)
    {
        var anchors = FaceAnchors.For(512, 512, 6);
        Assert.That(anchors, Has.Count.EqualTo(5118));
        Assert.Multiple(() =>
        {
            Assert.That(anchors[index].CentreX, Is.EqualTo(x).Within(0.001));
            Assert.That(anchors[index].CentreY, Is.EqualTo(y).Within(0.001));
            Assert.That(anchors[index].Width, Is.EqualTo(width).Within(0.05));
            Assert.That(anchors[index].Height, Is.EqualTo(height).Within(0.05));
        });
    }

    [TestCase("NYL-3614", true)]
    [TestCase("VW 4X4·WP", true)]
    [TestCase("LM025BD", true)]
    [TestCase("52021", true)]
    [TestCase("2021", false)]
    [TestCase("62-42", false)]
    [TestCase("Notruf 112", false)]
    [TestCase("vw 4x4 wp", true)]
    [TestCase("RALLYE", false)]
    [TestCase("12:45", false)]
    [TestCase("0612345678", false)]
    [TestCase("A7", false)]
    [TestCase("BOULANGERIE 1920", false)]
    public void Plates_are_told_from_signs_by_what_they_say(string text, bool plate) => Assert.That(PlateText.LooksLikePlate(text), Is.EqualTo(plate));

    [TestCase("SANDERO", 0.97, true)]
    [TestCase("SANDERO", 0.9, false)]
    [TestCase("NYL3614", 0.99, false)]
    [TestCase("GT", 0.99, false)]
    public void Only_what_is_surely_a_name_is_no_plate_on_a_vehicle(string text, double confidence, bool name) =>
        Assert.That(PlateText.IsSurelyName(text, confidence), Is.EqualTo(name));

    private sealed class Finds(params Detected[] found) : IDetector
    {
        public string Name => "test";

        public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel) => found;

        public void Dispose()
        {
        }
    }

    private sealed class Fails : IDetector
    {
        public string Name => "test";

        public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel) => throw new InvalidOperationException("no memory");

        public void Dispose()
        {
        }
    }

    [Test]
    public void A_box_across_the_seam_is_blurred_at_both_ends()
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(400, 200)));
        using var detectors = new Detectors([new Finds(new Detected(DetectedKind.Face, new Box(380, 50, 40, 40), 0.9, "test"))], Options);
        var boxes = detectors.Find(picture, wrapsAround: true, CancellationToken.None).Select(found => found.Box);
        Assert.That(boxes, Is.EquivalentTo(new[] { new Box(376, 46, 24, 48), new Box(0, 46, 24, 48) }));
    }

    [Test]
    public void A_box_grows_by_its_kinds_margin_and_stays_inside_of_the_picture()
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(400, 200)));
        using var detectors = new Detectors(
            [new Finds(new Detected(DetectedKind.Face, new Box(0, 50, 40, 40), 0.9, "f")), new Finds(new Detected(DetectedKind.Plate, new Box(300, 180, 100, 20), 0.8, "p"))], Options);
        var found = detectors.Find(picture, wrapsAround: false, CancellationToken.None);
        Assert.That(found.Select(one => (one.Kind, one.Box, one.Detector)), Is.EqualTo(new[]
        {
            (DetectedKind.Face, new Box(0, 46, 44, 48), "f"),
            (DetectedKind.Plate, new Box(290, 170, 110, 30), "p"),
        }));
    }

    /// <summary>A picture that could not be searched looks like one in which nothing was found, if the fault is swallowed: it would be published as it is.</summary>
    [Test]
    public void A_detector_that_fails_fails_the_search()
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(40, 20)));
        using var detectors = new Detectors([new Finds(), new Fails()], Options);
        Assert.Throws<InvalidOperationException>(() => detectors.Find(picture, wrapsAround: false, CancellationToken.None));
    }

    [Test]
    public void A_missing_model_is_told_in_one_sentence()
    {
        var missing = Assert.Throws<ModelMissing>(() => Detectors.Load(Options).Dispose());
        Assert.That(missing!.Message, Does.Contain("fetch.sh").And.Contains("faces.onnx"));
    }
}
