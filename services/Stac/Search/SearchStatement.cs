using System.Globalization;
using NetTopologySuite.Geometries;
using Panoramax.Stac.Items;

namespace Panoramax.Stac.Search;

/// <summary>
/// The statement of a search. It finds the page's pictures over narrow tables and indexes, then looks up what their items
/// show. Four traps are avoided: a sort by time over a small box (the planner walks the time index through the whole world), a
/// search by sequence or rare tag (the same), a sort by distance with a second key (PostgreSQL before 16 then leaves the
/// spatial index alone and sorts everything), and a page far in (by key, never by offset).
/// </summary>
internal sealed class SearchStatement
{
    /// <summary>Degrees on each side: what "at this point" means for a Point.</summary>
    private const double PointTolerance = 0.000001;

    private readonly Statement statement;
    private readonly SearchParameters search;
    private readonly List<SearchOrder> order;
    private readonly bool tagsAreCommon;

    /// <param name="tagsAreCommon">The tags are on so many pictures that walking the order finds a page sooner than looking all of them up.</param>
    public SearchStatement(Statement statement, SearchParameters search, bool tagsAreCommon = false)
    {
        this.statement = statement;
        this.search = search;
        this.tagsAreCommon = tagsAreCommon;
        order = [.. Order()];
        Sql = Build();
    }

    /// <summary>Reads one row more than the limit, so that its presence says that there is a next page.</summary>
    public string Sql { get; }

    /// <summary>
    /// One plan is best for all values: the nearest ones of a small box come from the spatial index, those of ids by key. In other
    /// searches the best plan depends on how much is in the box or time that is asked for.
    /// </summary>
    public bool IsSteady => search.Tags is null && search.Intersects is null && (search.Ids is not null || search is { Bbox.IsSmall: true, Collections: null, Place: null } && IsByDistance);

    /// <summary>Values of the order stand behind the item's columns.</summary>
    public string PageAfter(Npgsql.NpgsqlDataReader row) =>
        SearchPage.Write([.. order.Select((key, at) => key.Kind switch
        {
            OrderKind.Time => WireTime.Utc(row.GetFieldValue<DateTimeOffset>(ItemSelect.ColumnCount + at)),
            OrderKind.Distance => row.GetDouble(ItemSelect.ColumnCount + at).ToString("R", CultureInfo.InvariantCulture),
            OrderKind.Id => row.GetGuid(ItemSelect.ColumnCount + at).ToString(),
        })]);

    private string Build()
    {
        var limit = statement.Value(search.Limit + 1);
        var keys = string.Join(", ", order.Select((key, at) => $"{key.Sql} AS k{at}"));
        var found = $"""
            SELECT {ItemSelect.Picture}, {keys}
            FROM {Source()}
            JOIN sequences_pictures sp ON sp.picture_id = p.id
            JOIN sequences s ON s.id = sp.sequence_id
            WHERE {string.Join("\n  AND ", Conditions())}
            ORDER BY {(IsByDistance ? $"{order[0].Sql} FETCH FIRST {limit} ROWS WITH TIES" : $"{Sorted(key => key.Sql)} LIMIT {limit}")}
            """;

        // The nearest ones come from the spatial index, with all that share the last distance; the id decides among those.
        if (IsByDistance) found = $"SELECT * FROM ({found}) n ORDER BY {Sorted(key => $"n.k{order.IndexOf(key)}")} LIMIT {limit}";
        return $"""
            SELECT {ItemSelect.Columns}, {string.Join(", ", order.Select((_, at) => $"p.k{at}"))}
            FROM ({found}) p
            {ItemSelect.Joins(statement)}
            ORDER BY {Sorted(key => $"p.k{order.IndexOf(key)}")}
            """;
    }

    private string Sorted(Func<SearchOrder, string> sql) => string.Join(", ", order.Select(key => sql(key) + (key.Descending ? " DESC" : "")));

    private bool IsByDistance => order[0].Kind == OrderKind.Distance;

    private bool UsesTagsFirst => search.Tags is not null && search.IsWide && !tagsAreCommon;

    /// <summary>
    /// Where pictures <c>p</c> come from. A subquery with <c>OFFSET 0</c> is left by the planner as it is: candidates are looked up
    /// one by one (for some thousands it would read all pictures instead), and a small box is sorted before anything is joined.
    /// </summary>
    private string Source()
    {
        const string lookedUp = "CROSS JOIN LATERAL (SELECT * FROM pictures x WHERE x.id = c.id OFFSET 0) p";
        if (search.Ids is not null) return "pictures p";
        if (search.Collections is { } collections)
            return $"(SELECT m.picture_id AS id FROM sequences_pictures m WHERE m.sequence_id = ANY ({statement.Value(collections.ToArray())})) c {lookedUp}";
        if (UsesTagsFirst) return $"({search.Tags!.Pictures(statement)}) c {lookedUp}";
        return search.Bbox is { IsSmall: true } box && !IsByDistance
            ? $"(SELECT * FROM pictures p WHERE {box.Condition(statement)} AND {OfPicture()} ORDER BY {Sorted(key => key.Sql)} OFFSET 0) p"
            : "pictures p";
    }

    private string OfPicture() => $"p.preparing_status = 'prepared' AND {statement.Visible("p")}";

