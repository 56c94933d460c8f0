using System.Globalization;
using Npgsql;
using Panoramax.Domain.Accounts;

namespace Panoramax.StacShapes.Collections;

/// <summary>Reads one collection with all that is told of it.</summary>
public static class CollectionLookup
{
    /// <returns>Null when it is unknown, deleted, or not for this caller.</returns>
    public static async Task<CollectionJson?> Find(Guid id, Caller caller, NpgsqlDataSource source, CollectionShape shape, CancellationToken cancel) =>
        await Read(id, caller, source, cancel) is { } row ? shape.Of(row, await Cameras(id, caller, source, cancel)) : null;

    private static async Task<CollectionRow?> Read(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
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
