using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Reading;

/// <summary>Times of a picture by source; <see cref="Chosen"/> is the one that counts.</summary>
internal sealed record CaptureTimes(CaptureTime? Gps, CaptureTime? Camera)
{
    /// <summary>GPS, unless only the camera knows fractions of the second.</summary>
    public CaptureTime? Chosen => (Gps, Camera) switch
    {
        ({ Microseconds: 0 }, { Microseconds: > 0 }) => Camera,
        ({ } gps, _) => gps,
        _ => Camera,
    };
}

/// <summary>Capture time of a picture (metadata rules 1.5).</summary>
internal static partial class TimeReader
{
    private static readonly (string Date, string Subsecond, string Offset)[] CameraKeys =
    [
        ("Exif.Photo.DateTimeOriginal", "Exif.Photo.SubSecTimeOriginal", "Exif.Photo.OffsetTimeOriginal"),
        ("Exif.Image.DateTimeOriginal", "Exif.Image.SubSecTimeOriginal", "Exif.Image.OffsetTimeOriginal"),
        ("Exif.Image.DateTime", "Exif.Image.SubSecTimeOriginal", "Exif.Image.OffsetTime"),
        ("Xmp.GPano.SourceImageCreateTime", "Xmp.GPano.SubSecTimeOriginal", "Xmp.GPano.OffsetTime"),
        ("Xmp.exif.DateTimeOriginal", "Xmp.exif.SubsecTimeOriginal", "Xmp.exif.OffsetTimeOriginal"),
    ];

    public static CaptureTimes Read(TagMap tags, Position? position, List<string> warnings)
    {
        var zone = position is { } place ? Reading.CaptureTime.ZoneAt(place) : null;
        var gps = ReadGps(tags, "Exif.GPSInfo", zone, warnings)
            ?? ReadGps(tags, "Xmp.exif", zone, warnings)
            ?? ReadMapillary(tags, "MAPGpsTime", warnings);
        var camera = ReadCamera(tags, zone, warnings);

        // Mapillary's capture time is no GPS time; it is better than none where a tool has stripped the camera's.
        if (gps is null && camera is null) gps = ReadMapillary(tags, "MAPCaptureTime", warnings);
        return new CaptureTimes(gps, camera);
    }

    private static CaptureTime? ReadGps(TagMap tags, string group, DateTimeZone? zone, List<string> warnings)
    {
        if (tags.Text($"{group}.GPSDateStamp") is not { } stamp) return null;
        var date = stamp.Replace(':', '-').Replace('/', '-');
        if (!DateTime.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            warnings.Add(MetadataWarnings.GpsDateSkipped);
            return null;
        }

        if (TimeOfDay(tags, $"{group}.GPSTimeStamp") is not { } time)
        {
            if (tags.Fractions($"{group}.GPSDateTime") is not { Count: 3 } parts)
            {
                warnings.Add(MetadataWarnings.GpsTimeUnsupported);
                return null;
            }

            time = Microseconds(parts);
        }

        if (time < 0)
        {
            warnings.Add(MetadataWarnings.GpsDateSkipped);
            return null;
        }

        var utc = Reading.CaptureTime.Utc(day.AddMicroseconds(time));
        return zone is null ? utc : utc.In(zone);
    }

