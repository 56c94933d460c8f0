using System.Text.Json.Nodes;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Stac;
using Panoramax.Stac.Catalog;
using Panoramax.Stac.Collections;
using Panoramax.Stac.Filters;
using Panoramax.Stac.Items;
using Panoramax.Stac.Map;
using Panoramax.Stac.Pictures;
using Panoramax.Stac.Search;
using Panoramax.StacShapes;
using Panoramax.StacShapes.Items;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Stac;

/// <summary>
/// How the database answers the hot statements when it is filled: by index, never by reading all pictures; and far-out tiles
/// without looking at pictures at all.
/// </summary>
internal sealed class PlanTests
{
    private const int Sequences = 2_000;
    private const int Pictures = 60;

    private TestDatabase database = null!;
    private NpgsqlDataSource source = null!;
    private Guid sequence;
    private Guid picture;
    private Caller owner = null!;

    [OneTimeSetUp]
    public async Task Fill()
    {
        database = await TestDatabase.Create();
        source = database.Source("stac");
        var account = await database.Scalar<Guid>("SELECT id FROM accounts LIMIT 1");
        owner = new Caller(account, IsAdmin: false);
        // Walks of 60 pictures, ten metres apart, scattered over a country.
        await database.Execute($"""
            SELECT setseed(0.5);
            CREATE TEMP TABLE walks AS SELECT gen_random_uuid() AS id, random() * 10 - 4 AS x, random() * 8 + 42 AS y, i FROM generate_series(1, {Sequences}) i;
            CREATE TEMP TABLE shots AS
                SELECT gen_random_uuid() AS id, w.id AS walk, r AS rank, ST_SetSRID(ST_MakePoint(w.x + r * 0.0001, w.y + r * 0.00005), 4326) AS geom,
                       TIMESTAMPTZ '2020-01-01' + w.i * interval '1 day' + r * interval '2 seconds' AS ts
                FROM walks w, generate_series(1, {Pictures}) r;
            INSERT INTO sequences (id, account_id, status, title, inserted_at, updated_at, min_picture_ts, max_picture_ts, nb_pictures, geom, bbox, computed_capture_date)
                SELECT w.id, '{account}', 'ready', 'W' || w.i, TIMESTAMPTZ '2024-01-01' + w.i * interval '1 minute', TIMESTAMPTZ '2024-01-01' + w.i * interval '1 minute', min(s.ts), max(s.ts), count(*),
                       ST_Multi(ST_MakeLine(s.geom ORDER BY s.rank)), ST_Envelope(ST_Collect(s.geom)), min(s.ts)::date
                FROM walks w JOIN shots s ON s.walk = w.id GROUP BY w.id, w.i;
            INSERT INTO pictures (id, account_id, preparing_status, blurred_by_author, geom, ts, heading_computed, type, width, height, original_content_md5, inserted_at, updated_at, metadata)
                SELECT id, '{account}', 'prepared', FALSE, geom, ts, FALSE, 'flat', 4000, 3000, gen_random_uuid(), ts, ts, '{"{}"}' FROM shots;
            INSERT INTO sequences_pictures (sequence_id, rank, picture_id) SELECT walk, rank, id FROM shots;
            INSERT INTO pictures_semantics (picture_id, key, value, account_id, ts) SELECT id, 'osm|sign', (rank % 20)::text, '{account}', now() FROM shots WHERE rank % 10 = 0;
            """);
        sequence = await database.Scalar<Guid>("SELECT id FROM sequences ORDER BY inserted_at LIMIT 1");
        picture = await database.Scalar<Guid>($"SELECT picture_id FROM sequences_pictures WHERE sequence_id = '{sequence}' AND rank = 30");
        foreach (var table in (string[])["pictures", "sequences", "sequences_pictures", "pictures_semantics"]) await database.Execute($"ANALYZE {table}");
    }

    [OneTimeTearDown]
    public async Task Drop()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task The_item_and_its_neighbourhood_come_by_index()
    {
        foreach (var caller in (Caller[])[Caller.Anonymous, owner])
        {
            await ByIndex(caller, statement => ItemLookup.Sql(statement, picture));
            await ByIndex(caller, statement => ListItems.Sql(statement, sequence, 100, 20));
            await ByIndex(caller, statement => ListItems.Sql(statement, sequence, null, null));
        }

        await ByIndex(Caller.Anonymous, statement => PictureAccess.Sql(statement, picture), "file of a picture");
        await using var extent = source.CreateCommand("EXPLAIN (FORMAT JSON) " + InstanceExtent.Sql);
        IsByIndex(await Plan(extent), "extent of the instance");
    }

