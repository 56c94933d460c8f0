namespace Panoramax.Domain.Pictures;

/// <summary>The bytes are no JPEG picture that may reach a decoder. The message is English and may be shown to people.</summary>
public sealed class NotAPicture(NotAPictureReason reason, string message) : Exception(message)
{
    public NotAPictureReason Reason { get; } = reason;
}

/// <summary>What is wrong with a file that should be a picture.</summary>
public enum NotAPictureReason
{
    Empty,
    NotAJpeg,

    /// <summary>The file ends before its pixels begin.</summary>
    CutShort,

    /// <summary>Segments contradict each other or the standard.</summary>
    Damaged,

    /// <summary>Lossless, hierarchical or arithmetic coding, other than 8 bits per sample, or a number of colour components other than 1, 3 or 4.</summary>
    Unsupported,

    /// <summary>Width or height is zero.</summary>
    NoSize,

    /// <summary>More pixels than allowed.</summary>
    TooLarge,

    /// <summary>A progressive picture of so many scans that decoding it would take very long.</summary>
    TooManyScans,
}
