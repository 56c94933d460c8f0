using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoramax.Http;

namespace Panoramax.StacShapes;

/// <summary>JSON text that comes from the database ready-made and goes out as it is.</summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(string Text)
{
    /// <summary>A list without entries, for what has none.</summary>
    public static RawJson EmptyList { get; } = new("[]");
}

public sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(document.RootElement.GetRawText());
    }

    // PostgreSQL made it: checking it again would cost as much as writing it.
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Text, skipInputValidation: true);
}

/// <summary>Times as clients of the read API know them: <c>2021-07-29T09:16:54+00:00</c>, with six digits of a fraction that is not zero.</summary>
public static class WireTime
{
    /// <summary>In UTC.</summary>
    public static string Utc(DateTimeOffset time) => At(time.ToUniversalTime());

    /// <summary>With the offset it has.</summary>
    public static string At(DateTimeOffset time) => time.ToString(
        time.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond ? "yyyy-MM-ddTHH:mm:sszzz" : "yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);

    /// <summary><c>2021-07-29T09:16:54Z</c>, the form of <c>related</c> links.</summary>
    public static string UtcSeconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>As PostgreSQL writes it in JSON: zeros at the end of the fraction are left out.</summary>
    public static string Shortest(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFF+00:00", CultureInfo.InvariantCulture);

    /// <summary>As PostgreSQL writes it as text, <c>2026-03-01 10:11:12.345678+00:00</c>: paging links hold it, filters read it.</summary>
    public static string Text(DateTimeOffset time) => Utc(time).Replace('T', ' ');
}

/// <summary>GeoJSON Point; at most nine decimals, a tenth of a millimetre.</summary>
public sealed record PointJson
{
    public PointJson(double longitude, double latitude) => Coordinates = [Math.Round(longitude, 9), Math.Round(latitude, 9)];

    [JsonPropertyName("type")] public string Type => "Point";
    [JsonPropertyName("coordinates")] public double[] Coordinates { get; }
}

/// <summary>A link of any answer; what does not apply is left out.</summary>
public sealed record LinkJson
{
    public LinkJson(string rel, string? type, string href, string? title = null) => (Rel, Type, Href, Title) = (rel, type, href, title);

    [JsonPropertyName("rel")] public string Rel { get; }
    [JsonPropertyName("type")] public string? Type { get; }
    [JsonPropertyName("title")] public string? Title { get; }
    [JsonPropertyName("href")] public string Href { get; }

    /// <summary>Picture or sequence that is linked to.</summary>
    [JsonPropertyName("id")] public Guid? Id { get; init; }
    [JsonPropertyName("geometry")] public PointJson? Geometry { get; init; }
    [JsonPropertyName("datetime")] public string? Datetime { get; init; }

    // Links to sequences of a user.
    [JsonPropertyName("created")] public string? Created { get; init; }
    [JsonPropertyName("updated")] public string? Updated { get; init; }
    [JsonPropertyName("extent")] public Collections.ExtentJson? Extent { get; init; }
    [JsonPropertyName("stats:items")] public Collections.CountJson? Items { get; init; }
    [JsonPropertyName("geovisio:length_km")] public double? LengthKm { get; init; }
    [JsonPropertyName("geovisio:status")] public string? Status { get; init; }
    [JsonPropertyName("geovisio:visibility")] public string? Visibility { get; init; }

    // Next page of a search by POST (STAC API, item search).
    [JsonPropertyName("method")] public string? Method { get; init; }
    [JsonPropertyName("body")] public PageBodyJson? Body { get; init; }
    [JsonPropertyName("merge")] public bool? Merge { get; init; }
}

/// <summary>Links that many answers share.</summary>
public static class SharedLinks
{
    /// <summary>Title of the landing page wherever it is linked to.</summary>
    public const string RootTitle = "Instance catalog";

    public static LinkJson RootLink(this Links links) => new("root", MediaTypes.Json, links.Landing(), RootTitle);
}

/// <summary>What the next request has beyond the last one.</summary>
public sealed record PageBodyJson([property: JsonPropertyName("page")] string Page);

/// <summary>Media types as they go out: without a charset.</summary>
public static class MediaTypes
{
    public const string Json = "application/json";
    public const string GeoJson = "application/geo+json";
    public const string VectorTile = "application/vnd.mapbox-vector-tile";
    public const string Jpeg = "image/jpeg";
    public const string Rss = "application/rss+xml";
    public const string Schema = "application/schema+json";
}
