using System.Globalization;
using System.Xml;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata.Reading;
using Panoramax.Metadata.Tags;
using Panoramax.Metadata.Writing;

namespace Panoramax.Metadata;

/// <summary>Writes tags into a JPEG picture. Pixels, all other segments and all other tags stay byte for byte.</summary>
public static class MetadataWriter
{
    private const int MicroPerUnit = 1_000_000;

    /// <summary>Pointers between directories and places of the preview: setting them would break the block.</summary>
    private static readonly HashSet<string> Structural =
    [
        "Exif.Image.ExifTag", "Exif.Image.GPSTag", "Exif.Image.SubIFDs", "Exif.Photo.InteroperabilityTag", "Exif.Photo.MakerNote",
        "Exif.Image.JPEGInterchangeFormat", "Exif.Image.JPEGInterchangeFormatLength", "Exif.Image.StripOffsets", "Exif.Image.StripByteCounts",
    ];

    /// <summary>Copies a picture with the overrides written into it.</summary>
    /// <param name="source">Seekable JPEG, read from its start.</param>
    /// <exception cref="OverrideRefused">A tag is unknown, or its value does not fit it.</exception>
    /// <exception cref="MetadataRefused">The source is no JPEG picture.</exception>
    public static void Write(Stream source, Stream destination, MetadataOverrides overrides)
    {
        try
        {
            JpegHeader.Read(source, long.MaxValue, long.MaxValue);
            var old = JpegMetadata.Read(source);
            var exif = new ExifEditor(old.Exif);
            var xmp = new XmpChanges(old.Xmp);
            if (overrides.CaptureTime is { } time) SetCaptureTime(exif, time, overrides, source);
            if (overrides is { Latitude: { } latitude, Longitude: { } longitude }) SetPosition(exif, latitude, longitude);
            if (overrides.AltitudeMetres is { } altitude) SetAltitude(exif, altitude);
            if (overrides.HeadingDegrees is { } heading) SetHeading(exif, xmp, heading, overrides.HeadingIsMagnetic);
            if (overrides.Type is { } type) SetType(xmp, type);
            foreach (var (key, value) in overrides.Tags) SetTag(exif, xmp, key, value);

            var inserted = new List<(byte Marker, byte[] Payload)>(2);
            if (exif.HasChanges) inserted.Add(Segment(JpegMetadata.ExifPrefix, exif.ToBytes(JpegSegments.MaxPayload - JpegMetadata.ExifPrefix.Length)));
            if (xmp.Changed) inserted.Add(Segment(JpegMetadata.XmpPrefix, xmp.ToBytes()));
            JpegSegments.Splice(source, destination, inserted, Keeps, withTrailer: true);

            bool Keeps(SegmentKind kind) => !(kind == SegmentKind.Exif && exif.HasChanges) && !(kind == SegmentKind.Xmp && xmp.Changed);
        }
        catch (NotAPicture reason)
        {
            throw new MetadataRefused(reason);
        }
    }

    private static void SetCaptureTime(ExifEditor exif, CaptureTimeOverride time, MetadataOverrides overrides, Stream source)
    {
        var place = overrides is { Latitude: { } latitude, Longitude: { } longitude } ? new Position(latitude, longitude) : OwnPosition(source);
        CaptureTime? found = (time.Offset, place) switch
        {
            ({ } offset, _) => CaptureTime.FromLocal(time.Local, offset),
            (null, { } position) => CaptureTime.FromLocal(time.Local, CaptureTime.ZoneAt(position)),
            _ => CaptureTime.FromLocal(time.Local, TimeSpan.Zero),
        };
        if (found is not { Time: var moment }) throw new OverrideRefused("The capture time lies outside of the calendar");

        Set(exif, "Exif.Photo.DateTimeOriginal", moment.ToString("yyyy':'MM':'dd HH':'mm':'ss", CultureInfo.InvariantCulture));
        Set(exif, "Exif.Photo.SubSecTimeOriginal", moment.ToString("ffffff", CultureInfo.InvariantCulture));
        Set(exif, "Exif.Photo.OffsetTimeOriginal", moment.ToString("zzz", CultureInfo.InvariantCulture));
        var utc = moment.UtcDateTime;
        Set(exif, "Exif.GPSInfo.GPSDateStamp", utc.ToString("yyyy':'MM':'dd", CultureInfo.InvariantCulture));
        Set(exif, "Exif.GPSInfo.GPSTimeStamp", $"{utc.Hour}/1 {utc.Minute}/1 {utc.Second}/1");
    }

    /// <summary>Null as well when the picture's own coordinates are impossible: then there is nothing to go by.</summary>
    private static Position? OwnPosition(Stream source)
    {
        try
        {
            return PositionReader.Read(TagMap.Read(source), []);
        }
        catch (MetadataRefused)
        {
            return null;
        }
    }

    private static void SetPosition(ExifEditor exif, double latitude, double longitude)
    {
        Set(exif, "Exif.GPSInfo.GPSLatitude", Sexagesimal(latitude));
        Set(exif, "Exif.GPSInfo.GPSLatitudeRef", latitude > 0 ? "N" : "S");
        Set(exif, "Exif.GPSInfo.GPSLongitude", Sexagesimal(longitude));
        Set(exif, "Exif.GPSInfo.GPSLongitudeRef", longitude > 0 ? "E" : "W");
    }

