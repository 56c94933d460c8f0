using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Stac.Catalog;

namespace Panoramax.Stac.Collections;

/// <summary>All sequences that the caller may see, page by page, or the newest ones as a feed.</summary>
internal static class ListCollections
{
    private static readonly string[] keptInPages = ["bbox", "datetime", "created_after", "created_before", "filter", "show_deleted"];

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 a bad parameter.</exception>
    public static async Task<IResult> Handle(
        HttpRequest request, Caller caller, NpgsqlDataSource source, CollectionShape shape, CollectionFeed feed, Links links, CancellationToken cancel)
    {
        var isFeed = WantsFeed(request);
        var query = await Parameters(request.Query, isFeed ? "-created,+id" : "+created,+id", caller, source, cancel);
        if (isFeed && query.ShowDeleted) throw StacErrors.NotWithFeed();

        var page = await CollectionPage.Read(query, caller, source, cancel);
        if (isFeed) return await feed.Write([.. page.Rows.Select(row => row.Row)], cancel);
        return TypedResults.Json(
            new CollectionsJson(
                [.. page.Rows.Select(row => shape.Of(row.Row))],
                [
                    links.RootLink(),
                    new LinkJson("parent", MediaTypes.Json, links.Landing()),
                    new LinkJson("self", MediaTypes.Json, links.Collections() + QueryValues.Kept(request.Query, "limit", "created_after")),
                    new LinkJson("http://www.opengis.net/def/rel/ogc/1.0/queryables", MediaTypes.Schema, links.Collections() + "/queryables", "Queryables"),
                    .. PagingLinks.Of(page, query, links.Collections(), request.Query, keptInPages),
                ]),
            StacJson.Wire.CollectionsJson, MediaTypes.Json);
    }

    /// <summary>The parameter decides; without it, whether the client accepts a feed and not JSON as readily.</summary>
    private static bool WantsFeed(HttpRequest request)
    {
        if (request.Query["format"].ToString() is { Length: > 0 } format) return format == "rss";
        return Accepts.Best(request, MediaTypes.Json, MediaTypes.Rss) == MediaTypes.Rss;
    }

    private static async Task<CollectionQuery> Parameters(IQueryCollection query, string defaultSort, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        string? Given(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
        var (from, to) = Given("datetime") is { } datetime ? QueryValues.Interval("datetime", datetime) : (null, null);
        var parameters = CollectionQuery.Of(query, defaultSort) with
        {
            FromDay = from is { } first ? DateOnly.FromDateTime(first.UtcDateTime) : null,
            ToDay = to is { } last ? DateOnly.FromDateTime(last.UtcDateTime) : null,
            CreatedAfter = Given("created_after") is { } after ? QueryValues.Time("created_after", after) : null,
            CreatedBefore = Given("created_before") is { } before ? QueryValues.Time("created_before", before) : null,
        };
        if (parameters.CreatedAfter is not null || parameters.CreatedBefore is not null) await CheckRange(parameters, caller, source, cancel);
        return parameters;
    }

    /// <summary>A time beyond all sequences is taken for a mistake.</summary>
    private static async Task CheckRange(CollectionQuery parameters, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        var condition = string.Join(" AND ", new CollectionQuery { Sort = parameters.Sort, ShowDeleted = parameters.ShowDeleted }.Conditions(statement));
        await using var command = statement.On(source, $"""
            SELECT (SELECT s.inserted_at FROM sequences s WHERE {condition} ORDER BY s.inserted_at LIMIT 1),
                   (SELECT s.inserted_at FROM sequences s WHERE {condition} ORDER BY s.inserted_at DESC LIMIT 1)
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        if (await reader.IsDBNullAsync(0, cancel)) return;
        var (oldest, newest) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateTimeOffset>(1));
        if (parameters.CreatedAfter > newest) throw StacErrors.CreatedOutOfRange("created_after", newest);
        if (parameters.CreatedBefore < oldest) throw StacErrors.CreatedOutOfRange("created_before", oldest);
    }
}
