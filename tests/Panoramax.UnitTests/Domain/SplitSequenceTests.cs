using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class SplitSequenceTests
{
    private static readonly SplitLimits Wide = new(1_000_000, TimeSpan.FromDays(1));

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 P1")]
    public void Without_limits_all_pictures_stay_together()
    {
        DispatchedPicture[] pictures = [TestPictures.Taken(1, 48.0000001, -1.7800001), TestPictures.Taken(90_000, 12, 40)];

        Assert.That(Sizes(SplitSequence.Into(pictures, limits: null)), Is.EqualTo(new[] { (2, SplitReason.Start) }));
    }

    [TestCase(1, 500)]
    [TestCase(500, 1)]
    [Property("Contract", "metadata-and-dispatch 3.2 P2")]
    public void A_pause_starts_a_new_sequence_also_backwards_in_time(int first, int second)
    {
        DispatchedPicture[] pictures = [TestPictures.Taken(first, 48.0000001, -1.7800001), TestPictures.Taken(second, 48.0000002, -1.7800002)];

        Assert.That(
            Sizes(SplitSequence.Into(pictures, Wide with { Time = TimeSpan.FromSeconds(10) })),
            Is.EqualTo(new[] { (1, SplitReason.Start), (1, SplitReason.Time) }));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 P3")]
    public void A_jump_starts_a_new_sequence()
    {
        DispatchedPicture[] pictures = [TestPictures.Taken(1, 48.0000001), TestPictures.Taken(2, 48.1)];

        Assert.That(
            Sizes(SplitSequence.Into(pictures, Wide with { DistanceMetres = 1 })),
            Is.EqualTo(new[] { (1, SplitReason.Start), (1, SplitReason.Distance) }));
    }

    [Test]
    public void Time_is_the_reason_when_both_limits_are_passed()
    {
        var runs = SplitSequence.Into([TestPictures.Taken(1, 48), TestPictures.Taken(500, 49)], new SplitLimits(1, TimeSpan.FromSeconds(1)));

        Assert.That(runs[1].Reason, Is.EqualTo(SplitReason.Time));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 P4")]
    public void Three_halts_make_three_sequences()
    {
        DispatchedPicture[] pictures =
        [
            TestPictures.Taken(1, 48.0000001), TestPictures.Taken(2, 48.0000002), TestPictures.Taken(3, 48.0000003),
            TestPictures.Taken(4, 48.1), TestPictures.Taken(5, 48.1), TestPictures.Taken(6, 48.1),
            TestPictures.Taken(100, 48.1), TestPictures.Taken(101, 48.1), TestPictures.Taken(102, 48.1),
        ];

        Assert.That(
            Sizes(SplitSequence.Into(pictures, new SplitLimits(100, TimeSpan.FromSeconds(30)))),
            Is.EqualTo(new[] { (3, SplitReason.Start), (3, SplitReason.Distance), (3, SplitReason.Time) }));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 P5")]
    public void Exactly_at_a_limit_is_still_one_sequence()
    {
        var first = TestPictures.Taken(0, 48);
        var second = TestPictures.Taken(10, 48.001);
        var distance = Haversine.DistanceMetres(first.Position, second.Position);

        Assert.That(SplitSequence.Into([first, second], new SplitLimits(distance, TimeSpan.FromSeconds(10))), Has.Count.EqualTo(1));
        Assert.That(SplitSequence.Into([first, second], new SplitLimits(Math.BitDecrement(distance), TimeSpan.FromSeconds(10))), Has.Count.EqualTo(2));
        Assert.That(SplitSequence.Into([first, second], new SplitLimits(distance, TimeSpan.FromSeconds(9.999))), Has.Count.EqualTo(2));
    }

    /// <summary>
    /// A hiker takes a picture each 150 m and 4 minutes. With the usual limits the walk falls into single pictures, without
    /// lines on the map; a larger distance keeps it together.
    /// </summary>
    [TestCase(100, 10)]
    [TestCase(250, 1)]
    [Property("Contract", "known-faults 64")]
    public void A_hike_with_pictures_150_m_apart_stays_together_when_asked_to(int splitDistance, int sequences)
    {
        var hike = Enumerable.Range(0, 10).Select(index => TestPictures.Taken(index * 240, 48 + (index * 150 / 111_194.9)));

        Assert.That(SplitSequence.Into([.. hike], new SplitLimits(splitDistance, TimeSpan.FromMinutes(5))), Has.Count.EqualTo(sequences));
    }

    [Test]
    public void No_picture_makes_no_sequence_and_one_makes_one()
    {
        Assert.That(SplitSequence.Into([], Wide), Is.Empty);
        Assert.That(Sizes(SplitSequence.Into([TestPictures.Taken()], Wide)), Is.EqualTo(new[] { (1, SplitReason.Start) }));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Splitting_loses_and_repeats_nothing_and_makes_no_empty_sequence(Walk walk)
    {
        var runs = SplitSequence.Into(walk.Pictures, new SplitLimits(50, TimeSpan.FromMinutes(5)));
        return runs.SelectMany(run => run.Pictures).SequenceEqual(walk.Pictures) && runs.All(run => run.Pictures.Count > 0);
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Cuts_are_exactly_where_a_limit_is_passed(Walk walk)
    {
        var limits = new SplitLimits(50, TimeSpan.FromMinutes(5));
        var runs = SplitSequence.Into(walk.Pictures, limits);
        return runs.All(run => run.Pictures.Zip(run.Pictures.Skip(1)).All(pair => !IsPassed(pair.First, pair.Second, limits)))
            && runs.Zip(runs.Skip(1)).All(pair => IsPassed(pair.First.Pictures[^1], pair.Second.Pictures[0], limits));
    }

    private static bool IsPassed(DispatchedPicture first, DispatchedPicture second, SplitLimits limits) =>
        (second.Timestamp - first.Timestamp).Duration() > limits.Time
        || Haversine.DistanceMetres(first.Position, second.Position) > limits.DistanceMetres;

    private static IEnumerable<(int Count, SplitReason Reason)> Sizes(IReadOnlyList<PictureRun> runs) =>
        runs.Select(run => (run.Pictures.Count, run.Reason));
}
