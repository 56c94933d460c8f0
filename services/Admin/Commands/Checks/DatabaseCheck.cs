using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Panoramax.Database;

namespace Panoramax.Admin.Commands.Checks;

/// <summary>Reach, extensions, schema, and whether each role has its rights and no process runs with more.</summary>
internal static class DatabaseCheck
{
    private const string About = "database";

    /// <summary>One right that a role cannot do without, and one that it must not have.</summary>
    private static readonly (string Role, string Needs, string NeedsOn, string MustNot, string MustNotOn)[] rights =
    [
        ("panoramax_stac", "SELECT", "sequences", "UPDATE", "pictures"),
        ("panoramax_auth", "INSERT", "tokens", "UPDATE", "pictures"),
        ("panoramax_upload", "INSERT", "jobs", "INSERT", "tokens"),
        ("panoramax_picture_worker", "INSERT", "job_history", "DELETE", "pictures"),
        ("panoramax_dispatch_worker", "INSERT", "sequences_pictures", "INSERT", "tokens"),
        ("panoramax_admin", "UPDATE", "jobs", "INSERT", "data_protection_keys"),
    ];

    public static async Task Run(IConfiguration configuration, string? process, Findings findings, CancellationToken cancel)
    {
        if (process is "gateway") return;
        if (configuration.GetConnectionString(DatabaseSetup.ConnectionName) is { Length: > 0 } own)
            await Try(own, About, process, findings, cancel);
        else
            findings.ToMend(About, $"ConnectionStrings:{DatabaseSetup.ConnectionName} is not set", "set it to the connection string of the process's own role");

        if (process is null or "stac" && configuration.GetConnectionString(DatabaseSetup.ConnectionName + "-read") is { Length: > 0 } replica)
            await Try(replica, "read replica", process, findings, cancel);
    }

    private static async Task Try(string connectionString, string about, string? process, Findings findings, CancellationToken cancel)
    {
        try
        {
            var short_ = new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 5, CommandTimeout = 15, Pooling = false };
            await using var source = DatabaseSetup.DataSource(short_.ConnectionString);
            await using var connection = await source.OpenConnectionAsync(cancel);
            findings.Good(about, $"{short_.Host}:{short_.Port}/{short_.Database} answers {short_.Username} (PostgreSQL {connection.PostgreSqlVersion})");
            await Extensions(connection, about, findings, cancel);
            await Role(connection, process, about, findings, cancel);
            if (await Schema(source, about, findings, cancel)) await Rights(connection, about, findings, cancel);
        }
        catch (Exception error) when (error is NpgsqlException or ArgumentException)
        {
            findings.ToMend(about, error.Message, error switch
            {
                PostgresException { SqlState: "28P01" or "28000" } => "correct the name or the password of the role (deploy/postgres/create-roles.sh sets passwords)",
                PostgresException { SqlState: "3D000" } => "make the database with deploy/postgres/create-roles.sh, or correct its name",
                PostgresException { SqlState: "42501" } => "run the console's migrate command, which grants each role its rights",
                PostgresException { SqlState: "53300" } => "raise max_connections of PostgreSQL or lower Maximum Pool Size in the connection strings",
                ArgumentException => "correct the connection string",
                _ => "see that the server runs, that host and port are right, and that nothing (a firewall, a network policy) stands between",
            });
        }
    }

    private static async Task Extensions(NpgsqlConnection connection, string about, Findings findings, CancellationToken cancel)
    {
        var there = await Texts(connection, "SELECT extname FROM pg_extension", cancel);
        foreach (var needed in (string[])["postgis", "pg_trgm"])
        {
            if (!there.Contains(needed))
                findings.ToMend(about, $"the extension {needed} is missing", "run deploy/postgres/roles.sql as a superuser in this database");
        }
    }

    private static async Task Role(NpgsqlConnection connection, string? process, string about, Findings findings, CancellationToken cancel)
    {
        var me = (await Texts(connection, "SELECT current_user::text || CASE WHEN rolsuper THEN '!' ELSE '' END FROM pg_roles WHERE rolname = current_user", cancel))[0];
        if (me.EndsWith('!'))
            findings.ToMend(about, $"{me[..^1]} is a superuser", "give each process its own role of deploy/postgres/roles.sql: what is taken over then harms little");
        else if (process is not null && me != $"panoramax_{process.Replace('-', '_')}" && !(process == "admin" && me == "panoramax_owner"))
            findings.ToMend(about, $"{process} connects as {me}", $"connect as panoramax_{process.Replace('-', '_')}");
    }

    private static async Task<bool> Schema(NpgsqlDataSource source, string about, Findings findings, CancellationToken cancel)
    {
        var options = new DbContextOptionsBuilder<PanoramaxDb>();
        DatabaseSetup.Configure(options, source);
        await using var db = new PanoramaxDb(options.Options);
        try
        {
            var missing = await SchemaVersion.Missing(db, source, cancel);
            if (missing.Count == 0) findings.Good(about, "the schema is that of this version");
            else findings.ToMend(about, $"the schema lacks {string.Join(", ", missing)}", "run the console's migrate command as panoramax_owner");
            return missing.Count == 0;
        }
        catch (PostgresException error) when (error.SqlState == "42P01")
        {
            findings.ToMend(about, "there is no schema yet", "run the console's migrate command as panoramax_owner");
            return false;
        }
    }

    private static async Task Rights(NpgsqlConnection connection, string about, Findings findings, CancellationToken cancel)
    {
        var roles = await Texts(connection, "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'panoramax%'", cancel);
        var wrong = 0;
        foreach (var (role, needs, needsOn, mustNot, mustNotOn) in rights)
        {
            if (!roles.Contains(role))
            {
                findings.ToMend(about, $"the role {role} is missing", "run deploy/postgres/roles.sql as a superuser, then migrate");
                wrong++;
                continue;
            }

            var answer = await Texts(connection,
                $"SELECT has_table_privilege('{role}', '{needsOn}', '{needs}')::text || has_table_privilege('{role}', '{mustNotOn}', '{mustNot}')::text", cancel);
            if (answer[0].StartsWith("false", StringComparison.Ordinal))
            {
                findings.ToMend(about, $"{role} may not {needs} on {needsOn}", "run the console's migrate command, which grants each role its rights");
                wrong++;
            }

            if (answer[0].EndsWith("true", StringComparison.Ordinal))
            {
                findings.ToMend(about, $"{role} may {mustNot} on {mustNotOn}, which it must not", "revoke what was granted by hand, then run migrate");
                wrong++;
            }
        }

        if (wrong == 0) findings.Good(about, "each role has its rights");
    }

    private static async Task<List<string>> Texts(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancel)) texts.Add(reader.GetString(0));
        return texts;
    }
}
