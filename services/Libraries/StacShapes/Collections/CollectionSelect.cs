using Npgsql;

namespace Panoramax.StacShapes.Collections;

/// <summary>What a sequence shows of itself: its own row, its owner and its tags. Pictures are not looked at.</summary>
public sealed record CollectionRow
{
    public required Guid Id { get; init; }
    public required string? Title { get; init; }
    public required string Status { get; init; }
    public required string? Visibility { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }
    public required DateTimeOffset? FirstCapture { get; init; }
    public required DateTimeOffset? LastCapture { get; init; }
    public required int PictureCount { get; init; }

    /// <summary>West, south, east, north.</summary>
    public required double[]? Box { get; init; }
    public required double? LengthMetres { get; init; }
    public required int? PixelDensity { get; init; }
    public required double? GpsAccuracyMetres { get; init; }
    public required DateOnly? CaptureDay { get; init; }
    public required string? SortedBy { get; init; }
    public required string? UserAgent { get; init; }
    public required Guid? UploadSetId { get; init; }
    public required Guid AccountId { get; init; }
    public required string AccountName { get; init; }
    public required string? Tags { get; init; }

    /// <summary>False: deleted, or not for this caller.</summary>
    public required bool IsShown { get; init; }
}

/// <summary>The shared part of the statements that read sequences.</summary>
public static class CollectionSelect
{
    /// <summary>Number of columns; what a statement selects further comes behind them.</summary>
    public const int ColumnCount = 24;

    public static string Columns(Statement statement) => $"""
        s.id, s.title, s.status, s.visibility, s.inserted_at, s.updated_at, s.min_picture_ts, s.max_picture_ts, s.nb_pictures,
        ST_XMin(s.bbox), ST_YMin(s.bbox), ST_XMax(s.bbox), ST_YMax(s.bbox), s.length_m, s.computed_h_pixel_density, s.computed_gps_accuracy,
        s.computed_capture_date, s.current_sort, s.user_agent, s.upload_set_id, s.account_id, a.name,
        (SELECT json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key COLLATE "C", t.value COLLATE "C")
         FROM sequences_semantics t WHERE t.sequence_id = s.id),
        {Shown(statement)}
        """;

    public const string From = "sequences s JOIN accounts a ON a.id = s.account_id";

    /// <summary>Condition: neither deleted nor hidden from the caller.</summary>
    public static string Shown(Statement statement) => $"(s.status <> 'deleted' AND {statement.Visible("s")})";

    /// <summary>Reads the row that the reader stands on.</summary>
    public static CollectionRow Read(NpgsqlDataReader reader)
    {
        T? Value<T>(int at)
            where T : struct => reader.IsDBNull(at) ? null : reader.GetFieldValue<T>(at);
        string? Text(int at) => reader.IsDBNull(at) ? null : reader.GetString(at);

        return new CollectionRow
        {
            Id = reader.GetGuid(0),
            Title = Text(1),
            Status = reader.GetString(2),
            Visibility = Text(3),
            Created = reader.GetFieldValue<DateTimeOffset>(4),
            Updated = reader.GetFieldValue<DateTimeOffset>(5),
            FirstCapture = Value<DateTimeOffset>(6),
            LastCapture = Value<DateTimeOffset>(7),
            PictureCount = reader.GetInt32(8),
            Box = reader.IsDBNull(9) ? null : [reader.GetDouble(9), reader.GetDouble(10), reader.GetDouble(11), reader.GetDouble(12)],
            LengthMetres = Value<double>(13),
            PixelDensity = Value<int>(14),
            GpsAccuracyMetres = Value<double>(15),
            CaptureDay = Value<DateOnly>(16),
            SortedBy = Text(17),
            UserAgent = Text(18),
            UploadSetId = Value<Guid>(19),
            AccountId = reader.GetGuid(20),
            AccountName = reader.GetString(21),
            Tags = Text(22),
            IsShown = reader.GetBoolean(23),
        };
    }
}
