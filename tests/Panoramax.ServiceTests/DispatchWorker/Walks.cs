namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>Three short journeys: a street (S), a road driven west a year later (E), and two pictures far apart (B).</summary>
internal static class Walks
{
    private static readonly DateTimeOffset streetStart = new(2021, 7, 29, 9, 16, 54, TimeSpan.Zero);
    private static readonly DateTimeOffset roadStart = new(2022, 10, 19, 7, 56, 34, TimeSpan.Zero);

    private static readonly (double Longitude, double Latitude)[] street =
    [
        (1.9191854418, 49.0068896199), (1.919189623, 49.0068986458), (1.9191963606, 49.0069262596),
        (1.9191997806, 49.0069548498), (1.91919402, 49.0069734176),
    ];

    /// <summary>Five 360° pictures, two seconds and one to three metres apart, whose camera wrote where it looked.</summary>
    public static Shot[] Street { get; } =
    [
        .. street.Select((place, index) => new Shot($"S{index + 1}", place.Longitude, place.Latitude, streetStart.AddSeconds(2 * index)) { Heading = 349 }),
    ];

    /// <summary>Five pictures without a heading; the way goes by 277, 272, 272 and 270 degrees.</summary>
    public static Shot[] Road { get; } = Along(roadStart, 2, "E", 277.5, 272.5, 272.5, 270.5);

    /// <summary>B2, and 91 seconds later and about 90 m away, by 28 degrees, B1: near enough to be one sequence, too far for a line.</summary>
    public static Shot[] FarApart { get; } =
    [
        new("B2", -1.9499731, 48.1398522, new DateTimeOffset(2015, 4, 25, 13, 36, 17, TimeSpan.Zero)) { Type = "flat" },
        new("B1", -1.9499731 + (8e-4 * Math.Sin(28.5 * Math.PI / 180)), 48.1398522 + (8e-4 * Math.Cos(28.5 * Math.PI / 180)),
            new DateTimeOffset(2015, 4, 25, 13, 37, 48, TimeSpan.Zero)) { Type = "flat" },
    ];

    private static Shot[] Along(DateTimeOffset start, int seconds, string name, params double[] azimuths)
    {
        var (longitude, latitude) = (-1.68, 48.11);
        var shots = new List<Shot> { new($"{name}1", longitude, latitude, start) };
        foreach (var azimuth in azimuths)
        {
            longitude += 5e-5 * Math.Sin(azimuth * Math.PI / 180);
            latitude += 5e-5 * Math.Cos(azimuth * Math.PI / 180);
            shots.Add(new Shot($"{name}{shots.Count + 1}", longitude, latitude, start.AddSeconds(shots.Count * seconds)));
        }

        return [.. shots];
    }
}
