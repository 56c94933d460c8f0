using System.Globalization;
using System.Text.RegularExpressions;
using Panoramax.Metadata.Reading;

namespace Panoramax.Metadata.Writing;

/// <summary>Forms of date and time that clients send.</summary>
internal static partial class CaptureTimeText
{
    private static readonly string[] NamedMonths = ["d MMM yyyy HH:mm:ss", "d MMM yyyy HH:mm", "ddd, d MMM yyyy HH:mm:ss", "d MMMM yyyy HH:mm:ss", "MMM d yyyy HH:mm:ss", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>
    /// ISO 8601 in all its spellings (a blank before the offset, EXIF's colons in the date, no separators, fewer parts) and
    /// the forms of e-mail and of C programs; null for anything else.
    /// </summary>
    public static CaptureTimeOverride? Parse(string text)
    {
        text = text.Trim();
        var match = Iso().Match(text);
        if (match.Success)
        {
            var date = $"{match.Groups["y"].Value}-{match.Groups["m"].Value}-{match.Groups["d"].Value}";
            if (!DateTime.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
            int hour = Number("h"), minute = Number("i"), second = Number("s");
            if (hour > 23 || minute > 59 || second > 59) return null;
            var fraction = match.Groups["f"].Value.PadRight(6, '0')[..6];
            var local = day.AddSeconds(hour * 3600 + minute * 60 + second).AddMicroseconds(int.Parse(fraction, CultureInfo.InvariantCulture));
            return WithOffset(local, match.Groups["z"].Value);

            int Number(string group) => match.Groups[group].Length > 0 ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
        }

        match = TrailingOffset().Match(text);
        return DateTime.TryParseExact(match.Groups["t"].Value, NamedMonths, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var named)
            ? WithOffset(named, match.Groups["z"].Value)
            : null;
    }

    private static CaptureTimeOverride? WithOffset(DateTime local, string offset)
    {
        if (offset.Length == 0) return new CaptureTimeOverride(local, null);
        var parsed = offset.ToUpperInvariant() is "Z" or "UTC" or "GMT" ? TimeSpan.Zero : TimeReader.ParseOffset(offset);
        return parsed is null ? null : new CaptureTimeOverride(local, parsed);
    }

    [GeneratedRegex(@"^(?<y>[0-9]{4})(?<sep>[-:/.]?)(?<m>[0-9]{2})\k<sep>(?<d>[0-9]{2})(?:(?:\s*T\s*|\s+)(?<h>[0-9]{2})(?::?(?<i>[0-9]{2})(?::?(?<s>[0-9]{2})(?:[.,](?<f>[0-9]{1,9}))?)?)?\s*(?<z>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^(?<t>.*?)\s*(?<z>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TrailingOffset();
}
