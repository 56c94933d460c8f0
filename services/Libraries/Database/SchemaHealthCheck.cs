using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Panoramax.Database;

/// <summary>Ready when the database answers and holds every migration this build knows. A newer schema is fine: releases only add.</summary>
internal sealed class SchemaHealthCheck(PanoramaxDb db, NpgsqlDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = source.CreateCommand($"SELECT migration_id FROM {DatabaseSetup.MigrationsTable}");
            var applied = new HashSet<string>(StringComparer.Ordinal);
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken)) applied.Add(reader.GetString(0));
            }

            var missing = db.Database.GetMigrations().Where(id => !applied.Contains(id)).ToList();
            return missing.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"the schema lacks {string.Join(", ", missing)}: run the console's migrate command");
        }
        catch (NpgsqlException error)
        {
            return HealthCheckResult.Unhealthy("the database does not answer", error);
        }
    }
}
