using NetTopologySuite.Geometries;

namespace Panoramax.Database.Rows;

/// <summary>Live settings of the instance: one row, editable without a restart.</summary>
public sealed class ConfigurationRow
{
    /// <summary>Always 1.</summary>
    public int Id { get; set; } = 1;
    public bool? CollaborativeMetadata { get; set; }
    public string? DefaultVisibility { get; set; }

    /// <summary>Metres; null (with either split value) means no split.</summary>
    public int? DefaultSplitDistance { get; set; } = 100;

    /// <summary>Seconds.</summary>
    public double? DefaultSplitTime { get; set; } = 300;

    /// <summary>Metres; null (with either duplicate value) means no deduplication.</summary>
    public double? DefaultDuplicateDistance { get; set; } = 1;

    /// <summary>Degrees.</summary>
    public int? DefaultDuplicateRotation { get; set; } = 60;
}

/// <summary>An area where no picture is taken in: a general one, or one of an account.</summary>
public sealed class ExcludedAreaRow
{
    public Guid Id { get; set; }
    public string? Label { get; set; }
    public bool IsPublic { get; set; }
    public Guid? AccountId { get; set; }
    public required MultiPolygon Geom { get; set; }
}

/// <summary>Somebody says that something is wrong with a picture or sequence.</summary>
public sealed class ReportRow
{
    public Guid Id { get; set; }
    public required string Issue { get; set; }
    public string Status { get; set; } = "open";
    public Guid? PictureId { get; set; }
    public Guid? SequenceId { get; set; }
    public DateTimeOffset TsOpened { get; set; }
    public DateTimeOffset? TsClosed { get; set; }
    public Guid? ReporterAccountId { get; set; }
    public Guid? ResolverAccountId { get; set; }
    public string? ReporterEmail { get; set; }
    public string? ReporterComments { get; set; }
    public string? ResolverComments { get; set; }
}

/// <summary>An editable page of the instance (terms of service and the like) in one language.</summary>
public sealed class PageRow
{
    public Guid Id { get; set; }
    public required string Name { get; set; }
    public required string Lang { get; set; }

    /// <summary>HTML.</summary>
    public required string Content { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>When scheduled work last ran; its row lock lets one worker at a time do it.</summary>
public sealed class ScheduledRunRow
{
    public required string Name { get; set; }
    public DateTimeOffset? LastRunAt { get; set; }
}
