using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Panoramax.Database;

/// <summary>How the schema of a database compares with what this build knows.</summary>
public static class SchemaVersion
{
    /// <returns>Migrations of this build that the database lacks, oldest first; empty when it is as new or newer.</returns>
    /// <exception cref="NpgsqlException">The database is not reached, was never migrated (42P01), or the role may not look.</exception>
    public static async Task<IReadOnlyList<string>> Missing(PanoramaxDb db, NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var command = source.CreateCommand($"SELECT migration_id FROM {DatabaseSetup.MigrationsTable}");
        var applied = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel)) applied.Add(reader.GetString(0));
        }

        return [.. db.Database.GetMigrations().Where(id => !applied.Contains(id))];
    }
}