    /// <summary>Degrees, minutes and seconds; the seconds as the shortest fraction exact to a millionth.</summary>
    private static string Sexagesimal(double degrees)
    {
        var total = (long)Math.Round((decimal)Math.Abs(degrees) * 3600 * MicroPerUnit);
        var (minutes, seconds) = Math.DivRem(total, 60L * MicroPerUnit);
        var (whole, minute) = Math.DivRem(minutes, 60);
        long a = seconds, b = MicroPerUnit;
        while (b != 0) (a, b) = (b, a % b);
        return $"{whole}/1 {minute}/1 {seconds / a}/{MicroPerUnit / a}";
    }

    private static void SetAltitude(ExifEditor exif, double metres)
    {
        Set(exif, "Exif.GPSInfo.GPSAltitude", $"{(long)(Math.Abs(metres) * 1000)}/1000");
        Set(exif, "Exif.GPSInfo.GPSAltitudeRef", metres < 0 ? "1" : "0");
    }

    private static void SetHeading(ExifEditor exif, XmpChanges xmp, double degrees, bool magnetic)
    {
        var fraction = $"{(long)((degrees % 360 + 360) % 360 * 1000)}/1000";
        Set(exif, "Exif.GPSInfo.GPSImgDirection", fraction);
        Set(exif, "Exif.GPSInfo.GPSImgDirectionRef", magnetic ? "M" : "T");
        xmp.Set("GPano", "PoseHeadingDegrees", fraction);
    }

    private static void SetType(XmpChanges xmp, string type)
    {
        var isPanorama = type == PictureType.Equirectangular;
        if (!isPanorama && type != PictureType.Flat) throw new OverrideRefused($"“{type}” is no type of picture that can be written");
        xmp.Set("GPano", "ProjectionType", isPanorama ? type : null);
        xmp.Set("GPano", "UsePanoramaViewer", isPanorama ? "True" : null);
    }

    private static void SetTag(ExifEditor exif, XmpChanges xmp, string key, string value)
    {
        value = value.Replace("\0", "", StringComparison.Ordinal);
        var parts = key.Split('.');
        if (parts is ["Exif", _, _])
        {
            Set(exif, key, value);
        }
        else if (parts is ["Xmp", var prefix, var name])
        {
            if (!IsXml(value)) throw new OverrideRefused($"The value of {key} has characters that XMP does not know");
            xmp.Set(prefix, name, value);
        }
        else
        {
            throw new OverrideRefused($"“{key}” is no tag of EXIF or XMP");
        }
    }

    private static void Set(ExifEditor exif, string key, string value)
    {
        if (ExifTags.Find(key) is not { Group: not ExifGroup.Thumbnail } tag) throw new OverrideRefused($"There is no tag {key}");
        if (Structural.Contains(key)) throw new OverrideRefused($"The tag {key} cannot be set");
        if (ExifEncoder.Encode(exif, tag.Kind, value) is not { } encoded) throw new OverrideRefused($"“{value}” is no value of {key}");
        if (encoded.Value.Length > JpegSegments.MaxPayload) throw TooLarge();
        exif.Set(tag.Group, tag.Id, encoded.Type, encoded.Value);

        // The standard wants its version in a new GPS directory.
        if (tag.Group == ExifGroup.GPSInfo && !exif.HasDirectory(ExifGroup.GPSInfo)) exif.SetDefault(ExifGroup.GPSInfo, 0, 1, [2, 3, 0, 0]);
    }

    private static bool IsXml(string value)
    {
        try
        {
            XmlConvert.VerifyXmlChars(value);
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static (byte Marker, byte[] Payload) Segment(ReadOnlySpan<byte> prefix, byte[] content)
    {
        if (prefix.Length + content.Length > JpegSegments.MaxPayload) throw TooLarge();
        return (JpegMarkers.FirstApplication + 1, [.. prefix, .. content]);
    }

    private static OverrideRefused TooLarge() => new("The tags of the picture would become too large");

    /// <summary>The XMP packet of the picture, begun only when something is set.</summary>
    private sealed class XmpChanges(byte[]? original)
    {
        private XmpPacket? _packet;

        public bool Changed { get; private set; }

        public void Set(string prefix, string name, string? value)
        {
            _packet ??= (original is null ? null : XmpPacket.Read(original)) ?? XmpPacket.Create();
            if (_packet.NamespaceOf(prefix) is not { } space) throw new OverrideRefused($"The prefix Xmp.{prefix} is not known");
            if (!IsName(name)) throw new OverrideRefused($"“Xmp.{prefix}.{name}” is no tag of XMP");
            if (value is null)
            {
                Changed |= _packet.Remove(space + name);
                return;
            }

            _packet.Set(prefix, space + name, value);
            Changed = true;
        }

        public byte[] ToBytes() => _packet!.ToBytes();

        private static bool IsName(string name)
        {
            try
            {
                XmlConvert.VerifyNCName(name);
                return true;
            }
            catch (Exception error) when (error is XmlException or ArgumentException)
            {
                return false;
            }
        }
    }
}
