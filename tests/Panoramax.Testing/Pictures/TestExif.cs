using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Panoramax.Testing.Pictures;

/// <summary>
/// Builds an EXIF block from texts in exiv2's notation (<c>49/1 0/1 1885/76</c>), independent of the code under test.
/// Types are TIFF's numbers: 1 byte, 2 text, 3 short, 4 long, 5 rational, 7 undefined, 10 signed rational.
/// </summary>
public sealed class TestExif
{
    private const int Image = 0, Photo = 1, Gps = 2, Iop = 3;

    private static readonly Dictionary<string, (int Directory, ushort Id, ushort Type)> Known = new()
    {
        ["Exif.Image.ImageDescription"] = (Image, 0x010E, 2),
        ["Exif.Image.Make"] = (Image, 0x010F, 2),
        ["Exif.Image.Model"] = (Image, 0x0110, 2),
        ["Exif.Image.Orientation"] = (Image, 0x0112, 3),
        ["Exif.Image.Software"] = (Image, 0x0131, 2),
        ["Exif.Image.DateTime"] = (Image, 0x0132, 2),
        ["Exif.Image.Artist"] = (Image, 0x013B, 2),
        ["Exif.Image.DateTimeOriginal"] = (Image, 0x9003, 2),
        ["Exif.Image.FocalLength"] = (Image, 0x920A, 5),
        ["Exif.Image.XPComment"] = (Image, 0x9C9C, 1),
        ["Exif.Photo.ExifVersion"] = (Photo, 0x9000, 7),
        ["Exif.Photo.DateTimeOriginal"] = (Photo, 0x9003, 2),
        ["Exif.Photo.OffsetTimeOriginal"] = (Photo, 0x9011, 2),
        ["Exif.Photo.FocalLength"] = (Photo, 0x920A, 5),
        ["Exif.Photo.MakerNote"] = (Photo, 0x927C, 7),
        ["Exif.Photo.UserComment"] = (Photo, 0x9286, 7),
        ["Exif.Photo.SubSecTimeOriginal"] = (Photo, 0x9291, 2),
        ["Exif.Photo.PixelXDimension"] = (Photo, 0xA002, 4),
        ["Exif.Photo.PixelYDimension"] = (Photo, 0xA003, 4),
        ["Exif.Photo.FocalPlaneXResolution"] = (Photo, 0xA20E, 5),
        ["Exif.Photo.FocalPlaneResolutionUnit"] = (Photo, 0xA210, 3),
        ["Exif.Photo.FocalLengthIn35mmFilm"] = (Photo, 0xA405, 3),
        ["Exif.GPSInfo.GPSLatitudeRef"] = (Gps, 1, 2),
        ["Exif.GPSInfo.GPSLatitude"] = (Gps, 2, 5),
        ["Exif.GPSInfo.GPSLongitudeRef"] = (Gps, 3, 2),
        ["Exif.GPSInfo.GPSLongitude"] = (Gps, 4, 5),
        ["Exif.GPSInfo.GPSAltitudeRef"] = (Gps, 5, 1),
        ["Exif.GPSInfo.GPSAltitude"] = (Gps, 6, 5),
        ["Exif.GPSInfo.GPSTimeStamp"] = (Gps, 7, 5),
        ["Exif.GPSInfo.GPSDOP"] = (Gps, 11, 5),
        ["Exif.GPSInfo.GPSImgDirectionRef"] = (Gps, 16, 2),
        ["Exif.GPSInfo.GPSImgDirection"] = (Gps, 17, 5),
        ["Exif.GPSInfo.GPSDateStamp"] = (Gps, 29, 2),
        ["Exif.GPSInfo.GPSDifferential"] = (Gps, 30, 3),
        ["Exif.GPSInfo.GPSHPositioningError"] = (Gps, 31, 5),
        ["Exif.Iop.InteroperabilityIndex"] = (Iop, 1, 2),
    };

    private readonly SortedDictionary<(int Directory, ushort Id), (ushort Type, byte[] Value)> _tags = [];

    /// <summary>Byte order of the block; to be chosen before any tag is set.</summary>
    public bool BigEndian
    {
        get;
        set => field = _tags.Count == 0 ? value : throw new InvalidOperationException("The byte order must be chosen before tags are set");
    }

    /// <summary>JPEG bytes of an embedded preview (second directory).</summary>
    public byte[]? Thumbnail { get; set; }

    /// <summary>Sets a tag by its path; the value is written in the tag's own type.</summary>
    public void Set(string key, string value)
    {
        var (directory, id, type) = Known[key];
        SetRaw(directory, id, type, Encode(type, value));
    }

    /// <summary>Sets a tag in a type it should not have.</summary>
    public void Set(string key, ushort type, string value) => SetRaw(Known[key].Directory, Known[key].Id, type, Encode(type, value));

