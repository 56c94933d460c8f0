namespace Panoramax.Storage;

/// <summary>The store did not do it this time; a retry may help.</summary>
public sealed class PictureStoreUnavailable(string message, bool reached, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>
    /// True: the store answered, with an error or too late. False: there was no store to be had (no connection, or a
    /// proxy's 502, 503 or 504), which says nothing about the picture that was asked for.
    /// </summary>
    public bool Reached { get; } = reached;
}

/// <summary>The store will not do it, however often it is asked: missing rights, a missing bucket, a wrong key.</summary>
public sealed class PictureStoreRefused(string message, Exception? cause = null) : Exception(message, cause);
