using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Extensions;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Http;

namespace Panoramax.Stac.Items;

/// <summary>
/// The pictures of a sequence by rank, all of them or a page. Ranks may have holes, and hidden pictures keep theirs, so pages
/// go by rank and not by number.
/// </summary>
internal static class ListItems
{
    private const int MaxLimit = 10_000;

    /// <exception cref="Panoramax.Http.Errors.ApiError">404 no such sequence for this caller, or no picture after the rank; 400 bad parameter.</exception>
    public static async Task<IResult> Handle(
        Guid id, HttpRequest request, Caller caller, NpgsqlDataSource source, ItemShape shape, Links links, CancellationToken cancel)
    {
        var (limit, after, withPicture) = Parameters(request.Query);
        var ranks = await Ranks(id, caller, source, cancel) ?? throw StacErrors.UnknownCollection();

        if (withPicture is { } pictureId)
        {
            var rank = await RankOf(id, pictureId, caller, source, cancel) ?? throw StacErrors.NotInCollection();
            after = (limit is { } size ? (rank - 1) / size * size : rank - 1) is > 0 and var start ? start : null;
        }
        else if (after >= ranks.Highest)
        {
            throw StacErrors.RankBeyondEnd(ranks.Highest.Value);
        }

        var seen = new SeenRanks();
        var isPaged = limit is not null || after is not null || withPicture is not null;
        return new ItemStream(
            Read(id, limit, after, caller, source, shape, seen, cancel),
            () => [.. LinksOf(id, request, links), .. isPaged ? Paging(links.Items(id), limit, seen, ranks) : []]);
    }

    /// <summary>Lowest and highest rank that the caller may see; null without any picture.</summary>
    private sealed record RankSpan(int? Lowest, int? Highest);

    /// <summary>What the page held, known once it was written.</summary>
    private sealed class SeenRanks
    {
        public int? First { get; set; }

        public int? Last { get; set; }
    }

    private static (int? Limit, int? After, Guid? WithPicture) Parameters(IQueryCollection query)
    {
        var limit = QueryValues.Limit(query["limit"], MaxLimit);
        int? after = null;
        if (query["startAfterRank"].ToString() is { Length: > 0 } rank)
            after = QueryValues.Int(rank) is >= 1 and var number ? number : throw StacErrors.BadParameter("startAfterRank", "a whole number from 1");
        if (query["withPicture"].ToString() is not { Length: > 0 } picture) return (limit, after, null);
        if (!Guid.TryParseExact(picture, "D", out var withPicture)) throw StacErrors.BadParameter("withPicture", "the id of a picture");
        return after is null ? (limit, null, withPicture) : throw StacErrors.WithPictureAndRank();
    }

    private static async Task<RankSpan?> Ranks(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        string Edge(string direction) => $"""
            (SELECT sp.rank FROM sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id
             WHERE sp.sequence_id = s.id AND {Shown(statement)} ORDER BY sp.rank {direction} LIMIT 1)
            """;
        await using var reader = await statement.ReadPrepared(source, $"""
            SELECT {Edge("ASC")}, {Edge("DESC")} FROM sequences s
            WHERE s.id = {statement.Value(id)} AND (s.status = 'ready' OR (s.status <> 'deleted' AND {statement.Owned("s")})) AND {statement.Visible("s")}
            """, cancel);
        if (!await reader.ReadAsync(cancel)) return null;
        return await reader.IsDBNullAsync(0, cancel) ? new RankSpan(null, null) : new RankSpan(reader.GetInt32(0), reader.GetInt32(1));
    }

    private static async Task<int?> RankOf(Guid id, Guid pictureId, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, $"""
            SELECT sp.rank FROM sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id
            WHERE sp.picture_id = {statement.Value(pictureId)} AND sp.sequence_id = {statement.Value(id)} AND {Shown(statement)}
            """);
        return await command.ExecuteScalarAsync(cancel) as int?;
    }

    private static string Shown(Statement statement) => $"(p.preparing_status = 'prepared' OR {statement.Owned("p")}) AND {statement.Visible("p")}";

    internal static string Sql(Statement statement, Guid id, int? limit, int? after) => $"""
        SELECT {ItemSelect.Columns}
        FROM (
            SELECT {ItemSelect.Picture}
            FROM sequences_pictures sp
            JOIN pictures p ON p.id = sp.picture_id
            JOIN sequences s ON s.id = sp.sequence_id
            WHERE sp.sequence_id = {statement.Value(id)} {(after is { } rank ? $"AND sp.rank > {statement.Value(rank)}" : "")} AND {Shown(statement)}
            ORDER BY sp.rank {(limit is { } size ? $"LIMIT {statement.Value(size)}" : "")}
        ) p
        {ItemSelect.Joins(statement)}
        ORDER BY p.rank
        """;

    private static async IAsyncEnumerable<ItemJson> Read(
        Guid id, int? limit, int? after, Caller caller, NpgsqlDataSource source, ItemShape shape, SeenRanks seen, [EnumeratorCancellation] CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var reader = await statement.ReadPrepared(source, Sql(statement, id, limit, after), cancel);
        while (await reader.ReadAsync(cancel))
        {
            var row = ItemSelect.Read(reader);
            seen.First ??= row.Rank;
            seen.Last = row.Rank;
            yield return shape.Of(row);
        }
    }

    private static IEnumerable<LinkJson> LinksOf(Guid id, HttpRequest request, Links links)
    {
        yield return links.RootLink();
        yield return new("parent", MediaTypes.Json, links.Collection(id));
        yield return new("self", MediaTypes.GeoJson, links.Items(id) + QueryValues.Kept(request.Query, "limit", "startAfterRank"));
    }

    private static IEnumerable<LinkJson> Paging(string address, int? limit, SeenRanks seen, RankSpan ranks)
    {
        if (seen is not { First: { } first, Last: { } last } || ranks is not { Lowest: { } lowest, Highest: { } highest }) yield break;

        LinkJson Page(string rel, int? after) => new(rel, MediaTypes.GeoJson, address + Query(limit, after));
        if (first > lowest)
        {
            yield return Page("first", null);
            yield return Page("prev", limit is { } size && first - size - 1 is >= 1 and var before ? before : null);
        }

        if (last < highest)
        {
            yield return Page("next", last);
            yield return Page("last", limit is { } size ? Math.Max(highest - size, last) : last);
        }
    }

    private static string Query(int? limit, int? after)
    {
        var query = new QueryBuilder();
        if (limit is { } size) query.Add("limit", size.ToString());
        if (after is { } rank) query.Add("startAfterRank", rank.ToString());
        return query.ToString();
    }
}
