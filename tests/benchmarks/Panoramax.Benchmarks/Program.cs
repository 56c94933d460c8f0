using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// The pure parts, with what they allocate. In this process: a benchmark's own project would not know this repository's rules.
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .HideColumns(Column.Error, Column.RatioSD)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "panoramax-benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(Panoramax.Benchmarks.MetadataBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
