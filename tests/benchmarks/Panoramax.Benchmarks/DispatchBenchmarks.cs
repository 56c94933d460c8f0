using BenchmarkDotNet.Attributes;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;

namespace Panoramax.Benchmarks;

/// <summary>Sorting, splitting and finding duplicates: near linear, also when all pictures were taken on one spot.</summary>
public class DispatchBenchmarks
{
    private readonly DispatchParameters parameters = new(SortMethod.TimeAsc, new SplitLimits(100, TimeSpan.FromSeconds(300)), new DuplicateLimits(1, 60));
    private DispatchedPicture[] pictures = [];

    [Params(100, 1_000, 10_000)]
    public int Count { get; set; }

    /// <summary>Metres between two pictures.</summary>
    [Params(0, 4)]
    public int Step { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        var begin = new DateTimeOffset(2025, 5, 1, 9, 0, 0, TimeSpan.Zero);
        pictures = [.. Enumerable.Range(0, Count).Select(at => new DispatchedPicture(
            new Guid(at, 0, 0, new byte[8]), $"GS{at:000000}.JPG", new Position(2, 45 + (at * Step / 111_195.0)), begin.AddSeconds(at), at % 360, HeadingComputed: false, SequenceId: null))];
        new Random(5).Shuffle(pictures);
    }

    [Benchmark]
    public DispatchPlan Plan() => DispatchPlan.Of("Journey", pictures, parameters);
}
