using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Panoramax.ServiceDefaults.Health;

/// <summary>The two health routes. The gateway does not forward them; only the platform asks.</summary>
public static class HealthEndpoints
{
    /// <summary>Prefix of the health routes; requests below it are neither traced nor logged.</summary>
    public const string Prefix = "/health";

    /// <summary>Tag of the checks that <c>/health/ready</c> runs.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Second tag of the check that MassTransit registers by itself (its first one is <see cref="ReadyTag"/>).</summary>
    public const string BusTag = "masstransit";

    /// <summary>Tag of the object store's check: an HTTP service answers most requests without the store, a worker needs it.</summary>
    public const string StoreTag = "ready-store";

    internal static void MapHealth(this WebApplication app, Readiness readiness)
    {
        // Live runs no check at all: a lost database must not make the platform restart the process.
        app.MapHealthChecks($"{Prefix}/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write })
            .AllowAnonymous().ShortCircuit();
        app.MapHealthChecks($"{Prefix}/ready", new HealthCheckOptions { Predicate = Decides(readiness), ResponseWriter = Write })
            .AllowAnonymous().ShortCircuit();
    }

    internal static Func<HealthCheckRegistration, bool> Decides(Readiness readiness) => readiness switch
    {
        Readiness.WithBus => check => check.Tags.Contains(ReadyTag) || check.Tags.Contains(StoreTag),
        Readiness.WithoutBus => check => check.Tags.Contains(ReadyTag) && !check.Tags.Contains(BusTag),
        _ => throw new ArgumentOutOfRangeException(nameof(readiness), readiness, "unknown kind of readiness"),
    };

    /// <summary>Names and states only: descriptions and exceptions may hold addresses and belong to the log.</summary>
    private static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var states = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString());
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["status"] = report.Status.ToString(),
                ["checks"] = states,
            }),
            context.RequestAborted);
    }
}
