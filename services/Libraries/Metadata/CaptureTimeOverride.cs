namespace Panoramax.Metadata;

/// <summary>A capture time that a sender gives.</summary>
/// <param name="Local">Date and time of day as given.</param>
/// <param name="Offset">Offset from UTC; null means the zone of the place.</param>
public readonly record struct CaptureTimeOverride(DateTime Local, TimeSpan? Offset)
{
    /// <summary>A moment with its offset.</summary>
    public static CaptureTimeOverride Of(DateTimeOffset time) => new(time.DateTime, time.Offset);
}
