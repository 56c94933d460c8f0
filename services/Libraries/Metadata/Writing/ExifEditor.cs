using System.Buffers.Binary;
using Panoramax.Metadata.Cleaning;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Writing;

/// <summary>
/// Changes tags of an EXIF block by appending: values and directories that change are written behind the old block and the
/// pointers turned to them. Nothing else moves, so that maker notes, whose offsets only their vendor knows, stay readable.
/// </summary>
internal sealed class ExifEditor
{
    private const ushort Long = 4;

    private readonly ReadOnlyMemory<byte> _original;
    private readonly ExifBlock? _block;
    private readonly Dictionary<(ExifGroup Group, ushort Id), (ushort Type, byte[] Value)> _changes = [];

    /// <param name="original">Block without its prefix; null, or no EXIF at all, begins a new one.</param>
    public ExifEditor(byte[]? original)
    {
        _block = original is null ? null : ExifBlock.Read(original);
        _original = _block is null ? "II*\0\0\0\0\0"u8.ToArray() : original;
    }

    public bool IsBigEndian => _block?.IsBigEndian ?? false;

    public bool HasChanges => _changes.Count > 0;

    public bool HasDirectory(ExifGroup group) => _block?.Directory(group) is not null;

    /// <summary>Sets a tag to bytes of the block's byte order.</summary>
    public void Set(ExifGroup group, ushort id, ushort type, byte[] value) => _changes[(group, id)] = (type, value);

    /// <summary>A value for a tag that no one else sets.</summary>
    public void SetDefault(ExifGroup group, ushort id, ushort type, byte[] value) => _changes.TryAdd((group, id), (type, value));

    /// <summary>The changed block; when it grows beyond the limit, the embedded preview is left out to make room.</summary>
    public byte[] ToBytes(int limit)
    {
        var whole = ToBytes(_original.Span);
        return whole.Length <= limit || _block is null ? whole : ToBytes(ExifPreviews.CutOff(_original));
    }

    private byte[] ToBytes(ReadOnlySpan<byte> original)
    {
        var output = new MemoryStream();
        output.Write(original);
        WriteChild(output, ExifGroup.Iop, ExifGroup.Photo, ExifBlock.InteroperabilityPointer);
        WriteChild(output, ExifGroup.Photo, ExifGroup.Image, ExifBlock.ExifPointer);
        WriteChild(output, ExifGroup.GPSInfo, ExifGroup.Image, ExifBlock.GpsPointer);
        var image = WriteDirectory(output, ExifGroup.Image);
        output.Position = 4;
        output.Write(Number(image, 4));
        return output.ToArray();
    }

    /// <summary>A whole number in the block's byte order.</summary>
    public byte[] Number(uint value, int size)
    {
        var bytes = new byte[4];
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            return bytes[(4 - size)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes[..size];
    }

    private void WriteChild(MemoryStream output, ExifGroup group, ExifGroup parent, ushort pointer)
    {
        if (_changes.Keys.All(change => change.Group != group)) return;
        Set(parent, pointer, Long, Number(WriteDirectory(output, group), 4));
    }

    /// <summary>Writes a directory with all its old and changed entries; returns its offset.</summary>
    private uint WriteDirectory(MemoryStream output, ExifGroup group)
    {
        var changes = _changes.Where(change => change.Key.Group == group).ToDictionary(change => change.Key.Id, change => change.Value);
        var entries = new List<(ushort Id, byte[] Bytes)>();
        uint next = 0;
        if (_block?.Directory(group) is { } old)
        {
            for (var i = 0; i < old.Count; i++)
            {
                var bytes = _original.Slice(old.Offset + 2 + 12 * i, 12).ToArray();
                var id = _block.UInt16(bytes);
                var isPadding = _block.UInt16(bytes.AsSpan(2)) == 0;
                if (!isPadding && !changes.ContainsKey(id)) entries.Add((id, bytes));
            }

            var end = old.Offset + 2 + 12 * old.Count;
            if (end + 4 <= _original.Length) next = _block.UInt32(_original.Span[end..]);
        }

        foreach (var (id, (type, value)) in changes)
        {
            var inline = value.Length <= 4 ? [.. value, .. new byte[4 - value.Length]] : Number(Append(output, value), 4);
            var count = (uint)(value.Length / ExifBlock.SizeOf(type));
            entries.Add((id, [.. Number(id, 2), .. Number(type, 2), .. Number(count, 4), .. inline]));
        }

        var table = new MemoryStream();
        table.Write(Number((uint)entries.Count, 2));
        foreach (var (_, bytes) in entries.OrderBy(entry => entry.Id)) table.Write(bytes);
        table.Write(Number(next, 4));
        return Append(output, table.ToArray());
    }

    /// <summary>TIFF wants values at even offsets.</summary>
    private static uint Append(MemoryStream output, byte[] bytes)
    {
        output.Position = output.Length;
        if (output.Length % 2 == 1) output.WriteByte(0);
        var offset = (uint)output.Position;
        output.Write(bytes);
        return offset;
    }
}
