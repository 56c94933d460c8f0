using System.Text.Json;
using Panoramax.Database.Rows;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>Pictures that a dispatch removes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CaptureDuplicateTests
{
    private DispatchBench bench = null!;

    [OneTimeSetUp]
    public async Task Start() => bench = await DispatchBench.Create();

    [OneTimeTearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    [Property("Contract", "write.md B.28")]
    [Property("Contract", "metadata-and-dispatch 3.2 X1")]
    [Property("Contract", "metadata-and-dispatch 3.2 X2")]
    [Property("Contract", "metadata-and-dispatch 3.2 X3")]
    [Property("Contract", "metadata-and-dispatch 3.2 X4")]
    public async Task Capture_duplicates_lose_their_picture_but_keep_their_file_with_the_reason()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, HaltShots());

        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Single().Names, Is.EqualTo(new[] { "S1", "S3", "S4" }));
        Assert.That(await Rejections(set), Is.EqualTo(new[]
        {
            ("S2", "capture_duplicate", ids["S1"], 0.11, (int?)0), ("S5", "capture_duplicate", ids["S4"], 0.11, 6),
        }));
        Assert.That(await bench.Column<Guid>("SELECT id FROM pictures WHERE upload_set_id = @id", ("id", set)), Is.EquivalentTo(new[] { ids["S1"], ids["S3"], ids["S4"] }));
        foreach (var (name, jobs) in new[] { ("S2", "delete"), ("S5", "delete"), ("S1", "prepare") })
            Assert.That(await JobsOf(ids[name]), Is.EqualTo(new[] { jobs }), name);
        Assert.That(await bench.One<int>("SELECT nb_pictures FROM sequences WHERE upload_set_id = @id", ("id", set)), Is.EqualTo(3));
    }

    [Test]
    [Property("Contract", "write.md B.29")]
    public async Task Duplicates_of_a_set_that_keeps_them_go_when_it_no_longer_does()
    {
        var set = await bench.AddSet(with: row => row.NoDeduplication = true);
        await bench.AddPictures(set, HaltShots());
        await bench.Dispatch(set);
        Assert.That((await bench.Sequences(set)).Single().Names, Has.Length.EqualTo(5));

        await bench.Change(set, row => (row.NoDeduplication, row.DuplicateDistance, row.DuplicateRotation) = (false, 1, 30));
        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Single().Names, Is.EqualTo(new[] { "S1", "S3", "S4" }));
        Assert.That(
            await bench.Column<int>("SELECT rank FROM sequences_pictures JOIN pictures p ON p.id = picture_id WHERE p.upload_set_id = @set ORDER BY rank", ("set", set)),
            Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_duplicate_without_usable_headings_says_so_with_a_null_angle()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, Walks.Street[0], Walks.Street[0] with { Name = "again", Heading = null, Ts = Walks.Street[1].Ts });

        await bench.Dispatch(set);

        Assert.That(
            await bench.One<string>("SELECT (rejection_details - 'captured')::text FROM files WHERE upload_set_id = @set AND file_name = 'again'", ("set", set)),
            Is.EqualTo($$"""{"angle": null, "distance": 0, "duplicate_of": "{{ids["S1"]}}"}"""));
    }

    [Test]
    public async Task Pictures_without_a_file_row_are_removed_too()
    {
        var set = await bench.AddSet();
        var ids = await bench.AddPictures(set, Walks.Street[0], Walks.Street[1] with { HasFile = false });

        await bench.Dispatch(set);

        Assert.That((await bench.Sequences(set)).Single().Names, Is.EqualTo(new[] { "S1" }));
        Assert.That(await JobsOf(ids["S2"]), Is.EqualTo(new[] { "delete" }));
        Assert.That(await Rejections(set), Is.Empty);
    }

    /// <summary>S2 on S1 with the same view, S3 there with another one; S5 on S4 with nearly the same view.</summary>
    private static Shot[] HaltShots()
    {
        var (s1, s4) = (Walks.Street[0], Walks.Street[3] with { Heading = 335 });
        return
        [
            s1, Moved(s1, "S2", Walks.Street[1].Ts, 349), Moved(s1, "S3", Walks.Street[2].Ts, 79), s4, Moved(s4, "S5", Walks.Street[4].Ts, 341),
        ];

        static Shot Moved(Shot shot, string name, DateTimeOffset ts, int heading) =>
            shot with { Name = name, Latitude = shot.Latitude + 1e-6, Ts = ts, Heading = heading };
    }

    private Task<string[]> JobsOf(Guid subjectId) => bench.Column<string>("SELECT kind FROM jobs WHERE subject_id = @id ORDER BY kind", ("id", subjectId));

    private async Task<(string Name, string Reason, Guid DuplicateOf, double Distance, int? Angle)[]> Rejections(Guid setId)
    {
        var rows = await bench.Column<string>(
            "SELECT jsonb_build_array(file_name, rejection_status, rejection_details, picture_id, rejection_message)::text FROM files WHERE upload_set_id = @set AND rejection_status IS NOT NULL ORDER BY file_name",
            ("set", setId));
        return [.. rows.Select(row =>
        {
            var json = JsonSerializer.Deserialize<JsonElement[]>(row)!;
            Assert.That(json[3].ValueKind, Is.EqualTo(JsonValueKind.Null), "a rejected file points to no picture");
            Assert.That(json[4].ValueKind, Is.EqualTo(JsonValueKind.Null), "the text is made in the reader's language");
            return (
                json[0].GetString()!, json[1].GetString()!, json[2].GetProperty("duplicate_of").GetGuid(), json[2].GetProperty("distance").GetDouble(),
                json[2].GetProperty("angle") is { ValueKind: JsonValueKind.Number } angle ? angle.GetInt32() : (int?)null);
        })];
    }
}
