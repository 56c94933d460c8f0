namespace Panoramax.Domain.UploadSets;

/// <summary>How the pictures of an upload set are ordered before they are split into sequences; values as stored and sent.</summary>
public static class SortMethod
{
    public const string FilenameAsc = "filename-asc";
    public const string FilenameDesc = "filename-desc";
    public const string TimeAsc = "time-asc";
    public const string TimeDesc = "time-desc";

    public static IReadOnlyList<string> All { get; } = [FilenameAsc, FilenameDesc, TimeAsc, TimeDesc];
}
