using System.Diagnostics;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panoramax.Database.Jobs;

namespace Panoramax.Messaging.Jobs;

/// <summary>
/// Publishes messages behind the answer and marks their jobs as announced after the broker's confirm. One bounded queue per
/// process: what finds it full, or is not confirmed within a second, stays unannounced in the table, where the caretaker
/// finds it. So neither a client nor a worker ever waits for the broker.
/// </summary>
public sealed partial class JobAnnouncer(IBus bus, NpgsqlDataSource database, ILogger<JobAnnouncer> log) : BackgroundService
{
    private const int Side = 8;

    /// <summary>MassTransit's publish waits without end while the broker is away.</summary>
    private static readonly TimeSpan confirmLimit = TimeSpan.FromSeconds(1);

    private readonly Channel<(DueJob Job, object Message)> waiting =
        Channel.CreateBounded<(DueJob, object)>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Announces a committed job soon. Never blocks, never fails.</summary>
    public void Enqueue(DueJob job, object message) => waiting.Writer.TryWrite((job, message));

    /// <summary>Publishes at once.</summary>
    /// <returns>True when the broker confirmed it within a second.</returns>
    public async Task<bool> Publish(DueJob job, object message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(confirmLimit);
        // The message belongs to the trace of the request that asked for the work, also when it is sent much later.
        using var activity = ActivityContext.TryParse(job.Traceparent, null, out var request)
            ? JobTelemetry.Activities.StartActivity("job.announce", ActivityKind.Internal, request)
            : null;
        try
        {
            await bus.Publish(message, message.GetType(), limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            NotConfirmed(log, job.Kind.Text(), job.SubjectId);
            return false;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Refused(log, job.Kind.Text(), job.SubjectId, error);
            return false;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Side).Select(_ => Work(stoppingToken)));

    private async Task Work(CancellationToken cancel)
    {
        await foreach (var (job, message) in waiting.Reader.ReadAllAsync(cancel))
        {
            try
            {
                if (await Publish(job, message, cancel)) await JobStore.Announced(database, job, cancel);
            }
            catch (NpgsqlException error)
            {
                // The message is sent; only the mark is missing. At worst the caretaker sends it once more.
                Refused(log, job.Kind.Text(), job.SubjectId, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker did not confirm the {Kind} message of {SubjectId} within a second: the caretaker will announce it")]
    private static partial void NotConfirmed(ILogger log, string kind, Guid subjectId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Kind} job of {SubjectId} could not be announced: the caretaker will")]
    private static partial void Refused(ILogger log, string kind, Guid subjectId, Exception error);
}
