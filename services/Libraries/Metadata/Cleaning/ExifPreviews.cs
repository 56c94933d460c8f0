using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Cleaning;

/// <summary>
/// Takes the previews out of an EXIF block: they show what blurring hides. The second directory is unhooked and emptied;
/// previews that makers hide in their notes are found by how a JPEG begins. Bytes are zeroed in place, so no offset moves.
/// </summary>
internal static class ExifPreviews
{
    private const ushort PreviewOffset = 0x0201;
    private const ushort PreviewLength = 0x0202;
    private const ushort StripOffsets = 0x0111;
    private const ushort StripByteCounts = 0x0117;
    private const ushort MakerNote = 0x927C;
    private const ushort UserComment = 0x9286;
    private const int LongestTag = 1024;

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    /// <summary>A copy without previews, of the same length; null when the bytes are no EXIF block.</summary>
    public static byte[]? Strip(ReadOnlyMemory<byte> original)
    {
        if (ExifBlock.Read(original) is not { } block) return null;
        var bytes = original.ToArray();
        var kept = Kept(block, bytes.Length);
        if (block.Directory(ExifGroup.Thumbnail) is { } preview) Zero(bytes, kept, preview.Offset, 2 + 12 * preview.Count + 4);
        foreach (var (offset, length) in PreviewRanges(block, original)) Zero(bytes, kept, offset, length);
        for (var at = original.Span.IndexOf(JpegStart); at >= 0;)
        {
            var end = EndOfJpeg(original.Span, at);
            Zero(bytes, kept, at, end - at);
            var next = original.Span[end..].IndexOf(JpegStart);
            at = next < 0 ? -1 : end + next;
        }

        Unhook(block, bytes);
        return bytes;
    }

    /// <summary>A copy without the preview and what stands behind the last tag, for blocks that must become smaller.</summary>
    public static byte[] CutOff(ReadOnlyMemory<byte> original)
    {
        var bytes = Strip(original)!;
        var block = ExifBlock.Read(bytes)!;
        var end = 8;
        foreach (var group in Enum.GetValues<ExifGroup>())
        {
            if (block.Directory(group) is { } directory) end = Math.Max(end, directory.Offset + 2 + 12 * directory.Count + 4);
        }

        foreach (var entry in block.Entries)
        {
            if (entry.Value.Length > 4) end = Math.Max(end, block.OffsetOf(entry) + entry.Value.Length);
        }

        return bytes[..Math.Min(end, bytes.Length)];
    }

    /// <summary>Bytes that must not be zeroed, whatever a damaged or hostile block says of its preview's place.</summary>
    private static bool[] Kept(ExifBlock block, int length)
    {
        var kept = new bool[length];
        Keep(0, 8);
        foreach (var group in Enum.GetValues<ExifGroup>())
        {
            if (group != ExifGroup.Thumbnail && block.Directory(group) is { } directory) Keep(directory.Offset, 2 + 12 * directory.Count + 4);
        }

        foreach (var entry in block.Entries)
        {
            var isBinary = entry.Id == MakerNote || (entry.Id != UserComment && entry.Type is 1 or 7 && entry.Value.Length > LongestTag);
            if (entry.Group == ExifGroup.Thumbnail || isBinary || entry.Value.Length <= 4) continue;
            Keep(block.OffsetOf(entry), entry.Value.Length);
        }

        return kept;

        void Keep(int offset, int count) => kept.AsSpan(offset, Math.Min(count, length - offset)).Fill(true);
    }

    private static IEnumerable<(int Offset, int Length)> PreviewRanges(ExifBlock block, ReadOnlyMemory<byte> bytes)
    {
        foreach (var group in new[] { ExifGroup.Thumbnail, ExifGroup.Image })
        {
            if (block.NumberOf(group, PreviewOffset) is { } offset && block.NumberOf(group, PreviewLength) is { } length) yield return Inside(offset, length, bytes.Length);
            var strips = NumbersOf(block, group, StripOffsets);
            var lengths = NumbersOf(block, group, StripByteCounts);
            for (var i = 0; i < Math.Min(strips.Count, lengths.Count); i++) yield return Inside(strips[i], lengths[i], bytes.Length);
        }

        foreach (var entry in block.Entries)
        {
            if (entry.Group == ExifGroup.Thumbnail && entry.Value.Length > 4) yield return (block.OffsetOf(entry), entry.Value.Length);
        }
    }

    private static (int Offset, int Length) Inside(uint offset, uint length, int size) =>
        offset >= size ? (size, 0) : ((int)offset, (int)Math.Min(length, size - offset));

    private static List<uint> NumbersOf(ExifBlock block, ExifGroup group, ushort id)
    {
        var numbers = new List<uint>();
        foreach (var entry in block.Entries)
        {
            if (entry.Group != group || entry.Id != id || entry.Type is not (3 or 4)) continue;
            var size = ExifBlock.SizeOf(entry.Type);
            for (var i = 0; i < entry.Count; i++)
            {
                var at = entry.Value.Span.Slice(i * size, size);
                numbers.Add(size == 2 ? block.UInt16(at) : block.UInt32(at));
            }
        }

        return numbers;
    }

    /// <summary>End of the JPEG that starts here: behind its end marker, which is looked for after its own headers; else the end of the block.</summary>
    private static int EndOfJpeg(ReadOnlySpan<byte> bytes, int start)
    {
        var at = start + 2;
        while (at + 4 <= bytes.Length && bytes[at] == 0xFF && bytes[at + 1] is not (0xDA or 0xD9 or 0xFF))
        {
            at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
        }

        if (at >= bytes.Length) return bytes.Length;
        var end = bytes[at..].IndexOf(JpegEnd);
        return end < 0 ? bytes.Length : at + end + JpegEnd.Length;
    }

    /// <summary>Sets the offset of the directory that follows the first one to 0.</summary>
    private static void Unhook(ExifBlock block, byte[] bytes)
    {
        if (block.Directory(ExifGroup.Image) is not { } image) return;
        var next = image.Offset + 2 + 12 * image.Count;
        if (next + 4 <= bytes.Length) bytes.AsSpan(next, 4).Clear();
    }

    private static void Zero(byte[] bytes, bool[] kept, int offset, int length)
    {
        var end = Math.Min(bytes.Length, offset + length);
        for (var i = offset; i < end; i++)
        {
            if (!kept[i]) bytes[i] = 0;
        }
    }
}
