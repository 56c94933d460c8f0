using System.Globalization;
using System.Text.RegularExpressions;
using Panoramax.Metadata.Tags;

namespace Panoramax.Metadata.Reading;

/// <summary>Degrees WGS 84.</summary>
internal readonly record struct Position(double Latitude, double Longitude);

/// <summary>Position of a picture: EXIF, else XMP, else Mapillary's JSON (metadata rules 1.4).</summary>
internal static partial class PositionReader
{
    /// <summary>Null when there is none, or when it is exactly 0, 0.</summary>
    /// <exception cref="MetadataRefused">The coordinates are outside of the world or broken.</exception>
    public static Position? Read(TagMap tags, List<string> warnings)
    {
        var found = ReadGroup(tags, "Exif.GPSInfo", warnings) ?? ReadGroup(tags, "Xmp.exif", warnings) ?? ReadMapillary(tags);
        if (found is not { } position) return null;
        if (position.Latitude is not (>= -90 and <= 90))
        {
            throw new MetadataRefused(RefusalKind.Invalid, [new MetadataProblem(MetadataTexts.LatitudeOutOfBounds, position.Latitude)]);
        }

        if (position.Longitude is not (>= -180 and <= 180))
        {
            throw new MetadataRefused(RefusalKind.Invalid, [new MetadataProblem(MetadataTexts.LongitudeOutOfBounds, position.Longitude)]);
        }

        return position is { Latitude: 0, Longitude: 0 } ? null : position;
    }

    private static Position? ReadGroup(TagMap tags, string group, List<string> warnings)
    {
        var latitudeKey = $"{group}.GPSLatitude";
        var longitudeKey = $"{group}.GPSLongitude";
        if (XmpCoordinate(tags.Text(latitudeKey), 'N', 'S') is { } north && XmpCoordinate(tags.Text(longitudeKey), 'E', 'W') is { } east)
        {
            return new Position(north, east);
        }

        if (Unsigned(tags, latitudeKey, longitudeKey) is not { } position) return null;
        return new Position(
            Signed(position.Latitude, tags.Text($"{group}.GPSLatitudeRef"), 'N', 'S', MetadataWarnings.AssumedNorth, warnings),
            Signed(position.Longitude, tags.Text($"{group}.GPSLongitudeRef"), 'E', 'W', MetadataWarnings.AssumedEast, warnings));
    }

    private static Position? Unsigned(TagMap tags, string latitudeKey, string longitudeKey)
    {
        if (tags.Fractions(latitudeKey) is { Count: 3 } latitude && tags.Fractions(longitudeKey) is { } longitude)
        {
            if (longitude.Count != 3) throw new MetadataRefused(RefusalKind.Invalid, [new MetadataProblem(MetadataTexts.BrokenCoordinates)]);
            return new Position(Degrees(latitude), Degrees(longitude));
        }

        // Decimal degrees; a zero here is what tools write that know no position.
        return tags.NumberOrFraction(latitudeKey) is { } lat && tags.NumberOrFraction(longitudeKey) is { } lon && lat != 0 && lon != 0
            ? new Position(lat, lon)
            : null;
    }

    private static double Degrees(IReadOnlyList<Fraction> parts) => parts[0].Value + parts[1].Value / 60 + parts[2].Value / 3600;

    private static double Signed(double degrees, string? reference, char positive, char negative, string warning, List<string> warnings)
    {
        if (reference is not null && reference[0] == negative) return -degrees;
        if (reference is null || char.ToUpperInvariant(reference[0]) != positive) warnings.Add(warning);
        return degrees;
    }

    private static Position? ReadMapillary(TagMap tags) =>
        tags.Number("MAPLatitude") is { } latitude && tags.Number("MAPLongitude") is { } longitude ? new Position(latitude, longitude) : null;

    /// <summary>XMP's own notation: <c>49,0.413376N</c> or <c>49,0,24.8N</c>.</summary>
    private static double? XmpCoordinate(string? text, char positive, char negative)
    {
        if (text is null || text[^1] != positive && text[^1] != negative) return null;
        var match = XmpNotation().Match(text);
        if (!match.Success) return null;
        var degrees = Part(1) + Part(2) / 60 + Part(3) / 3600;
        return text[^1] == negative ? -degrees : degrees;

        double Part(int group) => match.Groups[group].Success ? double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^(\d{1,3}),(\d{1,3}(?:\.\d{0,20})?)(?:,(\d{1,3}(?:\.\d{0,20})?))?[NSEW]$", RegexOptions.CultureInvariant)]
    private static partial Regex XmpNotation();
}
