using MassTransit;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>
/// Deletes the original that a preparation left in <c>incoming</c> because its process ended between the commit and the
/// deletion. The prepared picture is in <c>permanent</c> by then: the job's row was written with it.
/// </summary>
internal sealed class DiscardOriginal(PictureStores stores)
{
    public Task<JobResult> Run(JobInProgress job, CancellationToken cancel) => Failures.Named(async () =>
    {
        using var span = Instruments.Activities.StartActivity(Spans.PictureDiscard);
        span?.SetTag(Spans.Attributes.PictureId, job.SubjectId);
        await stores.Incoming.Delete(PictureKeys.Picture(job.SubjectId), cancel);
        return JobResult.Nothing();
    });
}

internal sealed class DiscardOriginalConsumer(JobRunner runner, DiscardOriginal discard) : IConsumer<OriginalLeftBehind>
{
    // Never given up: an unblurred picture must not stay.
    public Task Consume(ConsumeContext<OriginalLeftBehind> context) =>
        runner.Run(JobKind.Discard, context.Message.PictureId, discard.Run, givenUp: null, context.CancellationToken);
}
