using Microsoft.Extensions.DependencyInjection;
using OpenCvSharp;
using Panoramax.Database.Rows;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.PictureWorker;

/// <summary>Blurring by detectors in the worker. What they find is other tests' business; here it is what becomes of it.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DetectingBlurTests
{
    [Test]
    public async Task What_was_found_is_blurred_in_every_file_and_written_down()
    {
        await using var workshop = await Open(new Detected(DetectedKind.Face, new Box(200, 160, 80, 80), 0.91234, "test/1"));
        var id = await workshop.Receive(Striped());

        await workshop.Prepare(id);

        var region = PictureDetails.Parse((await workshop.Row(id)).Metadata).Blurred!.Single();
        Assert.That((region.Kind, region.Detector, region.Score), Is.EqualTo(("face", "test/1", 0.912)));
        Assert.That((region.X, region.Y), Is.EqualTo((185, 145)), "grown by the margin");
        foreach (var file in new[] { (await workshop.Hd(id))!, (await workshop.Sd(id))!, (await workshop.Thumbnail(id))! })
        {
            var outside = Contrast(file, 400, 160, 80, 80);
            Assert.That(outside, Is.GreaterThan(60), "untouched outside");
            // What is left are the means of the mosaic's cells.
            Assert.That(Contrast(file, 200, 160, 80, 80), Is.LessThan(0.45 * outside), "nothing to recognize inside");
        }
    }

    [Test]
    public async Task A_picture_that_could_not_be_searched_is_not_published()
    {
        await using var workshop = await Open(found: null);
        var id = await workshop.Receive(Striped());

        await workshop.Prepare(id);

        Assert.That((await workshop.Row(id)).PreparingStatus, Is.EqualTo("not-processed"));
        Assert.That((await workshop.Jobs(id)).Single().Attempts, Is.EqualTo(1));
        Assert.That(await workshop.Hd(id), Is.Null);
    }

    [TestCase("equirectangular", null, true)]
    [TestCase("equirectangular", """{"FullWidth": 1024, "FullHeight": 512, "Width": 1024, "Height": 400, "Left": 0, "Top": 50}""", true)]
    [TestCase("equirectangular", """{"FullWidth": 2048, "FullHeight": 1024, "Width": 1024, "Height": 512, "Left": 0, "Top": 0}""", false)]
    [TestCase("flat", null, false)]
    public async Task Only_a_whole_panorama_is_searched_across_its_seam(string type, string? crop, bool wraps)
    {
        var detector = new FixedDetector([]);
        await using var workshop = await Open(detector);
        var id = await workshop.Receive(new TestJpeg(1024, 512).ToBytes(), type);
        if (crop is not null) await workshop.Database.Execute($"UPDATE pictures SET metadata = metadata || jsonb_build_object('crop', '{crop}'::jsonb)");

        await workshop.Prepare(id);

        Assert.That(detector.Wrapped, Is.EqualTo(wraps));
    }

    [Test]
    public async Task Asked_again_the_boxes_are_those_of_the_last_blurring()
    {
        var detector = new FixedDetector([new Detected(DetectedKind.Plate, new Box(100, 100, 60, 20), 0.5, "test/1")]);
        await using var workshop = await Open(detector);
        var id = await workshop.Receive(Striped());
        await workshop.Prepare(id);
        Assert.That(PictureDetails.Parse((await workshop.Row(id)).Metadata).Blurred, Has.Count.EqualTo(1));

        detector.Found = [];
        await workshop.PrepareAgain(id);

        Assert.That(PictureDetails.Parse((await workshop.Row(id)).Metadata).Blurred, Is.Null);
    }

    private static Task<Workshop> Open(Detected? found) => Open(new FixedDetector(found is null ? null : [found]));

    private static Task<Workshop> Open(FixedDetector detector) => Workshop.Open(
        StorageKind.Folder,
        services => services.AddSingleton(new Detectors([detector], new DetectionOptions { ModelFolder = "none is loaded" })),
        ("Blur:Kind", "Detect"));

    private static byte[] Striped() => new TestJpeg(640, 480)
        .Painted((x, _) => x / 8 % 2 == 0 ? new BaselineJpeg.Colour(230, 230, 230) : new BaselineJpeg.Colour(20, 20, 20)).ToBytes();

    /// <summary>Standard deviation of a rectangle, given in pixels of a picture 640 wide.</summary>
    private static double Contrast(byte[] jpeg, int x, int y, int width, int height)
    {
        using var pixels = Cv2.ImDecode(jpeg, ImreadModes.Grayscale);
        var scale = pixels.Width / 640.0;
        using var part = pixels.SubMat(new Rect((int)(x * scale), (int)(y * scale), (int)(width * scale), (int)(height * scale)));
        Cv2.MeanStdDev(part, out _, out var deviation);
        return deviation.Val0;
    }

    /// <summary>Finds what it is told; null: it fails.</summary>
    private sealed class FixedDetector(IReadOnlyList<Detected>? found) : IDetector
    {
        public string Name => "test";

        public IReadOnlyList<Detected>? Found { get; set; } = found;

        public bool? Wrapped { get; private set; }

        public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel)
        {
            Wrapped = wrapsAround;
            return Found ?? throw new InvalidOperationException("the detector failed");
        }

        public void Dispose()
        {
        }
    }
}
