using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Extensions;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Stac.Items;

namespace Panoramax.Stac.Search;

/// <summary>
/// Finds pictures. A search by exactly one id is another question: it answers as the single item does, or with an empty list,
/// and looks at nothing else.
/// </summary>
internal static class SearchItems
{
    public static Task<IResult> Get(
        HttpRequest request, Caller caller, NpgsqlDataSource source, ItemShape shape, Links links, TimeProvider clock, CancellationToken cancel) =>
        Answer(SearchParameters.Of(request.Query), page => NextByGet(request, links, page), caller, source, shape, links, clock, cancel);

    public static async Task<IResult> Post(
        HttpRequest request, Caller caller, NpgsqlDataSource source, ItemShape shape, Links links, TimeProvider clock, CancellationToken cancel) =>
        await Answer(await SearchParameters.Of(request, cancel), page => NextByPost(links, page), caller, source, shape, links, clock, cancel);

    private static async Task<IResult> Answer(
        SearchParameters search, Func<string, LinkJson> next, Caller caller, NpgsqlDataSource source, ItemShape shape, Links links, TimeProvider clock,
        CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        if (search.Ids is [var id])
        {
            var found = await GetItem.Find(id, caller, source, shape, links, cancel);
            Measure(search, clock.GetElapsedTime(started));
            return new ItemStream(Of(found?.Item), () => [links.RootLink()]);
        }

        var position = new Position();
        return new ItemStream(
            Read(search, caller, source, shape, position, clock, started, cancel),
            () => position.Page is { } page ? [links.RootLink(), next(page)] : [links.RootLink()]);
    }

    /// <summary>Where the next page starts, known once this one was read.</summary>
    private sealed class Position
    {
        public string? Page { get; set; }
    }

    private static async IAsyncEnumerable<ItemJson> Read(
        SearchParameters search, Caller caller, NpgsqlDataSource source, ItemShape shape, Position position, TimeProvider clock, long started,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var values = new Statement(caller);
        var tagsAreCommon = search.Tags is { } tags && search.IsWide && await tags.IsCommon(source, cancel);
        var statement = new SearchStatement(values, search, tagsAreCommon);
        await using var command = statement.IsSteady ? null : values.On(source, statement.Sql);
        await using var reader = command is null ? await values.ReadPrepared(source, statement.Sql, cancel) : await command.ExecuteReaderAsync(cancel);
        Measure(search, clock.GetElapsedTime(started));

        string? last = null;
        for (var count = 0; await reader.ReadAsync(cancel); count++)
        {
            if (count == search.Limit)
            {
                position.Page = last;
                yield break;
            }

            last = statement.PageAfter(reader);
            yield return shape.Of(ItemSelect.Read(reader));
        }
    }

    private static async IAsyncEnumerable<ItemJson> Of(ItemJson? item)
    {
        await Task.CompletedTask;
        if (item is not null) yield return item;
    }

    private static void Measure(SearchParameters search, TimeSpan took) =>
        Instruments.SearchDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("shape", search.Shape));

    private static LinkJson NextByGet(HttpRequest request, Links links, string page)
    {
        var query = new QueryBuilder(request.Query.Where(parameter => parameter.Key != "page").SelectMany(
            parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? "")));
        query.Add("page", page);
        return new LinkJson("next", MediaTypes.GeoJson, links.Api() + "/search" + query);
    }

    private static LinkJson NextByPost(Links links, string page) =>
        new("next", MediaTypes.GeoJson, links.Api() + "/search") { Method = "POST", Body = new PageBodyJson(page), Merge = true };
}
