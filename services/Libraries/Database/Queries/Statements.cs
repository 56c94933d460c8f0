using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Panoramax.Database.Queries;

/// <summary>Hand-written statements on the connection and in the open transaction of a context.</summary>
public static class Statements
{
    /// <summary>A statement in the transaction that is open on the context.</summary>
    /// <param name="parameters">By name without the at sign; a null value is written as NULL of unknown type.</param>
    public static NpgsqlCommand Statement(this PanoramaxDb db, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = new NpgsqlCommand(sql, db.Connection(), (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction());
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public static NpgsqlConnection Connection(this PanoramaxDb db) => (NpgsqlConnection)db.Database.GetDbConnection();

    /// <summary>Runs a statement once.</summary>
    /// <returns>The number of rows that it changed.</returns>
    public static async Task<int> Run(this NpgsqlCommand statement, CancellationToken cancel)
    {
        await using (statement) return await statement.ExecuteNonQueryAsync(cancel);
    }
}
