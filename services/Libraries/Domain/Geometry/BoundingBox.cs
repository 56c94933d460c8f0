namespace Panoramax.Domain.Geometry;

/// <summary>The smallest box in degrees that holds some positions; always west ≤ east and south ≤ north, also across the antimeridian.</summary>
public readonly record struct BoundingBox(double West, double South, double East, double North)
{
    /// <summary>The box of these positions, null when there is none.</summary>
    public static BoundingBox? Of(IEnumerable<Position> positions)
    {
        BoundingBox? box = null;
        foreach (var (longitude, latitude) in positions)
        {
            box = box is { } known
                ? new BoundingBox(
                    Math.Min(known.West, longitude), Math.Min(known.South, latitude),
                    Math.Max(known.East, longitude), Math.Max(known.North, latitude))
                : new BoundingBox(longitude, latitude, longitude, latitude);
        }

        return box;
    }
}
