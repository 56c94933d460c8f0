using System.Globalization;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Stac.Filters;

namespace Panoramax.Stac.Collections;

/// <summary>A row of a page with its values of the order's fields.</summary>
internal sealed record PagedCollection(CollectionRow Row, IReadOnlyList<string> Values);

/// <summary>A page of sequences and the positions of the pages around it; null where there is none.</summary>
internal sealed record CollectionPage(
    IReadOnlyList<PagedCollection> Rows, bool HasFirst, string? Previous, string? Next, string? Last)
{
    /// <summary>
    /// Reads a page by key. Whether there is more in the direction of reading is told by one row beyond the limit, whether
    /// there is something on the other side by one look.
    /// </summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400 a filter or position that cannot be read.</exception>
    public static async Task<CollectionPage> Read(CollectionQuery query, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var position = Position(query);
        var backward = position is not null && query.Sort.IsBackward(position);
        var rows = await ReadRows(query, position, backward, query.Limit + 1, caller, source, cancel);
        var more = rows.Count > query.Limit;
        if (more) rows.RemoveAt(query.Limit);
        if (backward) rows.Reverse();
        if (rows.Count == 0) return new CollectionPage(rows, false, null, null, null);

        var before = query.Sort.Position(rows[0].Values, before: true);
        var after = query.Sort.Position(rows[^1].Values, before: false);
        var hasBefore = backward ? more : position is not null && await Exists(query, before, caller, source, cancel);
        var hasAfter = backward ? await Exists(query, after, caller, source, cancel) : more;
        var last = hasAfter ? await ReadRows(query, null, backward: true, 1, caller, source, cancel) : [];
        return new CollectionPage(
            rows, hasBefore, hasBefore ? before : null, hasAfter ? after : null, last.Count > 0 ? query.Sort.LastPosition(last[0].Values[0]) : null);
    }

    /// <summary>All rows in order, one at a time.</summary>
    public static async IAsyncEnumerable<CollectionRow> All(
        CollectionQuery query, Caller caller, NpgsqlDataSource source, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, Sql(query, statement, null, backward: false, limit: null));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) yield return CollectionSelect.Read(reader);
    }

    internal static string Sql(CollectionQuery query, Statement statement, Filter? position, bool backward, int? limit)
    {
        var keys = CollectionSort.Keys(query.Fields(statement));
        var conditions = query.Conditions(statement).ToList();
        if (position is not null) conditions.Add(PositionCondition(position, query.Sort, statement, keys));
        var order = string.Join(", ", query.Sort.Fields.Select(field => keys[field.Name].Sql + (field.Descending != backward ? " DESC" : "")));
        return $"""
            SELECT {CollectionSelect.Columns(statement)}, {string.Join(", ", query.Sort.Fields.Select(field => keys[field.Name].Sql))}
            FROM {CollectionSelect.From}
            WHERE {string.Join("\n  AND ", conditions)}
            ORDER BY {order}
            {(limit is { } rows ? $"LIMIT {statement.Value(rows)}" : "")}
            """;
    }

    private static Filter? Position(CollectionQuery query)
    {
        if (query.Page is null) return null;
        try
        {
            return FilterReader.Read(query.Page);
        }
        catch (FormatException)
        {
            throw StacErrors.BadPage();
        }
    }

    private static async Task<List<PagedCollection>> ReadRows(
        CollectionQuery query, Filter? position, bool backward, int limit, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        var rows = new List<PagedCollection>();
        await using var command = statement.On(source, Sql(query, statement, position, backward, limit));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows.Add(new PagedCollection(CollectionSelect.Read(reader), [.. query.Sort.Fields.Select((field, at) => Value(reader, CollectionSelect.ColumnCount + at, field.Name))]));
        return rows;
    }

    private static async Task<bool> Exists(CollectionQuery query, string position, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        var keys = CollectionSort.Keys(query.Fields(statement));
        await using var command = statement.On(source, $"""
            SELECT EXISTS (SELECT 1 FROM sequences s WHERE {string.Join("\n  AND ", query.Conditions(statement))}
                AND {PositionCondition(FilterReader.Read(position), query.Sort, statement, keys)})
            """);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static string PositionCondition(Filter position, CollectionSort sort, Statement statement, IReadOnlyDictionary<string, FilterField> keys)
    {
        try
        {
            var sql = new FilterToSql(statement, keys);
            return sort.Start(position) is { } start ? $"{sql.Condition(start)} AND {sql.Condition(position)}" : sql.Condition(position);
        }
        catch (FormatException)
        {
            throw StacErrors.BadPage();
        }
    }

    private static string Value(NpgsqlDataReader reader, int at, string field) => field switch
    {
        "created" or "updated" => WireTime.Text(reader.GetFieldValue<DateTimeOffset>(at)),
        "datetime" => reader.GetFieldValue<DateOnly>(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "id" => reader.GetGuid(at).ToString(),
        _ => reader.GetString(at),
    };
}
