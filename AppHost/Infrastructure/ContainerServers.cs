using Aspire.Hosting.ApplicationModel;

namespace Panoramax.AppHost.Infrastructure;

/// <summary>PostGIS, RabbitMQ and MinIO as containers, their data below the instance's folder.</summary>
internal sealed class ContainerServers : Servers
{
    private const string S3User = "panoramax";

    private readonly Instance instance;
    private readonly Secrets secrets;
    private readonly IResourceBuilder<PostgresServerResource> postgres;
    private readonly IResourceBuilder<RabbitMQServerResource> rabbitMq;
    private readonly IResourceBuilder<ContainerResource>? minio;

    public ContainerServers(IDistributedApplicationBuilder builder, Instance instance, Secrets secrets)
    {
        (this.instance, this.secrets) = (instance, secrets);
        postgres = AddPostgres(builder);
        rabbitMq = builder.AddRabbitMQ(
                ResourceNames.RabbitMq,
                userName: builder.AddParameter("rabbitmq-user", "panoramax"),
                password: builder.AddParameter("rabbitmq-password", secrets[ResourceNames.RabbitMq], secret: true))
            .WithDataBindMount(instance.Folder("containers/rabbitmq"));
        minio = instance.Storage == PictureStorage.Folder ? null : AddMinio(builder);
    }

    public override ReferenceExpression Database(string process) => ReferenceExpression.Create(
        $"Host={postgres.Resource.PrimaryEndpoint.Property(EndpointProperty.Host)};Port={postgres.Resource.PrimaryEndpoint.Property(EndpointProperty.Port)};Database={ResourceNames.Database};Username={Roles[process]};Password={secrets[Roles[process]]}");

    public override ReferenceExpression Broker => rabbitMq.Resource.ConnectionStringExpression;

    public override IReadOnlyDictionary<string, ReferenceExpression> Storage(string process) => minio is null
        ? new Dictionary<string, ReferenceExpression>
        {
            ["Storage__Kind"] = ReferenceExpression.Create($"Folder"),
            ["Storage__Folder"] = ReferenceExpression.Create($"{instance.Folder("pictures")}"),
        }
        : new Dictionary<string, ReferenceExpression>
        {
            ["Storage__Kind"] = ReferenceExpression.Create($"S3"),
            ["Storage__S3__Endpoint"] = ReferenceExpression.Create($"{minio.GetEndpoint("http").Property(EndpointProperty.Url)}"),
            ["Storage__S3__AccessKey"] = ReferenceExpression.Create($"{S3User}"),
            ["Storage__S3__SecretKey"] = ReferenceExpression.Create($"{secrets[ResourceNames.S3]}"),
        };

    public override IReadOnlyList<IResourceBuilder<IResource>> Stores => minio is null ? [postgres] : [postgres, minio];

    public override IResourceBuilder<IResource> BrokerResource => rabbitMq;

    /// <summary>The image runs the script on its first start, before it listens on the network.</summary>
    private IResourceBuilder<PostgresServerResource> AddPostgres(IDistributedApplicationBuilder builder)
    {
        var scripts = Path.Combine(instance.Repository, "deploy", "postgres");
        return builder
            .AddPostgres(ResourceNames.Postgres, password: builder.AddParameter("postgres-password", secrets["panoramax_superuser"], secret: true))
            .WithImage("postgis/postgis", "17-3.5")
            .WithDataBindMount(instance.Folder("containers/postgres"))
            .WithBindMount(Path.Combine(scripts, "roles.sql"), "/panoramax/roles.sql", isReadOnly: true)
            .WithBindMount(Path.Combine(scripts, "create-roles.sh"), "/docker-entrypoint-initdb.d/20-panoramax.sh", isReadOnly: true)
            .WithEnvironment("PGUSER", "postgres")
            .WithEnvironment("PANORAMAX_ROLES_FILE", "/panoramax/roles.sql")
            .WithEnvironment("PANORAMAX_DATABASE", ResourceNames.Database)
            .WithEnvironment("PANORAMAX_ROLE_PASSWORDS", string.Join(' ', Roles.Values.Select(role => $"{role}={secrets[role]}")));
    }

    private IResourceBuilder<ContainerResource> AddMinio(IDistributedApplicationBuilder builder) => builder
        .AddContainer(ResourceNames.S3, "minio/minio", "RELEASE.2025-04-22T22-12-26Z")
        .WithArgs("server", "/data", "--console-address", ":9001")
        .WithEnvironment("MINIO_ROOT_USER", S3User)
        .WithEnvironment("MINIO_ROOT_PASSWORD", secrets[ResourceNames.S3])
        .WithBindMount(instance.Folder("containers/minio"), "/data")
        .WithHttpEndpoint(targetPort: 9000, name: "http")
        .WithHttpEndpoint(targetPort: 9001, name: "console")
        .WithHttpHealthCheck("/minio/health/live", endpointName: "http");
}
