namespace Panoramax.Database.Rows;

/// <summary>An edit of a sequence, with the values before it.</summary>
public sealed class SequenceChangeRow
{
    public long Id { get; set; }
    public Guid SequenceId { get; set; }
    public Guid AccountId { get; set; }
    public DateTimeOffset Ts { get; set; }

    /// <summary>JSON object: previous values of the changed keys.</summary>
    public required string Previous { get; set; }
}

/// <summary>An edit of a picture, with the values before it.</summary>
public sealed class PictureChangeRow
{
    public long Id { get; set; }
    public Guid PictureId { get; set; }
    public Guid AccountId { get; set; }
    public DateTimeOffset Ts { get; set; }

    /// <summary>The edit of a sequence that this is part of.</summary>
    public long? SequenceChangeId { get; set; }

    /// <summary>JSON object: previous values of the changed columns.</summary>
    public required string Previous { get; set; }
}