    private IEnumerable<string> Conditions()
    {
        yield return OfPicture();
        yield return $"s.status = 'ready' AND {statement.Visible("s")}";
        if (search.Ids is { } ids) yield return $"p.id = ANY ({statement.Value(ids.ToArray())})";
        if (search.Collections is { } collections) yield return $"sp.sequence_id = ANY ({statement.Value(collections.ToArray())})";
        if (search.Bbox is { } box) yield return box.Condition(statement);
        if (search.From is { } from && from == search.To) yield return $"p.ts = {statement.Value(from)}";
        else
        {
            if (search.From is { } first) yield return $"p.ts >= {statement.Value(first)}";
            if (search.To is { } last) yield return $"p.ts <= {statement.Value(last)}";
        }

        if (search.Intersects is { } geometry) yield return Intersects(geometry);
        if (search.Place is { } place) yield return Shows(place);
        if (search.Tags is { } tags && !UsesTagsFirst) yield return tags.Condition(statement);
        if (search.Page is { } page) yield return After(page);
    }

    private string Intersects(Geometry geometry)
    {
        if (geometry is not Point point) return $"ST_Intersects(p.geom, {statement.Value(geometry)})";
        var around = new SearchArea(point.X - PointTolerance, point.Y - PointTolerance, point.X + PointTolerance, point.Y + PointTolerance);
        return around.Condition(statement);
    }

    /// <summary>Within the ring around the place, and a 360° picture or one that looks there; directions turn at north.</summary>
    private string Shows(PlaceSearch place)
    {
        var here = Here(place);
        var direction = $"degrees(ST_Azimuth(p.geom::geography, {here}))";
        return $"""
            {SearchArea.Around(place.Longitude, place.Latitude, place.MaxMetres).Condition(statement)}
              AND ST_DWithin(p.geom::geography, {here}, {statement.Value((double)place.MaxMetres)})
              AND ST_Distance(p.geom::geography, {here}) >= {statement.Value((double)place.MinMetres)}
              AND (p.type = 'equirectangular'
                   OR 180 - abs(180 - abs({direction} - p.heading)) <= {statement.Value(place.ToleranceDegrees / 2.0)})
            """;
    }

    private string Here(PlaceSearch place) => $"ST_SetSRID(ST_MakePoint({statement.Value(place.Longitude)}, {statement.Value(place.Latitude)}), 4326)::geography";

    private IEnumerable<SearchOrder> Order()
    {
        if (search.Sort is { } sort)
        {
            foreach (var key in sort) yield return new SearchOrder(key.Field switch { "ts" => "p.ts", "updated" => "p.updated_at", _ => "p.id" }, key.Field == "id" ? OrderKind.Id : OrderKind.Time, key.Descending);
            // The same direction, so that one index gives both.
            if (!sort.Any(key => key.Field == "id")) yield return new SearchOrder("p.id", OrderKind.Id, sort[^1].Descending);
            yield break;
        }

        if (search.Bbox is { } box) yield return new SearchOrder(FromCentre(box), OrderKind.Distance, false);
        else if (search.Place is { } place) yield return new SearchOrder($"ST_Distance(p.geom::geography, {Here(place)})", OrderKind.Distance, false);
        else if (search.Intersects is { } geometry) yield return new SearchOrder($"p.geom <-> {statement.Value(geometry.Centroid)}", OrderKind.Distance, false);
        else
        {
            yield return new SearchOrder("p.updated_at", OrderKind.Time, true);
            yield return new SearchOrder("p.id", OrderKind.Id, true);
            yield break;
        }

        yield return new SearchOrder("p.id", OrderKind.Id, false);
    }

    private string FromCentre(SearchArea box)
    {
        var (longitude, latitude) = box.Centre;
        var centre = $"ST_SetSRID(ST_MakePoint({statement.Value(longitude)}, {statement.Value(latitude)}), 4326)";
        // Across the 180th meridian the western half of the world is laid to the east of the eastern one.
        return box.CrossesDateLine
            ? $"ST_Distance(CASE WHEN ST_X(p.geom) < 0 THEN ST_Translate(p.geom, 360, 0) ELSE p.geom END, {centre})"
            : $"p.geom <-> {centre}";
    }

    /// <summary>Greater than the last row of the page before, field by field.</summary>
    private string After(string page)
    {
        var values = SearchPage.Read(page);
        if (values.Count != order.Count) throw StacErrors.BadPage();
        var places = order.Select((key, at) => key.Kind switch
        {
            OrderKind.Time => statement.Value(DateTimeOffset.TryParse(values[at], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : throw StacErrors.BadPage()),
            OrderKind.Distance => statement.Value(double.TryParse(values[at], CultureInfo.InvariantCulture, out var distance) ? distance : throw StacErrors.BadPage()),
            OrderKind.Id => statement.Value(Guid.TryParseExact(values[at], "D", out var id) ? id : throw StacErrors.BadPage()),
        }).ToList();

        // One comparison of rows where all fields go the same way: an index can start there.
        if (order.TrueForAll(key => key.Descending == order[0].Descending))
            return $"({string.Join(", ", order.Select(key => key.Sql))}) {(order[0].Descending ? "<" : ">")} ({string.Join(", ", places)})";
        return "(" + string.Join(" OR ", order.Select((key, at) => "(" + string.Join(" AND ", [
            .. order.Take(at).Select((equal, place) => $"{equal.Sql} = {places[place]}"),
            $"{key.Sql} {(key.Descending ? "<" : ">")} {places[at]}"]) + ")")) + ")";
    }

    private enum OrderKind
    {
        Time,
        Distance,
        Id,
    }

    private sealed record SearchOrder(string Sql, OrderKind Kind, bool Descending);
}
