using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Panoramax.StacShapes.Items;

/// <summary>
/// The EXIF map of an item: always an object, values always texts (map editors cannot read anything else there), without
/// tags that are binary or that nobody has named.
/// </summary>
/// <param name="Stored">The stored JSON object, null when there is none.</param>
[JsonConverter(typeof(ExifJsonConverter))]
public sealed record ExifJson(string? Stored);

public sealed partial class ExifJsonConverter : JsonConverter<ExifJson>
{
    private static readonly HashSet<string> binary =
    [
        "Exif.Photo.MakerNote", "Exif.Image.PrintImageMatching", "Exif.Panasonic.FaceDetInfo", "Exif.Panasonic.DataDump",
        "Exif.Canon.CameraInfo", "Exif.Canon.CustomFunctions", "Exif.Canon.AFInfo", "Exif.Canon.AFInfo3", "Exif.Canon.ColorData",
        "Exif.Canon.DustRemovalData", "Exif.Canon.VignettingCorr", "Exif.Canon.ContrastInfo",
    ];

    public override ExifJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new ExifJson(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, ExifJson value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Stored is not null)
        {
            using var document = JsonDocument.Parse(value.Stored);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var tag in document.RootElement.EnumerateObject().Where(tag => !binary.Contains(tag.Name) && !Unnamed().IsMatch(tag.Name)))
                    WriteTag(writer, tag);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteTag(Utf8JsonWriter writer, JsonProperty tag)
    {
        if (tag.Value.ValueKind == JsonValueKind.Null) return;
        if (tag.Value.ValueKind == JsonValueKind.String) tag.WriteTo(writer);
        else writer.WriteString(tag.Name, tag.Value.GetRawText());
    }

    [GeneratedRegex(@"\.0x[0-9a-fA-F]+$")]
    private static partial Regex Unnamed();
}
