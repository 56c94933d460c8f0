using Panoramax.Domain.Geometry;

namespace Panoramax.Domain.Sequences;

/// <summary>The line of a sequence on the map.</summary>
public static class SequenceLine
{
    /// <summary>
    /// Metres on the ellipsoid. Two consecutive pictures farther apart are not joined: nobody knows where the camera went
    /// between them, and a straight line there would look like a road.
    /// </summary>
    public const double CutMetres = 75;

    /// <param name="path">Positions by rank.</param>
    /// <returns>
    /// Parts of at least two different points each; none when no two neighbours are near each other (a single picture, a halt).
    /// Also cut at the antimeridian: on the plane of degrees that step would go round the earth.
    /// </returns>
    public static IReadOnlyList<IReadOnlyList<Position>> Through(IEnumerable<Position> path)
    {
        var parts = new List<IReadOnlyList<Position>>();
        List<Position> current = [];
        foreach (var position in path)
        {
            if (current.Count > 0)
            {
                if (current[^1] == position) continue;
                if (IsCutBetween(current[^1], position))
                {
                    if (current.Count > 1) parts.Add(current);
                    current = [];
                }
            }

            current.Add(position);
        }

        if (current.Count > 1) parts.Add(current);
        return parts;
    }

    /// <summary>Length of one part; its steps are so short that the chord is the way on the ground.</summary>
    public static double LengthMetres(IReadOnlyList<Position> part) =>
        part.Zip(part.Skip(1)).Sum(step => Ellipsoid.ChordMetres(step.First, step.Second));

    private static bool IsCutBetween(Position from, Position to) =>
        Math.Abs(to.Longitude - from.Longitude) > 180 || Ellipsoid.ChordMetres(from, to) > CutMetres;
}