    /// <summary>Microseconds since midnight; -1 for a time that no day has; null for what is no time at all.</summary>
    private static long? TimeOfDay(TagMap tags, string key)
    {
        if (tags.Fractions(key) is { } parts) return parts.Count == 3 ? Microseconds(parts) : null;
        if (tags.Text(key) is not { } text) return null;
        return TimeOnly.TryParseExact(text, ["HH:mm:ss", "HH:mm:ss.FFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.Ticks / TimeSpan.TicksPerMicrosecond
            : null;
    }

    private static long Microseconds(IReadOnlyList<Fraction> parts)
    {
        if (parts[0].Millionths() is not { } hours || parts[1].Millionths() is not { } minutes || parts[2].Millionths() is not { } seconds) return -1;
        hours /= 1_000_000;
        minutes /= 1_000_000;
        return hours is >= 0 and < 24 && minutes is >= 0 and < 60 && seconds is >= 0 and < 60_000_000
            ? (hours * 3600 + minutes * 60) * 1_000_000 + seconds
            : -1;
    }

    private static CaptureTime? ReadMapillary(TagMap tags, string key, List<string> warnings)
    {
        if (tags.Text(key) is not { } text) return null;
        if (DateTime.TryParseExact(text, "yyyy_MM_dd_HH_mm_ss_fff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var utc))
        {
            return Reading.CaptureTime.Utc(utc);
        }

        warnings.Add(MetadataWarnings.MapillaryDateSkipped);
        return null;
    }

    private static CaptureTime? ReadCamera(TagMap tags, DateTimeZone? zone, List<string> warnings)
    {
        foreach (var (dateKey, subsecondKey, offsetKey) in CameraKeys)
        {
            if (tags.Text(dateKey) is not { } text) continue;
            var mark = warnings.Count;
            if (ParseCameraDate(text) is { } date && Localised(date, tags, subsecondKey, offsetKey, zone, warnings) is { } time) return time;
            warnings.RemoveRange(mark, warnings.Count - mark);
            warnings.Add(MetadataWarnings.OriginalDateSkipped);
        }

        return null;
    }

    private static CaptureTime? Localised(CameraDate date, TagMap tags, string subsecondKey, string offsetKey, DateTimeZone? zone, List<string> warnings)
    {
        var microseconds = date.Microseconds;
        if (Subsecond(tags.Text(subsecondKey)) is { } separate)
        {
            if (microseconds > 0 && separate > 0 && microseconds != separate) warnings.Add(MetadataWarnings.SubsecondMismatch);
            microseconds = Math.Max(microseconds, separate);
        }

        var local = date.Seconds.AddMicroseconds(microseconds);
        if ((date.Offset ?? ParseOffset(tags.Text(offsetKey))) is { } offset) return Reading.CaptureTime.FromLocal(local, offset);
        if (zone is not null) return Reading.CaptureTime.FromLocal(local, zone);
        warnings.Add(MetadataWarnings.UtcFallbackNoPosition);
        return Reading.CaptureTime.FromLocal(local, TimeSpan.Zero);
    }

    /// <summary>Local date and time as cameras and tools write it: <c>2021:07:29 11:16:42</c>, also ISO 8601 with fraction and zone.</summary>
    internal readonly record struct CameraDate(DateTime Seconds, long Microseconds, TimeSpan? Offset);

    internal static CameraDate? ParseCameraDate(string text)
    {
        var match = CameraDateForm().Match(text);
        if (!match.Success) return null;
        var date = $"{match.Groups["y"].Value}-{match.Groups["m"].Value}-{match.Groups["d"].Value}";
        if (!DateTime.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        int hour = Number("h"), minute = Number("i"), second = Number("s");
        if (hour > 23 || minute > 59 || second > 59) return null;
        TimeSpan? offset = null;
        if (match.Groups["z"].Success)
        {
            offset = ParseOffset(match.Groups["z"].Value);
            if (offset is null) return null;
        }

        return new CameraDate(day.AddSeconds(hour * 3600 + minute * 60 + second), Padded(match.Groups["f"].ValueSpan), offset);

        int Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary><c>+02:00</c>, <c>-0330</c>, <c>+02</c> or <c>Z</c>; null for anything else.</summary>
    internal static TimeSpan? ParseOffset(string? text)
    {
        if (text is null) return null;
        if (text is "Z" or "z") return TimeSpan.Zero;
        var match = OffsetForm().Match(text);
        if (!match.Success) return null;
        var minutes = match.Groups[3].Success ? int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var offset = TimeSpan.FromMinutes(int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) * 60 + minutes);

        // No place on Earth is further from UTC than 14 hours, which is also what DateTimeOffset allows.
        if (minutes > 59 || offset > TimeSpan.FromHours(14)) return null;
        return match.Groups[1].ValueSpan[0] == '-' ? -offset : offset;
    }

    /// <summary>A sub-second text: digits after the decimal point, <c>5</c> is half a second.</summary>
    private static long? Subsecond(string? text)
    {
        if (text is null) return null;
        if (text.EndsWith(".0", StringComparison.Ordinal)) text = text[..^2];
        return text.Length > 0 && text.All(char.IsAsciiDigit) ? Padded(text) : null;
    }

    private static long Padded(ReadOnlySpan<char> digits)
    {
        long value = 0;
        for (var i = 0; i < 6; i++) value = value * 10 + (i < digits.Length ? digits[i] - '0' : 0);
        return value;
    }

    [GeneratedRegex(@"^(?<y>[0-9]{4})[:-](?<m>[0-9]{2})[:-](?<d>[0-9]{2}).\s*(?<h>[0-9]{1,2}):(?<i>[0-9]{1,2})(?::(?<s>[0-9]{1,2})(?:[.,](?<f>[0-9]*))?)?\s*(?<z>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CameraDateForm();

    [GeneratedRegex(@"^([+-])([0-9]{2}):?([0-9]{2})?$", RegexOptions.CultureInvariant)]
    private static partial Regex OffsetForm();
}
