using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Writing;

/// <summary>Bytes of EXIF values from the text that exiv2 would take: numbers and fractions separated by blanks, or plain text.</summary>
internal static partial class ExifEncoder
{
    /// <summary>TIFF type and bytes of a text; null when the text is no value of that kind.</summary>
    public static (ushort Type, byte[] Value)? Encode(ExifEditor editor, ExifKind kind, string text) => kind switch
    {
        ExifKind.Ascii => (2, [.. Encoding.UTF8.GetBytes(text), 0]),
        ExifKind.Utf16 => (1, [.. Encoding.Unicode.GetBytes(text), 0, 0]),
        ExifKind.Comment => (7, Comment(editor, text)),
        ExifKind.Byte => Numbers(1, text, word => Whole(editor, word, 0, byte.MaxValue, 1)),
        ExifKind.Undefined => Numbers(7, text, word => Whole(editor, word, 0, byte.MaxValue, 1)),
        ExifKind.Short => Numbers(3, text, word => Whole(editor, word, 0, ushort.MaxValue, 2)),
        ExifKind.SignedShort => Numbers(8, text, word => Whole(editor, word, short.MinValue, short.MaxValue, 2)),
        ExifKind.Long => Numbers(4, text, word => Whole(editor, word, 0, uint.MaxValue, 4)),
        ExifKind.Rational => Numbers(5, text, word => Rational(editor, word, 0, uint.MaxValue)),
        ExifKind.SignedRational => Numbers(10, text, word => Rational(editor, word, int.MinValue, int.MaxValue)),
        _ => null,
    };

    private static (ushort Type, byte[] Value)? Numbers(ushort type, string text, Func<string, byte[]?> encode)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return null;
        var bytes = new List<byte>();
        foreach (var word in words)
        {
            if (encode(word) is not { } value) return null;
            bytes.AddRange(value);
        }

        return (type, [.. bytes]);
    }

    private static byte[]? Whole(ExifEditor editor, string word, long smallest, long largest, int size) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= smallest && number <= largest
            ? editor.Number(unchecked((uint)number), size)
            : null;

    /// <summary><c>n/d</c> as it is, a decimal number as the shortest fraction of a power of ten.</summary>
    private static byte[]? Rational(ExifEditor editor, string word, long smallest, long largest)
    {
        decimal numerator, denominator = 1;
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!decimal.TryParse(word.AsSpan(0, slash), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numerator)) return null;
            if (!decimal.TryParse(word.AsSpan(slash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out denominator)) return null;
        }
        else
        {
            if (!decimal.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out numerator)) return null;
            if (numerator < smallest || numerator > largest) return null;
            while (numerator != decimal.Truncate(numerator) && denominator < 1_000_000 && Math.Abs(numerator * 10) <= largest)
            {
                numerator *= 10;
                denominator *= 10;
            }

            numerator = Math.Round(numerator);
        }

        if (numerator < smallest || numerator > largest || denominator < smallest || denominator > largest) return null;
        return [.. editor.Number(unchecked((uint)(long)numerator), 4), .. editor.Number(unchecked((uint)(long)denominator), 4)];
    }

    private static byte[] Comment(ExifEditor editor, string text)
    {
        text = Charset().Replace(text, "");
        if (Ascii.IsValid(text)) return [.. "ASCII\0\0\0"u8, .. Encoding.ASCII.GetBytes(text)];
        return [.. "UNICODE\0"u8, .. (editor.IsBigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetBytes(text)];
    }

    [GeneratedRegex("""^charset="?[A-Za-z]+"?\s*""")]
    private static partial Regex Charset();
}
