using System.Text.Json;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>Shapes of annotations: a box of four numbers or a GeoJSON polygon, in whole pixels from the top left corner.</summary>
internal static class PixelShape
{
    /// <summary>The rings of a shape; a box becomes one ring, its corners in the order given.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static List<List<(int X, int Y)>> Read(JsonElement shape)
    {
        if (shape.ValueKind == JsonValueKind.Array)
        {
            var box = shape.EnumerateArray().Select(Number).ToList();
            if (box is not [var left, var top, var right, var bottom]) throw new FormatException("a box has four numbers");
            return [[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]];
        }

        if (shape.ValueKind != JsonValueKind.Object
            || !shape.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "Polygon"
            || !shape.TryGetProperty("coordinates", out var coordinates) || coordinates.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("a shape is a box or a Polygon");
        }

        var rings = coordinates.EnumerateArray().Select(ReadRing).ToList();
        return rings.Count > 0 ? rings : throw new FormatException("a Polygon has at least one ring");
    }

    /// <summary>GeoJSON text.</summary>
    public static string ToJson(IEnumerable<IEnumerable<(int X, int Y)>> rings) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["type"] = "Polygon",
        ["coordinates"] = rings.Select(ring => ring.Select(point => new[] { point.X, point.Y })),
    });

    /// <summary>Where a point of the stored picture lies when it is turned upright by its EXIF orientation.</summary>
    /// <param name="width">Pixels as stored.</param>
    public static (int X, int Y) Upright((int X, int Y) point, int width, int height, int orientation)
    {
        var (x, y) = point;
        return orientation switch
        {
            2 => (width - x, y),
            3 => (width - x, height - y),
            4 => (x, height - y),
            5 => (y, x),
            6 => (height - y, x),
            7 => (height - y, width - x),
            8 => (y, width - x),
            _ => (x, y),
        };
    }

    private static List<(int X, int Y)> ReadRing(JsonElement ring)
    {
        if (ring.ValueKind != JsonValueKind.Array) throw new FormatException("a ring is a list of points");
        var points = ring.EnumerateArray().Select(ReadPoint).ToList();
        return points.Count >= 4 && points[0] == points[^1] ? points : throw new FormatException("a ring has four points or more and is closed");
    }

    private static (int X, int Y) ReadPoint(JsonElement point) =>
        point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2
            ? (Number(point[0]), Number(point[1]))
            : throw new FormatException("a point has two numbers");

    private static int Number(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : throw new FormatException("a coordinate is a whole number");
}
