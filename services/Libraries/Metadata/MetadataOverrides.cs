using System.Collections.ObjectModel;
using Panoramax.Metadata.Writing;

namespace Panoramax.Metadata;

/// <summary>An override that cannot be written; the API answers it with 400 and the message.</summary>
public sealed class OverrideRefused(string message) : Exception(message);

/// <summary>What a sender wants to be written into a picture before it is read and stored.</summary>
public sealed record MetadataOverrides
{
    /// <param name="longitude">Degrees, -180 to 180.</param>
    /// <param name="latitude">Degrees, -90 to 90.</param>
    /// <param name="tags">Texts by exiv2 path (<c>Exif.Image.Artist</c>, <c>Xmp.xmp.Rating</c>).</param>
    /// <exception cref="OverrideRefused">Only one coordinate, or one outside of the world.</exception>
    public MetadataOverrides(CaptureTimeOverride? captureTime = null, double? longitude = null, double? latitude = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        if (longitude is null != latitude is null) throw new OverrideRefused("Longitude and latitude must be given together");
        if (latitude is not (null or (>= -90 and <= 90))) throw new OverrideRefused("The latitude must lie between -90 and 90");
        if (longitude is not (null or (>= -180 and <= 180))) throw new OverrideRefused("The longitude must lie between -180 and 180");
        CaptureTime = captureTime;
        Longitude = longitude;
        Latitude = latitude;
        Tags = tags ?? ReadOnlyDictionary<string, string>.Empty;
    }

    public CaptureTimeOverride? CaptureTime { get; }

    public double? Longitude { get; }

    public double? Latitude { get; }

    public IReadOnlyDictionary<string, string> Tags { get; }

    /// <summary><c>flat</c> or <c>equirectangular</c>.</summary>
    public string? Type { get; init; }

    public double? AltitudeMetres { get; init; }

    /// <summary>Brought into 0 to 360 when written.</summary>
    public double? HeadingDegrees { get; init; }

    /// <summary>Whether <see cref="HeadingDegrees"/> counts from magnetic instead of true north.</summary>
    public bool HeadingIsMagnetic { get; init; }

    public bool IsEmpty => CaptureTime is null && Latitude is null && Tags.Count == 0 && Type is null && AltitudeMetres is null && HeadingDegrees is null;

    /// <summary>Reads a date and time as clients send it, among others <c>2026-07-04 12:34:56 +0000</c>.</summary>
    /// <exception cref="OverrideRefused">The text is no date and time.</exception>
    public static CaptureTimeOverride ParseCaptureTime(string text) =>
        CaptureTimeText.Parse(text) ?? throw new OverrideRefused($"“{text}” is no date and time");
}
