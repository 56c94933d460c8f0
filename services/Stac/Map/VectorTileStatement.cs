using Panoramax.Stac.Collections;
using Panoramax.Stac.Filters;

namespace Panoramax.Stac.Map;

/// <summary>
/// The statement that makes a vector tile. Far out the counted squares stand for pictures and the lines are simplified, so
/// that no tile reads more than its own pixels can show.
/// </summary>
internal sealed class VectorTileStatement
{
    private const int GridUntil = 6;
    private const int LinesFrom = 6;

    /// <summary>Degrees: to this the column <c>geom_far</c> is simplified, for the zoom where a line is hardly seen.</summary>
    private const double FarTolerance = 0.01;

    /// <summary>From here on lines keep all their points.</summary>
    private const int FullLinesFrom = 13;

    private readonly Statement statement;
    private readonly TileArea tile;
    private readonly string tileGeometry;
    private readonly string box;

    public VectorTileStatement(Statement statement, TileArea tile)
    {
        (this.statement, this.tile) = (statement, tile);
        tileGeometry = $"ST_TileEnvelope({statement.Value(tile.Zoom)}, {statement.Value(tile.X)}, {statement.Value(tile.Y)})";
        box = $"ST_MakeEnvelope({statement.Value(tile.West)}, {statement.Value(tile.South)}, {statement.Value(tile.East)}, {statement.Value(tile.North)}, 4326)";
    }

    /// <summary>
    /// The general map. Its tiles are for everybody and may be cached for everybody, so what a single owner sees is never in
    /// them: that is what user tiles are for.
    /// </summary>
    /// <param name="forLoggedIn">The caller is logged in, and not everybody may become so: <c>logged-only</c> is shown too.</param>
    /// <param name="withLoggedCounts">Not everybody may log in: the squares also tell how much there is for those who may.</param>
    public string Everything(bool forLoggedIn, bool withLoggedCounts)
    {
        string Shown(string alias) => forLoggedIn
            ? $"{alias}.visibility IS DISTINCT FROM 'owner-only'"
            : $"({alias}.visibility IS NULL OR {alias}.visibility = 'anyone')";

        var layers = new List<string>();
        if (tile.Zoom >= LinesFrom) layers.Add(Sequences(Shown("s"), bare: tile.Zoom == LinesFrom));
        if (tile.Zoom == GetVectorTile.MaxZoom) layers.Add(Pictures($"{Shown("p")} AND {Shown("s")}"));
        if (tile.Zoom <= GridUntil) layers.Add(Grid(withLoggedCounts));
        return Joined(layers);
    }

    /// <summary>The map of one user, as the caller may see it.</summary>
    /// <param name="filter">On sequences; on pictures only what it says about visibility.</param>
    public string OfUser(Guid userId, Filter? filter)
    {
        var user = statement.Value(userId);
        var fields = CollectionFilter.Fields(shown: null);
        var sequences = $"s.account_id = {user} AND {statement.Visible("s")}";
        var pictures = $"p.account_id = {user} AND {statement.Visible("p")} AND {statement.Visible("s")}";
        if (filter is not null)
        {
            var ofSequence = CollectionFilter.Condition(filter, statement, fields);
            sequences += $" AND {ofSequence}";
            if (filter.Names("visibility"))
            {
                fields["visibility"] = fields["visibility"] with { Sql = "coalesce(p.visibility, 'anyone')" };
                pictures += $" AND ({ofSequence} OR {CollectionFilter.Condition(filter, statement, fields)})";
            }
        }

        return Joined(tile.Zoom == GetVectorTile.MaxZoom ? [Sequences(sequences, bare: false), Pictures(pictures)] : [Sequences(sequences, bare: false)]);
    }

    private string Sequences(string condition, bool bare)
    {
        // Far out the line is ready-made; a whole country's lines are never read at their full length.
        var column = tile.Zoom <= LinesFrom ? "s.geom_far" : "s.geom";
        var line = tile.Zoom < FullLinesFrom && (tile.Zoom > LinesFrom || tile.DegreesPerUnit > FarTolerance)
            ? $"ST_Simplify({column}, {statement.Value(tile.DegreesPerUnit)}, true)"
            : column;
        var properties = bare
            ? ""
            : """
            , s.id::text AS id, s.account_id::text AS account_id,
            CASE WHEN s.visibility IS NOT NULL AND s.visibility <> 'anyone' THEN TRUE END AS hidden,
            s.computed_model AS model, s.computed_type AS type, s.computed_capture_date::text AS date,
            s.computed_gps_accuracy AS gps_accuracy, s.computed_h_pixel_density AS h_pixel_density
            """;
        return Layer("sequences", $"""
            SELECT {InTile(AtLeastSeen(column, line))} AS geom {properties}
            FROM sequences s
            WHERE s.status = 'ready' AND s.geom && {box} AND {condition}
            """);
    }

    /// <summary>A line that is too short for a tile's units would be dropped: a stub of two units stands in its place.</summary>
    private string AtLeastSeen(string column, string line)
    {
        var start = $"ST_StartPoint(ST_GeometryN({column}, 1))";
        var unit = statement.Value(tile.DegreesPerUnit);
        return $"""
            CASE WHEN greatest(ST_XMax({column}) - ST_XMin({column}), ST_YMax({column}) - ST_YMin({column})) < {unit}
                 THEN ST_MakeLine({start}, ST_Translate({start}, 2 * {unit}, 0)) ELSE {line} END
            """;
    }

    private string Pictures(string condition) => Layer("pictures", $"""
        SELECT {InTile("p.geom")} AS geom, p.id::text AS id, p.account_id::text AS account_id,
            (p.ts AT TIME ZONE 'UTC')::text || '+00' AS ts, p.heading,
            CASE WHEN p.visibility = 'owner-only' OR s.visibility = 'owner-only' THEN TRUE END AS hidden,
            p.type, nullif(trim(concat_ws(' ', p.make, p.model)), '') AS model, p.gps_accuracy_m AS gps_accuracy, p.h_pixel_density,
            '["' || s.id || '"]' AS sequences, s.id::text AS first_sequence
        FROM pictures p
        JOIN sequences_pictures sp ON sp.picture_id = p.id
        JOIN sequences s ON s.id = sp.sequence_id
        WHERE p.geom && {box} AND p.preparing_status = 'prepared' AND s.status = 'ready' AND {condition}
        """);

    private string Grid(bool withLoggedCounts) => Layer("grid", $"""
        SELECT {InTile("g.geom")} AS geom, g.id, g.nb_pictures, g.nb_360_pictures, g.nb_flat_pictures,
            g.coef, g.coef_360_pictures, g.coef_flat_pictures
            {(withLoggedCounts ? ", g.logged_coef, g.logged_coef_360_pictures, g.logged_coef_flat_pictures" : "")}
        FROM pictures_grid g WHERE g.geom && {box}
        """);

    private string InTile(string geometry) =>
        $"ST_AsMVTGeom(ST_Transform({geometry}, 3857), {tileGeometry}, {TileArea.Extent}, {TileArea.Buffer}, true)";

    private static string Layer(string name, string rows) =>
        $"coalesce((SELECT ST_AsMVT(l.*, '{name}', {TileArea.Extent}, 'geom') FROM ({rows}) l WHERE l.geom IS NOT NULL), ''::bytea)";

    private static string Joined(IEnumerable<string> layers) => "SELECT " + string.Join("\n || ", layers);
}
