using Panoramax.Domain.Geometry;

namespace Panoramax.Domain.Sequences;

/// <summary>When two pictures of a sequence show the same: both limits are included.</summary>
/// <param name="DistanceMetres">By <see cref="Haversine"/>; 0 means exactly one spot.</param>
/// <param name="RotationDegrees">Looked at only where both cameras told where they looked.</param>
public sealed record DuplicateLimits(double DistanceMetres, int RotationDegrees);

/// <summary>A picture that is left out because another one shows the same.</summary>
/// <param name="DuplicateOf">The picture that stays.</param>
/// <param name="DistanceMetres">Between the two, rounded to centimetres.</param>
/// <param name="AngleDegrees">Between their headings; null when a heading is unknown or computed, then only the distance counted.</param>
public sealed record CaptureDuplicate(Guid PictureId, Guid DuplicateOf, double DistanceMetres, int? AngleDegrees);

/// <summary>
/// Finds the pictures of one sequence that were taken at the place of an earlier one, in a halt or on a second run: the time
/// between them does not matter. A picture that is left out removes nothing itself, so duplicates never chain.
/// </summary>
public static class FindDuplicates
{
    /// <param name="sequence">In the order of the sequence: the first picture of a spot stays.</param>
    /// <returns>In the order of the sequence.</returns>
    public static IReadOnlyList<CaptureDuplicate> In(IReadOnlyList<DispatchedPicture> sequence, DuplicateLimits limits)
    {
        var duplicates = new List<CaptureDuplicate>();
        var kept = new KeptPictures(limits.DistanceMetres);
        for (var index = 0; index < sequence.Count; index++)
        {
            var picture = sequence[index];
            if (kept.FirstThatShowsTheSame(picture, limits) is { } first) duplicates.Add(first);
            else kept.Add(index, picture);
        }

        return duplicates;
    }

    /// <summary>The angle that counts between two pictures, null when only their distance counts.</summary>
    private static int? Angle(DispatchedPicture picture, DispatchedPicture other) =>
        picture.HeadingComputed || other.HeadingComputed ? null : Azimuth.AngleBetween(picture.HeadingDegrees, other.HeadingDegrees);

    /// <summary>
    /// The pictures that stay, in cubes of the search distance around the earth's centre: neighbours are in the same cube or
    /// one of the 26 around it, at the poles and at the antimeridian too. Kept pictures are apart in place or direction, so
    /// a cube holds few that pass the angle, and thousands of pictures on one spot cost no more than on a road.
    /// </summary>
    private sealed class KeptPictures(double distanceMetres)
    {
        // The straight line is never longer than the way on the sphere; the rest is room for rounding.
        private readonly double cubeMetres = (Math.Max(distanceMetres, 0) * (1 + 1e-9)) + 1e-6;
        private readonly Dictionary<(long X, long Y, long Z), List<(int Index, DispatchedPicture Picture)>> cubes = [];

        public void Add(int index, DispatchedPicture picture)
        {
            var cube = CubeOf(picture.Position);
            if (!cubes.TryGetValue(cube, out var there)) cubes[cube] = there = [];
            there.Add((index, picture));
        }

        public CaptureDuplicate? FirstThatShowsTheSame(DispatchedPicture picture, DuplicateLimits limits)
        {
            var (x, y, z) = CubeOf(picture.Position);
            (int Index, CaptureDuplicate Duplicate)? first = null;
            for (var dx = -1; dx <= 1; dx++)
            for (var dy = -1; dy <= 1; dy++)
            for (var dz = -1; dz <= 1; dz++)
            {
                if (!cubes.TryGetValue((x + dx, y + dy, z + dz), out var there)) continue;
                foreach (var (index, other) in there)
                {
                    if (first is { } earlier && index > earlier.Index) break;

                    // The angle is cheaper than the distance, so it goes first.
                    var angle = Angle(picture, other);
                    if (angle > limits.RotationDegrees) continue;
                    var distance = Haversine.DistanceMetres(picture.Position, other.Position);
                    if (distance > limits.DistanceMetres) continue;

                    first = (index, new CaptureDuplicate(picture.Id, other.Id, Math.Round(distance, 2), angle));
                    break;
                }
            }

            return first?.Duplicate;
        }

        private (long X, long Y, long Z) CubeOf(Position position)
        {
            var (sineOfLatitude, cosineOfLatitude) = Math.SinCos(double.DegreesToRadians(position.Latitude));
            var (sineOfLongitude, cosineOfLongitude) = Math.SinCos(double.DegreesToRadians(position.Longitude));
            return (
                ToCube(cosineOfLatitude * cosineOfLongitude), ToCube(cosineOfLatitude * sineOfLongitude), ToCube(sineOfLatitude));
        }

        private long ToCube(double partOfRadius) => (long)Math.Floor(partOfRadius * Haversine.EarthRadiusMetres / cubeMetres);
    }
}
