using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class ComputeHeadingsTests
{
    private static readonly Position[] Street =
    [
        new(1.9191854418, 49.0068896199), new(1.919189623, 49.0068986458), new(1.9191963606, 49.0069262596),
        new(1.9191997806, 49.0069548498), new(1.91919402, 49.0069734176),
    ];

    private static readonly RelativeHeading Unstated = RelativeHeading.Of(null, null);

    [TestCase(0, new[] { 24, 13, 6, 342, 342 })]
    [TestCase(90, new[] { 114, 103, 96, 72, 72 })]
    [TestCase(-90, new[] { 294, 283, 276, 252, 252 })]
    [TestCase(10, new[] { 34, 23, 16, 352, 352 })]
    [TestCase(180, new[] { 204, 193, 186, 162, 162 })]
    [Property("Contract", "metadata-and-dispatch 3.2 A1")]
    [Property("Contract", "metadata-and-dispatch 3.2 A2")]
    public void A_stated_relative_heading_turns_every_picture_from_the_direction_of_travel(int relative, int[] headings)
    {
        var path = Along(Street, heading: 349);

        Assert.That(
            ComputeHeadings.Along(path, RelativeHeading.Of(null, relative)),
            Is.EqualTo(path.Zip(headings, (picture, heading) => new ComputedHeading(picture.Id, heading))));
    }

    [TestCase(48.001, 2.001, 45)]
    [TestCase(48, 2.001, 90)]
    [TestCase(47.999, 1.999, 225)]
    [TestCase(48.001, 1.9999, 354)]
    [Property("Contract", "metadata-and-dispatch 3.2 A3")]
    public void Headings_are_azimuths_cut_to_whole_degrees(double latitude, double longitude, int heading) =>
        Assert.That(
            ComputeHeadings.Along(Along([new Position(2, 48), new Position(longitude, latitude)]), Unstated).Select(computed => computed.HeadingDegrees),
            Is.EqualTo(new int?[] { heading, heading }));

    [Test]
    public void The_sequence_s_own_value_goes_before_the_set_s()
    {
        Assert.That(RelativeHeading.Of(10, 90), Is.EqualTo(new RelativeHeading(10, ReplacesCameraHeadings: true)));
        Assert.That(RelativeHeading.Of(0, 90), Is.EqualTo(new RelativeHeading(0, ReplacesCameraHeadings: true)));
        Assert.That(RelativeHeading.Of(null, 90), Is.EqualTo(new RelativeHeading(90, ReplacesCameraHeadings: true)));
        Assert.That(RelativeHeading.Of(null, null), Is.EqualTo(new RelativeHeading(0, ReplacesCameraHeadings: false)));
    }

    [TestCase(-181, false)]
    [TestCase(-180, true)]
    [TestCase(180, true)]
    [TestCase(181, false)]
    public void A_relative_heading_is_half_a_turn_at_most(int degrees, bool valid) =>
        Assert.That(RelativeHeading.IsValid(degrees), Is.EqualTo(valid));

    [Test]
    public void Headings_of_cameras_stay_when_nobody_stated_another()
    {
        var path = Along(Street);
        path[0] = path[0] with { HeadingDegrees = 349 };
        path[1] = path[1] with { HeadingDegrees = 100, HeadingComputed = true };
        path[2] = path[2] with { HeadingDegrees = 0 };
        path[4] = path[4] with { HeadingDegrees = 342, HeadingComputed = true };

        Assert.That(ComputeHeadings.Along(path, Unstated), Is.EqualTo(new[]
        {
            new ComputedHeading(path[1].Id, 13), new ComputedHeading(path[2].Id, 6), new ComputedHeading(path[3].Id, 342),
        }));
    }

    /// <summary>Apps without a compass write direction 0, and all their pictures pointed north.</summary>
    [Test]
    [Property("Contract", "known-faults 4")]
    public void A_heading_of_zero_is_replaced_by_the_direction_to_the_next_picture()
    {
        var path = Along([new Position(2, 48), new Position(2.001, 48), new Position(2.001, 47.999)], heading: 0);

        Assert.That(ComputeHeadings.Along(path, Unstated).Select(computed => computed.HeadingDegrees), Is.EqualTo(new int?[] { 90, 180, 180 }));
    }

    [TestCase(null, 0)]
    [TestCase(90, 90)]
    [TestCase(-90, 270)]
    [Property("Contract", "metadata-and-dispatch 3.2 A4")]
    public void A_single_picture_takes_the_relative_heading(int? relative, int heading) =>
        Assert.That(
            ComputeHeadings.Along(Along([new Position(2, 48)]), RelativeHeading.Of(null, relative)).Single().HeadingDegrees, Is.EqualTo(heading));

    [Test]
    public void A_single_picture_with_a_camera_s_heading_keeps_it() =>
        Assert.That(ComputeHeadings.Along(Along([new Position(2, 48)], heading: 12), Unstated), Is.Empty);

    [Test]
    public void There_is_no_heading_between_two_pictures_at_one_point()
    {
        var path = Along([new Position(2, 48), new Position(2, 48), new Position(2, 48.001)]);

        Assert.That(ComputeHeadings.Along(path, Unstated).Select(computed => computed.HeadingDegrees), Is.EqualTo(new int?[] { null, 0, 0 }));
    }

    [Test]
    public void No_picture_has_no_heading() => Assert.That(ComputeHeadings.Along([], Unstated), Is.Empty);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Computing_again_changes_nothing_and_headings_are_below_360(Walk walk, int? stated)
    {
        var relative = RelativeHeading.Of(stated % 181, null);
        var path = walk.Pictures.Select(picture => new PictureOnPath(picture.Id, picture.Position, picture.HeadingDegrees, picture.HeadingComputed)).ToArray();

        var changed = ComputeHeadings.Along(path, relative);

        var headings = changed.ToDictionary(computed => computed.PictureId, computed => computed.HeadingDegrees);
        var after = path.Select(picture => headings.TryGetValue(picture.Id, out var heading)
            ? picture with { HeadingDegrees = heading, HeadingComputed = true }
            : picture).ToArray();
        return ComputeHeadings.Along(after, relative).Count == 0 && changed.All(computed => computed.HeadingDegrees is null or (>= 0 and < 360));
    }

    private static PictureOnPath[] Along(Position[] positions, int? heading = null) =>
        [.. positions.Select(position => new PictureOnPath(Guid.CreateVersion7(), position, heading, HeadingComputed: false))];
}
