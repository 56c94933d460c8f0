using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Callers;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Stac.Collections;

namespace Panoramax.Stac.Map;

/// <summary>
/// A square of the map as Mapbox Vector Tile. A tile without anything in it is 200 with an empty body: map clients take
/// everything else for an error.
/// </summary>
internal static class GetVectorTile
{
    /// <summary>Clients enlarge the tiles of this zoom when they go nearer.</summary>
    public const int MaxZoom = 15;

    /// <summary>Seconds after which a tile is given up.</summary>
    private const int TimeoutSeconds = 10;

    public static Task<IResult> Everything(
        int z, int x, int y, string format, Caller caller, IOptions<AuthOptions> auth, NpgsqlDataSource source, CancellationToken cancel)
    {
        var tile = Tile(z, x, y, format);
        // Where anybody may register, being logged in means nothing.
        var isOpen = auth.Value.RegistrationIsOpen;
        var statement = new Statement(Caller.Anonymous);
        var sql = new VectorTileStatement(statement, tile).Everything(forLoggedIn: !isOpen && caller.IsLoggedIn, withLoggedCounts: !isOpen);
        return Answer(statement, sql, tile, source, cancel);
    }

    public static Task<IResult> OfUser(
        Guid userId, int z, int x, int y, string format, HttpRequest request, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var tile = Tile(z, x, y, format);
        var filter = CollectionFilter.Read(request.Query["filter"], out _);
        var statement = new Statement(caller);
        return Answer(statement, new VectorTileStatement(statement, tile).OfUser(userId, filter), tile, source, cancel);
    }

    public static Task<IResult> OfCaller(
        int z, int x, int y, string format, HttpRequest request, Caller caller, NpgsqlDataSource source, CancellationToken cancel) =>
        OfUser(caller.AccountId!.Value, z, x, y, format, request, caller, source, cancel);

    private static TileArea Tile(int z, int x, int y, string format)
    {
        if (format is not ("mvt" or "pbf")) throw StacErrors.BadTileFormat();
        var tile = new TileArea(z, x, y);
        return tile.Exists && z <= MaxZoom ? tile : throw StacErrors.NoSuchMapTile();
    }

    private static async Task<IResult> Answer(Statement statement, string sql, TileArea tile, NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var command = statement.On(source, sql);
        command.CommandTimeout = TimeoutSeconds;
        var bytes = (byte[])(await command.ExecuteScalarAsync(cancel))!;
        Instruments.TileSize.Record(bytes.Length, new KeyValuePair<string, object?>("zoom", tile.Zoom));
        return TaggedAnswer.Bytes(bytes, MediaTypes.VectorTile);
    }
}
