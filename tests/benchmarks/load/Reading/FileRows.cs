using System.Globalization;
using Npgsql;
using Panoramax.Load.Floors;
using Panoramax.Load.Measuring;
using Panoramax.Load.Requests;
using Panoramax.Storage;

namespace Panoramax.Load.Reading;

/// <summary>Files of pictures: against nginx with the same files, and what many large ones at once cost in memory.</summary>
internal sealed class FileRows(RunningSystem system, NpgsqlDataSource source, Arguments arguments)
{
    private const int Connections = 8;
    private const int SdBytes = 300_000;
    private const int HdBytes = 8_000_000;
    private const int HdAtOnce = 64;

    private readonly byte[] content = Content();

    public async Task<Row> Sd()
    {
        var pictures = await new Places(source).Pictures(200, seed: 14);
        foreach (var picture in pictures) await Put(system.Store.Stores.Derivates, PictureKeys.Sd(picture.Id), SdBytes);
        using var nginx = await Nginx.Start(Path.Combine(system.Store.Folder, "derivates"));
        var floor = pictures.Select(picture => HttpConnection.Get(nginx.Address, "/" + PictureKeys.Sd(picture.Id))).ToList();
        var ours = pictures.Select(picture => HttpConnection.Get(system.Address, $"/api/pictures/{picture.Id}/sd.jpg")).ToList();
        var processors = new Processors(system);
        Traffic last = RequestGenerator.For(arguments.Phase / 2, system.Address, Connections, ours);
        return Interleaved.Rates(
            "picture file (SD)", 0.3, 0.8, "MB/s", arguments.Rounds,
            () => Rate(RequestGenerator.For(arguments.Phase / 2, nginx.Address, Connections, floor)),
            () => Rate(last = processors.While(() => RequestGenerator.For(arguments.Phase / 2, system.Address, Connections, ours))),
            () => string.Create(CultureInfo.InvariantCulture, $"{Connections} connections, files of {SdBytes / 1000} kB; p99 {last.Percentile(0.99):0.0} ms; floor: nginx, the same files; {processors.PerAnswer(last.Latencies.Count)}"));
    }

    public async Task<Row> ManyHd()
    {
        var pictures = await new Places(source).Pictures(HdAtOnce, seed: 15);
        foreach (var picture in pictures) await Put(system.Store.Stores.Permanent, PictureKeys.Picture(picture.Id), HdBytes);
        var requests = pictures.Select(picture => HttpConnection.Get(system.Address, $"/api/pictures/{picture.Id}/hd.jpg")).ToList();
        (int, long) Send(HttpConnection connection, int number) => connection.Exchange(requests[number % requests.Count]);
        _ = RequestGenerator.Each(system.Address, 2, 16, Send);

        var (stac, gateway) = (system["Panoramax.Stac"].Id, system["Panoramax.Gateway"].Id);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await using var memory = new Memory(stac, gateway);
        var traffic = RequestGenerator.Each(system.Address, HdAtOnce, HdAtOnce * 3, Send);
        return traffic.Failed > 0
            ? throw new InvalidOperationException($"{traffic.Failed} HD files failed")
            : new Row(
                "64 HD files at once: memory growth of the service", memory.Growth(stac), 64, 16, HigherIsBetter: false, "MB",
                $"{traffic.MegabytesPerSecond:0} MB/s", "", Note: $"files of {HdBytes / 1_000_000} MB; the gateway grew by {memory.Growth(gateway):0} MB");
    }

    private static double Rate(Traffic traffic) => traffic.Failed == 0 ? traffic.MegabytesPerSecond : throw new InvalidOperationException($"{traffic.Failed} files failed");

    private async Task Put(IPictureStore store, string key, int bytes)
    {
        using var file = new MemoryStream(content, 0, bytes);
        await store.Put(key, file, "image/jpeg", CancellationToken.None);
    }

    /// <summary>What no file system or proxy can compress.</summary>
    private static byte[] Content()
    {
        var bytes = new byte[HdBytes];
        new Random(16).NextBytes(bytes);
        return bytes;
    }
}
