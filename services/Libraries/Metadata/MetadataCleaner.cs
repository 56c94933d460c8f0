using System.Buffers.Binary;
using System.Xml.Linq;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata.Cleaning;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata;

/// <summary>
/// Metadata of pictures that are published. Cameras hide further pictures in a JPEG: previews in EXIF, JFIF, Photoshop and
/// multi-picture segments, depth maps in XMP, films behind the end. They would show what blurring hides, so only kinds of
/// segments that are known to hold none are kept. Pixels are copied as they are. All streams of pictures must be seekable
/// and are read from their start; what is no JPEG throws <see cref="NotAPicture"/>.
/// </summary>
public static class MetadataCleaner
{
    private const byte Application1 = JpegMarkers.FirstApplication + 1;
    private const int JfifHeader = 14;
    private const ushort PhotoshopPreview = 0x040C;
    private const ushort OldPhotoshopPreview = 0x0409;
    private const ushort PixelXDimension = 0xA002;
    private const ushort PixelYDimension = 0xA003;

    /// <summary>Longer XMP values are pictures or depth maps.</summary>
    private const int LongestXmpValue = 8192;

    private static readonly XName XmpThumbnails = (XNamespace)"http://ns.adobe.com/xap/1.0/" + "Thumbnails";
    private static readonly XName HasExtendedXmp = (XNamespace)XmpNamespaces.Note + "HasExtendedXMP";
    private static readonly XName XmpOrientation = (XNamespace)"http://ns.adobe.com/tiff/1.0/" + "Orientation";

    private static readonly string[] PictureNamespaces =
    [
        "http://ns.google.com/photos/1.0/depthmap", "http://ns.google.com/photos/1.0/image", "http://ns.google.com/photos/1.0/audio",
        "http://ns.google.com/photos/1.0/container", "http://ns.google.com/photos/dd/1.0", "http://ns.google.com/photos/1.0/camera",
        "http://ns.adobe.com/hdr-gain-map/1.0",
    ];

    /// <summary>
    /// Copies a picture without anything that may hold a second picture. EXIF, GPS and panorama tags, colour profile, IPTC and
    /// the comment stay.
    /// </summary>
    public static void StripPreviews(Stream source, Stream destination) =>
        JpegSegments.Splice(source, destination, CleanSegments(source, null, withProfile: true), _ => false, withTrailer: false);

    /// <summary>
    /// Copies a picture whose pixels are upright: EXIF orientation 1, and width and height in EXIF as in the picture. Tags
    /// that are not there are not added.
    /// </summary>
    public static void MarkUpright(Stream source, Stream destination)
    {
        var header = JpegHeader.Read(source, long.MaxValue, long.MaxValue);
        var metadata = JpegMetadata.Read(source);
        var exif = metadata.Exif is null ? null : Upright(metadata.Exif, header);
        var xmp = metadata.Xmp is null ? null : UprightXmp(metadata.Xmp);
        var inserted = new List<(byte Marker, byte[] Payload)>(2);
        if (exif is not null) inserted.Add((Application1, [.. JpegMetadata.ExifPrefix, .. exif]));
        if (xmp is not null) inserted.Add((Application1, [.. JpegMetadata.XmpPrefix, .. xmp]));
        JpegSegments.Splice(source, destination, inserted, Keeps, withTrailer: true);

        bool Keeps(SegmentKind kind) => !(kind == SegmentKind.Exif && exif is not null) && !(kind == SegmentKind.Xmp && xmp is not null);
    }

    /// <summary>
    /// Copies the pixels of one picture with the EXIF block of another: what an SD derivate carries. Without preview, without
    /// XMP, upright, with the size of the pixels.
    /// </summary>
    /// <param name="tags">Picture that the EXIF block is taken from; it may have none.</param>
    /// <param name="pixels">Picture that all else is taken from.</param>
    public static void TakeExif(Stream tags, Stream pixels, Stream destination)
    {
        var header = JpegHeader.Read(pixels, long.MaxValue, long.MaxValue);
        var exif = JpegMetadata.Read(tags).Exif is { } block && ExifPreviews.Strip(block) is { } stripped ? Upright(stripped, header) : null;
        IReadOnlyList<(byte Marker, byte[] Payload)> inserted = exif is null ? [] : [(Application1, [.. JpegMetadata.ExifPrefix, .. exif])];
        JpegSegments.Splice(pixels, destination, inserted, kind => kind is SegmentKind.Jfif or SegmentKind.ColourProfile or SegmentKind.Adobe, withTrailer: false);
    }

    /// <summary>
    /// Copies the pixels of one picture, which are upright, with all clean metadata of another: for pictures that had to be
    /// encoded anew. The colour profile is carried only if both have the same number of components.
    /// </summary>
    public static void TakeMetadata(Stream tags, Stream pixels, Stream destination)
    {
        var header = JpegHeader.Read(pixels, long.MaxValue, long.MaxValue);
        var withProfile = JpegHeader.Read(tags, long.MaxValue, long.MaxValue).Components == header.Components;
        var inserted = CleanSegments(tags, header, withProfile).Where(segment => segment.Marker != JpegMarkers.FirstApplication + 14 && segment.Marker != JpegMarkers.FirstApplication).ToList();
        JpegSegments.Splice(pixels, destination, inserted, kind => kind is SegmentKind.Jfif or SegmentKind.Adobe, withTrailer: false);
    }

