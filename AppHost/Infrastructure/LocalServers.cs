using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RabbitMQ.Client;

namespace Panoramax.AppHost.Infrastructure;

/// <summary>
/// Private PostgreSQL and RabbitMQ processes of the installed packages, and the folder store or a private S3 server.
/// All on loopback with passwords, all data below the instance's folder. <c>deploy/local/server.sh</c> knows how each
/// server is made and stopped.
/// </summary>
internal sealed class LocalServers : Servers
{
    private const string Superuser = "panoramax_superuser";
    private const string BrokerUser = "panoramax";

    private readonly Instance instance;
    private readonly Secrets secrets;
    private readonly int postgresPort = Ports.Free();
    private readonly int rabbitMqPort = Ports.Free();
    private readonly int s3Port = Ports.Free();
    private readonly List<IResourceBuilder<IResource>> stores = [];
    private readonly List<IResourceBuilder<IResource>> prepared = [];

    public LocalServers(IDistributedApplicationBuilder builder, Instance instance, Secrets secrets)
    {
        (this.instance, this.secrets) = (instance, secrets);
        var postgres = AddPostgres(builder);
        stores.Add(postgres);
        prepared.Add(AddRoles(builder).WaitFor(postgres));
        BrokerResource = AddRabbitMq(builder);
        if (InS3) stores.Add(AddS3(builder));
    }

    private bool InS3 => instance.Storage == PictureStorage.S3;

    public override ReferenceExpression Database(string process) =>
        ReferenceExpression.Create($"{ConnectionString(Roles[process], secrets[Roles[process]], ResourceNames.Database)}");

    public override ReferenceExpression Broker =>
        ReferenceExpression.Create($"{$"amqp://{BrokerUser}:{secrets[ResourceNames.RabbitMq]}@127.0.0.1:{Text(rabbitMqPort)}/"}");

    public override IReadOnlyDictionary<string, ReferenceExpression> Storage(string process) => InS3
        ? new Dictionary<string, ReferenceExpression>
        {
            ["Storage__Kind"] = Literal("S3"),
            ["Storage__S3__Endpoint"] = Literal($"http://127.0.0.1:{Text(s3Port)}"),
            ["Storage__S3__AccessKey"] = Literal("panoramax"),
            ["Storage__S3__SecretKey"] = Literal(secrets[ResourceNames.S3]),
        }
        : new Dictionary<string, ReferenceExpression>
        {
            ["Storage__Kind"] = Literal("Folder"),
            ["Storage__Folder"] = Literal(instance.Folder("pictures")),
        };

    public override IReadOnlyList<IResourceBuilder<IResource>> Stores => stores;

    public override IResourceBuilder<IResource> BrokerResource { get; }

    public override IReadOnlyList<IResourceBuilder<IResource>> Prepared => prepared;

    private IResourceBuilder<ExecutableResource> AddPostgres(IDistributedApplicationBuilder builder)
    {
        var password = secrets[Superuser];
        var connection = ConnectionString(Superuser, password, "postgres") + ";Pooling=false;Timeout=3";
        builder.Services.AddHealthChecks().AddAsyncCheck("postgres-answers", cancel => Answers(async () =>
        {
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync(cancel);
        }));
        return AddServer(builder, ResourceNames.Postgres, postgresPort, password).WithHealthCheck("postgres-answers");
    }

    /// <summary>Database, roles and extensions, by the superuser; our own processes never see that one.</summary>
    private IResourceBuilder<ExecutableResource> AddRoles(IDistributedApplicationBuilder builder) => builder
        .AddExecutable("roles", Path.Combine(instance.Repository, "deploy", "postgres", "create-roles.sh"), instance.Repository)
        .WithEnvironment("PGHOST", "127.0.0.1")
        .WithEnvironment("PGPORT", Text(postgresPort))
        .WithEnvironment("PGUSER", Superuser)
        .WithEnvironment("PGPASSWORD", secrets[Superuser])
        .WithEnvironment("PANORAMAX_DATABASE", ResourceNames.Database)
        .WithEnvironment("PANORAMAX_ROLE_PASSWORDS", string.Join(' ', Roles.Values.Select(role => $"{role}={secrets[role]}")));

    private IResourceBuilder<ExecutableResource> AddRabbitMq(IDistributedApplicationBuilder builder)
    {
        var password = secrets[ResourceNames.RabbitMq];
        var factory = new ConnectionFactory
        {
            HostName = "127.0.0.1", Port = rabbitMqPort, UserName = BrokerUser, Password = password, AutomaticRecoveryEnabled = false,
        };
        builder.Services.AddHealthChecks().AddAsyncCheck("rabbitmq-answers", cancel => Answers(async () =>
        {
            await using var connection = await factory.CreateConnectionAsync(cancel);
            await connection.CloseAsync(cancel);
        }));
        return AddServer(builder, ResourceNames.RabbitMq, rabbitMqPort, password)
            .WithEnvironment("SERVER_USER", BrokerUser)
            .WithEnvironment("SERVER_DISTRIBUTION_PORT", Text(Ports.Free()))
            .WithEnvironment("SERVER_EPMD_PORT", Text(Ports.Free()))
            .WithHealthCheck("rabbitmq-answers");
    }

    private IResourceBuilder<ExecutableResource> AddS3(IDistributedApplicationBuilder builder) =>
        AddServer(builder, ResourceNames.S3, s3Port, secrets[ResourceNames.S3])
            .WithEnvironment("SERVER_USER", "panoramax")
            .WithEnvironment("SERVER_MONITOR_PORT", Text(Ports.Free()))
            .WithHttpEndpoint(s3Port, s3Port, isProxied: false)
            .WithHttpHealthCheck("/");

    private IResourceBuilder<ExecutableResource> AddServer(IDistributedApplicationBuilder builder, string name, int port, string password) =>
        builder.AddExecutable(name, Path.Combine(instance.Repository, "deploy", "local", "server.sh"), instance.Repository, name)
            .WithEnvironment("SERVER_FOLDER", Path.Combine(instance.Data, name))
            .WithEnvironment("SERVER_PORT", Text(port))
            .WithEnvironment("SERVER_PASSWORD", password);

    private string ConnectionString(string role, string password, string database) =>
        $"Host=127.0.0.1;Port={Text(postgresPort)};Database={database};Username={role};Password={password}";

    private static async Task<HealthCheckResult> Answers(Func<Task> ask)
    {
        try
        {
            await ask();
            return HealthCheckResult.Healthy();
        }
        catch (Exception error)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }

    private static ReferenceExpression Literal(string value) => ReferenceExpression.Create($"{value}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
