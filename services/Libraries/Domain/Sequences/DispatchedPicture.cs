using Panoramax.Domain.Geometry;

namespace Panoramax.Domain.Sequences;

/// <summary>What sorting, splitting and the search for duplicates need to know of a picture.</summary>
/// <param name="FileName">Name of the file as sent, with extension.</param>
/// <param name="Timestamp">Capture time; compared as an instant, its offset does not matter.</param>
/// <param name="HeadingDegrees">Degrees clockwise from north, null if unknown.</param>
/// <param name="HeadingComputed">True when the heading follows from the path: then it says nothing about where the camera looked.</param>
/// <param name="SequenceId">The sequence that holds the picture now, null if none.</param>
public sealed record DispatchedPicture(
    Guid Id, string FileName, Position Position, DateTimeOffset Timestamp, int? HeadingDegrees, bool HeadingComputed, Guid? SequenceId)
{
    /// <summary>
    /// True for a capture duplicate that an earlier dispatch removed: it is in no sequence, but it counts for order and
    /// splits as it did then. Else a halt, of which one picture is left, would be a pause the next time.
    /// </summary>
    public bool IsLeftOut { get; init; }
}
