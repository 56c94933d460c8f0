using System.Globalization;
using Panoramax.BlurQuality;
using Panoramax.Imaging;
using Panoramax.Imaging.Detection;

// How much of what must be blurred is blurred, how much is blurred needlessly, and what it costs.
if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

var marks = new Dictionary<string, List<Marked>>();
foreach (var line in arguments.Boxes is { } boxes ? File.ReadLines(boxes).Skip(1) : [])
{
    var fields = line.Split(',');
    var numbers = fields[2..6].Select(field => int.Parse(field, CultureInfo.InvariantCulture)).ToArray();
    if (!marks.TryGetValue(fields[0], out var list)) marks[fields[0]] = list = [];
    list.Add(new Marked(fields[1], new Box(numbers[0], numbers[1], numbers[2], numbers[3])));
}

using var detectors = Detectors.Load(arguments.Options);
var measured = Directory.EnumerateFiles(arguments.Folder, "*.jpg", SearchOption.AllDirectories)
    .Select(path => Path.GetRelativePath(arguments.Folder, path)).Order(StringComparer.Ordinal)
    .Select(file => Measurement.Take(arguments.Folder, file, marks.GetValueOrDefault(file), arguments.Shrinking, detectors))
    .OfType<Measurement>().ToList();

Console.WriteLine("| kind | width in pixels | marked | covered 95 % | covered 65 % | mean cover |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
int[] bounds = [0, 16, 24, 35, 50, 80, 120, int.MaxValue];
foreach (var kind in measured.SelectMany(picture => picture.Marked).GroupBy(mark => mark.Kind))
{
    for (var size = 0; size < bounds.Length - 1; size++)
    {
        var group = kind.Where(mark => mark.Box.Width >= bounds[size] && mark.Box.Width < bounds[size + 1]).ToList();
        if (group.Count == 0) continue;
        var label = bounds[size + 1] == int.MaxValue ? $"{bounds[size]} and more" : $"{bounds[size]}-{bounds[size + 1] - 1}";
        Console.WriteLine($"| {kind.Key} | {label} | {group.Count} | {group.Count(mark => mark.Covered >= 0.95) * 100 / group.Count} % | {group.Count(mark => mark.Covered >= 0.65) * 100 / group.Count} % | {group.Average(mark => mark.Covered):0.000} |");
    }
}

foreach (var picture in measured)
{
    Console.WriteLine($"{picture.File}: {picture.Megapixels:0.0} MP, {picture.Seconds:0.00} s, {picture.Found.Count(found => found.Kind == DetectedKind.Face)} faces, {picture.Found.Count(found => found.Kind == DetectedKind.Plate)} plates");
    foreach (var missed in picture.Marked.Where(mark => mark.Covered < 0.95)) Console.WriteLine($"{picture.File}: {missed.Kind} {missed.Box} covered {missed.Covered:0.00}");
    if (arguments.Drawings is { } target)
    {
        Directory.CreateDirectory(target);
        picture.Draw(arguments.Folder, target, arguments.Shrinking);
    }
}

foreach (var kind in new[] { DetectedKind.Face, DetectedKind.Plate })
{
    var marked = measured.Where(picture => picture.IsMarked).ToList();
    var falseBoxes = marked.Sum(picture => picture.False(kind).Count());
    Console.WriteLine($"{kind}: {measured.Sum(picture => picture.Found.Count(found => found.Kind == kind))} boxes in {measured.Count} pictures; {falseBoxes} in {marked.Count} marked pictures meet no mark");
}

var megapixels = measured.Sum(picture => picture.Megapixels);
Console.WriteLine($"{measured.Sum(picture => picture.Seconds):0.0} s of CPU for {megapixels:0.0} megapixels: {measured.Sum(picture => picture.Seconds) / megapixels * 1000:0} ms a megapixel");
return 0;
