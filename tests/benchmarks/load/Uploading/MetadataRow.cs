using System.Diagnostics;
using System.Globalization;
using Panoramax.Load.Measuring;
using Panoramax.Metadata;

namespace Panoramax.Load.Uploading;

/// <summary>Reading what a picture says of itself, from a file as the service does.</summary>
internal static class MetadataRow
{
    public static async Task<Row> Read()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var target = File.OpenWrite(path))
            {
                foreach (var part in SentPicture.OfSize(10_000_000).Parts(0)) await target.WriteAsync(part);
            }

            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
            for (var warm = 0; warm < 300; warm++) MetadataReader.Read(file);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var times = Enumerable.Range(0, 200).Select(number =>
            {
                var watch = Stopwatch.StartNew();
                MetadataReader.Read(file);
                return watch.Elapsed.TotalMilliseconds;
            }).ToList();
            allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / times.Count;
            return new Row(
                "metadata of a JPEG of 10 MB", Interleaved.Median(times), 2, 1, HigherIsBetter: false, "ms", string.Create(CultureInfo.InvariantCulture, $"{allocated / 1000.0:0} kB allocated"), "",
                Note: "warm, median of 200, from the file system's cache");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
