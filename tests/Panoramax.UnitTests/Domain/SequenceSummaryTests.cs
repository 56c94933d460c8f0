using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class SequenceSummaryTests
{
    private static readonly SummarizedPicture Plain =
        new(new Position(2, 48), TestPictures.Start, "flat", "GoPro", "Max", 15, 4);

    /// <summary>Two runs of one set that is not split: a straight line between them looked like a road that is not there.</summary>
    [Test]
    [Property("Contract", "known-faults 17")]
    public void Two_runs_300_m_apart_give_a_line_of_two_parts()
    {
        Position[] first = [new(2, 48), new(2, 48.0001), new(2, 48.0002)];
        Position[] second = [new(2, 48.0029), new(2, 48.0030)];

        Assert.That(SequenceLine.Through([.. first, .. second]), Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public void The_line_is_cut_beyond_75_m_on_the_ellipsoid()
    {
        // 74.63 m, and 75.06 m where the sphere of the haversine says 74.84 m.
        Assert.That(SequenceLine.Through([new(2, 48), new(2.001, 48)]), Has.Count.EqualTo(1));
        Assert.That(SequenceLine.Through([new(2, 47.7), new(2.001, 47.7)]), Is.Empty);
    }

    [Test]
    public void Pictures_without_a_near_neighbour_are_on_no_line()
    {
        Assert.That(SequenceLine.Through([]), Is.Empty);
        Assert.That(SequenceLine.Through([new(2, 48)]), Is.Empty);
        Assert.That(SequenceLine.Through([new(2, 48), new(2, 48)]), Is.Empty);
        Assert.That(SequenceLine.Through([new(2, 48), new(2, 49), new(2, 50), new(2, 50.0001), new(2, 51)]), Is.EqualTo(new[]
        {
            new Position[] { new(2, 50), new(2, 50.0001) },
        }));
    }

    [Test]
    public void The_line_does_not_go_round_the_earth()
    {
        Position[] west = [new(179.9998, 10), new(179.9999, 10)];
        Position[] east = [new(-179.9999, 10), new(-179.9998, 10)];

        Assert.That(SequenceLine.Through([.. west, .. east]), Is.EqualTo(new[] { west, east }));
    }

    [Test]
    public void Statistics_are_those_of_all_pictures()
    {
        var summary = SequenceSummary.Of(
        [
            Plain with { Timestamp = TestPictures.Start.AddHours(2) },
            Plain with { Position = new Position(2.0001, 47.9999) },
            Plain with { Timestamp = TestPictures.Start.AddHours(1), Position = new Position(2.0002, 48) },
        ]);

        Assert.That(summary.PictureCount, Is.EqualTo(3));
        Assert.That(summary.FirstTimestamp, Is.EqualTo(TestPictures.Start));
        Assert.That(summary.LastTimestamp, Is.EqualTo(TestPictures.Start.AddHours(2)));
        Assert.That(summary.CaptureDate, Is.EqualTo(new DateOnly(2021, 7, 29)));
        Assert.That(summary.Box, Is.EqualTo(new BoundingBox(2, 47.9999, 2.0002, 48)));
        Assert.That(summary.Line.Single(), Has.Count.EqualTo(3));
        Assert.That(summary.LengthMetres, Is.EqualTo(26.78226).Within(0.00001), "ST_Length of the geography");
        Assert.That(summary.Type, Is.EqualTo("flat"));
        Assert.That(summary.CameraModel, Is.EqualTo("GoPro Max"));
        Assert.That(summary.PixelsPerDegree, Is.EqualTo(15));
        Assert.That(summary.GpsAccuracyMetres, Is.EqualTo(4));
    }

    [Test]
    public void A_type_model_or_density_is_given_only_when_all_agree()
    {
        var summary = SequenceSummary.Of([Plain, Plain with { Type = "equirectangular", Model = "Fusion", PixelsPerDegree = 16 }]);

        Assert.That(summary.Type, Is.Null);
        Assert.That(summary.CameraModel, Is.Null);
        Assert.That(summary.PixelsPerDegree, Is.Null);
        Assert.That(SequenceSummary.Of([Plain, Plain with { PixelsPerDegree = null }]).PixelsPerDegree, Is.Null);
        Assert.That(SequenceSummary.Of([Plain with { PixelsPerDegree = null }, Plain]).PixelsPerDegree, Is.Null);
    }

    [TestCase("GoPro", null, "GoPro")]
    [TestCase(null, "Max", "Max")]
    [TestCase(null, null, null)]
    [TestCase("", " ", null)]
    public void A_missing_make_or_model_leaves_no_blank(string? make, string? model, string? expected) =>
        Assert.That(SequenceSummary.Of([Plain with { Make = make, Model = model }]).CameraModel, Is.EqualTo(expected));

    [TestCase(new double[0], null)]
    [TestCase(new[] { 4.0 }, 4.0)]
    [TestCase(new[] { 1.0, 2.0 }, 1.9)]
    [TestCase(new[] { 10.0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 9.1)]
    [TestCase(new[] { 5.0, 5, 5 }, 5.0)]
    public void The_accuracy_is_the_continuous_90th_percentile_of_those_that_are_known(double[] known, double? expected)
    {
        var pictures = known.Select(accuracy => Plain with { GpsAccuracyMetres = accuracy }).Append(Plain with { GpsAccuracyMetres = null });

        Assert.That(SequenceSummary.Of([.. pictures]).GpsAccuracyMetres, expected is null ? Is.Null : Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void An_empty_sequence_has_a_summary_too()
    {
        var summary = SequenceSummary.Of([]);

        Assert.That((summary.PictureCount, summary.Box, summary.FirstTimestamp, summary.CaptureDate, summary.Type, summary.GpsAccuracyMetres),
            Is.EqualTo((0, (BoundingBox?)null, (DateTimeOffset?)null, (DateOnly?)null, (string?)null, (double?)null)));
    }

    [TestCase(5760, 360, 16)]
    [TestCase(5580, 360, 16, Description = "15.5 goes to the even number")]
    [TestCase(4000, 65, 62)]
    [TestCase(4000, null, null)]
    [TestCase(4000, 0, null)]
    public void The_density_is_pixels_per_degree(int width, int? fieldOfView, int? expected) =>
        Assert.That(SequenceSummary.DensityOf(width, fieldOfView), Is.EqualTo(expected));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Each_part_of_a_line_has_two_points_or_more_and_no_long_step(Walk walk) =>
        SequenceLine.Through(walk.Pictures.Select(picture => picture.Position)).All(part =>
            part.Count > 1 && part.Zip(part.Skip(1)).All(step => step.First != step.Second && Ellipsoid.ChordMetres(step.First, step.Second) <= 75));
}
