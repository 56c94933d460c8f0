namespace Panoramax.Database.Jobs;

/// <summary>Kinds of work that is owed to a subject.</summary>
public enum JobKind
{
    /// <summary>Blur a picture and make its derivates. Subject: picture.</summary>
    Prepare,

    /// <summary>Delete the original that a preparation left in <c>incoming</c>. Subject: picture.</summary>
    Discard,

    /// <summary>Delete every file of a picture whose row is gone. Subject: picture id.</summary>
    Delete,

    /// <summary>Read a picture's metadata again. Subject: picture.</summary>
    ReadMetadata,

    /// <summary>Sort an upload set into sequences. Subject: upload set.</summary>
    Dispatch,

    /// <summary>Compute headings, geometry and statistics of a sequence. Subject: sequence.</summary>
    Finalize,
}

/// <summary>The stored text of a kind.</summary>
public static class JobKindText
{
    public static string Text(this JobKind kind) => kind switch
    {
        JobKind.Prepare => "prepare",
        JobKind.Discard => "discard",
        JobKind.Delete => "delete",
        JobKind.ReadMetadata => "read-metadata",
        JobKind.Dispatch => "dispatch",
        JobKind.Finalize => "finalize",
    };

    /// <exception cref="ArgumentException">The text names no kind.</exception>
    public static JobKind Parse(string text) => Enum.GetValues<JobKind>() is var kinds && kinds.Any(kind => kind.Text() == text)
        ? kinds.First(kind => kind.Text() == text)
        : throw new ArgumentException($"'{text}' is no kind of job", nameof(text));
}
