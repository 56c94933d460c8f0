namespace Panoramax.ServiceDefaults.Health;

/// <summary>Which health checks decide whether a process may be sent work.</summary>
public enum Readiness
{
    /// <summary>
    /// For HTTP services: every check tagged <see cref="HealthEndpoints.ReadyTag"/> except the message bus's own.
    /// <c>upload</c> accepts pictures while the broker is away, so a lost broker must not take it out of service.
    /// </summary>
    WithoutBus,

    /// <summary>
    /// For workers: every check tagged <see cref="HealthEndpoints.ReadyTag"/> or <see cref="HealthEndpoints.StoreTag"/>.
    /// Without the bus or the store they can do nothing.
    /// </summary>
    WithBus,
}
