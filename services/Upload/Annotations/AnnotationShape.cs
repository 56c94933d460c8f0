using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panoramax.Http.Values;

namespace Panoramax.Upload.Annotations;

/// <summary>
/// A polygon in whole pixels of the HD picture, origin top left. Sent as a box <c>[minx, miny, maxx, maxy]</c> or as a GeoJSON
/// polygon; kept and shown as a polygon.
/// </summary>
/// <param name="Rings">Each closed: its last corner is its first.</param>
internal sealed record AnnotationShape(IReadOnlyList<IReadOnlyList<(int X, int Y)>> Rings)
{
    /// <summary>Reads a shape that stands somewhere in the body; a fault is noted.</summary>
    /// <returns>Null when it is no shape.</returns>
    public static AnnotationShape? Read(RequestFields fields, JsonElement? value, IReadOnlyList<object> path)
    {
        var shape = value switch
        {
            { ValueKind: JsonValueKind.Array } box => OfBox(box),
            { ValueKind: JsonValueKind.Object } polygon => OfPolygon(polygon),
            _ => null,
        };
        if (shape is null)
            fields.Fault(path, "must be a box of four whole numbers or a GeoJSON Polygon of closed rings with at least 4 whole-numbered positions", value);
        return shape;
    }

    /// <summary>The shape as GeoJSON; equal shapes have equal texts.</summary>
    public string ToGeoJson() => new JsonObject
    {
        ["type"] = "Polygon",
        ["coordinates"] = new JsonArray([.. Rings.Select(ring => new JsonArray([.. ring.Select(corner => new JsonArray(corner.X, corner.Y))]))]),
    }.ToJsonString();

    /// <exception cref="Http.Errors.ApiError">400: a corner lies outside of the picture.</exception>
    public void ThrowIfOutside(int width, int height)
    {
        foreach (var (x, y) in Rings.SelectMany(ring => ring))
        {
            if (x < 0 || x > width || y < 0 || y > height) throw UploadErrors.OutsideOfPicture(x, y, width, height);
        }
    }

    /// <summary>Corners in the order given: a reversed box stays reversed.</summary>
    private static AnnotationShape? OfBox(JsonElement box)
    {
        var numbers = box.EnumerateArray().Select(Whole).ToList();
        return numbers is [{ } minX, { } minY, { } maxX, { } maxY]
            ? new AnnotationShape([[(minX, minY), (maxX, minY), (maxX, maxY), (minX, maxY), (minX, minY)]])
            : null;
    }

    private static AnnotationShape? OfPolygon(JsonElement polygon)
    {
        if (!polygon.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("Polygon")) return null;
        if (!polygon.TryGetProperty("coordinates", out var coordinates) || coordinates.ValueKind != JsonValueKind.Array) return null;

        var rings = new List<IReadOnlyList<(int, int)>>();
        foreach (var ring in coordinates.EnumerateArray())
        {
            if (ring.ValueKind != JsonValueKind.Array) return null;
            var corners = new List<(int X, int Y)>();
            foreach (var corner in ring.EnumerateArray())
            {
                if (corner.ValueKind != JsonValueKind.Array || corner.EnumerateArray().Select(Whole).ToList() is not [{ } x, { } y]) return null;
                corners.Add((x, y));
            }

            if (corners.Count < 4 || corners[0] != corners[^1]) return null;
            rings.Add(corners);
        }

        return rings.Count == 0 ? null : new AnnotationShape(rings);
    }

    private static int? Whole(JsonElement number) => number.ValueKind switch
    {
        JsonValueKind.Number => Lenient.Int(number.GetRawText()),
        JsonValueKind.String when RequestFields.StorableText(number) is { } text => Lenient.Int(text.ToString(CultureInfo.InvariantCulture)),
        _ => null,
    };
}
