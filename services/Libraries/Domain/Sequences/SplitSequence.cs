using Panoramax.Domain.Geometry;

namespace Panoramax.Domain.Sequences;

/// <summary>How far apart two consecutive pictures of one sequence may be; exactly at a limit is still together.</summary>
/// <param name="DistanceMetres">By <see cref="Haversine"/>.</param>
public sealed record SplitLimits(double DistanceMetres, TimeSpan Time);

/// <summary>Why a sequence begins where it does.</summary>
public enum SplitReason
{
    /// <summary>It is the first one.</summary>
    Start,

    /// <summary>Too much time went by. Also when the distance was too large as well.</summary>
    Time,

    Distance,
}

/// <summary>A run of pictures that become one sequence; never empty.</summary>
public sealed record PictureRun(SplitReason Reason, IReadOnlyList<DispatchedPicture> Pictures);

/// <summary>Cuts sorted pictures where the journey was interrupted.</summary>
public static class SplitSequence
{
    /// <param name="sorted">Pictures in their final order, which need not be that of their times.</param>
    /// <param name="limits">Null: all pictures stay together.</param>
    /// <returns>Every picture once, in the order given; nothing for no picture.</returns>
    public static IReadOnlyList<PictureRun> Into(IReadOnlyList<DispatchedPicture> sorted, SplitLimits? limits)
    {
        var runs = new List<PictureRun>();
        List<DispatchedPicture> current = [];
        DispatchedPicture? last = null;
        foreach (var picture in sorted)
        {
            var reason = last is null ? SplitReason.Start : limits is null ? null : ReasonToCut(last, picture, limits);
            if (reason is { } cut) runs.Add(new PictureRun(cut, current = []));
            current.Add(picture);
            last = picture;
        }

        return runs;
    }

    private static SplitReason? ReasonToCut(DispatchedPicture last, DispatchedPicture next, SplitLimits limits)
    {
        if ((next.Timestamp - last.Timestamp).Duration() > limits.Time) return SplitReason.Time;
        return Haversine.DistanceMetres(last.Position, next.Position) > limits.DistanceMetres ? SplitReason.Distance : null;
    }
}
