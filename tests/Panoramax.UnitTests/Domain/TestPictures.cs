using FsCheck;
using FsCheck.Fluent;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;

namespace Panoramax.UnitTests.Domain;

/// <summary>Pictures as the dispatch sees them, made from what a case is about.</summary>
internal static class TestPictures
{
    public static readonly DateTimeOffset Start = new(2021, 7, 29, 9, 16, 54, TimeSpan.Zero);

    public static DispatchedPicture Taken(
        double seconds = 0, double latitude = 48, double longitude = 2, int? heading = null, bool computed = false,
        string fileName = "a.jpg", Guid? sequence = null) =>
        new(Guid.CreateVersion7(), fileName, new Position(longitude, latitude), Start.AddSeconds(seconds), heading, computed, sequence);

    public static DispatchedPicture[] Named(params string[] fileNames) => [.. fileNames.Select(name => Taken(fileName: name))];

    public static string[] FileNames(IEnumerable<DispatchedPicture> pictures) => [.. pictures.Select(picture => picture.FileName)];
}

/// <summary>
/// Pictures on a few square metres within an hour, with every mixture of headings: dense enough that splits, duplicates and
/// equal keys all happen.
/// </summary>
public sealed record Walk(IReadOnlyList<DispatchedPicture> Pictures);

public static class Walks
{
    public static Arbitrary<Walk> Walk() =>
        (from place in Gen.Choose(0, 40)
         from side in Gen.Choose(0, 3)
         from minutes in Gen.Choose(0, 60)
         from number in Gen.Choose(0, 30)
         from heading in Gen.Choose(-60, 360)
         from computed in Gen.Choose(0, 3)
         select TestPictures.Taken(
             minutes * 60, 48 + (place * 4e-6), 2 + (side * 4e-6), heading < 0 ? null : heading, computed == 0, $"{number}.jpg"))
        .ListOf()
        .Select(pictures => new Walk([.. pictures]))
        .ToArbitrary();
}
