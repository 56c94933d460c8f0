using System.Globalization;
using Panoramax.Load.Floors;
using Panoramax.Load.Measuring;
using Panoramax.Load.Requests;
using Panoramax.Testing.Clients;

namespace Panoramax.Load.Uploading;

/// <summary>Files as they come in: how many a second, and what many large ones at once cost in memory.</summary>
internal sealed class IntakeRows(RunningSystem system, Arguments arguments)
{
    /// <summary>No number is sent twice: the same bytes would be refused.</summary>
    private int sent;

    /// <summary>200 files of 5 MB, four at once, against nginx that puts the same bytes into a folder of the same disk.</summary>
    public async Task<Row> Files()
    {
        const int atOnce = 4;
        var files = arguments.Quick ? 40 : 200;
        var picture = SentPicture.OfSize(5_000_000);
        using var uploader = new Uploader(system.Address);
        var set = await uploader.CreateSet("many files");
        using var nginx = await Nginx.Start(system.Store.Folder);

        var processors = new Processors(system);
        double Ours()
        {
            var first = Interlocked.Add(ref sent, files) - files;
            var traffic = processors.While(() => RequestGenerator.Each(system.Address, atOnce, files, (connection, number) => connection.Exchange(picture.ToSet(system.Address, set, first + number)), 202));
            ForgetBytes();
            return traffic.Failed == 0 ? files * picture.Length / 1e6 / traffic.Duration.TotalSeconds : throw new InvalidOperationException($"{traffic.Failed} uploads failed");
        }

        double Floor()
        {
            var traffic = RequestGenerator.Each(nginx.Address, atOnce, files, (connection, number) => connection.Exchange(picture.Put(nginx.Address, $"/put/{number}.jpg", number)), 201);
            foreach (var file in Directory.GetFiles(nginx.Received)) File.Delete(file);
            return traffic.Failed == 0 ? files * picture.Length / 1e6 / traffic.Duration.TotalSeconds : throw new InvalidOperationException($"{traffic.Failed} files were not put");
        }

        _ = Ours();
        return Interleaved.Rates(
            $"{files} files of 5 MB, 4 at once", 0.25, 0.6, "MB/s", arguments.Rounds, Floor, Ours, () => $"floor: nginx, dav PUT, the same disk, nothing flushed; {processors.PerAnswer(files)}");
    }

    /// <summary>64 files of 30 MB at once.</summary>
    public async Task<IReadOnlyList<Row>> LargeAtOnce()
    {
        const int atOnce = 64;
        var picture = SentPicture.OfSize(30_000_000);
        using var uploader = new Uploader(system.Address);
        var set = await uploader.CreateSet("large files");
        Traffic Send(int files, int connections)
        {
            var first = Interlocked.Add(ref sent, files) - files;
            return RequestGenerator.Each(system.Address, connections, files, (connection, number) => connection.Exchange(picture.ToSet(system.Address, set, first + number)), 202);
        }

        _ = Send(8, 4);
        ForgetBytes();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var (upload, gateway) = (system["Panoramax.Upload"].Id, system["Panoramax.Gateway"].Id);
        await using var memory = new Memory(upload, gateway);
        var traffic = Send(atOnce, atOnce);
        ForgetBytes();
        var ours = string.Create(CultureInfo.InvariantCulture, $"{atOnce * 30 / traffic.Duration.TotalSeconds:0} MB/s");
        var note = string.Create(CultureInfo.InvariantCulture, $"p50 {traffic.Percentile(0.5) / 1000:0.0} s, slowest {traffic.Percentile(1) / 1000:0.0} s; {traffic.Failed} sent back for being too many");
        return
        [
            new Row("64 uploads of 30 MB at once: memory growth of upload", memory.Growth(upload), 150, null, HigherIsBetter: false, "MB", ours, "", Note: note),
            new Row("the same: memory growth of the gateway", memory.Growth(gateway), 32, null, HigherIsBetter: false, "MB", ours, "", Note: ""),
        ];
    }

    /// <summary>95th percentile of an upload while pictures are prepared on all processors, against the idle one.</summary>
    public async Task<Row> WhilePreparing()
    {
        var files = arguments.Quick ? 20 : 60;
        var picture = SentPicture.Decodable();
        using var uploader = new Uploader(system.Address);
        var set = await uploader.CreateSet("while others are prepared");
        await system.StartWorker("PictureWorker", "picture_worker");
        var worker = system["Panoramax.PictureWorker"];
        double Send(int count)
        {
            var first = Interlocked.Add(ref sent, count) - count;
            var traffic = RequestGenerator.Each(system.Address, 1, count, (connection, number) => connection.Exchange(picture.ToSet(system.Address, set, first + number)), 202);
            return traffic.Failed == 0 ? traffic.Percentile(0.95) : throw new InvalidOperationException($"{traffic.Failed} uploads failed");
        }

        try
        {
            worker.Freeze();
            _ = Send(files);
            var left = 0L;
            var row = Interleaved.Times(
                "p95 of an upload while pictures are prepared on all processors", 3, 1.5, "ms", arguments.Rounds,
                () =>
                {
                    worker.Freeze();
                    return Send(files);
                },
                () =>
                {
                    worker.Thaw();
                    var busy = Send(files);
                    left = system.Database.Scalar<long>("SELECT count(*) FROM jobs WHERE kind = 'prepare'").GetAwaiter().GetResult();
                    return busy;
                },
                () => $"one client, files of {picture.Length / 1e6:0.0} MB and 12 megapixels; {left} pictures were still waiting at the end");
            return left > 0 ? row : row with { Refused = "the worker ran out of pictures" };
        }
        finally
        {
            worker.Thaw();
            await system.StopWorker("PictureWorker");
        }
    }

    /// <summary>The disk shall not fill up with what was measured.</summary>
    private void ForgetBytes()
    {
        var incoming = Path.Combine(system.Store.Folder, "incoming");
        foreach (var folder in Directory.GetDirectories(incoming).Where(folder => !Path.GetFileName(folder).StartsWith('.'))) Directory.Delete(folder, recursive: true);
    }
}
