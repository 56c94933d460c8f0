using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;

namespace Panoramax.Stac.Collections;

/// <summary>How far the preparation of a sequence's pictures is, with the outcome of each picture's last try.</summary>
internal static class GetProcessingStatus
{
    private const string Preparing = "preparing";

    /// <exception cref="Panoramax.Http.Errors.ApiError">404 unknown, deleted, or not for this caller.</exception>
    public static async Task<JsonHttpResult<ProcessingStatusJson>> Handle(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, $"""
            SELECT s.status, p.id, sp.rank, p.preparing_status, last.started_at, last.finished_at, last.error, tries.failed
            FROM sequences s
            LEFT JOIN (sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id AND {statement.Visible("p")}) ON sp.sequence_id = s.id
            LEFT JOIN LATERAL (
                SELECT h.started_at, h.finished_at, h.error FROM job_history h
                WHERE h.subject_id = p.id AND h.kind = 'prepare' ORDER BY h.id DESC LIMIT 1) last ON TRUE
            LEFT JOIN LATERAL (
                SELECT count(*)::int AS failed FROM job_history h
                WHERE h.subject_id = p.id AND h.kind = 'prepare' AND h.error IS NOT NULL) tries ON TRUE
            WHERE s.id = {statement.Value(id)} AND {CollectionSelect.Shown(statement)}
            ORDER BY sp.rank
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        string? status = null;
        var items = new List<ItemStatusJson>();
        while (await reader.ReadAsync(cancel))
        {
            status = reader.GetString(0);
            if (!await reader.IsDBNullAsync(1, cancel)) items.Add(Item(reader));
        }

        return status is null
            ? throw StacErrors.UnknownCollection()
            : TypedResults.Json(new ProcessingStatusJson(status, items), StacJson.Wire.ProcessingStatusJson, MediaTypes.Json);
    }

    private static ItemStatusJson Item(NpgsqlDataReader reader)
    {
        var (id, rank, own) = (reader.GetGuid(1), reader.GetInt32(2), PreparingStatus.ToPublicStatus(reader.GetString(3)));
        if (reader.IsDBNull(4)) return new ItemStatusJson(id, rank, own);

        DateTimeOffset? finished = reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5);
        var error = reader.IsDBNull(6) ? null : reader.GetString(6);
        return new ItemStatusJson(id, rank, finished is null ? Preparing : error is not null ? PreparingStatus.Broken : own)
        {
            InProgress = finished is null,
            Errors = reader.GetInt32(7),
            Error = error,
            ProcessedAt = finished is { } end ? WireTime.Shortest(end) : null,
        };
    }
}

internal sealed record ProcessingStatusJson(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("items")] IReadOnlyList<ItemStatusJson> Items);

/// <param name="Status"><c>preparing</c> while a try runs, <c>broken</c> when the last one failed, else the picture's own.</param>
internal sealed record ItemStatusJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("rank")] int Rank,
    [property: JsonPropertyName("status")] string Status)
{
    /// <summary>Null when nothing was tried yet, as the three below.</summary>
    [JsonPropertyName("processing_in_progress")] public bool? InProgress { get; init; }
    [JsonPropertyName("nb_errors")] public int? Errors { get; init; }
    [JsonPropertyName("process_error")] public string? Error { get; init; }
    [JsonPropertyName("processed_at")] public string? ProcessedAt { get; init; }
}
