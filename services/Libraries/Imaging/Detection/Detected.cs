namespace Panoramax.Imaging.Detection;

/// <summary>What detectors look for; values as stored.</summary>
public static class DetectedKind
{
    public const string Face = "face";
    public const string Plate = "plate";
}

/// <summary>Something in a picture that must not be recognizable.</summary>
/// <param name="Kind">See <see cref="DetectedKind"/>.</param>
/// <param name="Box">In the upright picture. In a 360° picture it starts inside and may end beyond the right edge.</param>
/// <param name="Score">How sure the detector is, 0 to 1; not comparable between detectors.</param>
/// <param name="Detector">Which detector in which version found it.</param>
public sealed record Detected(string Kind, Box Box, double Score, string Detector);

/// <summary>
/// Looks for one kind of things. Safe for several threads. When it cannot do its work it throws: an answer of nothing
/// means that nothing was found, and the picture may be published.
/// </summary>
public interface IDetector : IDisposable
{
    /// <summary>Which detector in which version, as stored with what it finds.</summary>
    string Name { get; }

    /// <param name="wrapsAround">The right edge continues at the left one: a 360° picture.</param>
    IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel);
}
