using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panoramax.Domain.Pictures;

namespace Panoramax.Metadata.Tags;

/// <summary>
/// All tags of a picture under exiv2's names, and what counts as a usable value (metadata rules 1.1 and 1.2 of the API).
/// </summary>
internal sealed partial class TagMap
{
    private const int MaxValueLength = 20_000;

    /// <summary>So that twice a value still fits an <c>int</c>.</summary>
    private const int LargestInteger = 1_000_000_000;
    private const int MaxTextOfAllValues = 2_000_000;

    /// <summary>Only these keys of a JSON image description are taken over: an uploader may not overwrite other tags by it.</summary>
    private const string MapillaryPrefix = "MAP";

    private static readonly HashSet<string> Binary =
    [
        "Exif.Photo.MakerNote", "Exif.Image.PrintImageMatching", "Exif.Image.JPEGTables", "Exif.Image.XMLPacket",
        "Exif.Image.ImageResources", "Exif.Image.IPTCNAA", "Exif.Image.InterColorProfile", "Exif.Image.DNGPrivateData",
    ];

    private readonly Dictionary<string, string> _tags = [];
    private readonly Dictionary<string, string> _nested = [];

    private TagMap()
    {
    }

    /// <summary>Cleaned for storing: no NUL, no large binary tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => _tags;

    /// <exception cref="NotAPicture">The segments do not fit into the file.</exception>
    public static TagMap Read(Stream jpeg)
    {
        var source = JpegMetadata.Read(jpeg);
        var map = new TagMap();
        if (source.Exif is not null && ExifBlock.Read(source.Exif) is { } exif) map.AddExif(exif);
        if (source.Photoshop is not null) IptcBlock.AddTo(map._tags, source.Photoshop);
        if (source.Xmp is not null)
        {
            XmpPacket.Read(source.Xmp)?.AddTo(map._tags);
            if (source.ExtendedXmp is not null) XmpPacket.Read(source.ExtendedXmp)?.AddTo(map._tags);
        }

        if (source.Comment is not null && TagValues.Text(source.Comment) is var comment && Clean(comment).Length > 0)
        {
            map._tags["Exif.Photo.UserComment"] = comment;
        }

        map.AddMapillary();
        foreach (var key in map._tags.Keys.ToArray()) map._tags[key] = Clean(map._tags[key]);
        return map;
    }

    /// <summary>The map that <see cref="Tags"/> was stored of.</summary>
    public static TagMap OfStored(IReadOnlyDictionary<string, string> stored)
    {
        var map = new TagMap();
        foreach (var (key, value) in stored) map._tags[key] = value;
        map.AddMapillary();
        return map;
    }

    /// <summary>Present and not blank.</summary>
    public string? Text(string key) => _tags.TryGetValue(key, out var text) && text.Length > 0 ? text : null;

    /// <summary>A decimal number; neither infinite nor "not a number".</summary>
    public double? Number(string key) => ParseNumber(Text(key) ?? _nested.GetValueOrDefault(key));

    /// <summary>A fraction <c>n/d</c> or a decimal number.</summary>
    public double? NumberOrFraction(string key) => Number(key) ?? Fraction(key)?.Value;

    public Fraction? Fraction(string key) => Text(key) is { } text ? ParseFraction(text) : null;

    /// <summary>Fractions separated by blanks, all with a denominator; null when one of them is none.</summary>
    public IReadOnlyList<Fraction>? Fractions(string key)
    {
        if (Text(key) is not { } text) return null;
        var fractions = new List<Fraction>(3);
        foreach (var part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseFraction(part) is not { } fraction) return null;
            fractions.Add(fraction);
        }

        return fractions;
    }

    /// <summary>A whole number; <c>5760.0</c> counts as one, other decimals are cut.</summary>
    public int? Integer(string key) => Number(key) is { } number && Math.Abs(number) <= LargestInteger ? (int)number : null;

    private static Fraction? ParseFraction(string text) => Metadata.Tags.Fraction.Parse(text);

    private static double? ParseNumber(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static string Clean(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal)) value = value.Replace("\0", "", StringComparison.Ordinal);
        if (value.Contains("charset=", StringComparison.Ordinal)) value = Charset().Replace(value, "");
        return value.Trim();
    }

    [GeneratedRegex(@"charset=\S+")]
    private static partial Regex Charset();

    private void AddExif(ExifBlock exif)
    {
        var total = 0;
        foreach (var entry in exif.Entries)
        {
            if (ExifTags.Find(entry.Group, entry.Id) is not { } tag || Binary.Contains(tag.Key)) continue;
            if (entry.Value.Length > MaxValueLength || (total += entry.Value.Length) > MaxTextOfAllValues) continue;
            _tags[tag.Key] = TagValues.Format(exif, entry, tag.Kind);
        }
    }

    /// <summary>Mapillary's tools write a JSON object into the image description.</summary>
    private void AddMapillary()
    {
        if (!_tags.TryGetValue("Exif.Image.ImageDescription", out var description) || !description.TrimStart().StartsWith('{')) return;
        try
        {
            using var json = JsonDocument.Parse(description.TrimEnd('\0', ' '), new JsonDocumentOptions { MaxDepth = 16 });
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (!property.Name.StartsWith(MapillaryPrefix, StringComparison.Ordinal)) continue;
                _tags[property.Name] = PythonText.Of(property.Value);
                if (property.Value.ValueKind != JsonValueKind.Object) continue;
                foreach (var inner in property.Value.EnumerateObject()) _nested[$"{property.Name}.{inner.Name}"] = PythonText.Of(inner.Value);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // An ordinary description that begins with a brace, or text that is no valid Unicode.
        }
    }
}
