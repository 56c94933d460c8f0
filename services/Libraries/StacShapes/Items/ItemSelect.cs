using System.Text.Json;
using Npgsql;
using Panoramax.Database.Rows;

namespace Panoramax.StacShapes.Items;

/// <summary>
/// All that an item shows, as one statement reads it: the picture with its sequence, owner, tags, annotations and both
/// neighbours. Used by the single item, the list of a sequence and the search, each of which says which pictures.
/// </summary>
public sealed record ItemRow
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string AccountName { get; init; }
    public required Guid SequenceId { get; init; }
    public required int Rank { get; init; }
    public required double Longitude { get; init; }
    public required double Latitude { get; init; }
    public required DateTimeOffset Ts { get; init; }

    /// <summary>Minutes that the capture's local time is ahead of UTC; null: unknown.</summary>
    public required int? OffsetMinutes { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }
    public required int? Heading { get; init; }
    public required string Type { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }
    public required int? Cols { get; init; }
    public required int? Rows { get; init; }
    public required string? Make { get; init; }
    public required string? Model { get; init; }
    public required double? FocalLength { get; init; }
    public required int? FieldOfView { get; init; }
    public required double? GpsAccuracyMetres { get; init; }
    public required int? PixelDensity { get; init; }
    public required string PreparingStatus { get; init; }
    public required string? Visibility { get; init; }
    public required string? SequenceVisibility { get; init; }
    public required PictureDetails Details { get; init; }
    public required string? Exif { get; init; }
    public required string? Tags { get; init; }
    public required string? Annotations { get; init; }
    public required string? SequenceTags { get; init; }
    public required Neighbour? Next { get; init; }
    public required Neighbour? Previous { get; init; }

    public bool IsPrepared => PreparingStatus == Domain.Pictures.PreparingStatus.Prepared;
}

/// <summary>A picture beside another one in their sequence.</summary>
public sealed record Neighbour(Guid Id, double Longitude, double Latitude);

/// <summary>The shared part of the statements that read items.</summary>
public static class ItemSelect
{
    /// <summary>Number of columns; what a statement selects further comes behind them.</summary>
    public const int ColumnCount = 37;

    /// <summary>
    /// What a subquery <c>p</c> must give for <see cref="Columns"/>: all of a picture that an item shows, read once, while it is
    /// looked for. Over the aliases <c>p</c> (picture), <c>sp</c> (membership) and <c>s</c> (sequence).
    /// </summary>
    public const string Picture = """
        p.id, p.account_id, sp.sequence_id, sp.rank, p.geom, p.ts, p.tz_offset_minutes, p.inserted_at, p.updated_at, p.heading, p.type,
        p.width, p.height, p.cols, p.rows, p.make, p.model, p.focal_length, p.field_of_view, p.gps_accuracy_m, p.h_pixel_density,
        p.preparing_status, p.visibility, s.visibility AS sequence_visibility, p.metadata
        """;

    /// <summary>
    /// Columns over the subquery <c>p</c> and <see cref="Joins"/>. What hangs on a picture is a subselect, so that each of it is
    /// looked up by key; as a join, a long page would make the planner read all EXIF there is.
    /// </summary>
    public const string Columns = """
        p.id, p.account_id, a.name, p.sequence_id, p.rank, ST_X(p.geom), ST_Y(p.geom), p.ts, p.tz_offset_minutes, p.inserted_at,
        p.updated_at, p.heading, p.type, p.width, p.height, p.cols, p.rows, p.make, p.model, p.focal_length,
        p.field_of_view, p.gps_accuracy_m, p.h_pixel_density, p.preparing_status, p.visibility, p.sequence_visibility, p.metadata,
        (SELECT e.exif FROM pictures_exif e WHERE e.picture_id = p.id),
        (SELECT json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key COLLATE "C", t.value COLLATE "C")
         FROM pictures_semantics t WHERE t.picture_id = p.id),
        (SELECT json_agg(json_build_object('id', n.id, 'shape', n.shape, 'semantics', coalesce(
            (SELECT json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key COLLATE "C", t.value COLLATE "C")
             FROM annotations_semantics t WHERE t.annotation_id = n.id), '[]'::json)) ORDER BY n.id)
         FROM annotations n WHERE n.picture_id = p.id),
        (SELECT json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key COLLATE "C", t.value COLLATE "C")
         FROM sequences_semantics t WHERE t.sequence_id = p.sequence_id),
        nx.id, nx.x, nx.y, pv.id, pv.x, pv.y
        """;