    /// <summary>All segments before the pixels that may be published, cleaned; for an upright copy of the given size.</summary>
    private static List<(byte Marker, byte[] Payload)> CleanSegments(Stream source, JpegHeader? upright, bool withProfile)
    {
        var segments = new List<(byte Marker, byte[] Payload)>();
        var markers = new JpegMarkers(source);
        markers.ReadStart();
        while (markers.Next() && markers.Marker is not (JpegMarkers.StartOfScan or JpegMarkers.EndOfImage))
        {
            var kind = JpegSegments.KindOf(markers);
            var cleaned = kind switch
            {
                SegmentKind.Jfif => WithoutJfifPreview(markers.ReadPayload()),
                SegmentKind.Exif => CleanExif(markers.ReadPayload(), upright),
                SegmentKind.Xmp => CleanXmp(markers.ReadPayload(), upright is not null),
                SegmentKind.Photoshop => WithoutPhotoshopPreviews(markers.ReadPayload()),
                SegmentKind.ColourProfile => withProfile ? markers.ReadPayload() : null,
                SegmentKind.Adobe or SegmentKind.Comment => markers.ReadPayload(),
                SegmentKind.Coding or SegmentKind.ExtendedXmp or SegmentKind.Other or _ => null,
            };
            if (cleaned is { Length: <= JpegSegments.MaxPayload }) segments.Add((markers.Marker, cleaned));
        }

        return segments;
    }

    private static byte[] WithoutJfifPreview(byte[] payload)
    {
        if (payload.Length < JfifHeader) return payload;
        payload[12] = payload[13] = 0;
        return payload[..JfifHeader];
    }

    private static byte[]? CleanExif(byte[] payload, JpegHeader? upright)
    {
        var prefix = JpegMetadata.ExifPrefix.Length;
        if (ExifPreviews.Strip(payload.AsMemory(prefix)) is not { } exif) return null;
        if (upright is not null) exif = Upright(exif, upright) ?? exif;
        return [.. payload.AsSpan(0, prefix), .. exif];
    }

    /// <summary>Changed in place; null when the block is none.</summary>
    private static byte[]? Upright(byte[] exif, JpegHeader size)
    {
        if (ExifBlock.Read(exif) is not { } block) return null;
        foreach (var entry in block.Entries)
        {
            var value = (entry.Group, entry.Id) switch
            {
                (ExifGroup.Image or ExifGroup.Thumbnail, ExifBlock.Orientation) => 1,
                (ExifGroup.Photo, PixelXDimension) => size.Width,
                (ExifGroup.Photo, PixelYDimension) => size.Height,
                _ => 0,
            };
            if (value == 0 || entry.Count != 1) continue;
            var at = exif.AsSpan(block.OffsetOf(entry));
            switch (entry.Type)
            {
                case 3 when block.IsBigEndian:
                    BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)value);
                    break;
                case 3:
                    BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
                    break;
                case 4 when block.IsBigEndian:
                    BinaryPrimitives.WriteInt32BigEndian(at, value);
                    break;
                case 4:
                    BinaryPrimitives.WriteInt32LittleEndian(at, value);
                    break;
            }
        }

        return exif;
    }

    /// <summary>Null when nothing is left worth keeping, or when the packet cannot be read and so not be judged.</summary>
    private static byte[]? CleanXmp(byte[] payload, bool upright)
    {
        var prefix = JpegMetadata.XmpPrefix.Length;
        if (XmpPacket.Read(payload.AsMemory(prefix)) is not { } packet) return null;
        var changed = packet.RemoveWhere((name, length) =>
            length > LongestXmpValue || name == XmpThumbnails || name == HasExtendedXmp
            || PictureNamespaces.Any(space => name.NamespaceName.StartsWith(space, StringComparison.Ordinal)));
        if (upright && packet.Has(XmpOrientation))
        {
            packet.Set("tiff", XmpOrientation, "1");
            changed = true;
        }

        return changed ? [.. payload.AsSpan(0, prefix), .. packet.ToBytes()] : payload;
    }

    private static byte[]? UprightXmp(byte[] xmp)
    {
        if (XmpPacket.Read(xmp) is not { } packet || !packet.Has(XmpOrientation)) return null;
        packet.Set("tiff", XmpOrientation, "1");
        return packet.ToBytes() is var bytes && bytes.Length + JpegMetadata.XmpPrefix.Length <= JpegSegments.MaxPayload ? bytes : null;
    }

    private static byte[]? WithoutPhotoshopPreviews(byte[] payload)
    {
        var prefix = JpegSegments.PhotoshopPrefix.Length;
        var kept = new List<byte>(payload[..prefix]);
        ReadOnlySpan<byte> rest = payload.AsSpan(prefix);
        while (PhotoshopResource.TryRead(rest, out var resource))
        {
            if (resource.Id is not (PhotoshopPreview or OldPhotoshopPreview)) kept.AddRange(rest[..resource.Length]);
            rest = rest[resource.Length..];
        }

        return kept.Count > prefix ? [.. kept] : null;
    }
}
