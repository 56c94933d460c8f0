using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panoramax.Domain.Accounts;

namespace Panoramax.Stac.Collections;

/// <summary>One sequence, with its state when it is not ready.</summary>
internal static class GetCollection
{
    /// <exception cref="Panoramax.Http.Errors.ApiError">404 unknown, deleted, or not for this caller.</exception>
    public static async Task<JsonHttpResult<CollectionJson>> Handle(Guid id, Caller caller, NpgsqlDataSource source, CollectionShape shape, CancellationToken cancel)
    {
        var row = await Find(id, caller, source, cancel) ?? throw StacErrors.UnknownCollection();
        var cameras = await Cameras(id, caller, source, cancel);
        return TypedResults.Json(shape.Of(row, cameras), StacJson.Wire.CollectionJson, MediaTypes.Json);
    }

    private static async Task<CollectionRow?> Find(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, $"""
            SELECT {CollectionSelect.Columns(statement)} FROM {CollectionSelect.From}
            WHERE s.id = {statement.Value(id)} AND {CollectionSelect.Shown(statement)}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? CollectionSelect.Read(reader) : null;
    }

    private static async Task<List<CameraJson>> Cameras(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, $"""
            SELECT DISTINCT p.make, p.model, p.focal_length, p.field_of_view
            FROM sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id
            WHERE sp.sequence_id = {statement.Value(id)} AND {statement.Visible("p")}
            ORDER BY 1, 2, 3, 4
            """);
        var cameras = new List<CameraJson>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            cameras.Add(new CameraJson(
                reader.IsDBNull(0) ? null : reader.GetString(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetDouble(2).ToString(CultureInfo.InvariantCulture),
                reader.IsDBNull(3) ? null : reader.GetInt32(3).ToString(CultureInfo.InvariantCulture)));
        }

        return cameras;
    }
}
