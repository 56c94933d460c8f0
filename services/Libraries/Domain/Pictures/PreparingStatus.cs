namespace Panoramax.Domain.Pictures;

/// <summary>Values of a picture's preparation state, as stored; the public status is computed from it.</summary>
public static class PreparingStatus
{
    /// <summary>Received; its files are not made yet, or are to be made again.</summary>
    public const string NotProcessed = "not-processed";

    /// <summary>HD picture and derivates are in the store.</summary>
    public const string Prepared = "prepared";

    /// <summary>Given up: permanent failure, or all tries used.</summary>
    public const string Broken = "broken";

    /// <summary>The public <c>geovisio:status</c> of a picture.</summary>
    public static string ToPublicStatus(string preparingStatus) => preparingStatus switch
    {
        Prepared => "ready",
        Broken => "broken",
        _ => "waiting-for-process",
    };
}
