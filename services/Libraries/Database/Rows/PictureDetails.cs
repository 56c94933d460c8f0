using System.Text.Json.Serialization;
using Panoramax.Domain.Pictures;

namespace Panoramax.Database.Rows;

/// <summary>Content of <c>pictures.metadata</c>: values that are shown but never filtered on.</summary>
public sealed record PictureDetails
{
    [JsonPropertyName("originalFileName")] public string? OriginalFileName { get; init; }

    /// <summary>Bytes as received.</summary>
    [JsonPropertyName("originalFileSize")] public long? OriginalFileSize { get; init; }

    /// <summary>GPS time with its local offset, ISO 8601; what <c>sortby=gpsdate</c> sorts on.</summary>
    [JsonPropertyName("ts_gps")] public DateTimeOffset? TsGps { get; init; }

    /// <summary>Camera time with its offset; what <c>sortby=filedate</c> sorts on.</summary>
    [JsonPropertyName("ts_camera")] public DateTimeOffset? TsCamera { get; init; }
    [JsonPropertyName("yaw")] public double? Yaw { get; init; }
    [JsonPropertyName("pitch")] public double? Pitch { get; init; }
    [JsonPropertyName("roll")] public double? Roll { get; init; }

    /// <summary>Metres.</summary>
    [JsonPropertyName("altitude")] public int? Altitude { get; init; }

    /// <summary>Millimetres.</summary>
    [JsonPropertyName("sensor_width")] public double? SensorWidth { get; init; }
    [JsonPropertyName("crop")] public Crop? Crop { get; init; }

    /// <summary>Keys of what the reader assumed or skipped.</summary>
    [JsonPropertyName("tagreader_warnings")] public IReadOnlyList<string>? TagReaderWarnings { get; init; }

    /// <summary>
    /// Degrees that the camera wrote; they stay here when the picture's heading is computed from the path. Whether two
    /// pictures show the same is decided by what their cameras saw, also when the set is dispatched again.
    /// </summary>
    [JsonPropertyName("camera_heading")] public int? CameraHeading { get; init; }

    /// <summary>EXIF orientation of the original, 1 to 8.</summary>
    [JsonPropertyName("orientation")] public int? Orientation { get; init; }

    /// <summary>Id that a remote blur service gave, kept only when it keeps what it blurred.</summary>
    [JsonPropertyName("blurring_id")] public string? BlurringId { get; init; }

    /// <summary>Boxes that were blurred, with what found them.</summary>
    [JsonPropertyName("blurred")] public IReadOnlyList<BlurredRegion>? Blurred { get; init; }

    /// <summary>Reads the column's text; an empty object when it holds nothing.</summary>
    public static PictureDetails Parse(string json) =>
        System.Text.Json.JsonSerializer.Deserialize(json, PictureDetailsJson.Default.PictureDetails) ?? new PictureDetails();

    /// <summary>The column's text; unknown values are left out.</summary>
    public string ToJson() => System.Text.Json.JsonSerializer.Serialize(this, PictureDetailsJson.Default.PictureDetails);
}

/// <summary>A blurred box in pixels of the HD picture, and the detector that found it.</summary>
public sealed record BlurredRegion(
    [property: JsonPropertyName("x")] int X,
    [property: JsonPropertyName("y")] int Y,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("height")] int Height,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("detector")] string Detector,
    [property: JsonPropertyName("score")] double Score);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PictureDetails))]
internal sealed partial class PictureDetailsJson : JsonSerializerContext;
