using Panoramax.Stac.Filters;
using Panoramax.Stac.Search;

namespace Panoramax.Stac.Collections;

/// <summary>Which sequences are asked for, in which order, from where on.</summary>
internal sealed record CollectionQuery
{
    public const int MaxLimit = 1000;
    public const int DefaultLimit = 100;

    public int Limit { get; init; } = DefaultLimit;
    public required CollectionSort Sort { get; init; }

    /// <summary>Position, as a link of this server gave it.</summary>
    public string? Page { get; init; }
    public Filter? Filter { get; init; }
    public SearchArea? Bbox { get; init; }

    /// <summary>Capture days, both included.</summary>
    public DateOnly? FromDay { get; init; }
    public DateOnly? ToDay { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Deleted and hidden ones are listed too, reduced to their id.</summary>
    public bool ShowDeleted { get; init; }

    /// <summary>Those of one account alone; then its owner also gets what is not ready.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>Reads the parameters that lists of sequences share.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400.</exception>
    public static CollectionQuery Of(IQueryCollection query, string defaultSort)
    {
        string? Given(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
        return new CollectionQuery
        {
            Limit = QueryValues.Limit(query["limit"], MaxLimit) ?? DefaultLimit,
            Sort = CollectionSort.Parse(Given("sortby") ?? defaultSort),
            Page = Given("page"),
            Filter = CollectionFilter.Read(Given("filter"), out var showsDeleted),
            Bbox = Given("bbox") is { } bbox ? SearchArea.Parse(bbox) : null,
            ShowDeleted = showsDeleted || string.Equals(Given("show_deleted"), "true", StringComparison.OrdinalIgnoreCase),
        };
    }

    public Dictionary<string, FilterField> Fields(Statement statement) =>
        CollectionFilter.Fields(ShowDeleted ? CollectionSelect.Shown(statement) : null);

    /// <summary>Conditions over sequence <c>s</c>.</summary>
    public IEnumerable<string> Conditions(Statement statement)
    {
        var fields = Fields(statement);
        if (AccountId is { } account)
        {
            yield return $"s.account_id = {statement.Value(account)}";
            yield return $"(s.status = 'ready' OR (s.status <> 'deleted' AND {statement.Owned("s")}))";
            yield return statement.Visible("s");
        }
        else if (ShowDeleted)
        {
            yield return "s.status IN ('ready', 'deleted')";
        }
        else
        {
            yield return $"s.status = 'ready' AND {statement.Visible("s")}";
        }

        if (Filter is not null) yield return CollectionFilter.Condition(Filter, statement, fields);
        if (CreatedAfter is { } after) yield return $"s.inserted_at > {statement.Value(after)}";
        if (CreatedBefore is { } before) yield return $"s.inserted_at < {statement.Value(before)}";
        // What is not shown has no place and no day here: a crawler that asks for a region hears of every deletion.
        var unshown = ShowDeleted ? $"NOT {CollectionSelect.Shown(statement)} OR " : "";
        if (Bbox is { } box) yield return $"({unshown}({MeetsBox(box, statement)}))";
        if (FromDay is { } from) yield return $"({unshown}s.computed_capture_date >= {statement.Value(from)})";
        if (ToDay is { } to) yield return $"({unshown}s.computed_capture_date <= {statement.Value(to)})";
        if (Sort.Fields[0].Name is "datetime" or "visibility") yield return $"{fields[Sort.Fields[0].Name].Sql} IS NOT NULL";
    }

    /// <summary>The path crosses the box, or a picture lies in it: single pictures and halts have no path.</summary>
    private static string MeetsBox(SearchArea box, Statement statement) => $"""
        {box.Condition(statement, "s.bbox")} AND (ST_Intersects(s.geom, {box.Geometry(statement)}) OR EXISTS (
            SELECT 1 FROM sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id
            WHERE sp.sequence_id = s.id AND {box.Condition(statement)} AND {statement.Visible("p")}))
        """;
}
