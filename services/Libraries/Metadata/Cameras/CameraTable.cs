using System.Globalization;

namespace Panoramax.Metadata.Cameras;

/// <summary>What is known about a camera model: sensor width in millimetres, usual accuracy of its GPS in metres.</summary>
internal sealed record Camera(string Make, string Model, double? SensorWidthMm, bool Is360, double? GpsAccuracyMetres);

/// <summary>The embedded table of cameras (source, licence and order: <c>README.md</c> beside it).</summary>
internal static class CameraTable
{
    private static readonly Dictionary<string, double> AccuracyOfMakes = MakeAccuracies();
    private static readonly (string Make, Camera[] Cameras)[] Makes = Load();

    /// <summary>All rows in the order of the file.</summary>
    public static IEnumerable<Camera> All => Makes.SelectMany(make => make.Cameras);

    /// <summary>First model of the first make that fits; null without make or model.</summary>
    public static Camera? Find(string? make, string? model)
    {
        if (make is null || model is null) return null;
        foreach (var (name, cameras) in Makes)
        {
            if (!make.Contains(name, StringComparison.OrdinalIgnoreCase)) continue;
            return Array.Find(cameras, camera => model.StartsWith(camera.Model, StringComparison.OrdinalIgnoreCase));
        }

        return null;
    }

    /// <summary>Usual accuracy of the GPS of a make, by its exact name in any case.</summary>
    public static double? AccuracyOfMake(string? make) =>
        make is not null && AccuracyOfMakes.TryGetValue(make, out var metres) ? metres : null;

    private static (string Make, Camera[] Cameras)[] Load()
    {
        using var stream = typeof(CameraTable).Assembly.GetManifestResourceStream("Panoramax.Metadata.cameras.csv")!;
        using var reader = new StreamReader(stream);
        var cameras = new List<Camera>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(';');
            cameras.Add(new Camera(cells[0], cells[1], Number(cells[2]), cells[3] == "1", Number(cells[4]) ?? AccuracyOfMake(cells[0])));
        }

        return [.. cameras.GroupBy(camera => camera.Make, StringComparer.OrdinalIgnoreCase).Select(make => (make.Key, make.ToArray()))];
    }

    private static double? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);

    private static Dictionary<string, double> MakeAccuracies()
    {
        var table = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        Add(2, ["stfmani", "trimble", "imajing"]);
        Add(4, ["gopro", "insta360", "garmin", "viofo", "xiaoyi", "blackvue", "tectectec", "arashi vision", "qoocam", "dji"]);
        Add(5, ["samsung", "xiaomi", "huawei", "ricoh", "lenovo", "motorola", "oneplus", "apple", "google", "sony", "wiko", "asus",
            "cubot", "lge", "fairphone", "realme", "symphony", "crosscall", "htc", "homtom", "hmd global", "oppo", "ulefone"]);
        return table;

        void Add(double metres, string[] makes)
        {
            foreach (var make in makes) table[make] = metres;
        }
    }
}
