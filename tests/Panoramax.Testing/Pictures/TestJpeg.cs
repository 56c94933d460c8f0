using System.Buffers.Binary;
using System.Globalization;
using System.Security;
using System.Text;

namespace Panoramax.Testing.Pictures;

/// <summary>
/// A made picture: small, decodable, with the tags a test needs. Pictures of different seeds differ in their colours and
/// bytes. Colours show which side is up: red grows to the right, green grows downwards.
/// </summary>
public sealed class TestJpeg(int width = 64, int height = 48, int seed = 0)
{
    private readonly List<(string Prefix, string Uri, string Name, string Value)> _xmp = [];
    private readonly List<(byte Marker, byte[] Payload)> _segments = [];
    private Func<int, int, BaselineJpeg.Colour>? _paint;
    private byte[]? _coded;
    private bool _grey;
    private bool _hasExif;
    private byte[] _trailer = [];
    private string? _packet;

    /// <summary>The EXIF block; it is written when a tag was set through <see cref="With(string,string)"/> or this was used.</summary>
    public TestExif Exif
    {
        get
        {
            _hasExif = true;
            return field;
        }
    } = new();

    /// <summary>
    /// A street-level picture as cameras take it. The time is written as local time with its offset; a picture of a panorama
    /// camera carries GPano tags.
    /// </summary>
    /// <param name="is360">Say true for sizes of 2:1.</param>
    public static byte[] Make(int width, int height, double latitude, double longitude, DateTimeOffset time, double? headingDegrees = null, bool is360 = false, int seed = 0)
    {
        var picture = new TestJpeg(width, height, seed).WithPosition(latitude, longitude).WithCaptureTime(time);
        if (headingDegrees is { } heading) picture.With("Exif.GPSInfo.GPSImgDirection", Rational(heading, 1000));
        if (is360) picture.WithPanorama();
        return picture.ToBytes();
    }

    /// <summary>Sets an EXIF tag by its path, its value in exiv2's notation.</summary>
    public TestJpeg With(string key, string value)
    {
        Exif.Set(key, value);
        return this;
    }

    public TestJpeg WithPosition(double latitude, double longitude) => this
        .With("Exif.GPSInfo.GPSLatitudeRef", latitude < 0 ? "S" : "N")
        .With("Exif.GPSInfo.GPSLatitude", Sexagesimal(latitude))
        .With("Exif.GPSInfo.GPSLongitudeRef", longitude < 0 ? "W" : "E")
        .With("Exif.GPSInfo.GPSLongitude", Sexagesimal(longitude));

    public TestJpeg WithCaptureTime(DateTimeOffset time) => this
        .With("Exif.Photo.DateTimeOriginal", time.ToString("yyyy':'MM':'dd HH':'mm':'ss", CultureInfo.InvariantCulture))
        .With("Exif.Photo.SubSecTimeOriginal", time.ToString("ffffff", CultureInfo.InvariantCulture))
        .With("Exif.Photo.OffsetTimeOriginal", time.ToString("zzz", CultureInfo.InvariantCulture));

    /// <summary>A property of an XMP packet; the prefix is one of GPano, exif, Camera, dc or xmp.</summary>
    public TestJpeg WithXmp(string prefix, string name, string value)
    {
        var uri = prefix switch
        {
            "GPano" => "http://ns.google.com/photos/1.0/panorama/",
            "exif" => "http://ns.adobe.com/exif/1.0/",
            "Camera" => "http://pix4d.com/camera/1.0/",
            "dc" => "http://purl.org/dc/elements/1.1/",
            _ => "http://ns.adobe.com/xap/1.0/",
        };
        _xmp.Add((prefix, uri, name, value));
        return this;
    }

    /// <summary>A whole XMP packet instead of single properties.</summary>
    public TestJpeg WithXmpPacket(string packet)
    {
        _packet = packet;
        return this;
    }

