using System.Diagnostics;

namespace Panoramax.ServiceTests.DispatchWorker;

/// <summary>A large set must not hold its worker for minutes; what is measured is the whole job, from taking it to its commit.</summary>
[NonParallelizable]
public sealed class DispatchSpeedTests
{
    private const int Many = 15_000;

    private DispatchBench bench = null!;

    [OneTimeSetUp]
    public async Task Start() => bench = await DispatchBench.Create();

    [OneTimeTearDown]
    public async Task Stop() => await bench.DisposeAsync();

    private static IEnumerable<TestCaseData> Sets()
    {
        yield return new TestCaseData(3.0, 1).SetArgDisplayNames("a road");
        yield return new TestCaseData(0.0, 1).SetArgDisplayNames("one spot");
        yield return new TestCaseData(120.0, Many).SetArgDisplayNames("each picture a sequence of its own");
    }

    [TestCaseSource(nameof(Sets))]
    public async Task Fifteen_thousand_pictures_are_dispatched_within_ten_seconds(double stepMetres, int sequences)
    {
        var set = await bench.AddSet();
        await bench.AddPictures(set, [.. Enumerable.Range(0, Many).Select(index => new Shot(
            $"{index}.jpg", 2, 10 + (index * stepMetres / 111_194.9), Walks.Street[0].Ts.AddSeconds(index)))]);

        var first = await Measure(set);
        var again = await Measure(set);

        TestContext.Out.WriteLine($"first {first.TotalSeconds:0.00} s, again {again.TotalSeconds:0.00} s");
        Assert.That(await bench.One<long>("SELECT count(*) FROM sequences WHERE upload_set_id = @set AND status = 'ready'", ("set", set)), Is.EqualTo(sequences));
        Assert.That(
            await bench.One<long>("SELECT count(*) FROM sequences_pictures m JOIN sequences s ON s.id = m.sequence_id WHERE s.upload_set_id = @set", ("set", set)),
            Is.EqualTo(stepMetres == 0 ? 1 : Many));
        Assert.That(first, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(again, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    private async Task<TimeSpan> Measure(Guid setId)
    {
        var watch = Stopwatch.StartNew();
        await bench.Dispatch(setId);
        return watch.Elapsed;
    }
}
