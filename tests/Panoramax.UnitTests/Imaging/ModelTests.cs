using NUnit.Framework;
using OpenCvSharp;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Imaging;

/// <summary>
/// The models as <c>deploy/models/fetch.sh</c> writes them. They are not committed; when they are absent this fixture fails
/// and says so. Photographs of people and plates are those of the shared set, where it is there.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ModelTests
{
    private Detectors _detectors = null!;
    private DetectionOptions _options = null!;

    [OneTimeSetUp]
    public void Load()
    {
        var folder = Environment.GetEnvironmentVariable("PANORAMAX_MODELS") ?? Path.Combine(SharedPictures.RepositoryRoot, "artifacts", "models");
        Assert.That(File.Exists(Path.Combine(folder, "faces.onnx")), $"The detectors' models are not in {folder}: run deploy/models/fetch.sh first");
        _options = new DetectionOptions { ModelFolder = folder };
        _detectors = Detectors.Load(_options);
    }

    [OneTimeTearDown]
    public void Dispose() => _detectors?.Dispose();

    /// <summary>Waves whose length differs by colour: the same numbers on any machine.</summary>
    private static Tensor Waves(int width, int height, double factor, double offset)
    {
        var values = new float[3 * width * height];
        for (var at = 0; at < values.Length; at++)
        {
            int plane = at / (width * height), x = at % width, y = at / width % height;
            values[at] = (float)(offset + factor * Math.Sin(x / (7.0 + plane)) * Math.Cos(y / (11.0 - plane)));
        }

        return new Tensor(values, [1, 3, height, width]);
    }

    private double[] Outputs(string file, Tensor input, Func<IReadOnlyList<float>, double> measure)
    {
        using var model = OnnxModel.BuiltIn(_options.ModelFolder, file);
        return model.Run(input, outputs => outputs.Select(output => measure(output.GetTensorDataAsSpan<float>().ToArray())).ToArray());
    }

    // Pinned when the converted networks were shown to find what is marked in photographs.
    [TestCase("faces.onnx", 4.9498, 1.1467)]
    [TestCase("small-faces.onnx", 4.8058, 1.3667)]
    [TestCase("vehicles.onnx", 0.01353, 30.694)]
    public void A_converted_network_answers_as_when_it_was_proven(string file, double scores, double boxes)
    {
        var vehicles = file.StartsWith("vehicles", StringComparison.Ordinal);
        var means = Outputs(file, Waves(128, 96, vehicles ? 100 : 0.9, vehicles ? 128 : 0), values => values.Average(value => Math.Abs((double)value)));
        Assert.That(means, Is.EqualTo(new[] { scores, boxes }).Within(0.1).Percent, string.Join(" ", means));
    }

    [Test]
    public void The_small_network_is_the_first_grid_of_the_large_one()
    {
        var input = Waves(160, 128, 0.9, 0);
        using var all = OnnxModel.BuiltIn(_options.ModelFolder, "faces.onnx");
        using var small = OnnxModel.BuiltIn(_options.ModelFolder, "small-faces.onnx");
        var anchors = FaceAnchors.For(160, 128, 1).Count;
        var (expected, answered) = (all.Run(input, outputs => outputs[0].GetTensorDataAsSpan<float>().ToArray()), small.Run(input, outputs => outputs[0].GetTensorDataAsSpan<float>().ToArray()));
        Assert.That(expected, Has.Length.EqualTo(FaceAnchors.For(160, 128, 6).Count));
        Assert.That(answered, Has.Length.EqualTo(anchors));
        Assert.That(answered, Is.EqualTo(expected[..anchors]).Within(1e-3f));
    }

    [Test]
    public void Lettering_is_found_and_read()
    {
        using var sign = new Mat(200, 640, MatType.CV_8UC3, Scalar.All(235));
        Cv2.PutText(sign, "AB 1234 CD", new Point(60, 125), HersheyFonts.HersheySimplex, 2.6, Scalar.All(10), 7, LineTypes.AntiAlias);
        using var finder = new TextFinder(_options);
        using var reader = new CharacterReader(_options);
        var lines = finder.Find(sign, 1);
        Assert.That(lines, Has.Count.InRange(1, 3));
        using var line = sign.SubMat(new Rect(40, 40, 560, 120));
        var (text, confidence) = reader.Read(line);
        Assert.That(text.Replace(" ", "", StringComparison.Ordinal), Is.EqualTo("AB1234CD"));
        Assert.That(confidence, Is.GreaterThan(0.7));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Nothing_is_found_where_nothing_is(bool wrapsAround)
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Corners(1600, 800)));
        Assert.That(_detectors.Find(picture, wrapsAround, CancellationToken.None), Is.Empty);
    }

    [Test]
    public void A_search_can_be_cancelled()
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(800, 400)));
        Assert.Throws<OperationCanceledException>(() => _detectors.Find(picture, false, new CancellationToken(canceled: true)));
    }

    [Test]
    public void A_picture_of_one_pixel_can_be_searched([Values] bool wrapsAround)
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(new Mat(1, 1, MatType.CV_8UC3, Pictures.Red)));
        Assert.That(_detectors.Find(picture, wrapsAround, CancellationToken.None), Is.Empty);
    }

    /// <summary>Small, tilted and grey plates stayed readable, and of others the last character did.</summary>
    [TestCase("faces-plates/plate_1.jpg")]
    [TestCase("faces-plates/plate_2.jpg")]
    [TestCase("faces-plates/plate_3.jpg")]
    [TestCase("faces-plates/plate_4.jpg")]
    [TestCase("faces-plates/plate_5.jpg")]
    [TestCase("faces-plates/plate_6.jpg")]
    [TestCase("faces-plates/street_two_faces.jpg")]
    [TestCase("flat-salvador/salvador_01.jpg")]
    [TestCase("flat-salvador/salvador_11.jpg")]
    [TestCase("flat-salvador/salvador_26.jpg")]
    public void What_is_marked_in_a_photograph_is_unreadable_afterwards(string path)
    {
        if (Pictures.Shared(path) is not { } jpeg)
        {
            Lettering_is_found_and_read();
            return;
        }

        var marked = File.ReadLines(Path.Combine(SharedPictures.Folder!, "blur-regions.csv")).Select(line => line.Split(','))
            .Where(fields => fields[0] == path)
            .Select(fields => (Kind: fields[1], Box: new Box(int.Parse(fields[2]), int.Parse(fields[3]), int.Parse(fields[4]), int.Parse(fields[5])))).ToList();
        Assert.That(marked, Is.Not.Empty);
        using var picture = Pictures.Decode(jpeg);
        var found = _detectors.Find(picture, wrapsAround: false, CancellationToken.None);
        var made = PublicPicture.Make(picture, found.Select(one => one.Box).ToList());
        Assert.Multiple(() =>
        {
            foreach (var (kind, box) in marked)
            {
                Assert.That(ShareOfFlatBlocks(made.Hd, box), Is.GreaterThanOrEqualTo(0.95), $"{kind} {box}");
                Assert.That(found.Select(one => one.Kind), Has.Some.EqualTo(kind));
            }
        });
    }

    [TestCase(1.0)]
    [TestCase(0.5)]
    [TestCase(0.3)]
    public void Two_faces_are_found_also_when_they_are_small(double share)
    {
        if (Pictures.Shared("faces-plates/street_two_faces.jpg") is not { } jpeg)
        {
            Nothing_is_found_where_nothing_is(false);
            return;
        }

        // On a large grey square, so that nothing is enlarged for being small: 52, 26 and 16 pixels.
        using var street = Pictures.Pixels(jpeg);
        using var canvas = new Mat(1500, 1500, MatType.CV_8UC3, Pictures.Grey);
        using (var place = canvas.SubMat(new Rect(200, 100, (int)(street.Width * share), (int)(street.Height * share)))) Cv2.Resize(street, place, place.Size(), interpolation: InterpolationFlags.Area);
        using var picture = Pictures.Decode(Pictures.Jpeg(canvas.Clone()));
        var faces = _detectors.Find(picture, false, CancellationToken.None).Where(found => found.Kind == DetectedKind.Face).ToList();
        foreach (var box in new[] { new Box(110, 400, 52, 76), new Box(266, 408, 46, 68) })
        {
            var (x, y) = (200 + (int)((box.X + box.Width / 2) * share), 100 + (int)((box.Y + box.Height / 2) * share));
            Assert.That(faces.Any(face => face.Box.Intersect(new Box(x, y, 1, 1)).Area == 1), $"face at {x}, {y}");
        }
    }

    /// <summary>Who stood on the seam of a 360° picture was cut into two halves that no detector took for a face.</summary>
    [Test]
    public void A_face_on_the_seam_of_a_360_picture_is_blurred_at_both_ends()
    {
        if (Pictures.Shared("faces-plates/street_two_faces.jpg") is not { } jpeg)
        {
            Nothing_is_found_where_nothing_is(true);
            return;
        }

        // The first face (centre 136, 438) comes to lie on the seam, at half the height.
        using var street = Pictures.Pixels(jpeg);
        using var panorama = new Mat(1200, 2400, MatType.CV_8UC3, Pictures.Grey);
        using (var left = street.SubMat(0, 700, 0, 136)) left.CopyTo(panorama.SubMat(new Rect(2400 - 136, 200, 136, 700)));
        using (var right = street.SubMat(0, 700, 136, street.Width)) right.CopyTo(panorama.SubMat(new Rect(0, 200, street.Width - 136, 700)));
        using var picture = Pictures.Decode(Pictures.Jpeg(panorama.Clone()));
        var faces = _detectors.Find(picture, wrapsAround: true, CancellationToken.None).Where(found => found.Kind == DetectedKind.Face).Select(found => found.Box).ToList();
        Assert.That(faces, Has.Some.Matches<Box>(box => box.X == 0 && box.Width > 20 && box.Y < 638 && box.Bottom > 638));
        Assert.That(faces, Has.Some.Matches<Box>(box => box.Right == 2400 && box.Width > 20 && box.Y < 638 && box.Bottom > 638));
    }

    [Test]
    public void Several_threads_find_what_one_finds()
    {
        var jpeg = Pictures.Shared("faces-plates/plate_4.jpg") ?? Pictures.Jpeg(Pictures.Busy(576, 432));
        using var picture = Pictures.Decode(jpeg);
        var alone = _detectors.Find(picture, false, CancellationToken.None);
        var together = new IReadOnlyList<Detected>[4];
        Parallel.For(0, together.Length, index => together[index] = _detectors.Find(picture, false, CancellationToken.None));
        Assert.That(together, Is.All.EqualTo(alone));
    }

    /// <summary>Share of the box's 8×8 blocks without any detail in a file blurred on its coefficients.</summary>
    private static double ShareOfFlatBlocks(byte[] jpeg, Box box)
    {
        using var pixels = Pictures.Pixels(jpeg);
        using var grey = pixels.CvtColor(ColorConversionCodes.BGR2GRAY);
        var (flat, all) = (0, 0);
        for (var y = box.Y / 8 * 8; y + 8 <= box.Bottom; y += 8)
        {
            for (var x = box.X / 8 * 8; x + 8 <= box.Right; x += 8)
            {
                using var block = grey.SubMat(new Rect(x, y, 8, 8));
                Cv2.MeanStdDev(block, out _, out var deviation);
                all++;
                if (deviation.Val0 < 3) flat++;
            }
        }

        return (double)flat / all;
    }
}
