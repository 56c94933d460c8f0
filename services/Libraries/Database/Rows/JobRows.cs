namespace Panoramax.Database.Rows;

/// <summary>Work owed to a subject (a picture, upload set or sequence); gone when done.</summary>
public sealed class JobRow
{
    /// <summary>See <see cref="Jobs.JobKind"/>.</summary>
    public required string Kind { get; set; }
    public Guid SubjectId { get; set; }

    /// <summary>Grows every time the same work is asked for again.</summary>
    public long Revision { get; set; }

    /// <summary>Started tries since the last request; outages and interruptions are given back.</summary>
    public int Attempts { get; set; }
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>When the broker last confirmed a message for it; null: nobody was told yet.</summary>
    public DateTimeOffset? AnnouncedAt { get; set; }
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>Small JSON object.</summary>
    public string? Args { get; set; }

    /// <summary>W3C trace context of the request, so that a late announcement links to it.</summary>
    public string? Traceparent { get; set; }
}

/// <summary>One try of a job; the API shows a picture's tries in <c>geovisio_status</c>.</summary>
public sealed class JobHistoryRow
{
    public long Id { get; set; }
    public required string Kind { get; set; }
    public Guid SubjectId { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; set; }

    /// <summary>What is worth knowing though it did not fail (an outage, skipped annotations).</summary>
    public string? Warning { get; set; }
    public int Attempt { get; set; }

    /// <summary>Host and process that tried.</summary>
    public required string Worker { get; set; }
}
