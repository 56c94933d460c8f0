using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Panoramax.AppHost.Infrastructure;

/// <summary>
/// Servers that already run. <c>ConnectionStrings:rabbitmq</c>; <c>ConnectionStrings:panoramax</c> for all processes, or
/// <c>ConnectionStrings:panoramax-stac</c> and so on for each one's own role (<c>deploy/postgres/create-roles.sh</c>
/// makes them); the section <c>Storage</c> as every process reads it. Unset, pictures lie in the instance's folder.
/// </summary>
internal sealed class ExternalServers : Servers
{
    private readonly IDistributedApplicationBuilder builder;
    private readonly Instance instance;
    private readonly Dictionary<string, IResourceBuilder<IResourceWithConnectionString>> connections = [];

    public ExternalServers(IDistributedApplicationBuilder builder, Instance instance) => (this.builder, this.instance) = (builder, instance);

    public override ReferenceExpression Database(string process)
    {
        var own = $"{ResourceNames.Database}-{process}";
        return Named(builder.Configuration.GetConnectionString(own) is null ? ResourceNames.Database : own);
    }

    public override ReferenceExpression Broker => Named(ResourceNames.RabbitMq);

    public override IReadOnlyDictionary<string, ReferenceExpression> Storage(string process)
    {
        var given = builder.Configuration.GetSection("Storage").AsEnumerable().Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => ReferenceExpression.Create($"{setting.Value}"));
        if (given.Count == 0)
        {
            given["Storage__Kind"] = ReferenceExpression.Create($"Folder");
            given["Storage__Folder"] = ReferenceExpression.Create($"{instance.Folder("pictures")}");
        }

        return given;
    }

    public override IReadOnlyList<IResourceBuilder<IResource>> Stores => [];

    public override IResourceBuilder<IResource>? BrokerResource => null;

    private ReferenceExpression Named(string name)
    {
        if (!connections.TryGetValue(name, out var connection)) connections[name] = connection = builder.AddConnectionString(name);
        return connection.Resource.ConnectionStringExpression;
    }
}
