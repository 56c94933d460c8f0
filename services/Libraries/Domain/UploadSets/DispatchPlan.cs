using Panoramax.Domain.Sequences;

namespace Panoramax.Domain.UploadSets;

/// <summary>One sequence that a dispatch makes or fills anew.</summary>
/// <param name="ReusedSequenceId">The sequence that keeps its id, title and tags; null: a new one is made.</param>
/// <param name="Title">Title of a new sequence; a reused one keeps its own.</param>
/// <param name="Pictures">By rank; at least one.</param>
public sealed record PlannedSequence(Guid? ReusedSequenceId, string Title, SplitReason Reason, IReadOnlyList<DispatchedPicture> Pictures);

/// <summary>
/// What a dispatch makes of an upload set: sorted, split, then freed of capture duplicates sequence by sequence. The same
/// pictures and parameters give the same plan, so that asking again changes nothing.
/// </summary>
public sealed record DispatchPlan(IReadOnlyList<PlannedSequence> Sequences, IReadOnlyList<CaptureDuplicate> Duplicates)
{
    /// <summary>The whole way: sort, then <see cref="OfSorted"/>.</summary>
    /// <param name="pictures">In the order they were sent.</param>
    public static DispatchPlan Of(string title, IReadOnlyList<DispatchedPicture> pictures, DispatchParameters parameters) =>
        OfSorted(title, SortPictures.By(parameters.SortMethod, pictures), parameters);

    /// <param name="title">Title of the set; sequences get <c>-1</c>, <c>-2</c>, … behind it when there are several.</param>
    /// <param name="sorted">In their final order.</param>
    public static DispatchPlan OfSorted(string title, IReadOnlyList<DispatchedPicture> sorted, DispatchParameters parameters)
    {
        List<PictureRun> runs =
        [
            .. SplitSequence.Into(sorted, parameters.Split)
                .Select(run => run with { Pictures = [.. run.Pictures.Where(picture => !picture.IsLeftOut)] })
                .Where(run => run.Pictures.Count > 0),
        ];
        var sequences = new List<PlannedSequence>(runs.Count);
        var duplicates = new List<CaptureDuplicate>();
        var reused = new HashSet<Guid>();
        foreach (var run in runs)
        {
            var kept = run.Pictures;
            if (parameters.Duplicates is { } limits && FindDuplicates.In(run.Pictures, limits) is { Count: > 0 } found)
            {
                duplicates.AddRange(found);
                var removed = found.Select(duplicate => duplicate.PictureId).ToHashSet();
                kept = [.. run.Pictures.Where(picture => !removed.Contains(picture.Id))];
            }

            sequences.Add(new PlannedSequence(
                SequenceToReuse(kept, reused), runs.Count == 1 ? title : $"{title}-{sequences.Count + 1}", run.Reason, kept));
        }

        return new DispatchPlan(sequences, duplicates);
    }

    /// <summary>The sequence of the first picture that is in one, unless it was given to an earlier run already.</summary>
    private static Guid? SequenceToReuse(IReadOnlyList<DispatchedPicture> pictures, HashSet<Guid> reused)
    {
        foreach (var picture in pictures)
        {
            if (picture.SequenceId is { } sequenceId && reused.Add(sequenceId)) return sequenceId;
        }

        return null;
    }
}
