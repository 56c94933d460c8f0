using System.Buffers.Binary;

namespace Panoramax.Metadata.Tags;

/// <summary>Directory of an EXIF block, named as exiv2 names it.</summary>
internal enum ExifGroup
{
    Image,
    Photo,
    GPSInfo,
    Iop,
    Thumbnail,
}

/// <summary>One tag of an EXIF block.</summary>
/// <param name="EntryOffset">Where its 12 bytes stand in the block.</param>
/// <param name="Value">The raw bytes in the block's byte order.</param>
internal readonly record struct ExifEntry(ExifGroup Group, ushort Id, ushort Type, int Count, int EntryOffset, ReadOnlyMemory<byte> Value);

/// <summary>
/// An EXIF block (TIFF structure) as written by cameras and by careless tools: what is readable is read, wrong offsets and
/// lengths cost only the tag they stand in. Directories are a fixed set, each read once, so a loop in the file ends.
/// </summary>
internal sealed class ExifBlock
{
    public const ushort ExifPointer = 0x8769;
    public const ushort GpsPointer = 0x8825;
    public const ushort InteroperabilityPointer = 0xA005;
    public const ushort Orientation = 0x0112;

    /// <summary>Text type of EXIF 3.0.</summary>
    public const ushort Utf8 = 129;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<ExifEntry> _entries = [];
    private readonly Dictionary<ExifGroup, (int Offset, int Count)> _directories = [];

    private ExifBlock(ReadOnlyMemory<byte> bytes, bool bigEndian)
    {
        _bytes = bytes;
        IsBigEndian = bigEndian;
    }

    public bool IsBigEndian { get; }

    /// <summary>Tags in the order of the file; a tag may stand there twice.</summary>
    public IReadOnlyList<ExifEntry> Entries => _entries;

    /// <summary>Offset of a directory and the number of entries it holds; null when the block has none.</summary>
    public (int Offset, int Count)? Directory(ExifGroup group) => _directories.TryGetValue(group, out var found) ? found : null;

    /// <summary>Reads a block without its <c>Exif\0\0</c> prefix; null when it is no TIFF structure.</summary>
    public static ExifBlock? Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 8) return null;
        var head = bytes.Span;
        bool bigEndian;
        if (head[0] == 'I' && head[1] == 'I') bigEndian = false;
        else if (head[0] == 'M' && head[1] == 'M') bigEndian = true;
        else return null;

        var block = new ExifBlock(bytes, bigEndian);
        if (block.UInt16(2) != 42) return null;
        var next = block.ReadDirectory(ExifGroup.Image, block.UInt32(4));
        if (block.PointerOf(ExifGroup.Image, ExifPointer) is { } exif) block.ReadDirectory(ExifGroup.Photo, exif);
        if (block.PointerOf(ExifGroup.Image, GpsPointer) is { } gps) block.ReadDirectory(ExifGroup.GPSInfo, gps);
        if (block.PointerOf(ExifGroup.Photo, InteroperabilityPointer) is { } iop) block.ReadDirectory(ExifGroup.Iop, iop);
        if (next != 0) block.ReadDirectory(ExifGroup.Thumbnail, next);
        return block;
    }

    /// <summary>Where the value of a tag stands.</summary>
    public int OffsetOf(ExifEntry entry) => entry.Value.Length <= 4 ? entry.EntryOffset + 8 : (int)UInt32(entry.EntryOffset + 8);

    /// <summary>Value of a tag that holds one whole number; null when absent or of another kind.</summary>
    public uint? NumberOf(ExifGroup group, ushort id)
    {
        foreach (var entry in _entries)
        {
            if (entry.Group == group && entry.Id == id && Number(entry) is { } number) return number;
        }

        return null;
    }

    public ushort UInt16(ReadOnlySpan<byte> at) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    public uint UInt32(ReadOnlySpan<byte> at) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    /// <summary>Bytes of one value of a TIFF type; 0 for unknown types.</summary>
    public static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 or Utf8 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 => 8,
        _ => 0,
    };

    private ushort UInt16(int offset) => UInt16(_bytes.Span[offset..]);

    private uint UInt32(int offset) => UInt32(_bytes.Span[offset..]);

    private uint? PointerOf(ExifGroup group, ushort id) => NumberOf(group, id) is { } offset and not 0 ? offset : null;

    private uint? Number(ExifEntry entry) => entry switch
    {
        { Value.Length: >= 4, Type: 4 or 13 } => UInt32(entry.Value.Span),
        { Value.Length: >= 2, Type: 3 } => UInt16(entry.Value.Span),
        { Value.Length: >= 1, Type: 1 } => entry.Value.Span[0],
        _ => null,
    };

    /// <summary>Offset of the directory that follows, 0 when there is none.</summary>
    private uint ReadDirectory(ExifGroup group, uint start)
    {
        if (start > _bytes.Length - 2) return 0;
        var offset = (int)start;
        var count = Math.Min((int)UInt16(offset), (_bytes.Length - offset - 2) / 12);
        _directories[group] = (offset, count);
        for (var i = 0; i < count; i++)
        {
            var at = offset + 2 + 12 * i;
            var type = UInt16(at + 2);
            var size = SizeOf(type);
            var valueCount = UInt32(at + 4);
            if (size == 0 || valueCount == 0 || valueCount > (uint)_bytes.Length) continue;
            var length = (long)size * valueCount;
            long valueAt = length <= 4 ? at + 8 : UInt32(at + 8);
            if (valueAt + length > _bytes.Length) continue;
            _entries.Add(new ExifEntry(group, UInt16(at), type, (int)valueCount, at, _bytes.Slice((int)valueAt, (int)length)));
        }

        var end = offset + 2 + 12 * UInt16(offset);
        return end + 4 <= _bytes.Length ? UInt32(end) : 0;
    }
}
