using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Panoramax.Http.Values;

/// <summary>
/// Reading of scalar values as the API's clients send them: numbers as text, many words for true and false, durations and
/// times in several forms. Each method answers null for what it does not understand.
/// </summary>
public static partial class Lenient
{
    /// <summary>Seconds; just below what a <see cref="TimeSpan"/> holds.</summary>
    private const double LongestDuration = 9e11;

    /// <summary><c>12</c> and <c>12.0</c>, not <c>12.5</c>.</summary>
    public static int? Int(string text)
    {
        text = text.Trim();
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue ? (int)value : null;
    }

    /// <summary>Finite decimal numbers.</summary>
    public static double? Double(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary><c>true/false/1/0/yes/no/on/off/t/f/y/n</c> in any case.</summary>
    public static bool? Bool(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "on" or "t" or "y" => true,
        "false" or "0" or "no" or "off" or "f" or "n" => false,
        _ => null,
    };

    /// <summary>Seconds as a number, an ISO 8601 duration (<c>PT2M</c>), or <c>HH:MM:SS</c>.</summary>
    public static TimeSpan? Duration(string text)
    {
        text = text.Trim();
        if (Double(text) is { } seconds && Math.Abs(seconds) < LongestDuration) return TimeSpan.FromSeconds(seconds);
        if (TimeSpan.TryParseExact(text, [@"hh\:mm\:ss", @"h\:mm\:ss", @"hh\:mm\:ss\.FFFFFF", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out var span))
            return span;
        try
        {
            return text.StartsWith('P') || text.StartsWith("-P", StringComparison.Ordinal) ? XmlConvert.ToTimeSpan(text) : null;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>
    /// ISO 8601 first (a blank instead of <c>T</c>, and a blank before the offset are fine), then the forms that people write
    /// (<c>2023-07</c>, <c>July 2023</c>).
    /// </summary>
    /// <returns>The local time as written, and its offset when one was given (<c>Z</c> is zero).</returns>
    public static (DateTime Local, TimeSpan? Offset)? DateTime(string text)
    {
        text = text.Trim();
        var match = Iso().Match(text);
        if (!match.Success)
        {
            return System.DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.RoundtripKind, out var free)
                ? (System.DateTime.SpecifyKind(free, DateTimeKind.Unspecified), free.Kind == DateTimeKind.Utc ? TimeSpan.Zero : null)
                : null;
        }

        int Part(string name, int missing) => match.Groups[name].Success ? int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : missing;
        try
        {
            var local = new DateTime(Part("y", 1), Part("mo", 1), Part("d", 1), Part("h", 0), Part("mi", 0), Part("s", 0), DateTimeKind.Unspecified);
            if (match.Groups["f"].Success)
                local = local.AddTicks(long.Parse(match.Groups["f"].Value.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture) / 10 * 10);
            return (local, Offset(match.Groups["z"]));
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="DateTime"/>; a time without offset is UTC.</summary>
    public static DateTimeOffset? Instant(string text)
    {
        if (DateTime(text) is not { } value) return null;
        try
        {
            return new DateTimeOffset(value.Local, value.Offset ?? TimeSpan.Zero).ToUniversalTime();
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static TimeSpan? Offset(Group zone)
    {
        if (!zone.Success) return null;
        if (zone.Value is "Z" or "z") return TimeSpan.Zero;
        var digits = zone.Value[1..].Replace(":", "", StringComparison.Ordinal).PadRight(4, '0');
        var span = new TimeSpan(int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture), int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture), 0);
        if (span > TimeSpan.FromHours(14)) throw new ArgumentOutOfRangeException(nameof(zone));
        return zone.Value[0] == '-' ? -span : span;
    }

    [GeneratedRegex(@"^(?<y>\d{4})-(?<mo>\d{2})(-(?<d>\d{2})([T ](?<h>\d{2}):(?<mi>\d{2})(:(?<s>\d{2})([.,](?<f>\d{1,9}))?)?)?)? ?(?<z>Z|z|[+-]\d{2}(:?\d{2})?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();
}
