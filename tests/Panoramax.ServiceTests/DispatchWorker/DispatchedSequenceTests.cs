using Panoramax.Database.Rows;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>What a dispatch writes into its sequences: headings, line, box, statistics, and what they take over from the set.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DispatchedSequenceTests
{
    private DispatchBench bench = null!;

    [OneTimeSetUp]
    public async Task Start() => bench = await DispatchBench.Create();

    [OneTimeTearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    [Property("Contract", "write.md B.31")]
    public async Task Relative_headings_of_the_set_and_of_a_sequence_turn_the_pictures()
    {
        var set = await bench.AddSet(with: row => row.RelativeHeading = 90);
        await bench.AddPictures(set, [.. Walks.Street, .. Walks.Road, .. Walks.FarApart]);
        await bench.Dispatch(set);
        Assert.That(await HeadingsByWalk(set), Is.EqualTo(new Dictionary<string, int?[]>
        {
            ["S"] = [114, 103, 96, 72, 72], ["E"] = [7, 2, 2, 0, 0], ["B"] = [118, 118],
        }));

        await bench.Change(set, row => row.RelativeHeading = -90);
        await bench.Dispatch(set);
        Assert.That(await HeadingsByWalk(set), Is.EqualTo(new Dictionary<string, int?[]>
        {
            ["S"] = [294, 283, 276, 252, 252], ["E"] = [187, 182, 182, 180, 180], ["B"] = [298, 298],
        }));

        var street = (await bench.Sequences(set)).Single(sequence => sequence.Names.Contains("S1"));
        await bench.Run("UPDATE sequences SET relative_heading = 0 WHERE id = @id", ("id", street.Id));
        await bench.Dispatch(set);
        Assert.That(await HeadingsByWalk(set), Is.EqualTo(new Dictionary<string, int?[]>
        {
            ["S"] = [24, 13, 6, 342, 342], ["E"] = [187, 182, 182, 180, 180], ["B"] = [298, 298],
        }));
    }

    [Test]
    [Property("Contract", "known-faults 4")]
    public async Task Only_pictures_without_a_camera_s_heading_get_that_of_the_path()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, [Walks.Street[0], Walks.Street[1] with { Heading = 0 }, .. Walks.Street[2..4].Select(shot => shot with { Heading = null }), Walks.Street[4]]);

        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Single().Headings, Is.EqualTo(new int?[] { 349, 13, 6, 342, 349 }));
        Assert.That(
            await bench.Column<bool>("SELECT heading_computed FROM pictures JOIN sequences_pictures ON picture_id = id WHERE upload_set_id = @set ORDER BY rank", ("set", set)),
            Is.EqualTo(new[] { false, true, true, true, false }));
        Assert.That(
            await bench.Column<bool>("SELECT updated_at > inserted_at + INTERVAL '1 hour' FROM pictures JOIN sequences_pictures ON picture_id = id WHERE upload_set_id = @set ORDER BY rank", ("set", set)),
            Is.EqualTo(new[] { false, true, true, true, false }), "a picture that is as it was keeps its time of update");
    }

    [Test]
    public async Task Line_box_and_statistics_are_those_of_the_pictures()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, [.. Walks.Street.Select((shot, index) => shot with { GpsAccuracy = index == 4 ? null : index + 1 })]);

        await bench.Dispatch(set);

        await using var db = bench.Database.Context("owner");
        var row = db.Sequences.Single(sequence => sequence.UploadSetId == set);
        Assert.That(row.NbPictures, Is.EqualTo(5));
        Assert.That(row.Geom!.Coordinates.Select(point => (point.X, point.Y)), Is.EqualTo(Walks.Street.Select(shot => (shot.Longitude, shot.Latitude))));
        Assert.That(
            row.Bbox!.EnvelopeInternal,
            Is.EqualTo(new NetTopologySuite.Geometries.Envelope(1.9191854418, 1.9191997806, 49.0068896199, 49.0069734176)));
        Assert.That(row.LengthM, Is.EqualTo(await bench.One<double>("SELECT ST_Length(geom::geography) FROM sequences WHERE id = @id", ("id", row.Id))).Within(1e-6));
        Assert.That((row.MinPictureTs, row.MaxPictureTs), Is.EqualTo((Walks.Street[0].Ts, Walks.Street[4].Ts)));
        Assert.That((row.ComputedType, row.ComputedModel, row.ComputedHPixelDensity), Is.EqualTo(("equirectangular", "GoPro Max", 16)));
        Assert.That(row.ComputedCaptureDate, Is.EqualTo(new DateOnly(2021, 7, 29)));
        Assert.That(row.ComputedGpsAccuracy, Is.EqualTo(3.7).Within(1e-9));
    }

    /// <summary>Two runs of one set that is not split: the straight line between them looked like a road.</summary>
    [Test]
    [Property("Contract", "known-faults 17")]
    public async Task A_gap_in_a_set_that_is_not_split_is_a_gap_in_its_line()
    {
        var set = await bench.AddSet(with: row => row.NoSplit = true);
        await bench.AddPictures(set, [.. Enumerable.Range(0, 10).Select(index => new Shot(
            $"{index}", 2, 48 + (index * 1e-4) + (index < 5 ? 0 : 27e-4), Walks.Street[0].Ts.AddSeconds(index)))]);

        await bench.Dispatch(set);

        Assert.That(
            await bench.One<string>("SELECT ST_NumGeometries(geom) || ' ' || ST_NPoints(geom) FROM sequences WHERE upload_set_id = @set", ("set", set)),
            Is.EqualTo("2 10"));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 A4")]
    public async Task A_single_picture_has_a_box_but_no_line()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street[0] with { Heading = null });

        await bench.Dispatch(set);

        Assert.That(
            await bench.One<bool>("SELECT geom IS NULL AND ST_AsText(bbox) = 'POINT(1.9191854418 49.0068896199)' FROM sequences WHERE upload_set_id = @set", ("set", set)),
            Is.True);
        Assert.That((await bench.Sequences(set)).Single().Headings, Is.EqualTo(new int?[] { 0 }));
    }

    [Test]
    public async Task New_sequences_take_over_owner_visibility_software_and_tags_with_their_authors()
    {
        var camille = await bench.AddAccount();
        var set = await bench.AddSet(with: row => (row.Visibility, row.UserAgent) = ("owner-only", "PanoramaxCLI/1.2"));
        await bench.AddPictures(set, [.. Walks.Street, .. Walks.Road]);
        await bench.AddTags(set, ("transport", "bike", bench.Account), ("hashtag", "summer", camille));
        await bench.Dispatch(set);

        var sequences = await bench.Sequences(set);
        Assert.That(sequences, Has.Length.EqualTo(2));
        foreach (var sequence in sequences)
        {
            Assert.That(
                await bench.One<string>("SELECT account_id || visibility || user_agent FROM sequences WHERE id = @id", ("id", sequence.Id)),
                Is.EqualTo($"{bench.Account}owner-onlyPanoramaxCLI/1.2"));
            Assert.That(
                await bench.Column<string>("SELECT concat_ws(' ', key, value, account_id) FROM sequences_semantics WHERE sequence_id = @id ORDER BY key", ("id", sequence.Id)),
                Is.EqualTo(new[] { $"hashtag summer {camille}", $"transport bike {bench.Account}" }));
            Assert.That(
                await bench.Column<string>("SELECT account_id || updates::text FROM sequences_semantics_history WHERE sequence_id = @id ORDER BY id", ("id", sequence.Id)),
                Is.EqualTo(new[]
                {
                    camille + """[{"key": "hashtag", "value": "summer", "action": "add"}]""",
                    bench.Account + """[{"key": "transport", "value": "bike", "action": "add"}]""",
                }));
        }

        await bench.Dispatch(set);
        Assert.That(
            await bench.One<long>("SELECT count(*) FROM sequences_semantics_history h JOIN sequences s ON s.id = h.sequence_id WHERE s.upload_set_id = @set", ("set", set)),
            Is.EqualTo(4), "a second dispatch adds no tag and no history");
    }

    private async Task<Dictionary<string, int?[]>> HeadingsByWalk(Guid setId) =>
        (await bench.Sequences(setId)).ToDictionary(sequence => sequence.Names[0][..1], sequence => sequence.Headings);
}
