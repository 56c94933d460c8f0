namespace Panoramax.Domain.Sequences;

/// <summary>Values of a sequence's state, as stored and sent.</summary>
public static class SequenceStatus
{
    public const string WaitingForProcess = "waiting-for-process";
    public const string Ready = "ready";

    /// <summary>Kept as a row so that crawlers learn of the deletion.</summary>
    public const string Deleted = "deleted";
}
