using Microsoft.Extensions.Options;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;

namespace Panoramax.Upload.UploadSets;

/// <summary>The settings of a set that may be given at its creation and changed later.</summary>
internal sealed record DispatchFields
{
    /// <summary>Keys of the body that are read here.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "sort_method", "no_split", "split_distance", "split_time", "no_deduplication", "duplicate_distance", "duplicate_rotation",
        "relative_heading", "visibility",
    ];

    public string? SortMethod { get; private init; }
    public bool? NoSplit { get; private init; }
    public int? SplitDistance { get; private init; }
    public TimeSpan? SplitTime { get; private init; }
    public bool? NoDeduplication { get; private init; }
    public double? DuplicateDistance { get; private init; }
    public int? DuplicateRotation { get; private init; }
    public int? RelativeHeading { get; private init; }
    public string? Visibility { get; private init; }

    /// <summary>Reads the fields; faults are noted and not thrown yet. Nulls mean "not given".</summary>
    public static DispatchFields Read(RequestFields fields) => new()
    {
        SortMethod = fields.OneOf("sort_method", Domain.UploadSets.SortMethod.All),
        NoSplit = fields.Bool("no_split"),
        SplitDistance = fields.Int("split_distance"),
        SplitTime = fields.Duration("split_time"),
        NoDeduplication = fields.Bool("no_deduplication"),
        DuplicateDistance = fields.Number("duplicate_distance"),
        DuplicateRotation = fields.Int("duplicate_rotation"),
        RelativeHeading = fields.Int("relative_heading", Domain.Sequences.RelativeHeading.Smallest, Domain.Sequences.RelativeHeading.Largest),
        Visibility = fields.OneOf("visibility", Domain.Pictures.Visibility.All),
    };

    /// <summary>Looks at the request alone, not at what the set holds already.</summary>
    /// <exception cref="Http.Errors.ApiError">400: two settings contradict each other, or the visibility is pointless here.</exception>
    public void ThrowIfContradictory(IOptions<AuthOptions> auth)
    {
        if (NoSplit == true && SplitDistance is not null) throw UploadErrors.Incompatible("no_split", "split_distance");
        if (NoSplit == true && SplitTime is not null) throw UploadErrors.Incompatible("no_split", "split_time");
        if (NoDeduplication == true && DuplicateDistance is not null) throw UploadErrors.Incompatible("no_deduplication", "duplicate_distance");
        if (NoDeduplication == true && DuplicateRotation is not null) throw UploadErrors.Incompatible("no_deduplication", "duplicate_rotation");
        VisibilityRule.ThrowIfPointless(Visibility, auth);
    }

    /// <summary>Writes what was given into the set.</summary>
    public void ApplyTo(UploadSetRow set)
    {
        set.SortMethod = SortMethod ?? set.SortMethod;
        set.NoSplit = NoSplit ?? set.NoSplit;
        set.SplitDistance = SplitDistance ?? set.SplitDistance;
        set.SplitTime = SplitTime?.TotalSeconds ?? set.SplitTime;
        set.NoDeduplication = NoDeduplication ?? set.NoDeduplication;
        set.DuplicateDistance = DuplicateDistance ?? set.DuplicateDistance;
        set.DuplicateRotation = DuplicateRotation ?? set.DuplicateRotation;
        set.RelativeHeading = RelativeHeading ?? set.RelativeHeading;
        set.Visibility = Visibility ?? set.Visibility;
    }
}

/// <summary>Which visibility may be asked for.</summary>
internal static class VisibilityRule
{
    /// <exception cref="Http.Errors.ApiError">400: <c>logged-only</c> where anybody may register.</exception>
    public static void ThrowIfPointless(string? visibility, IOptions<AuthOptions> auth)
    {
        if (visibility == Domain.Pictures.Visibility.LoggedOnly && auth.Value.RegistrationIsOpen) throw UploadErrors.LoggedOnlyIsPointless();
    }
}
