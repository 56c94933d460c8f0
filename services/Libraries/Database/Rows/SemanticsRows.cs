namespace Panoramax.Database.Rows;

/// <summary>A key-value tag; the pair is unique per owner.</summary>
public abstract class TagRow
{
    public long Id { get; set; }

    /// <summary>At most 256 characters.</summary>
    public required string Key { get; set; }

    /// <summary>At most 2,048 characters.</summary>
    public required string Value { get; set; }

    /// <summary>Who added it.</summary>
    public Guid AccountId { get; set; }
    public DateTimeOffset Ts { get; set; }
}

public sealed class PictureSemanticsRow : TagRow
{
    public Guid PictureId { get; set; }
}

public sealed class SequenceSemanticsRow : TagRow
{
    public Guid SequenceId { get; set; }
}

public sealed class UploadSetSemanticsRow : TagRow
{
    public Guid UploadSetId { get; set; }
}

public sealed class AnnotationSemanticsRow : TagRow
{
    public Guid AnnotationId { get; set; }
}

/// <summary>A shape in a picture that carries tags.</summary>
public sealed class AnnotationRow
{
    public Guid Id { get; set; }
    public Guid PictureId { get; set; }

    /// <summary>GeoJSON Polygon in pixels of the HD picture, origin top left.</summary>
    public required string Shape { get; set; }
}

/// <summary>What somebody did to the tags of a picture or of one of its annotations.</summary>
public sealed class PictureSemanticsHistoryRow
{
    public long Id { get; set; }
    public Guid PictureId { get; set; }
    public Guid AccountId { get; set; }
    public DateTimeOffset Ts { get; set; }

    /// <summary>JSON list of <c>{action,key,value}</c>.</summary>
    public required string Updates { get; set; }

    /// <summary>GeoJSON; only for tags of annotations.</summary>
    public string? AnnotationShape { get; set; }
}

/// <summary>What somebody did to the tags of a sequence.</summary>
public sealed class SequenceSemanticsHistoryRow
{
    public long Id { get; set; }
    public Guid SequenceId { get; set; }
    public Guid AccountId { get; set; }
    public DateTimeOffset Ts { get; set; }

    /// <summary>JSON list of <c>{action,key,value}</c>.</summary>
    public required string Updates { get; set; }
}
