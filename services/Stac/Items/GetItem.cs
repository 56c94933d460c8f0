using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Stac.Search;

namespace Panoramax.Stac.Items;

/// <summary>
/// One picture. It is found by its own id, whatever collection the address names: clients keep addresses of sequences that
/// were dispatched anew.
/// </summary>
internal static class GetItem
{
    /// <exception cref="Panoramax.Http.Errors.ApiError">404 unknown, without sequence, or not for this caller.</exception>
    public static async Task<IResult> Handle(Guid id, Caller caller, NpgsqlDataSource source, ItemShape shape, Links links, CancellationToken cancel)
    {
        var (item, row) = await Find(id, caller, source, shape, links, cancel) ?? throw StacErrors.UnknownPicture();
        // The item itself says what is wrong with it.
        return row.PreparingStatus == PreparingStatus.Broken
            ? TypedResults.Json(item, StacJson.Wire.ItemJson, MediaTypes.GeoJson, StatusCodes.Status500InternalServerError)
            : TaggedAnswer.Json(item, StacJson.Wire.ItemJson, MediaTypes.GeoJson);
    }

    /// <summary>The same for a search by one id; null when there is nothing for this caller.</summary>
    public static async Task<(ItemJson Item, ItemRow Row)?> Find(
        Guid id, Caller caller, NpgsqlDataSource source, ItemShape shape, Links links, CancellationToken cancel)
    {
        var row = await ItemLookup.Find(id, caller, source, cancel);
        return row is null ? null : (shape.Of(row, await Related(row, caller, source, links, cancel)), row);
    }

    private static async Task<List<LinkJson>> Related(ItemRow row, Caller caller, NpgsqlDataSource source, Links links, CancellationToken cancel)
    {
        var related = new List<LinkJson>();
        var statement = new Statement(caller);
        await using var reader = await statement.ReadPrepared(source, RelatedSql(statement, row), cancel);
        while (await reader.ReadAsync(cancel))
        {
            var (id, sequenceId) = (reader.GetGuid(0), reader.GetGuid(1));
            related.Add(new LinkJson("related", MediaTypes.GeoJson, links.Item(sequenceId, id))
            {
                Id = id,
                Geometry = new PointJson(reader.GetDouble(2), reader.GetDouble(3)),
                Datetime = WireTime.UtcSeconds(reader.GetFieldValue<DateTimeOffset>(4)),
            });
        }

        return related;
    }

    /// <summary>
    /// The nearest picture of each other sequence within 15 m, where one can look the same way: this one is 360°, a heading is
    /// unknown, or the plain difference of both is at most 100° (no turn at north, as the API defines it).
    /// </summary>
    internal static string RelatedSql(Statement statement, ItemRow row)
    {
        const double metres = 15;
        var here = $"ST_SetSRID(ST_MakePoint({statement.Value(row.Longitude)}, {statement.Value(row.Latitude)}), 4326)::geography";
        var sameView = row.Type == PictureType.Equirectangular || row.Heading is null
            ? "TRUE"
            : $"(p.heading IS NULL OR abs(p.heading - {statement.Value(row.Heading.Value)}) <= 100)";
        return $"""
            SELECT id, sequence_id, x, y, ts FROM (
                SELECT DISTINCT ON (sp.sequence_id) p.id, sp.sequence_id, ST_X(p.geom) AS x, ST_Y(p.geom) AS y, p.ts,
                       ST_Distance(p.geom::geography, {here}) AS metres
                FROM pictures p
                JOIN sequences_pictures sp ON sp.picture_id = p.id
                JOIN sequences s ON s.id = sp.sequence_id
                WHERE {SearchArea.Around(row.Longitude, row.Latitude, metres).Condition(statement)}
                  AND ST_DWithin(p.geom::geography, {here}, {statement.Value(metres)})
                  AND sp.sequence_id <> {statement.Value(row.SequenceId)}
                  AND {sameView}
                  AND ((p.preparing_status = 'prepared' AND s.status = 'ready') OR ({statement.Owned("p")} AND s.status <> 'deleted'))
                  AND {statement.Visible("p")} AND {statement.Visible("s")}
                ORDER BY sp.sequence_id, metres, p.id
            ) nearest
            ORDER BY metres, id
            """;
    }
}
