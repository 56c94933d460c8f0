using Panoramax.Domain.Pictures;

namespace Panoramax.Metadata.Tags;

/// <summary>What a segment of a JPEG holds.</summary>
internal enum SegmentKind
{
    /// <summary>Tables and frames: needed to decode.</summary>
    Coding,
    Jfif,
    Exif,
    Xmp,
    ExtendedXmp,
    ColourProfile,
    Photoshop,
    Adobe,
    Comment,

    /// <summary>Application data of any other kind, previews and second pictures among them.</summary>
    Other,
}

/// <summary>Puts JPEG files together from segments without touching their pixels.</summary>
internal static class JpegSegments
{
    /// <summary>Largest payload of a segment.</summary>
    public const int MaxPayload = 65_533;

    private const int LongestPrefix = 40;

    public static ReadOnlySpan<byte> PhotoshopPrefix => "Photoshop 3.0\0"u8;

    public static SegmentKind KindOf(JpegMarkers markers)
    {
        if (markers.Marker == JpegMarkers.Comment) return SegmentKind.Comment;
        if (markers.Marker is < JpegMarkers.FirstApplication or > JpegMarkers.FirstApplication + 15) return SegmentKind.Coding;
        ReadOnlySpan<byte> head = markers.ReadPayload(LongestPrefix);
        return (markers.Marker - JpegMarkers.FirstApplication) switch
        {
            0 when head.StartsWith("JFIF\0"u8) => SegmentKind.Jfif,
            1 when head.StartsWith(JpegMetadata.ExifPrefix) => SegmentKind.Exif,
            1 when head.StartsWith(JpegMetadata.XmpPrefix) => SegmentKind.Xmp,
            1 when head.StartsWith(JpegMetadata.ExtendedXmpPrefix) => SegmentKind.ExtendedXmp,
            2 when head.StartsWith("ICC_PROFILE\0"u8) => SegmentKind.ColourProfile,
            13 when head.StartsWith(PhotoshopPrefix) => SegmentKind.Photoshop,
            14 when head.StartsWith("Adobe"u8) => SegmentKind.Adobe,
            _ => SegmentKind.Other,
        };
    }

    public static void Write(Stream destination, byte marker, ReadOnlySpan<byte> payload)
    {
        var length = payload.Length + 2;
        destination.Write([0xFF, marker, (byte)(length >> 8), (byte)length]);
        destination.Write(payload);
    }

    /// <summary>
    /// Copies a picture with other metadata: the given segments stand first (after JFIF), of its own segments those that are
    /// kept follow, then the pixels as they are.
    /// </summary>
    /// <param name="inserted">Marker and payload of each new segment.</param>
    /// <param name="keep">Whether the picture's own segment stays; asked for everything but what decoding needs.</param>
    /// <param name="withTrailer">Whether bytes after the end of the picture are copied too.</param>
    public static void Splice(Stream picture, Stream destination, IReadOnlyList<(byte Marker, byte[] Payload)> inserted, Func<SegmentKind, bool> keep, bool withTrailer)
    {
        var markers = new JpegMarkers(picture);
        markers.ReadStart();
        destination.Write([0xFF, JpegMarkers.StartOfImage]);
        var waiting = inserted;
        while (markers.Next() && markers.Marker is not (JpegMarkers.StartOfScan or JpegMarkers.EndOfImage))
        {
            var kind = KindOf(markers);
            if (kind != SegmentKind.Jfif) waiting = WriteAll(destination, waiting);
            if (kind == SegmentKind.Coding || keep(kind)) Copy(picture, destination, markers.Start, markers.End);
        }

        WriteAll(destination, waiting);
        var start = markers.Start;
        if (withTrailer)
        {
            Copy(picture, destination, start, picture.Length);
            return;
        }

        CopyScans(markers, picture, destination, start, keep);
    }

    /// <summary>Copies from the first scan to the end of the picture, without application data between its scans.</summary>
    public static void CopyScans(JpegMarkers markers, Stream picture, Stream destination, long start, Func<SegmentKind, bool> keep)
    {
        while (true)
        {
            if (!NextOrDamaged(markers, out var found))
            {
                // Cut short: what there is is copied, judging it is the decoder's business.
                Copy(picture, destination, start, picture.Length);
                return;
            }

            if (!found || markers.Marker == JpegMarkers.EndOfImage)
            {
                Copy(picture, destination, start, found ? markers.End : picture.Length);
                return;
            }

            var kind = KindOf(markers);
            if (kind == SegmentKind.Coding || keep(kind)) continue;
            Copy(picture, destination, start, markers.Start);
            start = markers.End;
        }
    }

    public static void Copy(Stream source, Stream destination, long start, long end)
    {
        source.Position = start;
        var buffer = new byte[(int)Math.Min(64 * 1024, Math.Max(1, end - start))];
        for (var rest = end - start; rest > 0;)
        {
            var read = source.Read(buffer, 0, (int)Math.Min(buffer.Length, rest));
            if (read == 0) return;
            destination.Write(buffer, 0, read);
            rest -= read;
        }
    }

    private static IReadOnlyList<(byte Marker, byte[] Payload)> WriteAll(Stream destination, IReadOnlyList<(byte Marker, byte[] Payload)> segments)
    {
        foreach (var (marker, payload) in segments) Write(destination, marker, payload);
        return [];
    }

    private static bool NextOrDamaged(JpegMarkers markers, out bool found)
    {
        try
        {
            found = markers.Next();
            return true;
        }
        catch (NotAPicture)
        {
            found = false;
            return false;
        }
    }
}
