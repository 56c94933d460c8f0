using BenchmarkDotNet.Attributes;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.Testing.Pictures;

namespace Panoramax.Benchmarks;

/// <summary>What a picture says of itself, from a file, whose size must not matter.</summary>
public class MetadataBenchmarks
{
    private FileStream file = null!;

    [Params(1, 10)]
    public int Megabytes { get; set; }

    [GlobalSetup]
    public void Write()
    {
        var noise = new byte[Megabytes * 1_000_000];
        new Random(6).NextBytes(noise);
        // 0xFF would begin a marker.
        for (var at = 0; at < noise.Length; at++) noise[at] &= 0x7F;
        var picture = TestJpeg.Make(64, 48, 48.1, -1.7, new DateTimeOffset(2025, 5, 1, 9, 0, 0, TimeSpan.FromHours(2)), headingDegrees: 12);
        file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose);
        file.Write(picture.AsSpan()[..^2]);
        file.Write(noise);
        file.Write([0xFF, 0xD9]);
    }

    [GlobalCleanup]
    public void Remove() => file.Dispose();

    [Benchmark]
    public PictureMetadata Read() => MetadataReader.Read(file);
}
