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
            var missing = await SchemaVersion.Missing(db, source, cancellationToken);
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
