using Aspire.Hosting.ApplicationModel;
using Panoramax.AppHost.Infrastructure;

namespace Panoramax.AppHost;

/// <summary>How our processes get what they need. The settings' names are those of every process.</summary>
internal static class Wiring
{
    public static IResourceBuilder<ServiceResource> WithDatabase(this IResourceBuilder<ServiceResource> process, Servers servers) =>
        process.WithEnvironment("ConnectionStrings__" + ResourceNames.Database, servers.Database(process.Resource.Name));

    public static IResourceBuilder<ServiceResource> WithBroker(this IResourceBuilder<ServiceResource> process, Servers servers) =>
        (servers.BrokerResource is { } broker ? process.WaitFor(broker) : process)
        .WithEnvironment("ConnectionStrings__" + ResourceNames.RabbitMq, servers.Broker);

    public static IResourceBuilder<ServiceResource> WithStorage(this IResourceBuilder<ServiceResource> process, Servers servers)
    {
        foreach (var (name, value) in servers.Storage(process.Resource.Name)) process.WithEnvironment(name, value);
        return process;
    }

    public static IResourceBuilder<ServiceResource> WaitForStores(this IResourceBuilder<ServiceResource> process, Servers servers)
    {
        foreach (var store in servers.Stores) process.WaitFor(store);
        foreach (var step in servers.Prepared) process.WaitForCompletion(step);
        return process;
    }
}
