using System.Diagnostics;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class FindDuplicatesTests
{
    private static readonly DuplicateLimits Usual = new(1, 60);

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 X1")]
    [Property("Contract", "metadata-and-dispatch 3.2 X2")]
    [Property("Contract", "metadata-and-dispatch 3.2 X3")]
    [Property("Contract", "metadata-and-dispatch 3.2 X4")]
    public void A_halt_keeps_the_first_picture_of_each_spot_and_direction()
    {
        var one = TestPictures.Taken(0, 49.00688961988304, 1.9191854417991367, 349);
        var sameView = TestPictures.Taken(2, 49.00688961988304 + 1e-6, 1.9191854417991367, 349);
        var otherView = TestPictures.Taken(4, 49.00688961988304 + 1e-6, 1.9191854417991367, 349 + 90);
        var four = TestPictures.Taken(6, 49.0069548498, 1.9191997806, 335);
        var nearlySameView = TestPictures.Taken(8, 49.0069548498 + 1e-6, 1.9191997806, 341);

        Assert.That(FindDuplicates.In([one, sameView, otherView, four, nearlySameView], Usual), Is.EqualTo(new[]
        {
            new CaptureDuplicate(sameView.Id, one.Id, 0.11, 0),
            new CaptureDuplicate(nearlySameView.Id, four.Id, 0.11, 6),
        }));
    }

    [TestCase(null, false)]
    [TestCase(90, true)]
    [Property("Contract", "metadata-and-dispatch 3.2 X5")]
    public void A_heading_that_no_camera_wrote_does_not_keep_a_picture(int? heading, bool computed)
    {
        var first = TestPictures.Taken(0, heading: 0);
        var second = TestPictures.Taken(1, heading: heading, computed: computed);

        Assert.That(FindDuplicates.In([first, second], Usual), Is.EqualTo(new[] { new CaptureDuplicate(second.Id, first.Id, 0, null) }));
        Assert.That(FindDuplicates.In([second, first], Usual), Is.EqualTo(new[] { new CaptureDuplicate(first.Id, second.Id, 0, null) }));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 X6")]
    public void Duplicates_do_not_chain()
    {
        var (a, b, c) = (TestPictures.Taken(0, North(0)), TestPictures.Taken(1, North(0.8)), TestPictures.Taken(2, North(1.6)));

        Assert.That(FindDuplicates.In([a, b, c], Usual), Is.EqualTo(new[] { new CaptureDuplicate(b.Id, a.Id, 0.8, null) }));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 X7")]
    public void A_second_run_over_the_same_spot_an_hour_later_is_a_duplicate()
    {
        var first = TestPictures.Taken(0);
        var later = TestPictures.Taken(3600);

        Assert.That(FindDuplicates.In([first, TestPictures.Taken(1800, 48.1), later], Usual).Single().PictureId, Is.EqualTo(later.Id));
    }

    [Test]
    public void Both_limits_are_included()
    {
        var first = TestPictures.Taken(0, heading: 10);
        var second = TestPictures.Taken(1, North(1), heading: 70);
        var distance = Haversine.DistanceMetres(first.Position, second.Position);

        Assert.That(FindDuplicates.In([first, second], new DuplicateLimits(distance, 60)), Has.Count.EqualTo(1));
        Assert.That(FindDuplicates.In([first, second], new DuplicateLimits(Math.BitDecrement(distance), 60)), Is.Empty);
        Assert.That(FindDuplicates.In([first, second], new DuplicateLimits(distance, 59)), Is.Empty);
    }

    [Test]
    public void A_distance_of_zero_means_exactly_one_spot()
    {
        var first = TestPictures.Taken(0);

        Assert.That(FindDuplicates.In([first, TestPictures.Taken(1), TestPictures.Taken(2, North(0.001))], new DuplicateLimits(0, 60)), Has.Count.EqualTo(1));
    }

    [TestCase(180, 10, -180, 10)]
    [TestCase(20, 90, -120, 90)]
    [TestCase(179.999999, -50, -179.999999, -50)]
    public void Neighbours_are_found_at_the_poles_and_over_the_antimeridian(double longitude, double latitude, double otherLongitude, double otherLatitude)
    {
        var first = TestPictures.Taken(0, latitude, longitude);
        var second = TestPictures.Taken(1, otherLatitude, otherLongitude);

        Assert.That(FindDuplicates.In([first, second], Usual), Has.Count.EqualTo(1));
    }

    /// <summary>
    /// Dozens of pictures stacked on one spot: all but the first of each direction go, however many there are, and the one
    /// that is named as kept is really kept.
    /// </summary>
    [Test]
    [Property("Contract", "known-faults 16")]
    public void More_than_a_hundred_pictures_on_one_spot_leave_one_of_each_direction()
    {
        var pictures = Enumerable.Range(0, 500).Select(index => TestPictures.Taken(index, heading: index % 2 * 180)).ToArray();

        var duplicates = FindDuplicates.In(pictures, Usual);

        Assert.That(duplicates.Select(duplicate => duplicate.PictureId), Is.EqualTo(pictures.Skip(2).Select(picture => picture.Id)));
        Assert.That(duplicates.Select(duplicate => duplicate.DuplicateOf).Distinct(), Is.EquivalentTo(pictures.Take(2).Select(picture => picture.Id)));
    }

    private static IEnumerable<TestCaseData> Crowds()
    {
        yield return new TestCaseData(1.0, 60, (int index) => TestPictures.Taken(index)).SetArgDisplayNames("one spot");
        yield return new TestCaseData(1.0, 0, (int index) => TestPictures.Taken(index, North(index % 97 * 0.01), heading: index % 360)).SetArgDisplayNames("one spot, all directions kept");
        yield return new TestCaseData(1.0, 60, (int index) => TestPictures.Taken(index, North(index * 2))).SetArgDisplayNames("a road");
        yield return new TestCaseData(0.0, 60, (int index) => TestPictures.Taken(index, North(index * 0.00001))).SetArgDisplayNames("no two alike within centimetres");
        yield return new TestCaseData(1e6, 60, (int index) => TestPictures.Taken(index, North(index), heading: index % 360)).SetArgDisplayNames("everything near");
    }

    /// <summary>Compared with a check of all pairs this is a thousandfold; the bound only has to tell the two apart.</summary>
    [TestCaseSource(nameof(Crowds))]
    public void Fifteen_thousand_pictures_take_no_time(double distance, int rotation, Func<int, DispatchedPicture> picture)
    {
        var pictures = Enumerable.Range(0, 15_000).Select(picture).ToArray();
        var watch = Stopwatch.StartNew();

        FindDuplicates.In(pictures, new DuplicateLimits(distance, rotation));

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool The_grid_finds_what_a_check_of_all_pairs_finds(Walk walk)
    {
        var removed = new Dictionary<Guid, Guid>();
        foreach (var (index, kept) in walk.Pictures.Index())
        {
            if (removed.ContainsKey(kept.Id)) continue;
            foreach (var later in walk.Pictures.Skip(index + 1).Where(later => !removed.ContainsKey(later.Id) && ShowTheSame(kept, later)))
                removed[later.Id] = kept.Id;
        }

        return FindDuplicates.In(walk.Pictures, Usual).ToDictionary(duplicate => duplicate.PictureId, duplicate => duplicate.DuplicateOf)
            .OrderBy(pair => pair.Key).SequenceEqual(removed.OrderBy(pair => pair.Key));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool What_a_duplicate_points_to_stays_and_no_two_of_those_that_stay_show_the_same(Walk walk)
    {
        var duplicates = FindDuplicates.In(walk.Pictures, Usual);
        var removed = duplicates.Select(duplicate => duplicate.PictureId).ToHashSet();
        var kept = walk.Pictures.Where(picture => !removed.Contains(picture.Id)).ToArray();
        return removed.Count == duplicates.Count
            && duplicates.All(duplicate => !removed.Contains(duplicate.DuplicateOf))
            && FindDuplicates.In(kept, Usual).Count == 0;
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Being_duplicates_is_symmetric(Walk walk) =>
        walk.Pictures.Zip(walk.Pictures.Skip(1)).All(pair =>
            FindDuplicates.In([pair.First, pair.Second], Usual).Count == FindDuplicates.In([pair.Second, pair.First], Usual).Count);

    private static bool ShowTheSame(DispatchedPicture first, DispatchedPicture second) =>
        Haversine.DistanceMetres(first.Position, second.Position) <= Usual.DistanceMetres
        && (first.HeadingComputed || second.HeadingComputed
            || Azimuth.AngleBetween(first.HeadingDegrees, second.HeadingDegrees) is null or <= 60);

    private static double North(double metres) => 48 + double.RadiansToDegrees(metres / Haversine.EarthRadiusMetres);
}
