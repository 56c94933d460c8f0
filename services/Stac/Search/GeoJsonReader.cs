using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.Utilities;

namespace Panoramax.Stac.Search;

/// <summary>Reads a GeoJSON geometry (RFC 7946); heights are dropped, positions beyond the world refused.</summary>
internal static class GeoJsonReader
{
    private static readonly GeometryFactory factory = new(new PrecisionModel(), 4326);

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 not JSON, not a geometry (a Feature, for instance), or a broken one.</exception>
    public static Geometry Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var geometry = Geometry(document.RootElement, depth: 0);
            return geometry.IsEmpty ? throw new FormatException("an empty geometry") : geometry;
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or InvalidOperationException or AssertionFailedException)
        {
            throw StacErrors.BadParameter("intersects", "a GeoJSON geometry in degrees is expected");
        }
    }

    private static Geometry Geometry(JsonElement json, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object || depth > 5) throw new FormatException("not a geometry");
        var type = Property(json, "type").GetString();
        if (type == "GeometryCollection")
            return factory.CreateGeometryCollection([.. Property(json, "geometries").EnumerateArray().Select(part => Geometry(part, depth + 1))]);

        var coordinates = Property(json, "coordinates");
        return type switch
        {
            "Point" => factory.CreatePoint(Position(coordinates)),
            "MultiPoint" => factory.CreateMultiPointFromCoords(Positions(coordinates)),
            "LineString" => factory.CreateLineString(Positions(coordinates)),
            "MultiLineString" => factory.CreateMultiLineString([.. coordinates.EnumerateArray().Select(line => factory.CreateLineString(Positions(line)))]),
            "Polygon" => Polygon(coordinates),
            "MultiPolygon" => factory.CreateMultiPolygon([.. coordinates.EnumerateArray().Select(Polygon)]),
            _ => throw new FormatException("not a geometry"),
        };
    }

    private static Polygon Polygon(JsonElement rings)
    {
        var all = rings.EnumerateArray().Select(ring => factory.CreateLinearRing(Positions(ring))).ToArray();
        return all.Length == 0 ? throw new FormatException("a polygon without rings") : factory.CreatePolygon(all[0], all[1..]);
    }

    private static Coordinate[] Positions(JsonElement list) => [.. list.EnumerateArray().Select(Position)];

    private static Coordinate Position(JsonElement position)
    {
        if (position.GetArrayLength() < 2) throw new FormatException("a position has two numbers");
        var (longitude, latitude) = (position[0].GetDouble(), position[1].GetDouble());
        return Math.Abs(longitude) <= 180 && Math.Abs(latitude) <= 90
            ? new Coordinate(longitude, latitude)
            : throw new FormatException("a position is beyond the world");
    }

    private static JsonElement Property(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value : throw new FormatException($"{name} is missing");
}
