using Panoramax.Domain.Sequences;

namespace Panoramax.Domain.UploadSets;

/// <summary>What an upload set says about its dispatch; null where it says nothing.</summary>
public sealed record DispatchSettings
{
    /// <summary>One of <see cref="UploadSets.SortMethod"/>.</summary>
    public string? SortMethod { get; init; }

    /// <summary>True: one sequence, whatever the limits say.</summary>
    public bool? NoSplit { get; init; }

    public int? SplitDistanceMetres { get; init; }

    public TimeSpan? SplitTime { get; init; }

    /// <summary>True: nothing is a capture duplicate, whatever the limits say.</summary>
    public bool? NoDeduplication { get; init; }

    public double? DuplicateDistanceMetres { get; init; }

    public int? DuplicateRotationDegrees { get; init; }
}

/// <summary>What the instance says where an upload set says nothing; null where the instance says nothing either.</summary>
public sealed record DispatchDefaults
{
    public int? SplitDistanceMetres { get; init; }

    public TimeSpan? SplitTime { get; init; }

    public double? DuplicateDistanceMetres { get; init; }

    public int? DuplicateRotationDegrees { get; init; }
}

/// <summary>How one dispatch is done: settings and defaults put together at that moment, never stored.</summary>
/// <param name="SortMethod">One of <see cref="UploadSets.SortMethod"/>.</param>
/// <param name="Split">Null: no split.</param>
/// <param name="Duplicates">Null: no picture is a capture duplicate.</param>
public sealed record DispatchParameters(string SortMethod, SplitLimits? Split, DuplicateLimits? Duplicates)
{
    /// <summary>
    /// Each value of the set goes before the instance's. Half a rule is no rule: without both a distance and a time nothing
    /// is split, without both a distance and a rotation nothing is a duplicate.
    /// </summary>
    public static DispatchParameters Of(DispatchSettings settings, DispatchDefaults defaults) => new(
        settings.SortMethod ?? UploadSets.SortMethod.TimeAsc,
        settings.NoSplit != true
            && (settings.SplitDistanceMetres ?? defaults.SplitDistanceMetres) is { } splitDistance
            && (settings.SplitTime ?? defaults.SplitTime) is { } splitTime
            ? new SplitLimits(splitDistance, splitTime)
            : null,
        settings.NoDeduplication != true
            && (settings.DuplicateDistanceMetres ?? defaults.DuplicateDistanceMetres) is { } duplicateDistance
            && (settings.DuplicateRotationDegrees ?? defaults.DuplicateRotationDegrees) is { } rotation
            ? new DuplicateLimits(duplicateDistance, rotation)
            : null);
}
