using Npgsql;
using Panoramax.Stac.Collections;

namespace Panoramax.Stac.Catalog;

/// <summary>
/// Where and when the pictures of the whole instance were taken. Asked at each visit of the landing page, so nothing is
/// added up: the outermost sequence on each side comes from the spatial index as the nearest one to a line far outside the
/// world, the first and last capture from the index on times.
/// </summary>
internal static class InstanceExtent
{
    public const string Sql = """
        SELECT
            (SELECT ST_XMin(s.bbox) FROM sequences s WHERE s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone')
             ORDER BY s.bbox <#> ST_SetSRID(ST_MakeLine(ST_MakePoint(-1000, -1000), ST_MakePoint(-1000, 1000)), 4326) LIMIT 1),
            (SELECT ST_YMin(s.bbox) FROM sequences s WHERE s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone')
             ORDER BY s.bbox <#> ST_SetSRID(ST_MakeLine(ST_MakePoint(-1000, -1000), ST_MakePoint(1000, -1000)), 4326) LIMIT 1),
            (SELECT ST_XMax(s.bbox) FROM sequences s WHERE s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone')
             ORDER BY s.bbox <#> ST_SetSRID(ST_MakeLine(ST_MakePoint(1000, -1000), ST_MakePoint(1000, 1000)), 4326) LIMIT 1),
            (SELECT ST_YMax(s.bbox) FROM sequences s WHERE s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone')
             ORDER BY s.bbox <#> ST_SetSRID(ST_MakeLine(ST_MakePoint(-1000, 1000), ST_MakePoint(1000, 1000)), 4326) LIMIT 1),
            (SELECT p.ts FROM pictures p JOIN sequences_pictures sp ON sp.picture_id = p.id JOIN sequences s ON s.id = sp.sequence_id
             WHERE s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone') AND (p.visibility IS NULL OR p.visibility = 'anyone')
             ORDER BY p.ts LIMIT 1),
            (SELECT p.ts FROM pictures p JOIN sequences_pictures sp ON sp.picture_id = p.id JOIN sequences s ON s.id = sp.sequence_id
             WHERE s.status = 'ready' AND (s.visibility IS NULL OR s.visibility = 'anyone') AND (p.visibility IS NULL OR p.visibility = 'anyone')
             ORDER BY p.ts DESC LIMIT 1)
        """;

    public static async Task<ExtentJson> Read(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);

        // A null box sorts last, so a null here says that no sequence has one.
        var spatial = await reader.IsDBNullAsync(0, cancel)
            ? SpatialJson.World
            : new SpatialJson([[Longitude(reader.GetDouble(0)), Latitude(reader.GetDouble(1)), Longitude(reader.GetDouble(2)), Latitude(reader.GetDouble(3))]]);
        var temporal = await reader.IsDBNullAsync(4, cancel)
            ? null
            : new TemporalJson([[WireTime.Utc(reader.GetFieldValue<DateTimeOffset>(4)), WireTime.Utc(reader.GetFieldValue<DateTimeOffset>(5))]]);
        return new ExtentJson(spatial, temporal);
    }

    private static double Longitude(double value) => Math.Clamp(value, -180, 180);

    private static double Latitude(double value) => Math.Clamp(value, -90, 90);
}
