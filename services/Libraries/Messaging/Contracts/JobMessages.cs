using System.Text.Json;
using Panoramax.Database.Jobs;

namespace Panoramax.Messaging.Contracts;

/// <summary>The message that says "look at this job's row now".</summary>
public static class JobMessages
{
    /// <param name="reason">Why the work is owed, for the log of who reads it.</param>
    public static object For(DueJob job, string reason, DateTimeOffset at) => job.Kind switch
    {
        JobKind.Prepare => new PictureReceived(job.SubjectId, UploadSetId: null, reason, at),
        JobKind.Discard => new OriginalLeftBehind(job.SubjectId, at),
        JobKind.Delete => new PictureRemoved(job.SubjectId, reason, at),
        JobKind.ReadMetadata => new MetadataOutdated(job.SubjectId, ReadsFile(job.Args), at),
        JobKind.Dispatch => new UploadSetCompleted(job.SubjectId, at),
        JobKind.Finalize => new SequenceChanged(job.SubjectId, reason, at),
    };

    /// <summary>The argument <c>read_file</c> of a read-metadata job.</summary>
    public static bool ReadsFile(string? args)
    {
        if (args is null) return false;
        using var json = JsonDocument.Parse(args);
        return json.RootElement.TryGetProperty("read_file", out var value) && value.ValueKind == JsonValueKind.True;
    }
}