    /// <summary>
    /// Joins behind the subquery <c>p</c>. Neighbours are looked for in the whole sequence, over what the caller may not see or
    /// what is not prepared.
    /// </summary>
    public static string Joins(Statement statement) => $"""
        JOIN accounts a ON a.id = p.account_id
        LEFT JOIN LATERAL (
            SELECT n.id, ST_X(n.geom) AS x, ST_Y(n.geom) AS y FROM sequences_pictures m JOIN pictures n ON n.id = m.picture_id
            WHERE m.sequence_id = p.sequence_id AND m.rank > p.rank AND n.preparing_status = 'prepared' AND {statement.Visible("n")}
            ORDER BY m.rank LIMIT 1) nx ON TRUE
        LEFT JOIN LATERAL (
            SELECT n.id, ST_X(n.geom) AS x, ST_Y(n.geom) AS y FROM sequences_pictures m JOIN pictures n ON n.id = m.picture_id
            WHERE m.sequence_id = p.sequence_id AND m.rank < p.rank AND n.preparing_status = 'prepared' AND {statement.Visible("n")}
            ORDER BY m.rank DESC LIMIT 1) pv ON TRUE
        """;

    /// <summary>Reads the row that the reader stands on.</summary>
    public static ItemRow Read(NpgsqlDataReader reader)
    {
        var at = 0;
        return new ItemRow
        {
            Id = reader.GetGuid(at++),
            AccountId = reader.GetGuid(at++),
            AccountName = reader.GetString(at++),
            SequenceId = reader.GetGuid(at++),
            Rank = reader.GetInt32(at++),
            Longitude = reader.GetDouble(at++),
            Latitude = reader.GetDouble(at++),
            Ts = reader.GetFieldValue<DateTimeOffset>(at++),
            OffsetMinutes = Number(reader, at++),
            Created = reader.GetFieldValue<DateTimeOffset>(at++),
            Updated = reader.GetFieldValue<DateTimeOffset>(at++),
            Heading = Number(reader, at++),
            Type = reader.GetString(at++),
            Width = reader.GetInt32(at++),
            Height = reader.GetInt32(at++),
            Cols = Number(reader, at++),
            Rows = Number(reader, at++),
            Make = Text(reader, at++),
            Model = Text(reader, at++),
            FocalLength = Real(reader, at++),
            FieldOfView = Number(reader, at++),
            GpsAccuracyMetres = Real(reader, at++),
            PixelDensity = Number(reader, at++),
            PreparingStatus = reader.GetString(at++),
            Visibility = Text(reader, at++),
            SequenceVisibility = Text(reader, at++),
            Details = Details(reader.GetString(at++)),
            Exif = Text(reader, at++),
            Tags = Text(reader, at++),
            Annotations = Text(reader, at++),
            SequenceTags = Text(reader, at++),
            Next = Beside(reader, at),
            Previous = Beside(reader, at + 3),
        };
    }

    private static PictureDetails Details(string json)
    {
        try
        {
            return PictureDetails.Parse(json);
        }
        catch (JsonException)
        {
            // Files taken over from elsewhere may hold other shapes; the item then shows less, but it shows.
            return new PictureDetails();
        }
    }

    private static Neighbour? Beside(NpgsqlDataReader reader, int at) =>
        reader.IsDBNull(at) ? null : new Neighbour(reader.GetGuid(at), reader.GetDouble(at + 1), reader.GetDouble(at + 2));

    private static int? Number(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetInt32(at);

    private static double? Real(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetDouble(at);

    private static string? Text(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);
}
