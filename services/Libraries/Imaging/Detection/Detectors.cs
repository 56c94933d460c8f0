namespace Panoramax.Imaging.Detection;

/// <summary>All detectors of a worker. What they find is ready to be blurred: grown by the margins, cut at the seam of a 360° picture.</summary>
/// <param name="detectors">Disposed with this.</param>
public sealed class Detectors(IReadOnlyList<IDetector> detectors, DetectionOptions options) : IDisposable
{
    /// <summary>
    /// Loads the detectors for faces and licence plates (about 150 MB) and those of the operator's own models; once for a
    /// process, used by all its threads. Each has to look at a small picture first: a wrong model shows before a real one comes.
    /// </summary>
    /// <exception cref="ModelMissing">A model is missing or wrong. A worker must not go on then, unless blurring is switched off on purpose.</exception>
    public static Detectors Load(DetectionOptions options)
    {
        NativeLibraries.Check();
        var loaded = new List<IDetector>();
        try
        {
            if (options.BuiltIn)
            {
                loaded.Add(new FaceDetector(options));
                loaded.Add(new PlateDetector(options));
            }

            loaded.AddRange(options.Own.Select(own => new YoloDetector(own)));
            if (loaded.Count == 0) throw new ModelMissing("There is no detector: Blur:Detection:BuiltIn is false and Blur:Detection:Own is empty");
            foreach (var detector in loaded) Try(detector);
            return new Detectors(loaded, options);
        }
        catch
        {
            foreach (var detector in loaded) detector.Dispose();
            throw;
        }
    }

    private static void Try(IDetector detector)
    {
        using var picture = DecodedPicture.Grey(64, 64);
        try
        {
            detector.Find(picture, wrapsAround: false, CancellationToken.None);
        }
        catch (Exception fault) when (fault is not ModelMissing)
        {
            throw new ModelMissing($"The models of {detector.Name} do not answer as they should, one of the files is another model: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// What must be blurred, boxes inside the picture. Throws what a detector throws: a picture that could not be searched
    /// must not be published.
    /// </summary>
    /// <param name="wrapsAround">The picture spans 360°: its right edge continues at the left one.</param>
    public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel)
    {
        var found = new List<Detected>();
        foreach (var detector in detectors)
        {
            foreach (var detected in detector.Find(picture, wrapsAround, cancel)) found.AddRange(ToBlur(detected, picture.Width, picture.Height, wrapsAround));
        }

        return found;
    }

    public void Dispose()
    {
        foreach (var detector in detectors) detector.Dispose();
    }

    private IEnumerable<Detected> ToBlur(Detected detected, int width, int height, bool wrapsAround)
    {
        var grown = detected.Kind == DetectedKind.Plate
            ? detected.Box.Grow(options.PlateMarginAcross, options.PlateMarginDown)
            : detected.Box.Grow(options.FaceMargin, options.FaceMargin);
        var picture = new Box(0, 0, width, height);
        Box[] parts = wrapsAround ? [grown, grown with { X = grown.X - width }, grown with { X = grown.X + width }] : [grown];
        return parts.Select(part => part.Intersect(picture)).Where(part => !part.IsEmpty).Select(part => detected with { Box = part });
    }
}
