using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Load.Floors;
using Panoramax.Load.Measuring;
using Panoramax.Load.Requests;
using Panoramax.Stac;
using Panoramax.Stac.Items;
using Panoramax.Stac.Search;
using Panoramax.StacShapes;
using Panoramax.StacShapes.Items;
using Panoramax.Storage;

namespace Panoramax.Load.Reading;

/// <summary>Searches, single items and the items of a sequence against their own statements.</summary>
internal sealed class ItemRows(RunningSystem system, NpgsqlDataSource source, Arguments arguments)
{
    private const int Connections = 8;

    /// <summary>Degrees on each side of a picture.</summary>
    private const double Reach = 0.0005;

    /// <summary>Ten pictures in a box of about a hundred metres.</summary>
    public async Task<Row> Search()
    {
        using var floor = new Pgbench(system.Database.ConnectionString("stac"));
        var requests = new List<byte[]>();
        foreach (var place in await new Places(source).Pictures(Pgbench.MaxScripts, seed: 11))
        {
            var box = string.Create(CultureInfo.InvariantCulture, $"{place.Longitude - Reach:0.0000000},{place.Latitude - Reach:0.0000000},{place.Longitude + Reach:0.0000000},{place.Latitude + Reach:0.0000000}");
            var query = $"?bbox={box}&limit=10";
            requests.Add(HttpConnection.Get(system.Address, "/api/search" + query));
            var statement = new Statement(Caller.Anonymous);
            await using var command = statement.On(source, new SearchStatement(statement, SearchParameters.Of(new QueryCollection(QueryHelpers.ParseQuery(query)))).Sql);
            floor.Add(Pgbench.Text(command));
        }

        return Compare("search, box ±0.0005°, limit 10", 0.15, 0.40, floor, requests);
    }

    /// <summary>One item with its neighbours and related pictures: two statements.</summary>
    public async Task<Row> ById()
    {
        using var floor = new Pgbench(system.Database.ConnectionString("stac"));
        var requests = new List<byte[]>();
        foreach (var place in await new Places(source).Pictures(Pgbench.MaxScripts, seed: 12))
        {
            requests.Add(HttpConnection.Get(system.Address, $"/api/collections/{place.SequenceId}/items/{place.Id}"));
            var (first, second) = (new Statement(Caller.Anonymous), new Statement(Caller.Anonymous));
            await using var item = first.On(source, ItemLookup.Sql(first, place.Id));
            var row = await ItemLookup.Find(place.Id, Caller.Anonymous, source, CancellationToken.None);
            await using var related = second.On(source, GetItem.RelatedSql(second, row!));
            floor.Add(Pgbench.Text(item), Pgbench.Text(related));
        }

        return Compare("item by id", 0.10, 0.25, floor, requests);
    }

    /// <summary>All items of a sequence of 200 pictures, one client, against reading the rows and writing the JSON in this process.</summary>
    public async Task<Row> OfSequence()
    {
        var sequences = await new Places(source).Sequences(200, 24);
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host) = ("http", new HostString(system.Address.Authority));
        var links = new Links(new HttpContextAccessor { HttpContext = context }, new ConfigurationBuilder().Build());
        var shape = new ItemShape(links, new PictureAddresses(links, Options.Create(new StorageOptions())), Options.Create(new LicenseOptions()));
        await using var connection = await source.OpenConnectionAsync();
        var commands = new List<NpgsqlCommand>();
        foreach (var sequence in sequences)
        {
            var statement = new Statement(Caller.Anonymous);
            var command = statement.On(source, ListItems.Sql(statement, sequence, null, null));
            var prepared = new NpgsqlCommand(command.CommandText, connection);
            foreach (NpgsqlParameter parameter in command.Parameters.ToArray()) prepared.Parameters.Add(parameter.Clone());
            await prepared.PrepareAsync();
            commands.Add(prepared);
        }

        var requests = sequences.Select(sequence => HttpConnection.Get(system.Address, $"/api/collections/{sequence}/items")).ToList();
        using var client = new HttpConnection(system.Address);
        void Ask(byte[] request)
        {
            if (client.Exchange(request).Status is not 200 and var status) throw new InvalidOperationException($"items of a sequence: {status}");
        }

        // Both sides compile what they run often only after a while.
        for (var warm = 0; warm < 3; warm++)
        {
            foreach (var command in commands) WriteItems(command, shape);
            foreach (var request in requests) Ask(request);
        }

        return Interleaved.Times(
            "items of a 200-picture sequence", 3, 1.5, "ms", arguments.Rounds,
            () => Median(commands.Count, at => WriteItems(commands[at], shape)),
            () => Median(requests.Count, at => Ask(requests[at])),
            () => "floor: the query, prepared, and writing the JSON");
    }

    private Row Compare(string name, double atLeast, double aim, Pgbench floor, IReadOnlyList<byte[]> requests)
    {
        var processors = new Processors(system);
        Traffic last = RequestGenerator.For(arguments.Phase, system.Address, Connections, requests);
        return Interleaved.Rates(
            name, atLeast, aim, "/s", arguments.Rounds,
            () => floor.Run(arguments.Phase, Connections),
            () => (last = processors.While(() => RequestGenerator.For(arguments.Phase, system.Address, Connections, requests))).Failed == 0 ? last.PerSecond : throw new InvalidOperationException($"{name}: {last.Failed} answers failed"),
            () => string.Create(CultureInfo.InvariantCulture, $"{Connections} connections; p50 {last.Percentile(0.5):0.0} ms, p99 {last.Percentile(0.99):0.0} ms, alone p99 {Alone(requests):0.0} ms; {last.Bytes / Math.Max(1, last.Latencies.Count) / 1000.0:0.0} kB an answer; {processors.PerAnswer(last.Latencies.Count)}"));
    }

    /// <summary>99th percentile with one client at a time.</summary>
    private double Alone(IReadOnlyList<byte[]> requests) => RequestGenerator.For(arguments.Phase / 2, system.Address, 1, requests).Percentile(0.99);

    /// <summary>Of the middle call, in milliseconds.</summary>
    internal static double Median(int count, Action<int> call) => Interleaved.Median(Enumerable.Range(0, count).Select(at =>
    {
        var watch = Stopwatch.StartNew();
        call(at);
        return watch.Elapsed.TotalMilliseconds;
    }));

    private static void WriteItems(NpgsqlCommand command, ItemShape shape)
    {
        var body = new ArrayBufferWriter<byte>(1 << 21);
        using var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = StacJson.Wire.Options.Encoder, SkipValidation = true });
        using var reader = command.ExecuteReader();
        json.WriteStartArray();
        while (reader.Read()) JsonSerializer.Serialize(json, shape.Of(ItemSelect.Read(reader)), StacJson.Wire.ItemJson);
        json.WriteEndArray();
        json.Flush();
    }
}
