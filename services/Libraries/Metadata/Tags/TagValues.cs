using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Panoramax.Metadata.Tags;

/// <summary>Values of EXIF tags as the text that exiv2 prints: <c>49/1 0/1 1885/76</c>, bytes as decimal numbers.</summary>
internal static class TagValues
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Text of bytes of unknown encoding: UTF-8 where it is valid, else Latin-1.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    public static string Format(ExifBlock block, ExifEntry entry, ExifKind kind)
    {
        var bytes = entry.Value.Span;
        switch (kind)
        {
            case ExifKind.Comment when entry.Type is 7 or 1:
                return Comment(bytes, block.IsBigEndian);
            case ExifKind.Utf16 when entry.Type is 1 or 7:
                return Utf16(bytes, bigEndian: false);
        }

        return entry.Type is 2 or ExifBlock.Utf8 ? Text(UpToNul(bytes)) : Numbers(block, bytes, entry.Type);
    }

    /// <summary>Text of the C language ends at its first NUL, whatever a tool left behind it.</summary>
    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;

    /// <summary>A comment whose first eight bytes name its encoding (EXIF 2.3, UserComment).</summary>
    private static string Comment(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        if (bytes.Length < 8) return Text(bytes.TrimEnd((byte)0));
        var code = bytes[..8];
        var text = bytes[8..];
        if (!code.StartsWith("UNICODE"u8)) return Text((IsCode(code) ? text : bytes).TrimEnd((byte)0));

        // A byte order mark wins over the order of the block.
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) bigEndian = true;
        else if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) bigEndian = false;
        else return Utf16(text, bigEndian);
        return Utf16(text[2..], bigEndian);
    }

    private static string Utf16(ReadOnlySpan<byte> text, bool bigEndian) =>
        (bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(text[..(text.Length & ~1)]).TrimEnd('\0');

    private static bool IsCode(ReadOnlySpan<byte> code) =>
        code.StartsWith("ASCII"u8) || code.StartsWith("JIS"u8) || code.IndexOfAnyExcept((byte)0) < 0;

    private static string Numbers(ExifBlock block, ReadOnlySpan<byte> bytes, ushort type)
    {
        var size = ExifBlock.SizeOf(type);
        var text = new StringBuilder(bytes.Length * 2);
        for (var i = 0; i + size <= bytes.Length; i += size)
        {
            if (i > 0) text.Append(' ');
            var value = bytes.Slice(i, size);
            _ = type switch
            {
                6 => text.Append((sbyte)value[0]),
                3 => text.Append(block.UInt16(value)),
                8 => text.Append((short)block.UInt16(value)),
                4 or 13 => text.Append(block.UInt32(value)),
                9 => text.Append((int)block.UInt32(value)),
                5 => text.Append(block.UInt32(value)).Append('/').Append(block.UInt32(value[4..])),
                10 => text.Append((int)block.UInt32(value)).Append('/').Append((int)block.UInt32(value[4..])),
                11 => text.Append(BitConverter.UInt32BitsToSingle(block.UInt32(value)).ToString(CultureInfo.InvariantCulture)),
                12 => text.Append(Double(value, block.IsBigEndian).ToString(CultureInfo.InvariantCulture)),
                _ => text.Append(value[0]),
            };
        }

        return text.ToString();
    }

    private static double Double(ReadOnlySpan<byte> value, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value);
}
