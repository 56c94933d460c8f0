using NUnit.Framework;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;
using Panoramax.ModelConverter;

namespace Panoramax.UnitTests.Imaging;

/// <summary>Models of the operator's own: networks made here that answer the same boxes to any picture.</summary>
internal sealed class OwnModelTests
{
    private const int Side = 64;

    /// <summary>Centre, size, scores for face, plate and something else; in pixels of the network's input.</summary>
    private static readonly float[][] boxes =
    [
        [16, 16, 8, 8, 0.9f, 0.1f, 0],
        [40, 24, 20, 8, 0.1f, 0.5f, 0.2f],
        [41, 24, 20, 8, 0, 0.4f, 0.2f],
        [50, 10, 6, 6, 0.2f, 0, 0.99f],
        [8, 28, 6, 6, 0.2f, 0.1f, 0],
    ];

    private string _folder = null!;

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("panoramax-own-model-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_a_model_of_ones_own_finds_is_blurred_with_its_kind_and_version([Values] ModelDecoder decoder)
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(128, 64)));
        using var detectors = Detectors.Load(Options(decoder, ["face", "plate", "none"]));

        var found = detectors.Find(picture, wrapsAround: false, CancellationToken.None);

        Assert.That(found.Select(one => (one.Kind, one.Box, one.Score)), Is.EqualTo(new[]
        {
            ("face", new Box(24, 24, 16, 16), 0.9),
            ("plate", new Box(60, 40, 40, 16), 0.5),
        }));
        Assert.That(found.Select(one => one.Detector), Is.All.Match("^own-YoloV[58]@[0-9a-f]{12}$"));
    }

    [Test]
    public void In_a_panorama_a_thing_on_the_seam_is_found_by_the_tile_across_it()
    {
        using var picture = Pictures.Decode(Pictures.Jpeg(Pictures.Busy(1024, 512)));
        using var detectors = Detectors.Load(Options(ModelDecoder.YoloV8, ["face", "plate", "none"]) with
        {
            Own = [Own(ModelDecoder.YoloV8, ["face", "plate", "none"]) with { Tile = 256, Overlap = 64 }],
        });

        var found = detectors.Find(picture, wrapsAround: true, CancellationToken.None);

        // The last tile spans 853 to 1088; the plate in it, 72 wide around 1000, is cut in two.
        var plates = found.Where(one => one.Kind == "plate").Select(one => one.Box).ToList();
        Assert.That(plates, Has.Some.Matches<Box>(box => box.X is > 950 and < 980 && box.X + box.Width == 1024));
        Assert.That(plates, Has.Some.Matches<Box>(box => box.X == 0 && box.Width is > 5 and < 30));
    }

    [Test]
    public void A_model_with_other_classes_than_told_is_refused_at_the_start()
    {
        var wrong = Assert.Throws<ModelMissing>(() => Detectors.Load(Options(ModelDecoder.YoloV8, ["face", "plate"])).Dispose());
        Assert.That(wrong!.Message, Does.Contain("own-YoloV8").And.Contains("1 × 7 × 5"));
    }

    [Test]
    public void A_file_that_is_no_model_is_refused_at_the_start()
    {
        var path = Path.Combine(_folder, "text.onnx");
        File.WriteAllText(path, "not a model");
        var wrong = Assert.Throws<ModelMissing>(() => Detectors.Load(new DetectionOptions { BuiltIn = false, Own = [new OwnModel { Model = path, Kinds = ["face"] }] }).Dispose());
        Assert.That(wrong!.Message, Does.Contain(path));
    }

    private DetectionOptions Options(ModelDecoder decoder, string[] kinds) => new() { BuiltIn = false, Own = [Own(decoder, kinds)], FaceMargin = 0, PlateMarginAcross = 0, PlateMarginDown = 0 };

    private OwnModel Own(ModelDecoder decoder, string[] kinds)
    {
        var path = Path.Combine(_folder, $"own-{decoder}.onnx");
        File.WriteAllBytes(path, Model(decoder));
        return new OwnModel { Model = path, Decoder = decoder, Kinds = kinds };
    }

    /// <summary>Answers <see cref="boxes"/> in the decoder's form, whatever it is shown.</summary>
    private static byte[] Model(ModelDecoder decoder)
    {
        var rows = decoder == ModelDecoder.YoloV5 ? boxes.Select(box => (float[])[.. box[..4], 1, .. box[4..]]).ToArray() : boxes;
        int fields = rows[0].Length, count = rows.Length;
        int[] shape = decoder == ModelDecoder.YoloV5 ? [1, count, fields] : [1, fields, count];
        var values = decoder == ModelDecoder.YoloV5
            ? rows.SelectMany(row => row).ToArray()
            : Enumerable.Range(0, fields).SelectMany(field => rows.Select(row => row[field])).ToArray();

        var graph = new OnnxGraph("own");
        graph.Input("pixels", 1, 3, Side, Side);
        var nothing = graph.Node("Mul", [graph.Node("ReduceMean", ["pixels"], ("keepdims", 0L)), graph.Constant("zero", [0f])]);
        graph.NodeAs("boxes", "Add", [graph.Constant("answer", values, shape), nothing]);
        graph.Output("boxes", shape.Cast<object>().ToArray());
        return graph.ToModel();
    }
}
