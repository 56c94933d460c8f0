using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Database.Jobs;
using Panoramax.Messaging;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;

namespace Panoramax.DispatchWorker.Caretaker;

/// <summary>
/// Announces the jobs that nobody was told of, or whose message was lost. A queue is filled up to <c>Jobs:QueueTarget</c>
/// messages and no further, so that a long one is never filled with repeats.
/// </summary>
internal sealed partial class AnnounceDueJobs(
    NpgsqlDataSource database, JobAnnouncer announcer, QueueLengths queues, IOptions<JobOptions> options, TimeProvider time, ILogger<AnnounceDueJobs> log)
{
    /// <summary>One round over all kinds.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">The broker is away: nothing was marked as announced.</exception>
    public async Task Run(CancellationToken cancel)
    {
        foreach (var kind in Enum.GetValues<JobKind>())
        {
            // Without a queue a message would go nowhere and its job count as announced.
            if (await queues.Of(kind, cancel) is not { } waiting) continue;

            var room = (int)Math.Max(0, options.Value.QueueTarget - waiting);
            if (room > 0 && !await Announce(kind, room, cancel)) return;
        }
    }

    /// <returns>False when the broker stopped confirming; the rest keeps for the next round.</returns>
    private async Task<bool> Announce(JobKind kind, int room, CancellationToken cancel)
    {
        var due = await JobStore.Due(database, kind, room, options.Value.SweepInterval, options.Value.ReannounceAfter, cancel);
        var confirmed = 0;
        try
        {
            while (confirmed < due.Count && await announcer.Publish(due[confirmed], JobMessages.For(due[confirmed], "Requeued", time.GetUtcNow()), cancel))
                confirmed++;
        }
        finally
        {
            // Also when the process is told to stop in the middle.
            foreach (var job in due.Skip(confirmed)) await JobStore.NotAnnounced(database, job, CancellationToken.None);
        }

        if (due.Count > 0) Announced(log, kind.Text(), confirmed, due.Count);
        return confirmed == due.Count;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Announced {Confirmed} of {Due} {Kind} jobs that nobody was at")]
    private static partial void Announced(ILogger log, string kind, int confirmed, int due);
}
