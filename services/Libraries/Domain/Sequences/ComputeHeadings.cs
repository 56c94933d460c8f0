using Panoramax.Domain.Geometry;

namespace Panoramax.Domain.Sequences;

/// <summary>A picture on the path of its sequence.</summary>
/// <param name="HeadingDegrees">As known so far; null if unknown.</param>
/// <param name="HeadingComputed">True when that heading is an earlier result of <see cref="ComputeHeadings"/>.</param>
public sealed record PictureOnPath(Guid Id, Position Position, int? HeadingDegrees, bool HeadingComputed);

/// <summary>A heading to be written, as computed.</summary>
/// <param name="HeadingDegrees">0 to 359; null when the picture's neighbour is at the same point, so that there is no direction.</param>
public sealed record ComputedHeading(Guid PictureId, int? HeadingDegrees);

/// <summary>Headings from the path: towards the next picture, for the last one from the previous to it.</summary>
public static class ComputeHeadings
{
    /// <param name="path">The pictures of one sequence by rank.</param>
    /// <returns>
    /// Only what changes: pictures without a heading, with 0 (what apps write that have no compass) or a computed one, and
    /// the others too when the relative heading was stated.
    /// </returns>
    public static IReadOnlyList<ComputedHeading> Along(IReadOnlyList<PictureOnPath> path, RelativeHeading relative)
    {
        var changed = new List<ComputedHeading>();
        for (var index = 0; index < path.Count; index++)
        {
            var picture = path[index];
            if (!relative.ReplacesCameraHeadings && !picture.HeadingComputed && picture.HeadingDegrees is not (null or 0)) continue;

            var heading = HeadingAt(path, index, relative.Degrees);
            if (!picture.HeadingComputed || picture.HeadingDegrees != heading) changed.Add(new ComputedHeading(picture.Id, heading));
        }

        return changed;
    }

    private static int? HeadingAt(IReadOnlyList<PictureOnPath> path, int index, int relativeDegrees)
    {
        if (path.Count == 1) return Azimuth.Modulo360(relativeDegrees);

        var from = Math.Min(index, path.Count - 2);
        return Azimuth.PlanarDegrees(path[from].Position, path[from + 1].Position) is { } azimuth
            ? Azimuth.Modulo360((long)Math.Floor(azimuth) + relativeDegrees)
            : null;
    }
}
