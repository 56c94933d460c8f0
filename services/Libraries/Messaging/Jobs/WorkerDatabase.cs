using Microsoft.Extensions.Configuration;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Jobs;

namespace Panoramax.Messaging.Jobs;

/// <summary>Unpooled connections of a worker, one per job in progress: each holds its subject's lock and commits its result.</summary>
public sealed class WorkerDatabase(IConfiguration configuration) : IDisposable
{
    /// <summary>The source of those connections.</summary>
    public NpgsqlDataSource Unpooled { get; } = SubjectLock.UnpooledSource(configuration.GetConnectionString(DatabaseSetup.ConnectionName)
        ?? throw new InvalidOperationException($"ConnectionStrings:{DatabaseSetup.ConnectionName} is not set: the PostgreSQL connection string of this process"));

    public void Dispose() => Unpooled.Dispose();
}
