using System.ComponentModel.DataAnnotations;

namespace Panoramax.Messaging;

/// <summary>Settings below <c>Jobs:</c>.</summary>
public sealed class JobOptions
{
    public const string Section = "Jobs";

    /// <summary>Jobs side by side in this process; 0 = as many as there are cores.</summary>
    [Range(0, 256)]
    public int Concurrency { get; set; }

    /// <summary>Retries after the first try of a preparation, then the picture is broken.</summary>
    [Range(0, 100)]
    public int RetryLimit { get; set; } = 5;

    /// <summary>First delay between tries, doubled each time up to <see cref="LongestDelay"/>; also the pause after an outage.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Rhythm of the caretaker, and the age at which a job that nobody was told of is announced.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Age of an announcement at which a job is announced again (its message was lost).</summary>
    public TimeSpan ReannounceAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages that the caretaker lets wait in a queue.</summary>
    [Range(1, 1_000_000)]
    public int QueueTarget { get; set; } = 1000;

    /// <summary>How long ended tries are kept; a subject's last one always stays.</summary>
    public TimeSpan KeepHistory { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long work under way may still take after SIGTERM.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Quorum queues instead of classic ones, for a cluster of brokers.</summary>
    public bool QuorumQueues { get; set; }

    /// <summary>The longest pause between two tries.</summary>
    public static TimeSpan LongestDelay { get; } = TimeSpan.FromHours(1);

    /// <summary>Pause before the next try: <see cref="RetryDelay"/>, doubled with each try, at most <see cref="LongestDelay"/>.</summary>
    /// <param name="attempts">Tries so far, from 1.</param>
    public TimeSpan DelayAfter(int attempts) =>
        TimeSpan.FromTicks((long)Math.Min(LongestDelay.Ticks, RetryDelay.Ticks * Math.Pow(2, Math.Min(attempts - 1, 40))));

    /// <summary>The effective number of jobs side by side.</summary>
    public int EffectiveConcurrency => Concurrency == 0 ? Environment.ProcessorCount : Concurrency;
}
