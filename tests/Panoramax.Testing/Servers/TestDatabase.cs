using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panoramax.Database;
using Panoramax.Testing.Pictures;

namespace Panoramax.Testing.Servers;

/// <summary>
/// A database of a fixture's own, copied from a template that was set up once as an operator would: roles and extensions by
/// <c>deploy/postgres/roles.sql</c> as superuser, schema and rights by the migration as <c>panoramax_owner</c>.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim once = new(1, 1);
    private static string? template;

    private readonly List<NpgsqlDataSource> sources = [];
    private readonly Dictionary<string, NpgsqlDataSource> ofContexts = [];

    private readonly bool isKept;

    private TestDatabase(string name, bool isKept = false) => (Name, this.isKept) = (name, isKept);

    public string Name { get; }

    /// <summary>Makes a fresh database with the schema of this build and its first rows.</summary>
    public static async Task<TestDatabase> Create()
    {
        var name = "test_" + Guid.NewGuid().ToString("N");
        await AsSuperuser("postgres", $"CREATE DATABASE {name} TEMPLATE {await Template()} OWNER panoramax_owner");
        return new TestDatabase(name);
    }

    /// <summary>A fresh database of that name, which stays when it is disposed: measurements fill it once and read it for days.</summary>
    public static async Task<TestDatabase> CreateKept(string name)
    {
        await AsSuperuser("postgres", $"CREATE DATABASE {name} TEMPLATE {await Template()} OWNER panoramax_owner");
        return new TestDatabase(name, isKept: true);
    }

    /// <summary>A database that was kept; null when there is none of that name.</summary>
    public static async Task<TestDatabase?> Open(string name)
    {
        await using var connection = new NpgsqlConnection(TestServers.Postgres + ";Pooling=false");
        await connection.OpenAsync();
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = @name", connection);
        exists.Parameters.AddWithValue("name", name);
        return await exists.ExecuteScalarAsync() is null ? null : new TestDatabase(name, isKept: true);
    }

    /// <summary>Removes a database that was kept.</summary>
    public static Task Drop(string name) => AsSuperuser("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    /// <summary>Names a kept database anew; nobody may be connected to it.</summary>
    public static Task Rename(string from, string to) => AsSuperuser("postgres", $"ALTER DATABASE {from} RENAME TO {to}");

    /// <summary>An empty database on which only the roles' script was run: what <c>migrate</c> finds on a new instance.</summary>
    public static async Task<TestDatabase> CreateEmpty()
    {
        var name = "test_" + Guid.NewGuid().ToString("N");
        await AsSuperuser("postgres", $"CREATE DATABASE {name}");
        await SetUpRoles(name);
        return new TestDatabase(name);
    }

    /// <summary>Connection string of one role: <c>stac</c>, <c>auth</c>, <c>upload</c>, <c>picture_worker</c>, <c>dispatch_worker</c>, <c>admin</c> or <c>owner</c>.</summary>
    public string ConnectionString(string role) => Connect(Name, "panoramax_" + role, TestServers.RolePassword);

    /// <summary>A pool of one role's connections; disposed with the database.</summary>
    public NpgsqlDataSource Source(string role)
    {
        var source = DatabaseSetup.DataSource(ConnectionString(role));
        lock (sources) sources.Add(source);
        return source;
    }

    /// <summary>A context of one role; all of one role share a pool, since the cluster's connections are few.</summary>
    public PanoramaxDb Context(string role)
    {
        NpgsqlDataSource? source;
        lock (ofContexts)
        {
            if (!ofContexts.TryGetValue(role, out source)) ofContexts[role] = source = Source(role);
        }

        var options = new DbContextOptionsBuilder<PanoramaxDb>();
        DatabaseSetup.Configure(options, source);
        return new PanoramaxDb(options.Options);
    }

    /// <summary>Runs a statement as the schema's owner.</summary>
    public Task Execute(string sql) => Run(ConnectionString("owner"), sql);

    /// <summary>First column of the first row, asked as the schema's owner.</summary>
    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("owner") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in sources) await source.DisposeAsync();
        if (!isKept) await Drop(Name);
    }

    private static async Task<string> Template()
    {
        await once.WaitAsync();
        try
        {
            if (template is not null) return template;
            var name = "panoramax_template_" + await Fingerprint();

            // Several test processes may share the cluster: one makes the template, the others wait for it.
            await using var connection = new NpgsqlConnection(TestServers.Postgres + ";Pooling=false");
            await connection.OpenAsync();
            await using (var gate = new NpgsqlCommand("SELECT pg_advisory_lock(7262926)", connection)) await gate.ExecuteNonQueryAsync();
            await using var exists = new NpgsqlCommand($"SELECT count(*) FROM pg_database WHERE datname = '{name}'", connection);
            if ((long)(await exists.ExecuteScalarAsync())! == 0)
            {
                var draft = name + "_draft";
                await AsSuperuser("postgres", $"DROP DATABASE IF EXISTS {draft} WITH (FORCE)");
                await AsSuperuser("postgres", $"CREATE DATABASE {draft}");
                await SetUpRoles(draft);
                await using (var source = DatabaseSetup.DataSource(Connect(draft, "panoramax_owner", TestServers.RolePassword) + ";Pooling=false"))
                {
                    var options = new DbContextOptionsBuilder<PanoramaxDb>();
                    DatabaseSetup.Configure(options, source);
                    await using var db = new PanoramaxDb(options.Options);
                    await DatabaseMigration.Run(db, new InstanceDefaults(null, null), TimeProvider.System, CancellationToken.None);
                }

                await AsSuperuser("postgres", $"ALTER DATABASE {draft} RENAME TO {name}");
            }

            return template = name;
        }
        finally
        {
            once.Release();
        }
    }

    /// <summary>Names the template after what makes it, so that a changed schema makes a new one.</summary>
    private static async Task<string> Fingerprint()
    {
        var build = typeof(PanoramaxDb).Assembly;
        var text = build.ManifestModule.ModuleVersionId + await File.ReadAllTextAsync(RolesScript);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    private static string RolesScript => Path.Combine(SharedPictures.RepositoryRoot, "deploy", "postgres", "roles.sql");

    private static async Task SetUpRoles(string database)
    {
        await AsSuperuser(database, await File.ReadAllTextAsync(RolesScript));
        foreach (var role in (string[])["owner", "stac", "auth", "upload", "picture_worker", "dispatch_worker", "admin"])
            await AsSuperuser(database, $"ALTER ROLE panoramax_{role} PASSWORD '{TestServers.RolePassword}'");
    }

    private static Task AsSuperuser(string database, string sql) =>
        Run(new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Database = database, Pooling = false }.ConnectionString, sql);

    private static async Task Run(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Connect(string database, string user, string password) =>
        new NpgsqlConnectionStringBuilder(TestServers.Postgres) { Database = database, Username = user, Password = password, MaxPoolSize = 20 }.ConnectionString;
}
