using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Panoramax.Messaging.Jobs;

/// <summary>Spans and metrics of jobs, under the name that all of Panoramax uses.</summary>
internal static class JobTelemetry
{
    private static readonly Meter meter = new("Panoramax");

    public static ActivitySource Activities { get; } = new("Panoramax");

    /// <summary>Labels <c>kind</c>, <c>reason</c>: <c>locked</c>, <c>old-news</c>.</summary>
    public static Counter<long> Skipped { get; } = meter.CreateCounter<long>("panoramax.jobs.skipped", "{message}", "Messages that led to no work");

    /// <summary>Labels <c>kind</c>, <c>reason</c>: <c>error</c>, <c>outage</c>, <c>permanent</c>, <c>given-up</c>, <c>interrupted</c>.</summary>
    public static Counter<long> Failed { get; } = meter.CreateCounter<long>("panoramax.jobs.failed", "{try}", "Tries of jobs that did not succeed");
}
