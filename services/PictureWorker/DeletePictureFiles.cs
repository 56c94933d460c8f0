using MassTransit;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Jobs;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>Deletes every file of a picture whose row is gone, in all three stores; its keys follow from its id.</summary>
internal sealed class DeletePictureFiles(PictureStores stores)
{
    public Task<JobResult> Run(JobInProgress job, CancellationToken cancel) => Failures.Named(async () =>
    {
        var id = job.SubjectId;
        using var span = Instruments.Activities.StartActivity(Spans.PictureDelete);
        span?.SetTag(Spans.Attributes.PictureId, id);

        // Only a database that was restored or changed by hand can say so; then the files are still needed.
        if (await job.Db.Pictures.AnyAsync(picture => picture.Id == id, cancel))
            return JobResult.Nothing() with { Warning = "nothing deleted: the picture still has its row" };

        await stores.Derivates.DeleteFolder(PictureKeys.DerivatesFolder(id), cancel);
        await stores.Permanent.Delete(PictureKeys.Picture(id), cancel);
        await stores.Incoming.Delete(PictureKeys.Picture(id), cancel);
        return JobResult.Nothing();
    });
}

internal sealed class DeletePictureFilesConsumer(JobRunner runner, DeletePictureFiles delete) : IConsumer<PictureRemoved>
{
    // Never given up: somebody asked for these files to be gone.
    public Task Consume(ConsumeContext<PictureRemoved> context) =>
        runner.Run(JobKind.Delete, context.Message.PictureId, delete.Run, givenUp: null, context.CancellationToken);
}
