using Panoramax.Database.Rows;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>What the instance says where a set says nothing; on a database of its own, because all sets of one share it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DispatchDefaultsTests
{
    [Test]
    [Property("Contract", "known-faults 64")]
    public async Task A_new_instance_splits_at_100_m_and_5_minutes()
    {
        await using var bench = await DispatchBench.Create();
        var set = await bench.AddSet();
        await bench.AddPictures(set, Hike());

        await bench.Dispatch(set);

        Assert.That(await bench.Sequences(set), Has.Length.EqualTo(10));

        await bench.Change(set, row => row.SplitDistance = 250);
        await bench.Dispatch(set);

        Assert.That(await bench.Sequences(set), Has.Length.EqualTo(1));
    }

    [Test]
    [Property("Contract", "write.md B.30")]
    [Property("Contract", "metadata-and-dispatch 3.2 X8")]
    public async Task Without_defaults_nothing_is_split_and_nothing_removed_until_a_set_asks_for_it()
    {
        await using var bench = await DispatchBench.Create();
        await bench.Run("UPDATE configurations SET default_split_distance = NULL, default_split_time = NULL, default_duplicate_distance = NULL, default_duplicate_rotation = NULL");
        var set = await bench.AddSet();
        await bench.AddPictures(set, [.. Walks.Street[..1], Walks.Street[0] with { Name = "again", Latitude = Walks.Street[0].Latitude + 1e-6 }, .. Walks.Road]);

        await bench.Dispatch(set);
        Assert.That((await bench.Sequences(set)).Single().Names, Has.Length.EqualTo(7));

        await bench.Change(set, row => (row.DuplicateDistance, row.DuplicateRotation) = (1, 60));
        await bench.Dispatch(set);
        Assert.That((await bench.Sequences(set)).Single().Names, Has.Length.EqualTo(6));
        Assert.That(await bench.Column<string>("SELECT file_name FROM files WHERE upload_set_id = @set AND rejection_status = 'capture_duplicate'", ("set", set)), Has.Length.EqualTo(1));
    }

    private static Shot[] Hike() =>
    [
        .. Enumerable.Range(0, 10).Select(index => new Shot($"{index}", 2, 48 + (index * 150 / 111_194.9), Walks.Street[0].Ts.AddMinutes(4 * index))),
    ];
}
