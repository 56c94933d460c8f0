namespace Panoramax.Storage;

/// <summary>Part of an object, with the meaning of the HTTP header <c>Range</c> (RFC 9110, 14.1.2).</summary>
public readonly record struct ByteRange
{
    private ByteRange(long? from, long? to)
    {
        From = from;
        To = to;
    }

    /// <summary>First byte, counted from 0; null: the last <see cref="To"/> bytes.</summary>
    public long? From { get; }

    /// <summary>Last byte (included), null: to the end. Without <see cref="From"/>: a number of bytes.</summary>
    public long? To { get; }

    /// <summary>From a byte to another one (included) or to the end.</summary>
    public static ByteRange Between(long from, long? to = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        if (to is { } last) ArgumentOutOfRangeException.ThrowIfLessThan(last, from, nameof(to));
        return new ByteRange(from, to);
    }

    /// <summary>The last bytes of the object; all of it when it is shorter.</summary>
    public static ByteRange Last(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new ByteRange(null, bytes);
    }

    /// <summary>Start and number of bytes within an object of this length; a number of 0 says: outside of it.</summary>
    public (long Start, long Count) Within(long length)
    {
        if (From is not { } from)
        {
            var count = Math.Min(To ?? 0, length);
            return (length - count, count);
        }

        return from >= length ? (length, 0) : (from, Math.Min(To ?? long.MaxValue, length - 1) - from + 1);
    }

    /// <summary>Value of the header <c>Range</c>.</summary>
    public override string ToString() => $"bytes={From}-{To}";
}
