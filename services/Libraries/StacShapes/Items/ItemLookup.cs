using Npgsql;
using Panoramax.Domain.Accounts;

namespace Panoramax.StacShapes.Items;

/// <summary>Reads one item. It is found by its own id: which sequence it is in may have changed since an address was made.</summary>
public static class ItemLookup
{
    /// <returns>Null when it is unknown, in no sequence, or not for this caller.</returns>
    public static async Task<ItemRow?> Find(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var reader = await statement.ReadPrepared(source, Sql(statement, id), cancel);
        return await reader.ReadAsync(cancel) ? ItemSelect.Read(reader) : null;
    }

    public static string Sql(Statement statement, Guid id) => $"""
        SELECT {ItemSelect.Columns}
        FROM (
            SELECT {ItemSelect.Picture}
            FROM pictures p
            JOIN sequences_pictures sp ON sp.picture_id = p.id
            JOIN sequences s ON s.id = sp.sequence_id
            WHERE p.id = {statement.Value(id)} AND s.status <> 'deleted' AND {statement.Visible("p")} AND {statement.Visible("s")}
        ) p
        {ItemSelect.Joins(statement)}
        """;
}
