using Npgsql;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Database;

/// <summary>A process that is taken over cannot touch what is not its own: each role is refused what it must not write or read.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RoleTests
{
    private static readonly string[] tables =
    [
        "accounts", "tokens", "upload_sets", "files", "pictures", "pictures_exif", "sequences", "sequences_pictures", "pictures_semantics",
        "sequences_semantics", "upload_sets_semantics", "annotations", "annotations_semantics", "pictures_semantics_history",
        "sequences_semantics_history", "sequences_changes", "pictures_changes", "jobs", "job_history", "configurations", "excluded_areas",
        "reports", "pages", "scheduled_runs", "data_protection_keys", "schema_migrations",
    ];

    private static readonly Dictionary<string, string[]> mayInsert = new()
    {
        ["stac"] = [],
        ["auth"] = ["accounts", "tokens", "pages", "data_protection_keys"],
        ["upload"] =
        [
            "upload_sets", "files", "pictures", "pictures_exif", "sequences", "sequences_pictures", "pictures_semantics", "sequences_semantics",
            "upload_sets_semantics", "annotations", "annotations_semantics", "pictures_semantics_history", "sequences_semantics_history",
            "sequences_changes", "pictures_changes", "reports", "excluded_areas", "jobs",
        ],
        ["picture_worker"] = ["annotations", "annotations_semantics", "pictures_semantics_history", "jobs", "job_history"],
        ["dispatch_worker"] =
            ["sequences", "sequences_pictures", "sequences_semantics", "sequences_semantics_history", "jobs", "job_history", "scheduled_runs"],
    };

    private static readonly Dictionary<string, string[]> mayDelete = new()
    {
        ["stac"] = [],
        ["auth"] = ["accounts", "tokens", "pages", "data_protection_keys"],
        ["upload"] = mayInsert["upload"],
        ["picture_worker"] = mayInsert["picture_worker"],
        ["dispatch_worker"] =
            ["sequences", "sequences_pictures", "sequences_semantics", "sequences_semantics_history", "jobs", "job_history", "pictures"],
    };

    private TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task Create() => database = await TestDatabase.Create();

    [OneTimeTearDown]
    public async Task Drop() => await database.DisposeAsync();

    private static IEnumerable<TestCaseData> Rights() =>
        from role in mayInsert.Keys
        from table in tables
        select new TestCaseData(role, table);

    [TestCaseSource(nameof(Rights))]
    public async Task Inserting_and_deleting_is_allowed_only_where_the_role_must(string role, string table)
    {
        Assert.That(await Has(role, table, "INSERT"), Is.EqualTo(mayInsert[role].Contains(table)), "INSERT");
        Assert.That(await Has(role, table, "DELETE"), Is.EqualTo(mayDelete[role].Contains(table)), "DELETE");
        Assert.That(await Has(role, table, "TRUNCATE"), Is.False, "TRUNCATE");
    }

    [TestCase("stac", "UPDATE pictures SET heading = 1")]
    [TestCase("stac", "SELECT oauth_id FROM accounts")]
    [TestCase("stac", "SELECT args FROM jobs")]
    [TestCase("stac", "SELECT * FROM reports")]
    [TestCase("auth", "SELECT * FROM pictures")]
    [TestCase("auth", "SELECT * FROM reports")]
    [TestCase("upload", "UPDATE accounts SET role = 'admin'")]
    [TestCase("upload", "INSERT INTO tokens (id, generated_at) VALUES (gen_random_uuid(), now())")]
    [TestCase("picture_worker", "INSERT INTO pictures (id) VALUES (gen_random_uuid())")]
    [TestCase("picture_worker", "DELETE FROM pictures")]
    [TestCase("picture_worker", "SELECT * FROM tokens")]
    [TestCase("dispatch_worker", "UPDATE pictures SET geom = NULL")]
    [TestCase("dispatch_worker", "UPDATE pictures SET visibility = 'anyone'")]
    [TestCase("dispatch_worker", "SELECT * FROM tokens")]
    [TestCase("stac", "CREATE TABLE intruder (id int)")]
    [TestCase("dispatch_worker", "CREATE TABLE intruder (id int)")]
    public async Task A_role_is_refused_what_is_not_its_own(string role, string statement)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(role) + ";Pooling=false");
        await using var command = source.CreateCommand(statement);
        var refusal = await Assert.ThrowsAsync<PostgresException>(async () => await command.ExecuteNonQueryAsync());
        Assert.That(refusal!.SqlState, Is.EqualTo("42501"), "insufficient privilege");
    }

    [Test]
    public async Task The_dispatch_worker_may_refresh_the_grid()
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString("dispatch_worker") + ";Pooling=false");
        await using var command = source.CreateCommand("REFRESH MATERIALIZED VIEW CONCURRENTLY pictures_grid");
        await command.ExecuteNonQueryAsync();
    }

    private Task<bool> Has(string role, string table, string right) =>
        database.Scalar<bool>($"SELECT has_table_privilege('panoramax_{role}', '{table}', '{right}')");
}
