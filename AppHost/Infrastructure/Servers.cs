using Aspire.Hosting.ApplicationModel;

namespace Panoramax.AppHost.Infrastructure;

/// <summary>
/// PostgreSQL, RabbitMQ and the picture store of one instance, wherever they run. Everything the AppHost says about
/// our own processes is the same on all three infrastructures.
/// </summary>
internal abstract class Servers
{
    /// <summary>Processes that reach the database, each with its role of <c>deploy/postgres/roles.sql</c>.</summary>
    protected static readonly IReadOnlyDictionary<string, string> Roles = new Dictionary<string, string>
    {
        [ResourceNames.Migrate] = "panoramax_owner",
        [ResourceNames.Stac] = "panoramax_stac",
        [ResourceNames.Auth] = "panoramax_auth",
        [ResourceNames.Upload] = "panoramax_upload",
        [ResourceNames.PictureWorker] = "panoramax_picture_worker",
        [ResourceNames.DispatchWorker] = "panoramax_dispatch_worker",
        [ResourceNames.Admin] = "panoramax_admin",
    };

    /// <summary>Connection string of a process's own role; the process is one of <see cref="Roles"/>.</summary>
    public abstract ReferenceExpression Database(string process);

    /// <summary>AMQP URI.</summary>
    public abstract ReferenceExpression Broker { get; }

    /// <summary>Settings of the section <c>Storage</c>, by environment name, with the keys of one process.</summary>
    public abstract IReadOnlyDictionary<string, ReferenceExpression> Storage(string process);

    /// <summary>What the schema and the buckets are made in: healthy before <c>migrate</c> starts.</summary>
    public abstract IReadOnlyList<IResourceBuilder<IResource>> Stores { get; }

    /// <summary>What must have ended well before <c>migrate</c> starts.</summary>
    public virtual IReadOnlyList<IResourceBuilder<IResource>> Prepared => [];

    /// <summary>Null when the broker is not the AppHost's.</summary>
    public abstract IResourceBuilder<IResource>? BrokerResource { get; }
}
