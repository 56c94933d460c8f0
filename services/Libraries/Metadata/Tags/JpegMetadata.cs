using System.Buffers.Binary;
using Panoramax.Domain.Pictures;

namespace Panoramax.Metadata.Tags;

/// <summary>The segments of a JPEG that hold metadata, as bytes. Only what stands before the pixels is read.</summary>
/// <param name="Exif">First EXIF block without its prefix.</param>
/// <param name="Xmp">First XMP packet without its prefix.</param>
/// <param name="ExtendedXmp">The further packet that belongs to <paramref name="Xmp"/>, put together.</param>
/// <param name="Photoshop">Photoshop resources without their prefix (they hold IPTC).</param>
/// <param name="Comment">First comment segment.</param>
internal sealed record JpegMetadata(byte[]? Exif, byte[]? Xmp, byte[]? ExtendedXmp, byte[]? Photoshop, byte[]? Comment)
{
    /// <summary>A larger one holds a depth map or a second picture, no tags worth reading.</summary>
    private const int MaxExtendedXmp = 1024 * 1024;

    private const int ExtendedHeader = 40;

    public static ReadOnlySpan<byte> ExifPrefix => "Exif\0\0"u8;

    public static ReadOnlySpan<byte> XmpPrefix => "http://ns.adobe.com/xap/1.0/\0"u8;

    public static ReadOnlySpan<byte> ExtendedXmpPrefix => "http://ns.adobe.com/xmp/extension/\0"u8;

    private static ReadOnlySpan<byte> PhotoshopPrefix => "Photoshop 3.0\0"u8;

    /// <exception cref="NotAPicture">The segments do not fit into the file.</exception>
    public static JpegMetadata Read(Stream jpeg)
    {
        byte[]? exif = null, xmp = null, photoshop = null, comment = null;
        ExtendedXmpParts? extended = null;
        var markers = new JpegMarkers(jpeg);
        markers.ReadStart();
        while (markers.Next() && markers.Marker is not (JpegMarkers.StartOfScan or JpegMarkers.EndOfImage))
        {
            switch (markers.Marker)
            {
                case JpegMarkers.FirstApplication + 1:
                    var payload = markers.ReadPayload();
                    if (exif is null && payload.AsSpan().StartsWith(ExifPrefix)) exif = payload[ExifPrefix.Length..];
                    else if (xmp is null && payload.AsSpan().StartsWith(XmpPrefix)) xmp = payload[XmpPrefix.Length..];
                    else if (payload.AsSpan().StartsWith(ExtendedXmpPrefix)) (extended ??= new ExtendedXmpParts()).Add(payload.AsSpan(ExtendedXmpPrefix.Length));
                    break;
                case JpegMarkers.FirstApplication + 13 when photoshop is null:
                    var resources = markers.ReadPayload();
                    if (resources.AsSpan().StartsWith(PhotoshopPrefix)) photoshop = resources[PhotoshopPrefix.Length..];
                    break;
                case JpegMarkers.Comment:
                    comment ??= markers.ReadPayload();
                    break;
            }
        }

        return new JpegMetadata(exif, xmp, extended?.Whole(), photoshop, comment);
    }

    /// <summary>Collects the parts of one extended packet; parts of another one (other digest) are left aside.</summary>
    private sealed class ExtendedXmpParts
    {
        private byte[]? _digest;
        private byte[]? _bytes;
        private int _received;

        public void Add(ReadOnlySpan<byte> part)
        {
            if (part.Length < ExtendedHeader) return;
            var total = BinaryPrimitives.ReadUInt32BigEndian(part[32..]);
            var offset = BinaryPrimitives.ReadUInt32BigEndian(part[36..]);
            var data = part[ExtendedHeader..];
            if (total > MaxExtendedXmp || offset + (long)data.Length > total) return;
            if (_digest is null)
            {
                _digest = part[..32].ToArray();
                _bytes = new byte[total];
            }

            if (_bytes!.Length != total || !part[..32].SequenceEqual(_digest)) return;
            data.CopyTo(_bytes.AsSpan((int)offset));
            _received += data.Length;
        }

        public byte[]? Whole() => _bytes is not null && _received == _bytes.Length ? _bytes : null;
    }
}
