using System.Globalization;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Load.Measuring;
using Panoramax.Load.Requests;
using Panoramax.Stac.Map;
using Panoramax.StacShapes;

namespace Panoramax.Load.Reading;

/// <summary>Tiles of the map against the statement that makes them, and pages of collections against each other.</summary>
internal sealed class MapRows(RunningSystem system, NpgsqlDataSource source, Arguments arguments)
{
    private const int FirstZoom = 10;
    private const int LastZoom = GetVectorTile.MaxZoom;

    /// <summary>Tiles that were not asked for before, each zoom by itself, first the one side and then the other in turns.</summary>
    public async Task<Row> Tiles()
    {
        var perZoom = arguments.Quick ? 6 : 20;
        var places = await new Places(source).Pictures((arguments.Rounds + 1) * 2 * perZoom * (LastZoom - FirstZoom + 1), seed: 13);
        await using var connection = await source.OpenConnectionAsync();
        using var client = new HttpConnection(system.Address);
        var seen = new HashSet<TileArea>();
        var next = 0;
        var sums = new SortedDictionary<int, (double Floor, double Ours)>();
        var (floor, ours) = (0.0, 0.0);

        void Round(bool counts)
        {
            (floor, ours) = (0, 0);
            for (var zoom = FirstZoom; zoom <= LastZoom; zoom++)
            {
                for (var count = 0; count < perZoom; count++)
                {
                    var tile = At(places[next++ % places.Count], zoom);
                    // Far out there are not enough tiles for new ones each time: nothing but the database's own cache knows them.
                    _ = seen.Add(tile);
                    var (direct, answered) = Both(tile, connection, client, oursFirst: count % 2 == 0);
                    if (!counts) continue;
                    floor += direct;
                    ours += answered;
                    var sum = sums.GetValueOrDefault(zoom);
                    sums[zoom] = (sum.Floor + direct, sum.Ours + answered);
                }
            }
        }

        Round(counts: false);
        return Interleaved.Times(
            "tiles z10 to z15, cold", 1.5, 1.1, "ms", arguments.Rounds,
            () =>
            {
                Round(counts: true);
                return floor / (perZoom * (LastZoom - FirstZoom + 1));
            },
            () => ours / (perZoom * (LastZoom - FirstZoom + 1)),
            () => "floor: the statement with `ST_AsMVT`; " + string.Join(", ", sums.Select(sum => string.Create(
                CultureInfo.InvariantCulture, $"z{sum.Key} {sum.Value.Ours / sum.Value.Floor:0.00} ({sum.Value.Ours / arguments.Rounds / perZoom:0.0} ms)"))));
    }

    /// <summary>By key, a page far in costs what the first one costs.</summary>
    public async Task<Row> CollectionPages()
    {
        await using var count = source.CreateCommand("SELECT count(*) FROM sequences WHERE visibility IS NULL");
        var sequences = (long)(await count.ExecuteScalarAsync())!;
        var limit = (int)Math.Clamp(sequences / 1_050, 1, 100);
        var pages = Math.Min(1_000, sequences / limit - 1);
        using var http = new HttpClient { BaseAddress = system.Address };
        var (url, left) = ("/api/collections?limit=1000", (int)(pages - 1) * limit);
        while (left > 0)
        {
            var size = Math.Min(left, 1000);
            using var page = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri(url.Replace("limit=1000", $"limit={size}", StringComparison.Ordinal), UriKind.RelativeOrAbsolute)));
            url = page.RootElement.GetProperty("links").EnumerateArray().Single(link => link.GetProperty("rel").GetString() == "next").GetProperty("href").GetString()!
                .Replace($"limit={size}", "limit=1000", StringComparison.Ordinal);
            left -= size;
        }

        var first = HttpConnection.Get(system.Address, $"/api/collections?limit={limit}");
        var far = HttpConnection.Get(system.Address, new Uri(url).PathAndQuery.Replace("limit=1000", $"limit={limit}", StringComparison.Ordinal));
        using var client = new HttpConnection(system.Address);
        double Time(byte[] request) => ItemRows.Median(arguments.Quick ? 40 : 200, _ =>
        {
            if (client.Exchange(request).Status is not 200 and var status) throw new InvalidOperationException($"a page of collections: {status}");
        });
        _ = Time(first) + Time(far);
        return Interleaved.Times($"collections, page {pages:N0} against page 1", 2, 1.1, "ms", arguments.Rounds, () => Time(first), () => Time(far), () => $"limit {limit}");
    }

    private (double Floor, double Ours) Both(TileArea tile, NpgsqlConnection connection, HttpConnection client, bool oursFirst)
    {
        var (floor, ours) = (0.0, 0.0);
        for (var turn = 0; turn < 2; turn++)
        {
            if (oursFirst == (turn == 0)) ours = ItemRows.Median(1, _ => Ask(tile, client));
            else floor = ItemRows.Median(1, _ => Make(tile, connection));
        }

        return (floor, ours);
    }

    private void Ask(TileArea tile, HttpConnection client)
    {
        if (client.Exchange(HttpConnection.Get(system.Address, $"/api/map/{tile.Zoom}/{tile.X}/{tile.Y}.mvt")).Status is not 200 and var status)
            throw new InvalidOperationException($"tile {tile}: {status}");
    }

    private void Make(TileArea tile, NpgsqlConnection connection)
    {
        var statement = new Statement(Caller.Anonymous);
        var sql = new VectorTileStatement(statement, tile).Everything(forLoggedIn: false, withLoggedCounts: true);
        using var command = new NpgsqlCommand(sql, connection);
        using (var parameters = statement.On(source, sql))
        {
            foreach (var parameter in parameters.Parameters.ToArray()) command.Parameters.Add(parameter.Clone());
        }

        _ = command.ExecuteScalar();
    }

    private static TileArea At(Place place, int zoom)
    {
        var side = Math.Pow(2, zoom);
        var latitude = double.DegreesToRadians(place.Latitude);
        return new TileArea(zoom, (int)((place.Longitude + 180) / 360 * side), (int)((1 - (Math.Asinh(Math.Tan(latitude)) / Math.PI)) / 2 * side));
    }
}
