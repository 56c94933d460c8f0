using OpenCvSharp;

namespace Panoramax.Imaging.Detection;

/// <summary>
/// Licence plates: lettering on vehicles. Shop and road signs stay readable. Where no vehicle was found (one that fills the
/// picture, or a part of one) lettering counts when it reads like a plate.
/// </summary>
internal sealed class PlateDetector(DetectionOptions options) : IDetector
{
    private const string Version = "centernet-human-3.3.6+pp-ocrv4-1.4.2";

    private const double Overlap = 0.5;

    /// <summary>Plates stick out of the found vehicle: it is grown by this share on each side.</summary>
    private const double VehicleMargin = 0.15;

    /// <summary>Small vehicles are enlarged, up to this, so that the letters on them are as high as the network knows them.</summary>
    private const double LargestScale = 2;

    /// <summary>Longest side to which a vehicle is enlarged.</summary>
    private const int EnlargedSide = 640;

    /// <summary>Letters of one line with a gap under this share of their height belong together.</summary>
    private const double LargestGap = 0.8;

    /// <summary>At most so many lines are read in one picture, outside of vehicles and on them, the largest first: a street of shops has hundreds.</summary>
    private const int MostLinesRead = 24;

    /// <summary>Lettering on vehicles lower than this is not judged by what it says.</summary>
    private const int LowestReadable = 16;

    private readonly VehicleFinder _vehicles = new(options);
    private readonly TextFinder _text = new(options);
    private readonly CharacterReader _reader = new(options);

    public string Name => Version;

    public void Dispose()
    {
        _vehicles.Dispose();
        _text.Dispose();
        _reader.Dispose();
    }

    public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel)
    {
        var view = new PictureView(picture.Pixels, wrapsAround);
        var vehicles = _vehicles.Find(view, cancel).ConvertAll(vehicle => vehicle.Grow(VehicleMargin));
        var found = new List<Candidate>();
        foreach (var area in SearchAreas(view, vehicles))
        {
            cancel.ThrowIfCancellationRequested();
            found.AddRange(TextIn(view, area).Where(line => vehicles.Exists(vehicle => Holds(vehicle, line, view))));
        }

        cancel.ThrowIfCancellationRequested();
        found.AddRange(TextOfWhole(view, vehicles));
        return WithoutNames(Candidates.WithoutDoubles(found, Overlap, wrapsAround ? view.Width : 0), view)
            .Select(candidate => new Detected(DetectedKind.Plate, view.Normalize(candidate.ToBox()), Math.Round(candidate.Score, 3), Version))
            .Where(detected => !detected.Box.IsEmpty)
            .ToList();
    }

    private static bool Holds(Candidate vehicle, Candidate line, PictureView view)
    {
        double x = (line.Left + line.Right) / 2, y = (line.Top + line.Bottom) / 2;
        return vehicle.Holds(x, y) || (view.WrapsAround && (vehicle.Holds(x + view.Width, y) || vehicle.Holds(x - view.Width, y)));
    }

    /// <summary>Boxes of vehicles inside the picture; those that overlap much are searched as one.</summary>
    private static List<Box> SearchAreas(PictureView view, List<Candidate> vehicles)
    {
        var areas = new List<Box>();
        foreach (var vehicle in vehicles.OrderByDescending(vehicle => vehicle.Area))
        {
            var area = view.Normalize(vehicle.ToBox());
            int partner;
            while ((partner = areas.FindIndex(other => !other.Intersect(area).IsEmpty && other.Union(area).Area <= 1.1 * (other.Area + area.Area - other.Intersect(area).Area))) >= 0)
            {
                area = area.Union(areas[partner]);
                areas.RemoveAt(partner);
            }

            if (!area.IsEmpty) areas.Add(area);
        }

        return areas;
    }

    private List<Candidate> TextIn(PictureView view, Box area)
    {
        using var part = view.Part(area);
        double longest = Math.Max(part.Width, part.Height);
        var scale = Math.Min(options.TextTile / longest, Math.Clamp(EnlargedSide / longest, 1, LargestScale));
        return _text.Find(part, scale).ConvertAll(line => line.Shift(area.X, area.Y));
    }

    private List<Candidate> TextOfWhole(PictureView view, List<Candidate> vehicles)
    {
        using var whole = view.Part(new Box(0, 0, view.Width, view.Height));
        var scale = Math.Min(1, (double)options.TextWhole / Math.Max(view.Width, view.Height));
        var lines = Join(_text.Find(whole, scale));
        var found = lines.Where(line => vehicles.Exists(vehicle => Holds(vehicle, line, view))).ToList();
        var others = lines.Except(found).Where(line => line.Width > line.Height).OrderByDescending(line => line.Area).Take(MostLinesRead);
        foreach (var line in others)
        {
            if (PlateText.LooksLikePlate(Read(view, line).Text)) found.Add(line);
        }

        return found;
    }

    /// <summary>Takes out what is surely a name. Lines that are too many or too small to be read stay: they are blurred.</summary>
    private List<Candidate> WithoutNames(List<Candidate> lines, PictureView view)
    {
        var readable = lines.Where(line => line.Height >= LowestReadable).OrderByDescending(line => line.Area).Take(MostLinesRead);
        var names = readable.Where(line => Read(view, line) is var (text, confidence) && PlateText.IsSurelyName(text, confidence)).ToHashSet();
        return lines.FindAll(line => !names.Contains(line));
    }

    private (string Text, double Confidence) Read(PictureView view, Candidate line)
    {
        var box = view.Normalize(line.ToBox());
        if (box.IsEmpty) return ("", 0);
        using var pixels = view.Part(box);
        return _reader.Read(pixels);
    }

    /// <summary>Joins the parts of a line: a plate "VW 4X4 WP" is found as two texts.</summary>
    private static List<Candidate> Join(List<Candidate> lines)
    {
        var joined = new List<Candidate>();
        foreach (var next in lines.OrderBy(line => line.Left))
        {
            var line = next;
            int partner;
            while ((partner = joined.FindIndex(other => OnOneLine(line, other))) >= 0)
            {
                var other = joined[partner];
                line = new Candidate(
                    Math.Min(line.Left, other.Left), Math.Min(line.Top, other.Top), Math.Max(line.Right, other.Right), Math.Max(line.Bottom, other.Bottom), Math.Max(line.Score, other.Score));
                joined.RemoveAt(partner);
            }

            joined.Add(line);
        }

        return joined;
    }

    private static bool OnOneLine(Candidate a, Candidate b)
    {
        var height = Math.Min(a.Height, b.Height);
        var sharedHeight = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        var gap = Math.Max(a.Left, b.Left) - Math.Min(a.Right, b.Right);
        return sharedHeight > 0.6 * height && Math.Max(a.Height, b.Height) < 1.8 * height && gap < LargestGap * height;
    }
}
