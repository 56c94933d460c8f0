using Panoramax.Domain.Geometry;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;

namespace Panoramax.Load.Seeding;

/// <summary>A camera of the made-up country's photographers.</summary>
internal sealed record Camera(string Make, string Model, string Type, int Width, int Height, double FocalLength, int FieldOfView)
{
    public static Camera[] All { get; } =
    [
        new("GoPro", "Max", PictureType.Equirectangular, 5760, 2880, 0, 360),
        new("GoPro", "HERO10 Black", PictureType.Flat, 5568, 4176, 3.0, 87),
        new("samsung", "SM-G960F", PictureType.Flat, 4032, 3024, 4.3, 66),
        new("Google", "Pixel 7", PictureType.Flat, 4080, 3072, 6.8, 70),
        new("LABPANO", "Pilot One", PictureType.Equirectangular, 7680, 3840, 0, 360),
    ];
}

/// <summary>One picture of what is seeded.</summary>
internal sealed record SeededPicture(Guid Id, Position Place, int Heading, DateTimeOffset Ts, double Accuracy, string Status, string? Visibility);

/// <summary>One sequence of what is seeded, with its upload set.</summary>
internal sealed record SeededSequence(
    int Number, Guid Id, Guid UploadSetId, Guid AccountId, Camera Camera, DateTimeOffset InsertedAt, string? Visibility, IReadOnlyList<SeededPicture> Pictures)
{
    public string Title => $"Journey {Number}";
}

/// <summary>
/// What is seeded, one sequence after the other, the same for the same seed and size. Lengths are spread as in real
/// instances: half of the sequences are short, few hold thousands of pictures.
/// </summary>
internal sealed class Journeys(int seed, long pictures)
{
    private const int Longest = 15_000;

    private static readonly DateTimeOffset begin = new(2021, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static int Accounts => 200;

    public static Guid Account(int number) => Id("person", number, begin.AddMinutes(number));

    /// <summary>Sequences until there are enough pictures; the last one ends there.</summary>
    public IEnumerable<SeededSequence> All()
    {
        var random = new Random(seed);
        var roads = new Roads(seed, pictures);
        var left = pictures;
        for (var number = 0; left > 0; number++)
        {
            var count = (int)Math.Min(left, Length(random, number));
            left -= count;
            yield return One(random, roads, number, count);
        }
    }

    private static SeededSequence One(Random random, Roads roads, int number, int count)
    {
        // Few people send most of the pictures.
        var account = Account((int)(Accounts * Math.Pow(random.NextDouble(), 3)));
        var camera = Camera.All[random.Next(Camera.All.Length)];
        var inserted = begin.AddMinutes(number * 7.5);
        var captured = inserted.AddHours(-random.Next(1, 24 * 400)).AddMilliseconds(random.Next(1000));
        var places = roads.Journey(random, count, 3 + (random.NextDouble() * 9));
        var secondsBetween = 1 + random.Next(3);
        var shots = new SeededPicture[count];
        for (var rank = 0; rank < count; rank++)
        {
            var (place, heading) = places[rank];
            shots[rank] = new SeededPicture(
                Id("picture", ((long)number << 20) + rank, inserted.AddMilliseconds(rank * 40.0)), place, heading, captured.AddSeconds(rank * secondsBetween),
                Math.Round(2 + (random.NextDouble() * 6), 1),
                random.Next(400) switch { 0 => PreparingStatus.NotProcessed, 1 => PreparingStatus.Broken, _ => PreparingStatus.Prepared },
                random.Next(500) == 0 ? Visibility.OwnerOnly : null);
        }

        return new SeededSequence(
            number, Id("sequence", number, inserted), Id("set", number, inserted), account, camera, inserted,
            random.Next(100) switch { 0 => Visibility.OwnerOnly, 1 => Visibility.LoggedOnly, _ => null }, shots);
    }

    /// <summary>The first ones are the sizes that measurements ask for; then log-normal, mean about 90, median 35.</summary>
    private static int Length(Random random, int number)
    {
        if (number == 0) return Longest;
        if (number <= 40) return 200;
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Clamp((int)Math.Exp(Math.Log(35) + (1.37 * normal)), 1, Longest);
    }

    /// <summary>UUID version 7 of that time whose other bits follow from the number.</summary>
    private static Guid Id(string kind, long number, DateTimeOffset time)
    {
        Span<byte> id = stackalloc byte[16];
        var (first, second) = (Mixed(number, kind.Length), Mixed(number, kind.Length + 100));
        BitConverter.TryWriteBytes(id, first);
        BitConverter.TryWriteBytes(id[8..], second);
        var milliseconds = time.ToUnixTimeMilliseconds();
        for (var at = 0; at < 6; at++) id[at] = (byte)(milliseconds >> (40 - (8 * at)));
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Kinds differ by the length of their names.</summary>
    private static ulong Mixed(long number, int kind)
    {
        var mixed = ((ulong)number * 0x9E3779B97F4A7C15) + ((ulong)kind * 0xD1B54A32D192ED03);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
