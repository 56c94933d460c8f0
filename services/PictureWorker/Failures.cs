using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Messaging.Jobs;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>
/// Says of an error of a library what it means for the job: permanent, an outage, or (everything else) a failed try.
/// The store's answers with an error count as failed tries, as do time-outs: else one picture would be tried for ever.
/// </summary>
internal static class Failures
{
    /// <summary>Runs work and throws errors in the job runner's terms.</summary>
    public static async Task<T> Named<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (NotAPicture error)
        {
            throw new PermanentFailure(error.Message, error);
        }
        catch (UnreadablePicture error)
        {
            throw new PermanentFailure(error.Message, error);
        }
        catch (PictureStoreUnavailable error) when (!error.Reached)
        {
            throw new Outage(error.Message, error);
        }
    }
}
