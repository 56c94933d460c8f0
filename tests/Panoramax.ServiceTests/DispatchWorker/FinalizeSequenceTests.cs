namespace Panoramax.ServiceTests.DispatchWorker;

[Parallelizable(ParallelScope.All)]
public sealed class FinalizeSequenceTests
{
    private DispatchBench bench = null!;

    [OneTimeSetUp]
    public async Task Start() => bench = await DispatchBench.Create();

    [OneTimeTearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    public async Task A_moved_picture_moves_line_box_and_computed_headings()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, [.. Walks.Road.Select(shot => shot with { Name = shot.Name + "m" })]);
        await bench.Dispatch(set);
        var before = (await bench.Sequences(set)).Single();
        await bench.Run("UPDATE pictures SET geom = ST_Translate(geom, 0, 0.0001) WHERE id = @id", ("id", ids["E5m"]));

        await bench.Finalize(before.Id);

        var after = (await bench.Sequences(set)).Single();
        Assert.That(before.Headings, Is.EqualTo(new int?[] { 277, 272, 272, 270, 270 }));
        Assert.That(after.Headings, Is.EqualTo(new int?[] { 277, 272, 272, 333, 333 }));
        Assert.That(after.UpdatedAt, Is.GreaterThan(before.UpdatedAt));
        Assert.That(
            await bench.One<bool>("SELECT ST_DWithin(ST_EndPoint(ST_GeometryN(s.geom, 1)), p.geom, 0) AND ST_Covers(s.bbox, p.geom) FROM sequences s, pictures p WHERE s.id = @s AND p.id = @p",
                ("s", after.Id), ("p", ids["E5m"])),
            Is.True);
    }

    [Test]
    public async Task Finalizing_again_writes_nothing()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, [.. Walks.Road.Select(shot => shot with { Name = shot.Name + "a" })]);
        await bench.Dispatch(set);
        var before = (await bench.Sequences(set)).Single();

        await bench.Finalize(before.Id);

        Assert.That((await bench.Sequences(set)).Single().UpdatedAt, Is.EqualTo(before.UpdatedAt));
        Assert.That(await bench.One<long>("SELECT count(*) FROM jobs WHERE subject_id = @id", ("id", before.Id)), Is.Zero);
    }

    [Test]
    public async Task A_removed_picture_leaves_the_others_their_ranks()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, [.. Walks.Road.Select(shot => shot with { Name = shot.Name + "r" })]);
        await bench.Dispatch(set);
        var sequence = (await bench.Sequences(set)).Single().Id;
        await bench.Run("DELETE FROM pictures WHERE id = @id", ("id", ids["E1r"]));

        await bench.Finalize(sequence);

        Assert.That(await bench.Column<int>("SELECT rank FROM sequences_pictures WHERE sequence_id = @id ORDER BY rank", ("id", sequence)), Is.EqualTo(new[] { 2, 3, 4, 5 }));
        Assert.That(
            await bench.One<string>("SELECT nb_pictures || ' ' || ST_NPoints(geom) || ' ' || (min_picture_ts = @second) FROM sequences WHERE id = @id",
                ("id", sequence), ("second", Walks.Road[1].Ts)),
            Is.EqualTo("4 4 true"));
    }

    [Test]
    public async Task A_sequence_whose_last_picture_is_gone_stays_with_nothing_in_it()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, Walks.Road[0] with { Name = "only" });
        await bench.Dispatch(set);
        var sequence = (await bench.Sequences(set)).Single().Id;
        await bench.Run("DELETE FROM pictures WHERE id = @id", ("id", ids["only"]));

        await bench.Finalize(sequence);

        Assert.That(
            await bench.One<bool>("SELECT status = 'ready' AND nb_pictures = 0 AND geom IS NULL AND bbox IS NULL AND min_picture_ts IS NULL FROM sequences WHERE id = @id", ("id", sequence)),
            Is.True);
    }

    [TestCase(90, null, new[] { 114, 103, 96, 72, 72 })]
    [TestCase(90, 10, new[] { 34, 23, 16, 352, 352 })]
    [TestCase(90, 0, new[] { 24, 13, 6, 342, 342 })]
    [TestCase(null, null, new[] { 349, 349, 349, 349, 349 })]
    [Property("Contract", "metadata-and-dispatch 3.2 A1")]
    [Property("Contract", "metadata-and-dispatch 3.2 A2")]
    public async Task The_sequence_s_own_relative_heading_goes_before_the_set_s(int? ofSet, int? ofSequence, int[] headings)
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street);
        await bench.Dispatch(set);
        var sequence = (await bench.Sequences(set)).Single().Id;
        await bench.Change(set, row => row.RelativeHeading = ofSet);
        await bench.Run("UPDATE sequences SET relative_heading = @value WHERE id = @id", ("id", sequence), ("value", ofSequence));

        await bench.Finalize(sequence);

        Assert.That((await bench.Sequences(set)).Single().Headings, Is.EqualTo(headings));
    }

    [Test]
    public async Task A_collection_filled_picture_by_picture_becomes_ready()
    {
        var ids = await bench.AddPictures(null, [.. Walks.Street.Select(shot => shot with { Name = shot.Name + "l", Heading = null })]);
        var sequence = Guid.CreateVersion7();
        await bench.Run(
            "INSERT INTO sequences (id, account_id, status, title, inserted_at, updated_at, nb_pictures) VALUES (@id, @account, 'waiting-for-process', 'By hand', now(), now(), 0)",
            ("id", sequence), ("account", bench.Account));
        await bench.Run(
            "INSERT INTO sequences_pictures (sequence_id, rank, picture_id) SELECT @id, n.rank * 10, n.picture FROM unnest(@pictures) WITH ORDINALITY AS n(picture, rank)",
            ("id", sequence), ("pictures", Walks.Street.Select(shot => ids[shot.Name + "l"]).ToArray()));

        await bench.Finalize(sequence);

        Assert.That(await bench.One<string>("SELECT status || nb_pictures FROM sequences WHERE id = @id", ("id", sequence)), Is.EqualTo("ready5"));
        Assert.That(
            await bench.Column<int>("SELECT heading FROM pictures JOIN sequences_pictures ON picture_id = id WHERE sequence_id = @id ORDER BY rank", ("id", sequence)),
            Is.EqualTo(new[] { 24, 13, 6, 342, 342 }));
    }

    [Test]
    public async Task A_deleted_sequence_stays_deleted()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, [.. Walks.Road.Select(shot => shot with { Name = shot.Name + "d" })]);
        await bench.Dispatch(set);
        var sequence = (await bench.Sequences(set)).Single().Id;
        await bench.Run("UPDATE sequences SET status = 'deleted' WHERE id = @id", ("id", sequence));

        await bench.Finalize(sequence);
        await bench.Finalize(Guid.CreateVersion7());

        Assert.That(await bench.One<string>("SELECT status FROM sequences WHERE id = @id", ("id", sequence)), Is.EqualTo("deleted"));
        Assert.That(await bench.One<long>("SELECT count(*) FROM jobs WHERE kind = 'finalize' AND subject_id = @id", ("id", sequence)), Is.Zero);
    }
}