    /// <summary>The tags of a whole 360° picture.</summary>
    public TestJpeg WithPanorama() => this
        .WithXmp("GPano", "ProjectionType", "equirectangular")
        .WithXmp("GPano", "UsePanoramaViewer", "True")
        .WithXmp("GPano", "FullPanoWidthPixels", width.ToString(CultureInfo.InvariantCulture))
        .WithXmp("GPano", "FullPanoHeightPixels", height.ToString(CultureInfo.InvariantCulture))
        .WithXmp("GPano", "CroppedAreaImageWidthPixels", width.ToString(CultureInfo.InvariantCulture))
        .WithXmp("GPano", "CroppedAreaImageHeightPixels", height.ToString(CultureInfo.InvariantCulture))
        .WithXmp("GPano", "CroppedAreaLeftPixels", "0")
        .WithXmp("GPano", "CroppedAreaTopPixels", "0");

    public TestJpeg WithComment(string text) => WithSegment(0xFE, Encoding.UTF8.GetBytes(text));

    /// <summary>A segment with this payload, after EXIF and XMP.</summary>
    public TestJpeg WithSegment(byte marker, byte[] payload)
    {
        _segments.Add((marker, payload));
        return this;
    }

    /// <summary>Bytes after the end of the picture, where phones hide films.</summary>
    public TestJpeg WithTrailer(byte[] bytes)
    {
        _trailer = bytes;
        return this;
    }

    /// <summary>Own colours instead of the built-in pattern; asked in steps of 8 pixels.</summary>
    public TestJpeg Painted(Func<int, int, BaselineJpeg.Colour> paint)
    {
        _paint = paint;
        return this;
    }

    /// <summary>Pixels of another encoder's picture; its own metadata segments are left out. The size must be this picture's.</summary>
    public TestJpeg WithPixels(byte[] jpeg)
    {
        var start = 2;
        while (jpeg[start + 1] is (>= 0xE0 and <= 0xEF) or 0xFE) start += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(start + 2));
        _coded = jpeg[start..];
        return this;
    }

    public TestJpeg Grey()
    {
        _grey = true;
        return this;
    }

    public MemoryStream ToStream() => new(ToBytes(), writable: false);

    public byte[] ToBytes()
    {
        var output = new MemoryStream();
        output.Write([0xFF, 0xD8]);
        if (_hasExif) Write(output, 0xE1, [.. "Exif\0\0"u8, .. Exif.ToBytes()]);
        if (_packet is not null || _xmp.Count > 0)
        {
            Write(output, 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes(_packet ?? XmpPacket())]);
        }

        foreach (var (marker, payload) in _segments) Write(output, marker, payload);

        // Colours of two seeds may come out alike; files must not.
        if (seed != 0) Write(output, 0xEF, BitConverter.GetBytes(seed));
        output.Write(_coded ?? BaselineJpeg.Encode(width, height, _paint ?? Pattern, _grey));
        output.Write(_trailer);
        return output.ToArray();
    }

    /// <summary>A number in EXIF's notation.</summary>
    public static string Rational(double value, int denominator) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Round(value * denominator)}/{denominator}");

    private static string Sexagesimal(double degrees)
    {
        degrees = Math.Abs(degrees);
        var whole = (int)degrees;
        var minutes = (int)((degrees - whole) * 60);
        var seconds = (degrees - whole - minutes / 60.0) * 3600;
        return string.Create(CultureInfo.InvariantCulture, $"{whole}/1 {minutes}/1 {Rational(Math.Max(0, seconds), 1_000_000)}");
    }

    private BaselineJpeg.Colour Pattern(int x, int y)
    {
        var light = (x / 64 + y / 64) % 2 == 0 ? 20 : -20;
        return new BaselineJpeg.Colour(
            40 + 170.0 * x / width + light,
            40 + 170.0 * y / height + light,
            40 + (seed * 37 + seed / 5) % 170 + light);
    }

    private string XmpPacket()
    {
        var text = new StringBuilder("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\"");
        foreach (var (prefix, uri) in _xmp.Select(property => (property.Prefix, property.Uri)).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $" xmlns:{prefix}=\"{uri}\"");
        }

        text.Append('>');
        foreach (var (prefix, _, name, value) in _xmp)
        {
            text.Append(CultureInfo.InvariantCulture, $"<{prefix}:{name}>{SecurityElement.Escape(value)}</{prefix}:{name}>");
        }

        return text.Append("</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>").ToString();
    }

    private static void Write(MemoryStream output, byte marker, byte[] payload)
    {
        output.Write([0xFF, marker, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2)]);
        output.Write(payload);
    }
}
