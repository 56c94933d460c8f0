using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoramax.Http.Values;

/// <summary>
/// Times of upload sets, files and reports: RFC 3339 in UTC with <c>Z</c>, microseconds only when they are not zero
/// (<c>2026-03-04T10:11:12Z</c>, <c>2026-03-04T10:11:12.250000Z</c>).
/// </summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public static string Text(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        var format = utc.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        return utc.ToString(format, CultureInfo.InvariantCulture);
    }

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
}