    /// <summary>Sets a tag to bytes as they are.</summary>
    public void Set(string key, byte[] value) => SetRaw(Known[key].Directory, Known[key].Id, Known[key].Type, value);

    public byte[] ToBytes()
    {
        // Directories first, in a fixed order, each followed by its values.
        var block = new MemoryStream();
        block.Write(BigEndian ? "MM"u8 : "II"u8);
        block.Write(Number(42, 2));
        block.Write(Number(8, 4));
        var directories = Enumerable.Range(Image, 4).Where(d => d == Image || _tags.Keys.Any(key => key.Directory == d)).ToList();
        if (directories.Contains(Iop) && !directories.Contains(Photo)) directories.Insert(1, Photo);
        var offsets = new Dictionary<int, int>();

        // Two rounds: the first finds out where each directory will stand.
        for (var round = 0; round < 2; round++)
        {
            block.SetLength(8);
            block.Position = 8;
            foreach (var directory in directories)
            {
                offsets[directory] = (int)block.Position;
                Write(block, EntriesOf(directory, directories, offsets), directory == Image && Thumbnail is not null ? offsets.GetValueOrDefault(9) : 0);
            }

            if (Thumbnail is null) continue;
            offsets[9] = (int)block.Position;
            List<(ushort Id, ushort Type, byte[] Value)> preview =
            [
                (0x0103, 3, Number(6, 2)),
                (0x0201, 4, Number((uint)(offsets[9] + 2 + 3 * 12 + 4), 4)),
                (0x0202, 4, Number((uint)Thumbnail.Length, 4)),
            ];
            Write(block, preview, 0);
            block.Write(Thumbnail);
        }

        return block.ToArray();
    }

    private List<(ushort Id, ushort Type, byte[] Value)> EntriesOf(int directory, List<int> directories, Dictionary<int, int> offsets)
    {
        var entries = _tags.Where(tag => tag.Key.Directory == directory).Select(tag => (tag.Key.Id, tag.Value.Type, tag.Value.Value)).ToList();
        if (directory == Image && directories.Contains(Photo)) entries.Add((0x8769, 4, Number((uint)offsets.GetValueOrDefault(Photo), 4)));
        if (directory == Image && directories.Contains(Gps)) entries.Add((0x8825, 4, Number((uint)offsets.GetValueOrDefault(Gps), 4)));
        if (directory == Photo && directories.Contains(Iop)) entries.Add((0xA005, 4, Number((uint)offsets.GetValueOrDefault(Iop), 4)));
        return [.. entries.OrderBy(entry => entry.Id)];
    }

    private void Write(MemoryStream block, List<(ushort Id, ushort Type, byte[] Value)> entries, int next)
    {
        block.Write(Number((uint)entries.Count, 2));
        var valuesAt = (int)block.Position + 12 * entries.Count + 4;
        var values = new MemoryStream();
        foreach (var (id, type, value) in entries)
        {
            block.Write(Number(id, 2));
            block.Write(Number(type, 2));
            block.Write(Number((uint)(value.Length / SizeOf(type)), 4));
            if (value.Length <= 4)
            {
                block.Write([.. value, .. new byte[4 - value.Length]]);
                continue;
            }

            block.Write(Number((uint)(valuesAt + values.Length), 4));
            values.Write(value);
            if (values.Length % 2 == 1) values.WriteByte(0);
        }

        block.Write(Number((uint)next, 4));
        values.WriteTo(block);
    }

    private void SetRaw(int directory, ushort id, ushort type, byte[] value) => _tags[(directory, id)] = (type, value);

    private byte[] Encode(ushort type, string value) => type switch
    {
        2 => [.. Encoding.UTF8.GetBytes(value), 0],
        7 => Encoding.UTF8.GetBytes(value),
        1 => [.. Words(value).Select(byte.Parse)],
        3 => [.. Words(value).SelectMany(word => Number(ushort.Parse(word, CultureInfo.InvariantCulture), 2))],
        4 => [.. Words(value).SelectMany(word => Number(uint.Parse(word, CultureInfo.InvariantCulture), 4))],
        _ => [.. Words(value).SelectMany(word => word.Split('/')).SelectMany(word => Number(unchecked((uint)long.Parse(word, CultureInfo.InvariantCulture)), 4))],
    };

    private static string[] Words(string value) => value.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int SizeOf(ushort type) => type switch
    {
        3 => 2,
        4 => 4,
        5 or 10 => 8,
        _ => 1,
    };

    private byte[] Number(uint value, int size)
    {
        var bytes = new byte[4];
        if (BigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            return bytes[(4 - size)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes[..size];
    }
}
