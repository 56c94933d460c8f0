using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Panoramax.Upload.Receiving;

/// <summary>
/// How many files are received side by side and how many requests may wait for their turn (in the order they came). A full
/// server says so at once, instead of filling its disk and letting everybody time out.
/// </summary>
internal sealed class ReceptionLimit(IOptions<UploadOptions> options) : IDisposable
{
    /// <summary>Clients give up after 20 to 60 s; a refusal that they can act on must come before.</summary>
    private static readonly TimeSpan longestWait = TimeSpan.FromSeconds(15);

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.ConcurrentFiles,
        QueueLimit = options.Value.WaitingFiles,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a place; disposing gives it back.</summary>
    /// <exception cref="Http.Errors.ApiError">503: too many are waiting already, or the wait was too long.</exception>
    public async Task<IDisposable> Enter(CancellationToken cancel)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        wait.CancelAfter(longestWait);
        try
        {
            var place = await limiter.AcquireAsync(1, wait.Token);
            if (place.IsAcquired) return place;
            place.Dispose();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Waited long enough: the same answer as for a full queue.
        }

        throw UploadErrors.TooBusy();
    }

    public void Dispose() => limiter.Dispose();
}
