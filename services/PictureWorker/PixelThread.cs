namespace Panoramax.PictureWorker;

/// <summary>
/// Native pixel work blocks its thread for seconds. On a thread of its own it holds up nothing else: neither heartbeats of
/// the broker nor health checks.
/// </summary>
internal static class PixelThread
{
    public static Task<T> Run<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
