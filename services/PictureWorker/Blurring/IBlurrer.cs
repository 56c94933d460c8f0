using Panoramax.Database.Rows;
using Panoramax.Imaging;
using Panoramax.Messaging.Jobs;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>Makes of a picture as it was taken one that may be published. Failing to is never "publish unblurred".</summary>
internal interface IBlurrer
{
    /// <returns>The picture in memory; the caller disposes it.</returns>
    /// <exception cref="UnreadablePicture">The picture is damaged.</exception>
    /// <exception cref="Outage">The service that blurs is not reached.</exception>
    /// <exception cref="BlurFailed">It answered, but not with a blurred picture.</exception>
    Task<BlurredPicture> Blur(SourcePicture source, CancellationToken cancel);
}

/// <summary>A blurred picture, upright and decoded: three bytes a pixel of native memory until it is disposed.</summary>
internal sealed class BlurredPicture(DecodedPicture pixels, PublicPicture picture) : IDisposable
{
    public PublicPicture Picture { get; } = picture;

    /// <summary>What was blurred, as far as the blurrer says so.</summary>
    public IReadOnlyList<BlurredRegion> Regions { get; init; } = [];

    /// <summary>Id under which the service keeps what it blurred; null when it keeps nothing.</summary>
    public string? BlurringId { get; init; }

    /// <summary>What else the blurrer recognized; null when it says nothing about that.</summary>
    public DetectedObjects? Detected { get; init; }

    /// <summary>Sentences for the job's history.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public void Dispose() => pixels.Dispose();
}

/// <summary>The blurrer did not do its work this time; another try may succeed.</summary>
internal sealed class BlurFailed(string message, Exception? cause = null) : Exception(message, cause);
