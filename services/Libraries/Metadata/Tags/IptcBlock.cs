using System.Buffers.Binary;

namespace Panoramax.Metadata.Tags;

/// <summary>IPTC datasets of a Photoshop resource block (APP13); kept in the raw tags only.</summary>
internal static class IptcBlock
{
    private const ushort IptcResource = 0x0404;

    private static readonly Dictionary<byte, string> Names = new()
    {
        [3] = "ObjectType", [4] = "ObjectAttribute", [5] = "ObjectName", [7] = "EditStatus", [8] = "EditorialUpdate", [10] = "Urgency",
        [12] = "Subject", [15] = "Category", [20] = "SuppCategory", [22] = "FixtureId", [25] = "Keywords", [26] = "LocationCode",
        [27] = "LocationName", [30] = "ReleaseDate", [35] = "ReleaseTime", [37] = "ExpirationDate", [38] = "ExpirationTime",
        [40] = "SpecialInstructions", [42] = "ActionAdvised", [45] = "ReferenceService", [47] = "ReferenceDate", [50] = "ReferenceNumber",
        [55] = "DateCreated", [60] = "TimeCreated", [62] = "DigitizationDate", [63] = "DigitizationTime", [65] = "Program",
        [70] = "ProgramVersion", [75] = "ObjectCycle", [80] = "Byline", [85] = "BylineTitle", [90] = "City", [92] = "SubLocation",
        [95] = "ProvinceState", [100] = "CountryCode", [101] = "CountryName", [103] = "TransmissionReference", [105] = "Headline",
        [110] = "Credit", [115] = "Source", [116] = "Copyright", [118] = "Contact", [120] = "Caption", [122] = "Writer",
        [130] = "ImageType", [131] = "ImageOrientation", [135] = "Language",
    };

    private static readonly HashSet<byte> Repeatable = [4, 12, 20, 25, 26, 27, 45, 47, 50, 80, 85, 118, 122];

    /// <summary>Adds the datasets of the application record under exiv2's names.</summary>
    /// <param name="resources">Payload of the segment after <c>Photoshop 3.0\0</c>.</param>
    public static void AddTo(Dictionary<string, string> tags, ReadOnlySpan<byte> resources)
    {
        var values = new SortedDictionary<byte, List<string>>();
        while (PhotoshopResource.TryRead(resources, out var resource))
        {
            if (resource.Id == IptcResource) Collect(values, resource.DataOf(resources));
            resources = resources[resource.Length..];
        }

        foreach (var (dataset, texts) in values)
        {
            tags[$"Iptc.Application2.{Names[dataset]}"] = Repeatable.Contains(dataset) ? PythonText.List(texts) : texts[^1];
        }
    }

    private static void Collect(SortedDictionary<byte, List<string>> values, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 5 && data[0] == 0x1C)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);

            // The high bit announces an extended length; values that long are previews, not text.
            if (length > 0x7FFF || 5 + length > data.Length) return;
            if (data[1] == 2 && Names.ContainsKey(data[2]))
            {
                if (!values.TryGetValue(data[2], out var texts)) values[data[2]] = texts = [];
                texts.Add(Shown(data[2], TagValues.Text(data.Slice(5, length))));
            }

            data = data[(5 + length)..];
        }
    }

    /// <summary>Dates and times are stored without separators and shown with them.</summary>
    private static string Shown(byte dataset, string value) => dataset switch
    {
        30 or 37 or 47 or 55 or 62 when value.Length == 8 => $"{value[..4]}-{value[4..6]}-{value[6..]}",
        35 or 38 or 60 or 63 when value.Length == 11 => $"{value[..2]}:{value[2..4]}:{value[4..9]}:{value[9..]}",
        _ => value,
    };
}
