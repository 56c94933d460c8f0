using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Panoramax.Database;

/// <summary>The way in: the data source and the context of a process, under its own PostgreSQL role.</summary>
public static class DatabaseSetup
{
    /// <summary>Name of the connection string of a process.</summary>
    public const string ConnectionName = "panoramax";

    /// <summary>
    /// Adds one <see cref="NpgsqlDataSource"/> and a scoped <see cref="PanoramaxDb"/> on it, and a health check tagged
    /// <c>ready</c> that fails while the schema is older than this build needs.
    /// </summary>
    /// <param name="readReplica">True for processes that only read: <c>ConnectionStrings:panoramax-read</c> wins when it is set.</param>
    /// <exception cref="InvalidOperationException">No connection string is configured.</exception>
    public static IHostApplicationBuilder AddPanoramaxDatabase(this IHostApplicationBuilder builder, bool readReplica = false)
    {
        var connection = (readReplica ? builder.Configuration.GetConnectionString(ConnectionName + "-read") : null)
            ?? builder.Configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{ConnectionName} is not set: the PostgreSQL connection string of this process");

        builder.Services.AddSingleton(_ => DataSource(connection));
        builder.Services.AddDbContext<PanoramaxDb>((services, options) => Configure(options, services.GetRequiredService<NpgsqlDataSource>()));
        builder.Services.AddHealthChecks().AddCheck<SchemaHealthCheck>("database", tags: ["ready"]);
        return builder;
    }

    /// <summary>A data source whose connections understand PostGIS geometries.</summary>
    public static NpgsqlDataSource DataSource(string connectionString)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.UseNetTopologySuite();
        return source.Build();
    }

    /// <summary>Options of a context on a pool of connections.</summary>
    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) =>
        options.UseNpgsql(source, Npgsql).UseSnakeCaseNamingConvention();

    /// <summary>Table that says which migrations were applied.</summary>
    internal const string MigrationsTable = "schema_migrations";

    private static void Npgsql(NpgsqlDbContextOptionsBuilder npgsql) => npgsql.UseNetTopologySuite().MigrationsHistoryTable(MigrationsTable);

    /// <summary>Options of a context on one given connection, which the context does not own: a worker's locked one.</summary>
    public static DbContextOptions<PanoramaxDb> OptionsOn(NpgsqlConnection connection) =>
        new DbContextOptionsBuilder<PanoramaxDb>()
            .UseNpgsql(connection, Npgsql)
            .UseSnakeCaseNamingConvention()
            .Options;
}
