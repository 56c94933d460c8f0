using System.Diagnostics;
using System.Globalization;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;
using Panoramax.Testing.Pictures;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class DispatchPlanTests
{
    private static readonly DispatchDefaults Usual = new()
    {
        SplitDistanceMetres = 100, SplitTime = TimeSpan.FromMinutes(5), DuplicateDistanceMetres = 1, DuplicateRotationDegrees = 60,
    };

    private static readonly DispatchParameters UsualParameters = DispatchParameters.Of(new DispatchSettings(), Usual);

    [Test]
    public void What_a_set_does_not_say_the_instance_says() =>
        Assert.That(UsualParameters, Is.EqualTo(new DispatchParameters(
            "time-asc", new SplitLimits(100, TimeSpan.FromMinutes(5)), new DuplicateLimits(1, 60))));

    [Test]
    public void What_a_set_says_goes_first() =>
        Assert.That(
            DispatchParameters.Of(
                new DispatchSettings
                {
                    SortMethod = "filename-desc", SplitDistanceMetres = 10, SplitTime = TimeSpan.FromSeconds(79),
                    DuplicateDistanceMetres = 0, DuplicateRotationDegrees = 42,
                },
                Usual),
            Is.EqualTo(new DispatchParameters("filename-desc", new SplitLimits(10, TimeSpan.FromSeconds(79)), new DuplicateLimits(0, 42))));

    [Test]
    public void Half_a_rule_is_no_rule()
    {
        Assert.That(DispatchParameters.Of(new DispatchSettings { SplitDistanceMetres = 10 }, new DispatchDefaults()).Split, Is.Null);
        Assert.That(DispatchParameters.Of(new DispatchSettings { SplitTime = TimeSpan.FromSeconds(1) }, new DispatchDefaults()).Split, Is.Null);
        Assert.That(DispatchParameters.Of(new DispatchSettings { DuplicateDistanceMetres = 1 }, new DispatchDefaults()).Duplicates, Is.Null);
        Assert.That(DispatchParameters.Of(new DispatchSettings { DuplicateRotationDegrees = 1 }, new DispatchDefaults()).Duplicates, Is.Null);
        Assert.That(
            DispatchParameters.Of(new DispatchSettings { SplitDistanceMetres = 10 }, new DispatchDefaults { SplitTime = TimeSpan.FromSeconds(5) }).Split,
            Is.EqualTo(new SplitLimits(10, TimeSpan.FromSeconds(5))));
    }

    [Test]
    public void A_set_can_refuse_splitting_and_deduplication()
    {
        Assert.That(
            DispatchParameters.Of(new DispatchSettings { NoSplit = true, NoDeduplication = true }, Usual),
            Is.EqualTo(new DispatchParameters("time-asc", null, null)));
        Assert.That(DispatchParameters.Of(new DispatchSettings { NoSplit = false, NoDeduplication = false }, Usual), Is.EqualTo(UsualParameters));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 X8")]
    public void Without_any_limit_nothing_is_split_and_nothing_removed()
    {
        var plan = DispatchPlan.Of(
            "Walk", [TestPictures.Taken(0), TestPictures.Taken(0), TestPictures.Taken(90_000, 12)], DispatchParameters.Of(new DispatchSettings(), new DispatchDefaults()));

        Assert.That(plan.Sequences.Single().Pictures, Has.Count.EqualTo(3));
        Assert.That(plan.Duplicates, Is.Empty);
    }

    [Test]
    public void One_sequence_has_the_title_of_the_set_and_several_are_numbered()
    {
        Assert.That(DispatchPlan.Of("Walk", [TestPictures.Taken()], UsualParameters).Sequences.Select(sequence => sequence.Title), Is.EqualTo(new[] { "Walk" }));
        Assert.That(
            DispatchPlan.Of("Walk", [TestPictures.Taken(), TestPictures.Taken(1000)], UsualParameters).Sequences.Select(sequence => sequence.Title),
            Is.EqualTo(new[] { "Walk-1", "Walk-2" }));
    }

    [Test]
    public void An_empty_set_makes_no_sequence() =>
        Assert.That(DispatchPlan.Of("Walk", [], UsualParameters).Sequences, Is.Empty);

    [Test]
    public void Duplicates_are_searched_within_each_sequence_only()
    {
        var first = TestPictures.Taken(0);
        var sameSpotLater = TestPictures.Taken(1000);

        Assert.That(DispatchPlan.Of("Walk", [first, sameSpotLater], UsualParameters).Duplicates, Is.Empty);
        Assert.That(
            DispatchPlan.Of("Walk", [first, sameSpotLater], UsualParameters with { Split = null }).Duplicates.Single().PictureId,
            Is.EqualTo(sameSpotLater.Id));
    }

    [Test]
    public void A_sequence_is_reused_by_the_first_of_its_pictures_that_is_in_one()
    {
        var (a, b) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        DispatchedPicture[] pictures =
        [
            TestPictures.Taken(0, 48), TestPictures.Taken(1, 48.0001, sequence: a), TestPictures.Taken(2, 48.0002, sequence: b),
            TestPictures.Taken(1000, 48, sequence: a), TestPictures.Taken(1001, 48.0001, sequence: b),
            TestPictures.Taken(2000, 48, sequence: b),
        ];

        Assert.That(
            DispatchPlan.Of("Walk", pictures, UsualParameters).Sequences.Select(sequence => sequence.ReusedSequenceId),
            Is.EqualTo(new Guid?[] { a, b, null }));
    }

    /// <summary>Completing a set again and again with other limits left empty sequences behind and took new ids.</summary>
    [Test]
    [Property("Contract", "known-faults 33")]
    public void Splitting_and_joining_again_keeps_the_first_sequence()
    {
        var id = Guid.CreateVersion7();
        var pictures = Enumerable.Range(0, 4).Select(index => TestPictures.Taken(index, 48 + (index * 1e-4), sequence: id)).ToArray();

        var split = DispatchPlan.Of("Walk", pictures, UsualParameters with { Split = new SplitLimits(1, TimeSpan.FromMinutes(5)) });
        Assert.That(split.Sequences.Select(sequence => sequence.ReusedSequenceId), Is.EqualTo(new Guid?[] { id, null, null, null }));

        var apart = split.Sequences.SelectMany(sequence => sequence.Pictures.Select(picture => picture with { SequenceId = sequence.ReusedSequenceId ?? Guid.CreateVersion7() }));
        var joined = DispatchPlan.Of("Walk", [.. apart], UsualParameters);
        Assert.That(joined.Sequences.Single().ReusedSequenceId, Is.EqualTo(id));
        Assert.That(joined.Sequences.Single().Pictures, Has.Count.EqualTo(4));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Every_picture_is_in_one_sequence_or_a_duplicate_and_a_second_plan_keeps_all_sequences(Walk walk)
    {
        var plan = DispatchPlan.Of("Walk", walk.Pictures, UsualParameters with { Split = new SplitLimits(50, TimeSpan.FromMinutes(5)) });
        var placed = plan.Sequences.SelectMany(sequence => sequence.Pictures.Select(picture => picture.Id))
            .Concat(plan.Duplicates.Select(duplicate => duplicate.PictureId)).ToArray();
        if (placed.Length != walk.Pictures.Count || !placed.ToHashSet().SetEquals(walk.Pictures.Select(picture => picture.Id))) return false;

        var dispatched = plan.Sequences.SelectMany(sequence =>
        {
            var id = Guid.CreateVersion7();
            return sequence.Pictures.Select(picture => picture with { SequenceId = id });
        }).ToArray();
        var again = DispatchPlan.Of("Walk", dispatched, UsualParameters with { Split = null });
        var sequences = dispatched.Select(picture => picture.SequenceId).Distinct().ToArray();
        return again.Sequences.All(sequence => sequences.Contains(sequence.ReusedSequenceId));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool A_second_plan_without_a_change_is_the_first_one(Walk walk, bool splits, bool deduplicates, int method)
    {
        var parameters = new DispatchParameters(
            SortMethod.All[Math.Abs(method % SortMethod.All.Count)],
            splits ? new SplitLimits(10, TimeSpan.FromMinutes(5)) : null,
            deduplicates ? new DuplicateLimits(1, 60) : null);
        var plan = DispatchPlan.Of("Walk", walk.Pictures, parameters);
        var places = plan.Sequences.SelectMany(sequence =>
        {
            var id = Guid.CreateVersion7();
            return sequence.Pictures.Select(picture => (picture.Id, SequenceId: id));
        }).ToDictionary(place => place.Id, place => place.SequenceId);
        var stored = walk.Pictures.Select(picture => places.TryGetValue(picture.Id, out var sequence)
            ? picture with { SequenceId = sequence }
            : picture with { IsLeftOut = true }).ToArray();

        var again = DispatchPlan.Of("Walk", stored, parameters);

        return again.Duplicates.Count == 0
            && again.Sequences.Select(sequence => string.Join(' ', sequence.Pictures.Select(picture => picture.Id)))
                .SequenceEqual(plan.Sequences.Select(sequence => string.Join(' ', sequence.Pictures.Select(picture => picture.Id))))
            && again.Sequences.All(sequence => sequence.ReusedSequenceId == places[sequence.Pictures[0].Id]);
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Pictures_that_stay_keep_their_sequence_when_others_come(Walk walk, Walk more)
    {
        var sequence = Guid.CreateVersion7();
        DispatchedPicture[] all = [.. walk.Pictures.Select(picture => picture with { SequenceId = sequence }), .. more.Pictures];
        var plan = DispatchPlan.Of("Walk", all, UsualParameters with { Split = null, Duplicates = null });
        return plan.Sequences.Count == (all.Length == 0 ? 0 : 1)
            && plan.Sequences.All(made => made.ReusedSequenceId == (walk.Pictures.Count > 0 ? sequence : null) && made.Pictures.Count == all.Length);
    }

    [Test]
    public void Fifteen_thousand_pictures_on_one_spot_are_planned_in_no_time()
    {
        var pictures = Enumerable.Range(0, 15_000).Select(index => TestPictures.Taken(index, heading: index % 360, fileName: $"{index}.jpg")).ToArray();
        var watch = Stopwatch.StartNew();

        var plan = DispatchPlan.Of("Spot", pictures, UsualParameters with { SortMethod = SortMethod.FilenameAsc });

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That(plan.Duplicates, Has.Count.EqualTo(15_000 - plan.Sequences.Single().Pictures.Count));
    }

    private static IEnumerable<TestCaseData> WalksWithTable()
    {
        foreach (var folder in (string[])["own-walk", "own-panoramas"]) yield return new TestCaseData(OwnPictures.Folder, folder).SetArgDisplayNames(folder);
        if (SharedPictures.Folder is not { } shared) yield break;
        foreach (var folder in (string[])["flat-lund", "flat-salvador", "flat-arezzo", "pano-sequence"]) yield return new TestCaseData(shared, folder).SetArgDisplayNames(folder);
    }

    /// <summary>Walks of pictures, with the sequences, duplicates and headings that the list beside them states.</summary>
    [TestCaseSource(nameof(WalksWithTable))]
    [Property("Contract", "known-faults 16")]
    public void A_walk_becomes_the_sequences_that_its_table_expects(string set, string folder)
    {
        var rows = ExpectedRows(set, folder);
        var files = rows.ToDictionary(row => row.Picture.Id);

        var plan = DispatchPlan.Of(folder, [.. rows.Select(row => row.Picture)], UsualParameters);

        Assert.That(
            plan.Sequences.Select(sequence => TestPictures.FileNames(sequence.Pictures)),
            Is.EqualTo(rows.Where(row => row.DuplicateOf.Length == 0).GroupBy(row => row.Sequence).Select(group => TestPictures.FileNames(group.Select(row => row.Picture)))));
        Assert.That(
            plan.Duplicates.Select(duplicate => (files[duplicate.PictureId].Picture.FileName, files[duplicate.DuplicateOf].Picture.FileName)),
            Is.EqualTo(rows.Where(row => row.DuplicateOf.Length > 0).Select(row => (row.Picture.FileName, row.DuplicateOf))));
        foreach (var sequence in plan.Sequences)
        {
            var computed = ComputeHeadings.Along(
                [.. sequence.Pictures.Select(picture => new PictureOnPath(picture.Id, picture.Position, picture.HeadingDegrees, picture.HeadingComputed))],
                RelativeHeading.Of(null, null)).ToDictionary(heading => heading.PictureId, heading => heading.HeadingDegrees);
            Assert.That(
                sequence.Pictures.Select(picture => computed.TryGetValue(picture.Id, out var heading) ? heading : picture.HeadingDegrees),
                Is.EqualTo(sequence.Pictures.Select(picture => files[picture.Id].HeadingAfter)));
        }
    }

    /// <summary>The walk of above in small, so that the rule is held where the shared pictures are not: a street, then a halt.</summary>
    [Test]
    [Property("Contract", "known-faults 16")]
    public void A_halt_at_the_end_of_a_street_leaves_one_picture_of_the_halt()
    {
        var walk = Enumerable.Range(0, 19).Select(index => TestPictures.Taken(index * 8, 55.6985 + (index * 6e-5), 13.195, 180 + (index % 9))).ToList();
        var last = walk[^1];
        walk[^1] = last = last with { HeadingDegrees = 335 };
        DispatchedPicture[] halt = [TestPictures.Taken(160, last.Position.Latitude, 13.195, 345), TestPictures.Taken(168, last.Position.Latitude, 13.195, 330)];

        var plan = DispatchPlan.Of("Street", [.. walk, .. halt], UsualParameters);

        Assert.That(plan.Sequences.Single().Pictures, Is.EqualTo(walk));
        Assert.That(plan.Duplicates, Is.EqualTo(new[]
        {
            new CaptureDuplicate(halt[0].Id, last.Id, 0, 10), new CaptureDuplicate(halt[1].Id, last.Id, 0, 5),
        }));
    }

    private sealed record ExpectedRow(DispatchedPicture Picture, string Sequence, string DuplicateOf, int? HeadingAfter);

    private static ExpectedRow[] ExpectedRows(string set, string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(set, "expected.csv"));
        var columns = lines[0].Split(',').Select((name, index) => (name, index)).ToDictionary(column => column.name, column => column.index);
        return [.. lines.Skip(1).Select(Cells)
            .Where(cells => cells[columns["set"]] == folder && cells[columns["status"]] == "accepted")
            .Select(cells => new ExpectedRow(
                new DispatchedPicture(
                    Guid.CreateVersion7(),
                    Path.GetFileName(cells[columns["file"]]),
                    new Position(Number(cells[columns["lon"]]), Number(cells[columns["lat"]])),
                    DateTimeOffset.Parse(cells[columns["ts_utc"]], CultureInfo.InvariantCulture),
                    Whole(cells[columns["heading"]]),
                    HeadingComputed: false,
                    SequenceId: null),
                cells[columns["sequence"]],
                cells[columns["duplicate_of"]],
                Whole(cells[columns["heading_after_dispatch"]])))];
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static int? Whole(string cell) => cell.Length == 0 ? null : int.Parse(cell, CultureInfo.InvariantCulture);

    private static string[] Cells(string line)
    {
        var cells = new List<string> { "" };
        var quoted = false;
        foreach (var character in line)
        {
            if (character == '"') quoted = !quoted;
            else if (character == ',' && !quoted) cells.Add("");
            else cells[^1] += character;
        }

        return [.. cells];
    }
}
