using System.Diagnostics;
using Panoramax.Load.Measuring;
using Panoramax.Load.Reading;
using Panoramax.Load.Requests;
using Panoramax.Testing.Clients;

namespace Panoramax.Load.Uploading;

/// <summary>A set of 15,000 files: what one more costs, what it takes to look at it, and its dispatch.</summary>
internal sealed class LargeSetRows(RunningSystem system, Arguments arguments)
{
    private const int Files = 15_000;

    private readonly SentPicture picture = SentPicture.OfSize(200_000);
    private int sent = 1_000_000;

    public async Task<IReadOnlyList<Row>> All()
    {
        using var uploader = new Uploader(system.Address);
        var perRound = arguments.Quick ? 15 : 40;
        var large = await uploader.CreateSet("a long journey");
        await Fill(large, Files - (perRound * 8));
        var adding = await Adding(uploader, large, perRound);
        var before = await system.Database.Scalar<int>($"SELECT nb_files FROM upload_sets WHERE id = '{large}'");
        await Fill(large, Files - before, before);

        await system.StartWorker("DispatchWorker", "dispatch_worker");
        try
        {
            var watch = Stopwatch.StartNew();
            await uploader.Complete(large);
            while (!await system.Database.Scalar<bool>($"SELECT dispatched FROM upload_sets WHERE id = '{large}'") && watch.Elapsed < TimeSpan.FromMinutes(2)) await Task.Delay(50);
            var dispatch = watch.Elapsed.TotalSeconds;
            var sequence = await system.Database.Scalar<Guid>($"SELECT id FROM sequences WHERE upload_set_id = '{large}' ORDER BY nb_pictures DESC LIMIT 1");
            return
            [
                adding,
                new Row("dispatch of a set of 15,000", dispatch, 10, null, HigherIsBetter: false, "s", $"{dispatch:0.00} s", "", Note: "from `complete` to dispatched, news by the broker included"),
                Look("GET of the set", $"/api/upload_sets/{large}"),
                Look("its file list", $"/api/upload_sets/{large}/files"),
                Look("geovisio_status of its collection", $"/api/collections/{sequence}/geovisio_status"),
                Look("first page of 100 items of its collection", $"/api/collections/{sequence}/items?limit=100"),
            ];
        }
        finally
        {
            await system.StopWorker("DispatchWorker");
        }
    }

    private async Task<Row> Adding(Uploader uploader, Guid large, int perRound)
    {
        var small = new List<Guid>();
        async Task<Guid> Small()
        {
            var set = await uploader.CreateSet("a short walk");
            await Fill(set, 9);
            return set;
        }

        for (var count = 0; count < perRound * ((arguments.Rounds * 2) + 1); count++) small.Add(await Small());
        using var client = new HttpConnection(system.Address);
        void Send(Guid set)
        {
            if (client.Exchange(picture.ToSet(system.Address, set, sent++)).Status is not 202 and var status) throw new InvalidOperationException($"an upload failed: {status}");
        }

        var next = 0;
        double Tenth() => ItemRows.Median(perRound, _ => Send(small[next++]));
        double Last() => ItemRows.Median(perRound, _ => Send(large));
        _ = Tenth() + Last();
        return Interleaved.Times(
            "adding the 15,000th file of a set against the 10th", 1.3, null, "ms", arguments.Rounds, Tenth, Last, () => $"files of {picture.Length / 1000} kB, one client");
    }

    private Row Look(string name, string path)
    {
        using var client = new HttpConnection(system.Address);
        var request = HttpConnection.Get(system.Address, path);
        var bytes = 0L;
        var times = Enumerable.Range(0, 5).Select(_ =>
        {
            var watch = Stopwatch.StartNew();
            var (status, size) = client.Exchange(request);
            if (status != 200) throw new InvalidOperationException($"{name}: {status}");
            bytes = size;
            return watch.Elapsed.TotalSeconds;
        }).ToList();
        return new Row($"{name}, 15,000 files", Interleaved.Median(times), 1, 0.2, HigherIsBetter: false, "s", $"first {times[0]:0.00} s", "", Note: $"median of five; {bytes / 1e6:0.0} MB");
    }

    /// <summary>
    /// Files as uploads would have left them, along a road, from this number on. Uploads take longer than the minute after which
    /// PostgreSQL looks at grown tables by itself.
    /// </summary>
    private Task Fill(Guid set, int count, int from = 0) => system.Database.Execute($$"""
        CREATE TEMP TABLE shots ON COMMIT DROP AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS md5, i FROM generate_series({{from + 1}}, {{from + count}}) i;
        INSERT INTO pictures (id, account_id, upload_set_id, preparing_status, blurred_by_author, geom, ts, heading_computed, type, width, height, make, model,
            field_of_view, h_pixel_density, gps_accuracy_m, original_content_md5, inserted_at, updated_at, metadata)
        SELECT s.id, u.account_id, u.id, 'prepared', FALSE, ST_SetSRID(ST_MakePoint(2, 40 + s.i * 0.00003), 4326), TIMESTAMPTZ '2025-05-01' + s.i * interval '2 seconds', FALSE,
            'equirectangular', 5760, 2880, 'GoPro', 'Max', 360, 16, 4, s.md5, now(), now(), '{"originalFileName":"seeded.jpg"}'
        FROM shots s, upload_sets u WHERE u.id = '{{set}}';
        INSERT INTO pictures_exif (picture_id, exif) SELECT id, '{"Exif.Image.Make":"GoPro"}' FROM shots;
        INSERT INTO files (upload_set_id, file_name, picture_id, content_md5, size, inserted_at) SELECT '{{set}}', 'seeded-' || i || '.jpg', id, md5, 5000000, now() + i * interval '1 ms' FROM shots;
        UPDATE upload_sets SET nb_files = nb_files + {{count}} WHERE id = '{{set}}';
        {{(count < 1000 ? "" : "ANALYZE pictures; ANALYZE pictures_exif; ANALYZE files; ANALYZE upload_sets")}}
        """);
}
