using Microsoft.Extensions.DependencyInjection;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.DispatchWorker;
using Panoramax.Messaging.Jobs;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>A set in the database, the dispatch, and the rows that it leaves.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DispatchUploadSetTests
{
    private DispatchBench bench = null!;

    [OneTimeSetUp]
    public async Task Start() => bench = await DispatchBench.Create();

    [OneTimeTearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    [Property("Contract", "write.md B.21")]
    public async Task Two_pictures_become_one_ready_sequence_with_the_title_of_the_set()
    {
        var set = await bench.AddSet("Rue du Port");
        await bench.AddPictures(set, Walks.Street[..2]);

        await bench.Dispatch(set);

        var sequence = (await bench.Sequences(set)).Single();
        Assert.That((sequence.Title, sequence.Status), Is.EqualTo(("Rue du Port", "ready")));
        Assert.That(sequence.Names, Is.EqualTo(new[] { "S1", "S2" }));
        Assert.That(await bench.One<bool>("SELECT dispatched FROM upload_sets WHERE id = @id", ("id", set)), Is.True);
        Assert.That(await JobsOf(set), Is.Empty);
        Assert.That(
            await bench.Column<string>("SELECT kind || coalesce(error, '') FROM job_history WHERE subject_id = @id AND finished_at IS NOT NULL", ("id", set)),
            Is.EqualTo(new[] { "dispatch" }));
    }

    [Test]
    [Property("Contract", "write.md B.22")]
    public async Task A_picture_added_later_joins_the_same_sequence()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street[..2]);
        await bench.Dispatch(set);
        var first = (await bench.Sequences(set)).Single();

        await bench.AddPictures(set, Walks.Street[2]);
        await bench.Dispatch(set);

        var again = (await bench.Sequences(set)).Single();
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That(again.Names, Is.EqualTo(new[] { "S1", "S2", "S3" }));
        Assert.That(again.UpdatedAt, Is.GreaterThan(first.UpdatedAt));
        Assert.That(await bench.One<DateTime>("SELECT max_picture_ts FROM sequences WHERE id = @id", ("id", first.Id)), Is.EqualTo(Walks.Street[2].Ts.UtcDateTime));
    }

    [TestCase("filename-asc", "_001.jpg _002.jpg _010.jpg _011.jpg _312.jpg")]
    [TestCase("filename-desc", "_312.jpg _011.jpg _010.jpg _002.jpg _001.jpg")]
    [TestCase("time-asc", "_010.jpg _001.jpg _002.jpg _312.jpg _011.jpg")]
    [TestCase("time-desc", "_011.jpg _312.jpg _002.jpg _001.jpg _010.jpg")]
    [Property("Contract", "write.md B.24")]
    [Property("Contract", "metadata-and-dispatch 3.2 S6")]
    public async Task Pictures_are_ranked_by_the_sort_method_of_the_set(string method, string expected)
    {
        string[] names = ["_010.jpg", "_001.jpg", "_002.jpg", "_312.jpg", "_011.jpg"];
        var set = await bench.AddSet(with: row => row.SortMethod = method);
        await bench.AddPictures(set, [.. Walks.Street.Zip(names, (shot, name) => shot with { Name = name })]);

        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Single().Names, Is.EqualTo(expected.Split(' ')));
        Assert.That(
            await bench.Column<int>("SELECT rank FROM sequences_pictures JOIN pictures p ON p.id = picture_id WHERE p.upload_set_id = @set ORDER BY rank", ("set", set)),
            Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    [Property("Contract", "write.md B.25")]
    public async Task A_pause_makes_two_sequences_and_a_second_dispatch_changes_nothing()
    {
        var set = await bench.AddSet("Trip", row => row.SplitTime = 120);
        await bench.AddPictures(set, [.. Walks.Road.Except([Walks.Road[2]]), .. Walks.Street]);
        await bench.Dispatch(set);

        var first = await bench.Sequences(set);
        Assert.That(first.Select(sequence => (sequence.Title, sequence.Names.Length)), Is.EqualTo(new[] { ("Trip-1", 5), ("Trip-2", 4) }));

        var before = await Everything(set);
        await bench.Dispatch(set);

        Assert.That(await Everything(set), Is.EqualTo(before), "rows, times of update included");
        Assert.That(await bench.Sequences(set, deleted: true), Is.Empty);
        Assert.That(await bench.Column<int?>("SELECT 1 FROM job_history WHERE subject_id = @id AND kind = 'dispatch' AND error IS NULL", ("id", set)), Has.Length.EqualTo(2));
    }

    /// <summary>
    /// Eight minutes at one spot with a picture every four: one of the three stays, and the way goes on after a gap that is
    /// longer than the limit. There was no pause, so there is none the second time either.
    /// </summary>
    [Test]
    public async Task A_halt_of_which_one_picture_is_left_does_not_become_a_pause()
    {
        var set = await bench.AddSet();
        var spot = Walks.Street[0];
        await bench.AddPictures(set,
        [
            .. Enumerable.Range(0, 3).Select(index => spot with { Name = $"halt {index}", Ts = spot.Ts.AddMinutes(4 * index) }),
            .. Walks.Street[1..].Select(shot => shot with { Ts = shot.Ts.AddMinutes(12) }),
        ]);
        await bench.Dispatch(set);
        Assert.That((await bench.Sequences(set)).Single().Names, Is.EqualTo(new[] { "halt 0", "S2", "S3", "S4", "S5" }));

        var before = await Everything(set);
        await bench.Dispatch(set);

        Assert.That(await Everything(set), Is.EqualTo(before));
    }

    /// <summary>Headings that were computed by the first dispatch say nothing; those of the cameras still do.</summary>
    [TestCase(null, Description = "a camera's heading of 0 is replaced by that of the path")]
    [TestCase(90, Description = "all are replaced")]
    public async Task A_second_dispatch_removes_nothing_although_headings_were_computed(int? relativeHeading)
    {
        var set = await bench.AddSet(with: row => row.RelativeHeading = relativeHeading);
        await bench.AddPictures(set, [.. Walks.Street.SelectMany((shot, index) => new[]
        {
            shot with { Name = $"{index} north", Heading = 0 }, shot with { Name = $"{index} east", Heading = 90, Ts = shot.Ts.AddSeconds(1) },
        })]);
        await bench.Dispatch(set);
        Assert.That((await bench.Sequences(set)).Single().Names, Has.Length.EqualTo(10));

        var before = await Everything(set);
        await bench.Dispatch(set);

        Assert.That(await Everything(set), Is.EqualTo(before));
    }

    [Test]
    [Property("Contract", "write.md B.25")]
    public async Task Pictures_added_to_a_split_set_get_sequences_of_their_own_and_the_others_keep_theirs()
    {
        var set = await bench.AddSet("Trip", row => row.SplitTime = 120);
        await bench.AddPictures(set, [.. Walks.Street, .. Walks.Road.Except([Walks.Road[2]])]);
        await bench.Dispatch(set);
        var first = await bench.Sequences(set);

        await bench.AddPictures(set, [.. Walks.FarApart.Reverse(), Walks.Road[2]]);
        await bench.Dispatch(set);

        var again = await bench.Sequences(set);
        Assert.That(again.Select(sequence => (sequence.Id, string.Join(' ', sequence.Names))), Is.EquivalentTo(new[]
        {
            (first[0].Id, "S1 S2 S3 S4 S5"), (first[1].Id, "E1 E2 E3 E4 E5"),
            (again.Single(sequence => sequence.Names.Contains("B1")).Id, "B2 B1"),
        }));
        Assert.That(again.Select(sequence => sequence.Title), Is.EquivalentTo(new[] { "Trip-1", "Trip-2", "Trip-1" }), "a reused sequence keeps its title");
        Assert.That(again[0].UpdatedAt, Is.EqualTo(first[0].UpdatedAt), "the street is as it was");

        var far = again.Single(sequence => sequence.Names.Contains("B1")).Id;
        Assert.That(await bench.One<bool>("SELECT geom IS NULL AND length_m IS NULL AND ST_GeometryType(bbox) = 'ST_Polygon' FROM sequences WHERE id = @id", ("id", far)), Is.True);
    }

    [Test]
    [Property("Contract", "write.md B.26")]
    public async Task Joining_what_was_split_deletes_the_sequence_that_is_left_over()
    {
        var set = await bench.AddSet("Trip");
        await bench.AddPictures(set, [.. Walks.Street, .. Walks.Road]);
        await bench.Dispatch(set);
        var first = await bench.Sequences(set);

        await bench.Change(set, row => (row.SplitTime, row.SplitDistance) = (1e9, 100_000_000));
        await bench.Dispatch(set);

        var joined = (await bench.Sequences(set)).Single();
        Assert.That(joined.Id, Is.EqualTo(first[0].Id));
        Assert.That(joined.Names, Has.Length.EqualTo(10));
        Assert.That((await bench.Sequences(set, deleted: true)).Select(sequence => (sequence.Id, sequence.Names.Length)), Is.EqualTo(new[] { (first[1].Id, 0) }));
    }

    [Test]
    [Property("Contract", "write.md B.27")]
    public async Task A_set_that_is_not_split_can_be_split_later()
    {
        var set = await bench.AddSet("Trip", row => row.NoSplit = true);
        await bench.AddPictures(set, [.. Walks.Street, .. Walks.Road]);
        await bench.Dispatch(set);
        Assert.That((await bench.Sequences(set)).Select(sequence => (sequence.Title, sequence.Names.Length)), Is.EqualTo(new[] { ("Trip", 10) }));

        await bench.Change(set, row => (row.NoSplit, row.SplitDistance, row.SplitTime) = (false, 100, 60));
        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Select(sequence => sequence.Names.Length), Is.EqualTo(new[] { 5, 5 }));
    }

    /// <summary>Completing again and again with other limits left empty sequences behind; the pictures stayed, but under new ids.</summary>
    [Test]
    [Property("Contract", "known-faults 33")]
    public async Task Splitting_and_joining_again_leaves_no_empty_sequence_and_loses_no_picture()
    {
        var set = await bench.AddSet("Trip");
        await bench.AddPictures(set, Walks.Street);
        await bench.Dispatch(set);
        var id = (await bench.Sequences(set)).Single().Id;

        await bench.Change(set, row => row.SplitDistance = 1);
        await bench.Dispatch(set);
        var split = await bench.Sequences(set);
        Assert.That(split.Select(sequence => sequence.Names.Single()), Is.EquivalentTo(new[] { "S1", "S2", "S3", "S4", "S5" }));
        Assert.That(split.Single(sequence => sequence.Names[0] == "S1").Id, Is.EqualTo(id));

        await bench.Change(set, row => row.SplitDistance = 100);
        await bench.Dispatch(set);

        var joined = (await bench.Sequences(set)).Single();
        Assert.That(joined.Id, Is.EqualTo(id));
        Assert.That(joined.Names, Is.EqualTo(new[] { "S1", "S2", "S3", "S4", "S5" }));
        Assert.That(await bench.Sequences(set, deleted: true), Has.Length.EqualTo(4).And.All.Property(nameof(FoundSequence.Names)).Empty);
    }

    [Test]
    [Property("Contract", "write.md B.6")]
    public async Task An_empty_set_is_dispatched_into_nothing()
    {
        var set = await bench.AddSet();

        await bench.Dispatch(set);

        Assert.That(await bench.One<bool>("SELECT dispatched FROM upload_sets WHERE id = @id", ("id", set)), Is.True);
        Assert.That(await bench.Column<Guid>("SELECT id FROM sequences WHERE upload_set_id = @id", ("id", set)), Is.Empty);
    }

    [Test]
    public async Task A_set_that_is_gone_ends_its_job()
    {
        var set = Guid.CreateVersion7();

        await bench.Dispatch(set);

        Assert.That(await JobsOf(set), Is.Empty);
    }

    [Test]
    public async Task The_first_picture_that_is_in_a_sequence_decides_which_is_reused()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street[2..]);
        await bench.Dispatch(set);
        var id = (await bench.Sequences(set)).Single().Id;

        await bench.AddPictures(set, Walks.Street[..2]);
        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Select(sequence => (sequence.Id, string.Join(' ', sequence.Names))), Is.EqualTo(new[] { (id, "S1 S2 S3 S4 S5") }));
    }

    [Test]
    public async Task Holes_that_deleted_pictures_left_are_closed()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, Walks.Street);
        await bench.Dispatch(set);
        await bench.Run("DELETE FROM pictures WHERE id = @id", ("id", ids["S2"]));

        await bench.Dispatch(set);

        Assert.That(
            await bench.Column<string>(
                "SELECT rank || f.file_name FROM sequences_pictures sp JOIN files f USING (picture_id) WHERE f.upload_set_id = @set ORDER BY rank", ("set", set)),
            Is.EqualTo(new[] { "1S1", "2S3", "3S4", "4S5" }));
    }

    [Test]
    [Property("Fault", "two dispatches of one set")]
    public async Task Two_dispatches_at_once_do_the_work_once()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street);
        await bench.Ask(JobKind.Dispatch, set);
        var runner = bench.Services.GetRequiredService<JobRunner>();
        var dispatch = bench.Services.GetRequiredService<DispatchUploadSet>();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => runner.Run(JobKind.Dispatch, set, dispatch.Run, givenUp: null, CancellationToken.None)));

        Assert.That(await bench.Sequences(set), Has.Length.EqualTo(1));
        Assert.That(await bench.Column<int>("SELECT attempt FROM job_history WHERE subject_id = @id", ("id", set)), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task An_edit_under_way_is_waited_for_and_seen()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, Walks.Street);
        await using var editor = await bench.Database.Source("upload").OpenConnectionAsync();
        await using var edit = await editor.BeginTransactionAsync();
        await using var move = new Npgsql.NpgsqlCommand("UPDATE pictures SET ts = '2021-07-29 09:16:50Z' WHERE id = @id", editor, edit);
        move.Parameters.AddWithValue("id", ids["S3"]);
        await move.ExecuteNonQueryAsync();

        var dispatch = bench.Dispatch(set);
        await Task.Delay(500);
        Assert.That(dispatch.IsCompleted, Is.False);
        await edit.CommitAsync();
        await dispatch;

        Assert.That((await bench.Sequences(set)).Single().Names, Is.EqualTo(new[] { "S3", "S1", "S2", "S4", "S5" }));
    }

    [Test]
    [Property("Contract", "write.md B.32")]
    public async Task A_dispatch_that_fails_twice_leaves_nothing_and_then_works()
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, Walks.Street);
        await bench.Ask(JobKind.Dispatch, set);
        var runner = bench.Services.GetRequiredService<JobRunner>();
        var dispatch = bench.Services.GetRequiredService<DispatchUploadSet>();

        for (var failures = 0; failures < 2; failures++)
        {
            await runner.Run(JobKind.Dispatch, set, Failing(dispatch.Run), givenUp: null, CancellationToken.None);
            Assert.That(await bench.Sequences(set), Is.Empty);
            await bench.Run("UPDATE jobs SET not_before = now() WHERE subject_id = @id", ("id", set));
        }

        await runner.Run(JobKind.Dispatch, set, dispatch.Run, givenUp: null, CancellationToken.None);

        Assert.That((await bench.Sequences(set)).Single().Names, Has.Length.EqualTo(5));
        Assert.That(
            await bench.Column<string>("SELECT error FROM job_history WHERE subject_id = @id ORDER BY id", ("id", set)),
            Is.EqualTo(new[] { "the disk is full", "the disk is full", null }));
        Assert.That(await JobsOf(set), Is.Empty);
    }

    /// <summary>The work is done in full, then its transaction is broken at the last moment.</summary>
    private static JobWork Failing(JobWork work) => async (job, cancel) =>
    {
        var result = await work(job, cancel);
        return JobResult.Done(async (change, write) =>
        {
            await result.Write!(change, write);
            throw new InvalidOperationException("the disk is full");
        });
    };

    private Task<string[]> JobsOf(Guid subjectId) => bench.Column<string>("SELECT kind FROM jobs WHERE subject_id = @id ORDER BY kind", ("id", subjectId));

    /// <summary>Every row of a set and its sequences as text, with the transaction that wrote it.</summary>
    private Task<string[]> Everything(Guid setId) => bench.Column<string>("""
        SELECT to_jsonb(u)::text || u.xmin FROM upload_sets u WHERE u.id = @set
        UNION ALL SELECT to_jsonb(s)::text || s.xmin FROM sequences s WHERE s.upload_set_id = @set
        UNION ALL SELECT to_jsonb(p)::text || p.xmin FROM pictures p WHERE p.upload_set_id = @set
        UNION ALL SELECT to_jsonb(m)::text || m.xmin FROM sequences_pictures m JOIN pictures p ON p.id = m.picture_id WHERE p.upload_set_id = @set
        UNION ALL SELECT to_jsonb(f)::text || f.xmin FROM files f WHERE f.upload_set_id = @set
        UNION ALL SELECT to_jsonb(j)::text FROM jobs j JOIN pictures p ON p.id = j.subject_id WHERE p.upload_set_id = @set
        ORDER BY 1
        """, ("set", setId));
}
