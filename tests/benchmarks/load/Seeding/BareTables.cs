using Npgsql;

namespace Panoramax.Load.Seeding;

/// <summary>
/// Tables without their indexes and foreign keys while they are filled: made once over all rows, an index takes a tenth of
/// what it takes row by row.
/// </summary>
internal sealed class BareTables
{
    private readonly NpgsqlDataSource source;
    private readonly List<string> indexes = [];
    private readonly List<string> constraints = [];

    private BareTables(NpgsqlDataSource source) => this.source = source;

    public static async Task<BareTables> Strip(NpgsqlDataSource source, IReadOnlyList<string> tables)
    {
        var bare = new BareTables(source);
        var names = tables.ToArray();
        // Foreign keys first: they hang on the keys.
        await bare.Drop("""
            SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
                   format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE conrelid = ANY (@tables::regclass[]) AND contype = 'f'
            """, names, bare.constraints);
        // Primary keys stay in the list of constraints to be made again before the foreign keys.
        var keys = new List<string>();
        await bare.Drop("""
            SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname),
                   format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE conrelid = ANY (@tables::regclass[]) AND contype IN ('u', 'p')
              AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.confrelid = pg_constraint.conrelid AND f.contype = 'f')
            """, names, keys);
        bare.indexes.AddRange(keys);
        await bare.Drop("""
            SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
            FROM pg_index i WHERE indrelid = ANY (@tables::regclass[]) AND NOT indisprimary
              AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
            """, names, bare.indexes);
        return bare;
    }

    /// <summary>Makes indexes, two at a time, and foreign keys again.</summary>
    public async Task Dress()
    {
        await Parallel.ForEachAsync(indexes, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (statement, _) => await Run(statement));
        foreach (var statement in constraints) await Run(statement);
    }

    private async Task Drop(string sql, string[] tables, List<string> again)
    {
        var drops = new List<string>();
        await using (var command = source.CreateCommand(sql))
        {
            command.Parameters.AddWithValue("tables", tables);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                drops.Add(reader.GetString(0));
                again.Add(reader.GetString(1));
            }
        }

        foreach (var drop in drops) await Run(drop);
    }

    private async Task Run(string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var memory = new NpgsqlCommand("SET maintenance_work_mem = '512MB'; SET statement_timeout = 0", connection);
        await memory.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
