namespace Panoramax.Storage;

/// <summary>What set-up and health need of an adapter, beside its port.</summary>
internal interface IBucket : IPictureStore
{
    /// <summary>Makes the bucket when it is missing. Throws as <see cref="IPictureStore"/> does.</summary>
    Task Ensure(CancellationToken cancel);

    /// <summary>Whether the bucket is there and answers. Throws as <see cref="IPictureStore"/> does.</summary>
    Task Probe(CancellationToken cancel);
}
