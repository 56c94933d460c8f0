namespace Panoramax.Domain.UploadSets;

/// <summary>Why a file of an upload set did not become (or stay) a picture; values as stored and sent.</summary>
public static class RejectionReason
{
    public const string InvalidFile = "invalid_file";
    public const string InvalidMetadata = "invalid_metadata";
    public const string FileDuplicate = "file_duplicate";
    public const string CaptureDuplicate = "capture_duplicate";
    public const string OtherError = "other_error";

    public static IReadOnlyList<string> All { get; } = [InvalidFile, InvalidMetadata, FileDuplicate, CaptureDuplicate, OtherError];
}
