using System.Globalization;
using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;
using Panoramax.PictureCosts;

// What a picture costs in CPU, against libjpeg-turbo alone and against the plain search that the detectors' authors describe.
// usage: Panoramax.PictureCosts FLAT.jpg PANORAMA.jpg [MODELS]      (any two photographs; they are scaled to the sizes below)
if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("usage: Panoramax.PictureCosts FLAT.jpg PANORAMA.jpg [MODELS]");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Cv2.SetNumThreads(1);
var models = args.Length > 2 ? args[2] : "artifacts/models";
var flat = Scene.Make("12 MP flat", args[0], 4000, 3000);
var panorama = Scene.Make("16.6 MP 360°", args[1], 5760, 2880);
using var detectors = Detectors.Load(new DetectionOptions { ModelFolder = models });

// The search that was measured first: every face at full size in tiles of 640, vehicles in tiles of 1024.
using var plain = Detectors.Load(new DetectionOptions
{
    ModelFolder = models, FacePixels = 1e9, FaceScale = 1, FaceTile = 640, FaceWhole = 512, VehicleTile = 1024, VehicleOverlap = 128,
});

Box[] boxes = [new(700, 600, 120, 140), new(1500, 900, 220, 70), new(2400, 1400, 90, 100)];
var ratios = new List<Ratio>
{
    Ratio.Measure("derivates of a 360° picture with tiles, against decoding and encoding the same products", () => () => Derive(panorama, PictureType.Equirectangular), () => () => DeriveBare(panorama, tiles: true)),
    Ratio.Measure("derivates of a flat picture, against decoding and encoding the same products", () => () => Derive(flat, PictureType.Flat), () => () => DeriveBare(flat, tiles: false)),
    Ratio.Measure("blurring three boxes without loss, against decoding and encoding the picture", () => Blur(flat), () => () => Again(flat)),
    Ratio.Measure("whole preparation of a flat picture, against derivates, blur and the plain search", () => () => Prepare(flat, detectors), () => () => Prepare(flat, plain), rounds: 3),
    Ratio.Measure("whole preparation of a 360° picture, against derivates, blur and the plain search", () => () => Prepare(panorama, detectors), () => () => Prepare(panorama, plain), rounds: 3),
};

Console.WriteLine("| what (12 MP flat, 16.6 MP 360°) | ours, CPU ms | floor, CPU ms | ratio | floor moved by |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var ratio in ratios) Console.WriteLine($"| {ratio.What} | {ratio.Ours:0} | {ratio.Floor:0} | {ratio.Value:0.00} | {ratio.Spread - 1:0 %} |");

if (ratios.Exists(ratio => ratio.Spread > 1.3))
{
    Console.WriteLine("The floor moved by more than 30 %: measure again on a quiet machine.");
    return 1;
}

return 0;

static void Derive(Scene scene, string type)
{
    using var decoded = scene.Decode();
    var picture = PublicPicture.Make(decoded, []);
    _ = Derivates.Sd(picture);
    _ = Derivates.Thumbnail(picture, type);
    if (type == PictureType.Equirectangular) _ = Derivates.Tiles(picture).Sum(tile => tile.Jpeg.Length);
}

static void DeriveBare(Scene scene, bool tiles)
{
    using var pixels = BareJpeg.Decode(scene.Jpeg, scene.Width, scene.Height);
    BareJpeg.Encode(pixels, new Rect(0, 0, 2048, 2048 * scene.Height / scene.Width), 75);
    BareJpeg.Encode(pixels, new Rect(0, 0, 500, tiles ? 300 : 375), 75);
    if (!tiles) return;
    var grid = TileGrid.Of(scene.Width);
    int width = scene.Width / grid.Columns, height = scene.Height / grid.Rows;
    for (var tile = 0; tile < grid.Columns * grid.Rows; tile++)
        BareJpeg.Encode(pixels, new Rect(tile % grid.Columns * width, tile / grid.Columns * height, width, height), 95);
}

// Decoded beforehand, unmeasured: every preparation decodes, blurred or not.
Action Blur(Scene scene)
{
    var decoded = scene.Decode();
    return () =>
    {
        _ = PublicPicture.Make(decoded, boxes);
        decoded.Dispose();
    };
}

static void Again(Scene scene)
{
    using var pixels = BareJpeg.Decode(scene.Jpeg, scene.Width, scene.Height);
    BareJpeg.Encode(pixels, new Rect(0, 0, scene.Width, scene.Height), 95);
}

static void Prepare(Scene scene, Detectors detectors)
{
    using var decoded = scene.Decode();
    var wraps = scene.Width == 2 * scene.Height;
    var found = detectors.Find(decoded, wraps, CancellationToken.None);
    var picture = PublicPicture.Make(decoded, [.. found.Select(each => each.Box)]);
    _ = Derivates.Sd(picture);
    _ = Derivates.Thumbnail(picture, wraps ? PictureType.Equirectangular : PictureType.Flat);
    if (wraps) _ = Derivates.Tiles(picture).Sum(tile => tile.Jpeg.Length);
}
