using System.Text.Json;
using System.Text.Json.Nodes;
using NetTopologySuite.Geometries;
using Panoramax.Http.Values;

namespace Panoramax.Upload.ExcludedAreas;

/// <summary>Geometry of an area: read from GeoJSON as Polygon or MultiPolygon, always kept and shown as MultiPolygon.</summary>
internal static class AreaGeometry
{
    private static readonly GeometryFactory wgs84 = new(new PrecisionModel(), 4326);

    /// <summary>Reads a geometry that stands somewhere in the body; a fault is noted.</summary>
    /// <returns>Null when it is none that can be used.</returns>
    public static MultiPolygon? Read(RequestFields fields, JsonElement? value, IReadOnlyList<object> path)
    {
        var polygons = value is { ValueKind: JsonValueKind.Object } geometry && geometry.TryGetProperty("type", out var type)
            && geometry.TryGetProperty("coordinates", out var coordinates) && type.ValueKind == JsonValueKind.String
            ? ReadPolygons(type, coordinates)
            : null;
        if (polygons is null or [])
        {
            fields.Fault(path, "must be a GeoJSON Polygon or MultiPolygon of closed rings in degrees", null);
            return null;
        }

        var area = wgs84.CreateMultiPolygon([.. polygons]);
        if (area.IsValid) return area;
        fields.Fault(path, "must be a valid geometry: its rings cross each other or themselves", null);
        return null;
    }

    public static JsonNode ToGeoJson(MultiPolygon area) => new JsonObject
    {
        ["type"] = "MultiPolygon",
        ["coordinates"] = new JsonArray([.. area.Geometries.Cast<Polygon>().Select(polygon =>
            new JsonArray([Ring(polygon.ExteriorRing), .. polygon.InteriorRings.Select(Ring)]))]),
    };

    private static JsonNode Ring(LineString ring) => new JsonArray([.. ring.Coordinates.Select(corner => new JsonArray(corner.X, corner.Y))]);

    private static List<Polygon>? ReadPolygons(JsonElement type, JsonElement coordinates)
    {
        if (type.ValueEquals("Polygon")) return ReadPolygon(coordinates) is { } polygon ? [polygon] : null;
        if (!type.ValueEquals("MultiPolygon") || coordinates.ValueKind != JsonValueKind.Array) return null;
        var polygons = coordinates.EnumerateArray().Select(ReadPolygon).ToList();
        return polygons.Contains(null) ? null : [.. polygons.OfType<Polygon>()];
    }

    private static Polygon? ReadPolygon(JsonElement rings)
    {
        if (rings.ValueKind != JsonValueKind.Array) return null;
        var read = rings.EnumerateArray().Select(ReadRing).ToList();
        return read.Count == 0 || read.Contains(null) ? null : wgs84.CreatePolygon(read[0], [.. read[1..].OfType<LinearRing>()]);
    }

    private static LinearRing? ReadRing(JsonElement positions)
    {
        if (positions.ValueKind != JsonValueKind.Array) return null;
        var corners = positions.EnumerateArray().Select(ReadPosition).ToList();
        return corners.Count < 4 || corners.Contains(null) || !corners[0]!.Equals2D(corners[^1]) ? null : wgs84.CreateLinearRing([.. corners.OfType<Coordinate>()]);
    }

    /// <summary>Longitude and latitude; an altitude behind them is left out.</summary>
    private static Coordinate? ReadPosition(JsonElement position)
    {
        if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2) return null;
        return position[0].ValueKind == JsonValueKind.Number && position[1].ValueKind == JsonValueKind.Number
            && position[0].TryGetDouble(out var longitude) && position[1].TryGetDouble(out var latitude)
            && longitude is >= -180 and <= 180 && latitude is >= -90 and <= 90
            ? new Coordinate(longitude, latitude)
            : null;
    }
}
