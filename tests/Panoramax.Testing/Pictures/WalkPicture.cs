namespace Panoramax.Testing.Pictures;

/// <summary>A picture of one of the three short journeys that the contract's examples are about; small, but with all their tags.</summary>
/// <param name="Name">File name.</param>
/// <param name="Heading">What the camera's compass said; null: nothing.</param>
public sealed record WalkPicture(string Name, double Latitude, double Longitude, DateTimeOffset Time, int? Heading, bool Is360)
{
    private static readonly DateTimeOffset streetStart = new(2021, 7, 29, 11, 16, 54, TimeSpan.FromHours(2));
    private static readonly DateTimeOffset roadStart = new(2022, 10, 19, 9, 56, 34, TimeSpan.FromHours(2));

    private static readonly (double Longitude, double Latitude)[] street =
    [
        (1.9191854418, 49.0068896199), (1.919189623, 49.0068986458), (1.9191963606, 49.0069262596),
        (1.9191997806, 49.0069548498), (1.91919402, 49.0069734176),
    ];

    /// <summary>S1 to S5: 360°, 2 s and one to three metres apart, with the camera's headings; the way goes by 24, 13, 6 and 342 degrees.</summary>
    public static IReadOnlyList<WalkPicture> Street { get; } =
    [
        .. street.Zip([349, 350, 348, 335, 341], (place, heading) => (place, heading)).Select((picture, index) => new WalkPicture(
            $"S{index + 1}.jpg", picture.place.Latitude, picture.place.Longitude, streetStart.AddSeconds(2 * index), picture.heading, Is360: true)),
    ];

    /// <summary>E1 to E5: 360°, 2 s apart, without a heading; the way goes by 277, 272, 272 and 270 degrees.</summary>
    public static IReadOnlyList<WalkPicture> Road { get; } = Along(roadStart, "E", 277.5, 272.5, 272.5, 270.5);

    /// <summary>B2, and 91 s and about 80 m later by 298 degrees B1: near enough to be one sequence, too far apart for a line.</summary>
    public static IReadOnlyList<WalkPicture> FarApart { get; } =
    [
        new("B2.jpg", 48.1398522, -1.9499731, new DateTimeOffset(2015, 4, 25, 15, 36, 17, TimeSpan.FromHours(2)), Heading: null, Is360: false),
        new("B1.jpg", 48.1398522 + (9.5e-4 * Cos(298.5)), -1.9499731 + (9.5e-4 * Sin(298.5)), new DateTimeOffset(2015, 4, 25, 15, 37, 48, TimeSpan.FromHours(2)), Heading: null, Is360: false),
    ];

    /// <summary>S2 on S1 with the same view, S3 there with another one, S5 on S4 turned by 6 degrees.</summary>
    public static IReadOnlyList<WalkPicture> Halt { get; } =
    [
        Street[0],
        Street[1] with { Latitude = Street[0].Latitude + 1e-6, Longitude = Street[0].Longitude, Heading = 349 },
        Street[2] with { Latitude = Street[0].Latitude + 1e-6, Longitude = Street[0].Longitude, Heading = 349 + 90 - 360 },
        Street[3],
        Street[4] with { Latitude = Street[3].Latitude + 1e-6, Longitude = Street[3].Longitude },
    ];

    /// <param name="seed">Pictures of different seeds differ in their bytes: an instance takes each file once.</param>
    public byte[] ToBytes(int seed)
    {
        var picture = (Is360 ? new TestJpeg(512, 256, seed) : new TestJpeg(320, 240, seed)).WithPosition(Latitude, Longitude).WithCaptureTime(Time);
        if (Heading is { } heading) picture.With("Exif.GPSInfo.GPSImgDirection", $"{heading}/1");
        return (Is360 ? picture.WithPanorama() : picture).ToBytes();
    }

    private static WalkPicture[] Along(DateTimeOffset start, string name, params double[] azimuths)
    {
        var (longitude, latitude) = (-1.68, 48.11);
        var pictures = new List<WalkPicture> { new($"{name}1.jpg", latitude, longitude, start, Heading: null, Is360: true) };
        foreach (var azimuth in azimuths)
        {
            longitude += 5e-5 * Sin(azimuth);
            latitude += 5e-5 * Cos(azimuth);
            pictures.Add(new WalkPicture($"{name}{pictures.Count + 1}.jpg", latitude, longitude, start.AddSeconds(2 * pictures.Count), Heading: null, Is360: true));
        }

        return [.. pictures];
    }

    private static double Sin(double degrees) => Math.Sin(double.DegreesToRadians(degrees));

    private static double Cos(double degrees) => Math.Cos(double.DegreesToRadians(degrees));
}
