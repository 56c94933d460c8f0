using Panoramax.Domain.Geometry;

namespace Panoramax.Load.Seeding;

/// <summary>
/// Journeys along roads of a made-up country. Crossings lie on a jittered grid, narrow in towns and wide between them, and
/// follow from the seed by calculation: so a country of any size needs no memory, and journeys meet on the same roads.
/// </summary>
/// <param name="pictures">Size of what is seeded. The country grows with it, so that streets are equally full at any size.</param>
internal sealed class Roads(int seed, long pictures)
{
    private const double TownStepDegrees = 0.0012;
    private const double CountryStepDegrees = 0.009;

    /// <summary>Degrees; the south-west corner.</summary>
    private static readonly Position corner = new(-1.5, 43);

    /// <summary>So that a town holds some ten thousand pictures on average, and the largest several times that.</summary>
    private readonly int towns = (int)Math.Max(4, pictures / 15_000);

    /// <summary>Degrees of latitude and longitude that the country is wide: 1,000,000 pictures fill about 1.6 by 1.6.</summary>
    private readonly double side = 1.6 * Math.Sqrt(pictures / 1_000_000.0);

    /// <summary>A journey of a number of pictures.</summary>
    /// <param name="stepMetres">Between two pictures.</param>
    public List<(Position Place, int Heading)> Journey(Random random, int count, double stepMetres)
    {
        var inTown = random.NextDouble() < 0.75;
        var step = inTown ? TownStepDegrees : CountryStepDegrees;
        // Some towns are photographed far more often than others.
        var town = (int)(towns * Math.Pow(random.NextDouble(), 2));
        var start = Scattered(town);
        var reach = inTown ? 0.025 : 0.2;
        var (column, row) = (
            (int)Math.Round((start.Longitude + (Bell(random) * reach)) / step),
            (int)Math.Round((start.Latitude + (Bell(random) * reach)) / step));
        var direction = random.Next(4);

        var journey = new List<(Position, int)>(count);
        var rest = random.NextDouble() * stepMetres;
        // Metres to the right of the middle of the road.
        var lane = 1.5 + random.NextDouble();
        while (journey.Count < count)
        {
            var (nextColumn, nextRow) = direction switch { 0 => (column, row + 1), 1 => (column + 1, row), 2 => (column, row - 1), _ => (column - 1, row) };
            var (from, to) = (Crossing(column, row, step), Crossing(nextColumn, nextRow, step));
            var (east, north) = Metres(from, to);
            var length = Math.Sqrt((east * east) + (north * north));
            var heading = ((int)Math.Round(double.RadiansToDegrees(Math.Atan2(east, north))) + 360) % 360;
            for (; rest < length && journey.Count < count; rest += stepMetres * (0.8 + (random.NextDouble() * 0.4)))
            {
                var (along, noiseEast, noiseNorth) = (rest / length, Bell(random), Bell(random));
                journey.Add((Moved(from,
                    (east * along) + (lane * north / length) + noiseEast,
                    (north * along) - (lane * east / length) + noiseNorth), heading));
            }

            rest -= length;
            (column, row) = (nextColumn, nextRow);
            var turn = random.NextDouble();
            if (turn < 0.15) direction = (direction + 1) % 4;
            else if (turn < 0.3) direction = (direction + 3) % 4;
            // Back towards the town: a long journey stays in its region.
            if (Math.Abs((row * step) - start.Latitude) > reach * 3) direction = row * step > start.Latitude ? 2 : 0;
            else if (Math.Abs((column * step) - start.Longitude) > reach * 3) direction = column * step > start.Longitude ? 3 : 1;
        }

        return journey;
    }

    private Position Scattered(int town) =>
        new(corner.Longitude + (Fraction(town, 1, 17) * side), corner.Latitude + (Fraction(town, 2, 17) * side));

    private Position Crossing(int column, int row, double step) =>
        new((column + (Fraction(column, row, 1) * 0.5)) * step, (row + (Fraction(column, row, 2) * 0.5)) * step);

    /// <summary>From 0 to 1, the same for the same numbers.</summary>
    private double Fraction(int a, int b, int c)
    {
        var mixed = ((ulong)(uint)a * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)b * 0xC2B2AE3D27D4EB4F) ^ ((ulong)(uint)(c + seed) * 0x165667B19E3779F9);
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 32)) * 0x94D049BB133111EB;
        return (mixed >> 11) / (double)(1UL << 53);
    }

    /// <summary>About normal, mean 0, deviation 1.</summary>
    private static double Bell(Random random) => (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;

    private static (double East, double North) Metres(Position from, Position to) => (
        (to.Longitude - from.Longitude) * 111_320 * Math.Cos(double.DegreesToRadians(from.Latitude)), (to.Latitude - from.Latitude) * 111_195);

    private static Position Moved(Position from, double east, double north) => new(
        from.Longitude + (east / (111_320 * Math.Cos(double.DegreesToRadians(from.Latitude)))), from.Latitude + (north / 111_195));
}
