using System.Text.Json;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>What a blur service says beside the picture; all of it may be missing or wrong without harm to the picture.</summary>
internal sealed record BlurReport
{
    /// <summary>Name under which upstream files the tags of a service that does not say its own.</summary>
    private const string UsualService = "SGBlur";

    public string? BlurringId { get; private init; }

    private string ServiceName { get; init; } = UsualService;

    private JsonElement? Annotations { get; init; }

    /// <summary>Text that is no JSON object is logged and ignored.</summary>
    public static BlurReport Parse(string? json, ILogger log)
    {
        if (string.IsNullOrWhiteSpace(json)) return new BlurReport();
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new JsonException("it is no object");
            return new BlurReport
            {
                BlurringId = Text(root, "blurring_id"),
                ServiceName = Text(root, "service_name") ?? UsualService,
                Annotations = root.TryGetProperty("annotations", out var list) && list.ValueKind != JsonValueKind.Null ? list.Clone() : null,
            };
        }
        catch (JsonException error)
        {
            log.LogWarning("The blur service's metadata are ignored: {Reason}", error.Message);
            return new BlurReport();
        }
    }

    /// <summary>The annotations, in pixels of the upright picture.</summary>
    /// <param name="width">Pixels of the service's picture as stored, in which it measures.</param>
    /// <param name="orientation">EXIF orientation of the service's picture.</param>
    public DetectedObjects? Read(int width, int height, int orientation)
    {
        if (Annotations is not { } list) return null;
        try
        {
            if (list.ValueKind != JsonValueKind.Array) throw new FormatException("annotations is no list");
            var found = list.EnumerateArray().Select(each => ReadOne(each, width, height, orientation)).ToList();
            return found.Count == 0 ? null : new DetectedObjects(ServiceName, found);
        }
        catch (FormatException error)
        {
            return new DetectedObjects(ServiceName, []) { Refusal = $"annotations of the blur service skipped: {error.Message}" };
        }
    }

    private static DetectedObject ReadOne(JsonElement annotation, int width, int height, int orientation)
    {
        if (annotation.ValueKind != JsonValueKind.Object || !annotation.TryGetProperty("shape", out var shape))
            throw new FormatException("one has no shape");
        var rings = PixelShape.Read(shape);
        foreach (var (x, y) in rings.SelectMany(ring => ring))
        {
            if (x < 0 || y < 0 || x > width || y > height) throw new FormatException($"the point {x}, {y} is outside of the picture ({width}×{height})");
        }

        var upright = rings.Select(ring => ring.Select(point => PixelShape.Upright(point, width, height, orientation)).ToList()).ToList();
        return new DetectedObject(PixelShape.ToJson(upright), ReadTags(annotation));
    }

    private static List<DetectedTag> ReadTags(JsonElement annotation)
    {
        if (!annotation.TryGetProperty("semantics", out var semantics) || semantics.ValueKind == JsonValueKind.Null) return [];
        if (semantics.ValueKind != JsonValueKind.Array) throw new FormatException("semantics is no list");

        var tags = new List<DetectedTag>();
        foreach (var each in semantics.EnumerateArray())
        {
            if (each.ValueKind != JsonValueKind.Object || Text(each, "key") is not { Length: > 0 and <= 256 } key || Text(each, "value") is not { Length: <= 2048 } value)
                throw new FormatException("a tag has no usable key and value");
            if (Text(each, "action") is not (null or "add")) continue; // Nothing of its own is left to delete.
            var tag = new DetectedTag(key, value);
            if (tags.Contains(tag)) throw new FormatException($"the tag {key}={value} stands there twice");
            tags.Add(tag);
        }

        return tags;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What a detector recognized in a picture.</summary>
/// <param name="Service">Stable name of the detector, under which its earlier tags are found again.</param>
internal sealed record DetectedObjects(string Service, IReadOnlyList<DetectedObject> Objects)
{
    /// <summary>Why none of them is usable; null when they are.</summary>
    public string? Refusal { get; init; }
}

/// <param name="Shape">GeoJSON polygon in pixels of the upright picture.</param>
internal sealed record DetectedObject(string Shape, IReadOnlyList<DetectedTag> Tags);

internal sealed record DetectedTag(string Key, string Value);
