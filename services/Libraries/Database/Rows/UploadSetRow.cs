namespace Panoramax.Database.Rows;

/// <summary>One batch of files as a person sends it. Null settings are resolved from the instance's at each dispatch.</summary>
public sealed class UploadSetRow
{
    public Guid Id { get; set; }
    public Guid AccountId { get; set; }
    public required string Title { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public int? EstimatedNbFiles { get; set; }

    /// <summary>Number of rows in <c>files</c>, kept in the transaction that adds a file.</summary>
    public int NbFiles { get; set; }
    public bool Completed { get; set; }
    public bool Dispatched { get; set; }
    public string SortMethod { get; set; } = "time-asc";
    public bool? NoSplit { get; set; }

    /// <summary>Metres.</summary>
    public int? SplitDistance { get; set; }

    /// <summary>Seconds.</summary>
    public double? SplitTime { get; set; }
    public bool? NoDeduplication { get; set; }

    /// <summary>Metres.</summary>
    public double? DuplicateDistance { get; set; }

    /// <summary>Degrees.</summary>
    public int? DuplicateRotation { get; set; }

    /// <summary>Degrees, -180 to 180.</summary>
    public int? RelativeHeading { get; set; }
    public string? Visibility { get; set; }
    public string? UserAgent { get; set; }

    /// <summary>Free JSON object of the client.</summary>
    public string? Metadata { get; set; }
}

/// <summary>One received file of an upload set, accepted or rejected.</summary>
public sealed class FileRow
{
    public Guid UploadSetId { get; set; }

    /// <summary>Base name as sent; unique in its set, case-sensitive.</summary>
    public required string FileName { get; set; }

    /// <summary>The picture it became; null when rejected, or when the picture was deleted.</summary>
    public Guid? PictureId { get; set; }

    /// <summary>MD5 of the bytes as received; null when rejected before they were read.</summary>
    public Guid? ContentMd5 { get; set; }
    public long? Size { get; set; }
    public DateTimeOffset InsertedAt { get; set; }

    /// <summary>A reason of the API; null when accepted.</summary>
    public string? RejectionStatus { get; set; }
    public string? RejectionMessage { get; set; }

    /// <summary>JSON object.</summary>
    public string? RejectionDetails { get; set; }
}
