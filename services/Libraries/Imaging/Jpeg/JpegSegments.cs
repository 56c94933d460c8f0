using System.Buffers.Binary;
using System.Text;

namespace Panoramax.Imaging.Jpeg;

/// <summary>Carries segments that decoding drops from one JPEG file into another.</summary>
internal static class JpegSegments
{
    private const byte App0 = 0xE0;
    private const byte App2 = 0xE2;
    private const byte App14 = 0xEE;
    private const byte App15 = 0xEF;
    private const byte Comment = 0xFE;
    private static readonly byte[] ColourProfileMark = Encoding.ASCII.GetBytes("ICC_PROFILE\0");

    /// <summary>Profiles above this (printers' tables) are left out: a thumbnail would be mostly profile.</summary>
    private const int LargestColourProfile = 16 * 1024;

    /// <summary>
    /// <paramref name="encoded"/> (a fresh file of an encoder) with the metadata of <paramref name="source"/>: all
    /// application and comment segments but those that describe the source's own coding (JFIF, Adobe) and, when colours
    /// were converted, its colour profile.
    /// </summary>
    internal static byte[] WithMetadataOf(ReadOnlySpan<byte> source, JpegLayout sourceLayout, ReadOnlySpan<byte> encoded, bool coloursConverted)
    {
        var carried = new List<byte>();
        foreach (var segment in sourceLayout.Segments)
        {
            var isMetadata = segment.Marker is > App0 and <= App15 and not App14 or Comment;
            if (!isMetadata || (coloursConverted && IsColourProfile(segment, source))) continue;
            carried.AddRange(source.Slice(segment.Offset, segment.Length));
        }

        return Insert(encoded, carried.ToArray());
    }

    /// <summary><paramref name="encoded"/> with a segment (or segments) right behind its JFIF header.</summary>
    internal static byte[] Insert(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> segments)
    {
        if (segments.IsEmpty) return encoded.ToArray();
        var split = encoded[3] == App0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(encoded[4..]) : 2;
        var result = new byte[encoded.Length + segments.Length];
        encoded[..split].CopyTo(result);
        segments.CopyTo(result.AsSpan(split));
        encoded[split..].CopyTo(result.AsSpan(split + segments.Length));
        return result;
    }

    /// <summary>
    /// The segment that holds the colour profile of a picture in RGB colours, empty when it has none (or a large one).
    /// Derivates carry it: without it pictures in wide colour spaces, as phones take them, look pale.
    /// </summary>
    internal static byte[] ColourProfile(ReadOnlySpan<byte> source, JpegLayout layout)
    {
        if (layout.Components.Count != 3) return [];
        var found = new List<byte>();
        foreach (var segment in layout.Segments)
        {
            if (IsColourProfile(segment, source)) found.AddRange(source.Slice(segment.Offset, segment.Length));
        }

        return found.Count <= LargestColourProfile ? found.ToArray() : [];
    }

    private static bool IsColourProfile(JpegSegment segment, ReadOnlySpan<byte> jpeg) =>
        segment.Marker == App2 && segment.Content(jpeg).StartsWith(ColourProfileMark);
}