    [TestCase("")]
    [TestCase("limit=1000&sortby=ts")]
    [TestCase("bbox=1,46,1.05,46.05&limit=100")]
    [TestCase("bbox=-4,42,6,50&limit=10")]
    [TestCase("bbox=1,46,1.4,46.4&sortby=-ts&limit=10")]
    [TestCase("bbox=-4,42,6,50&sortby=-updated&limit=10")]
    [TestCase("datetime=2021-01-01/2021-01-03&limit=100")]
    [TestCase("place_position=1.5,46.5")]
    [TestCase("collections={sequence}")]
    [TestCase("collections={sequence}&sortby=-ts&limit=5")]
    [TestCase("ids={picture},{sequence}")]
    [TestCase("filter=\"semantics.osm|sign\"%3D'10'&limit=10")]
    [TestCase("filter=\"semantics.osm|sign\" IS NOT NULL&bbox=1,46,1.1,46.1&limit=1000")]
    [TestCase("filter=semantics IS NOT NULL&limit=10")]
    [TestCase("intersects={\"type\":\"Polygon\",\"coordinates\":[[[1,46],[1.1,46],[1.1,46.1],[1,46]]]}")]
    [TestCase("intersects={\"type\":\"Point\",\"coordinates\":[1,46]}")]
    public async Task Searches_come_by_index(string query)
    {
        var text = query.Replace("{sequence}", sequence.ToString(), StringComparison.Ordinal).Replace("{picture}", picture.ToString(), StringComparison.Ordinal);
        var values = new Microsoft.AspNetCore.Http.QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text));
        foreach (var caller in (Caller[])[Caller.Anonymous, owner])
        {
            // "Any tag" is never looked up first: it counts as common without being counted.
            if (query is not "filter=semantics IS NOT NULL&limit=10")
                await ByIndex(caller, statement => new SearchStatement(statement, SearchParameters.Of(values)).Sql, query);
            await ByIndex(caller, statement => new SearchStatement(statement, SearchParameters.Of(values), tagsAreCommon: true).Sql, query);
        }
    }

    [TestCase("+created,+id")]
    [TestCase("-created,+id")]
    [TestCase("-updated")]
    public async Task Pages_of_sequences_come_from_the_index_of_their_order(string sort)
    {
        var query = new CollectionQuery { Sort = CollectionSort.Parse(sort), Limit = 100 };
        var plan = await Explained(Caller.Anonymous, statement => CollectionPage.Sql(query, statement, null, backward: false, 101));

        Assert.That(Scans(plan, "sequences"), Is.All.Contain("Index"), plan.ToJsonString());
    }

    [TestCase("+created", ">", "\\u003E=")]
    [TestCase("-created", "<", "\\u003C=")]
    public async Task A_page_of_sequences_far_in_starts_there_in_the_index(string sort, string after, string start)
    {
        var query = new CollectionQuery { Sort = CollectionSort.Parse(sort), Limit = 100 };
        var position = query.Sort.Position(["2024-01-02 10:00:00+00:00", sequence.ToString()], before: false);
        Assert.That(position, Does.StartWith($"created {after} "));

        var plan = await Explained(Caller.Anonymous, statement => CollectionPage.Sql(query, statement, FilterReader.Read(position), backward: false, 101));

        Assert.That(plan.ToJsonString(), Does.Contain($"\"Index Cond\":\"(inserted_at {start}"));
    }

    [TestCase(15)]
    [TestCase(12)]
    public async Task Near_tiles_come_by_the_spatial_index(int zoom)
    {
        var tile = Tile(zoom);
        var general = await Explained(Caller.Anonymous, statement => new VectorTileStatement(statement, tile).Everything(forLoggedIn: false, withLoggedCounts: true));
        var own = await Explained(owner, statement => new VectorTileStatement(statement, tile).OfUser(owner.AccountId!.Value, null));

        foreach (var plan in (JsonNode[])[general, own])
        {
            Assert.That(plan.ToJsonString(), Does.Contain("ix_sequences_geom"));
            if (zoom == 15) IsByIndex(plan, "pictures of a tile");
        }
    }

    [TestCase(0)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(14)]
    public async Task Tiles_without_the_pictures_layer_never_look_at_pictures(int zoom)
    {
        var plan = await Explained(Caller.Anonymous, statement => new VectorTileStatement(statement, Tile(zoom)).Everything(forLoggedIn: false, withLoggedCounts: true));

        Assert.That(Scans(plan, "pictures"), Is.Empty);
        Assert.That(Scans(plan, "sequences_pictures"), Is.Empty);
    }

    private static TileArea Tile(int zoom)
    {
        var parts = MapTests.Place(zoom, 1.5, 46.5).Split('/').Select(part => int.Parse(part)).ToArray();
        return new TileArea(parts[0], parts[1], parts[2]);
    }

    private async Task ByIndex(Caller caller, Func<Statement, string> sql, string? name = null) => IsByIndex(await Explained(caller, sql), name);

    private static void IsByIndex(JsonNode plan, string? name)
    {
        var scans = Scans(plan, "pictures").Concat(Scans(plan, "sequences_pictures")).ToList();

        Assert.That(scans, Is.Not.Empty, name);
        Assert.That(scans, Has.None.EqualTo("Seq Scan"), name + "\n" + plan.ToJsonString());
    }

    private async Task<JsonNode> Explained(Caller caller, Func<Statement, string> sql)
    {
        var statement = new Statement(caller);
        var text = sql(statement);
        await using var command = statement.On(source, "EXPLAIN (FORMAT JSON) " + text);
        return await Plan(command);
    }

    private static async Task<JsonNode> Plan(NpgsqlCommand command) => JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)!;

    /// <summary>Kinds of the nodes that read a table, anywhere in a plan.</summary>
    private static List<string> Scans(JsonNode? node, string table)
    {
        var found = new List<string>();
        if (node is JsonArray array)
        {
            foreach (var entry in array) found.AddRange(Scans(entry, table));
        }
        else if (node is JsonObject plan)
        {
            // A bitmap's index scan stands below a node that names the table.
            if (plan["Relation Name"]?.GetValue<string>() == table) found.Add(plan["Node Type"]!.GetValue<string>() is "Bitmap Heap Scan" ? "Bitmap Index Scan" : plan["Node Type"]!.GetValue<string>());
            foreach (var (_, value) in plan) found.AddRange(Scans(value, table));
        }

        return found;
    }
}
