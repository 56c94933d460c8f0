using Panoramax.Database.Jobs;

namespace Panoramax.Messaging.Contracts;

/// <summary>The queue of each kind of job: a thousand pictures to prepare do not hold up a dispatch.</summary>
public static class Queues
{
    public static string Of(JobKind kind) => kind switch
    {
        JobKind.Prepare => "prepare-picture",
        JobKind.Discard => "discard-original",
        JobKind.Delete => "delete-picture",
        JobKind.ReadMetadata => "read-metadata",
        JobKind.Dispatch => "dispatch-upload-set",
        JobKind.Finalize => "finalize-sequence",
    };
}
