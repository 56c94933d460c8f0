using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panoramax.Domain.Accounts;

namespace Panoramax.Stac.Items;

/// <summary>One annotation. The long address must name the picture it is in; the short one needs its id alone.</summary>
internal static class GetAnnotation
{
    public static Task<JsonHttpResult<AnnotationJson>> Short(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel) =>
        Read(id, null, caller, source, cancel);

    public static Task<JsonHttpResult<AnnotationJson>> Long(Guid itemId, Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel) =>
        Read(id, itemId, caller, source, cancel);

    private static async Task<JsonHttpResult<AnnotationJson>> Read(Guid id, Guid? pictureId, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        // A picture that is not in a sequence yet is its owner's alone.
        await using var command = statement.On(source, $"""
            SELECT n.picture_id, n.shape,
                   (SELECT json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key COLLATE "C", t.value COLLATE "C")
                    FROM annotations_semantics t WHERE t.annotation_id = n.id)
            FROM annotations n
            JOIN pictures p ON p.id = n.picture_id
            LEFT JOIN sequences_pictures sp ON sp.picture_id = p.id
            LEFT JOIN sequences s ON s.id = sp.sequence_id
            WHERE n.id = {statement.Value(id)} AND {statement.Visible("p")}
              AND ((s.id IS NULL AND {statement.Owned("p")}) OR (s.status <> 'deleted' AND {statement.Visible("s")}))
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel) || (pictureId is not null && reader.GetGuid(0) != pictureId)) throw StacErrors.UnknownAnnotation();
        return TypedResults.Json(
            new AnnotationJson(id, reader.GetGuid(0), new RawJson(reader.GetString(1)),
                await reader.IsDBNullAsync(2, cancel) ? RawJson.EmptyList : new RawJson(reader.GetString(2))),
            StacJson.Wire.AnnotationJson, MediaTypes.Json);
    }
}

/// <param name="Shape">GeoJSON geometry in pixels of the HD picture, origin top left.</param>
internal sealed record AnnotationJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("picture_id")] Guid PictureId,
    [property: JsonPropertyName("shape")] RawJson Shape,
    [property: JsonPropertyName("semantics")] RawJson Semantics);
