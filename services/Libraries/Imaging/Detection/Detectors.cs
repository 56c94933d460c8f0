namespace Panoramax.Imaging.Detection;

/// <summary>All detectors of a worker. What they find is ready to be blurred: grown by the margins, cut at the seam of a 360° picture.</summary>
/// <param name="detectors">Disposed with this.</param>
public sealed class Detectors(IReadOnlyList<IDetector> detectors, DetectionOptions options) : IDisposable
{
    /// <summary>Loads the detectors for faces and licence plates (about 150 MB); once for a process, used by all its threads.</summary>
    /// <exception cref="ModelMissing">A model is missing. A worker must not go on then, unless blurring is switched off on purpose.</exception>
    public static Detectors Load(DetectionOptions options)
    {
        NativeLibraries.Check();
        return new Detectors([new FaceDetector(options), new PlateDetector(options)], options);
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
