using System.Text.Json;
using NetTopologySuite.Geometries;
using Panoramax.Http.Values;
using Panoramax.Stac.Filters;

namespace Panoramax.Stac.Search;

/// <summary>What a search asks for; every criterion that is given must hold.</summary>
internal sealed record SearchParameters
{
    private const int MaxLimit = 10_000;
    private const int DefaultLimit = 10;

    public int Limit { get; private init; } = DefaultLimit;
    public SearchArea? Bbox { get; private init; }
    public DateTimeOffset? From { get; private init; }
    public DateTimeOffset? To { get; private init; }
    public Geometry? Intersects { get; private init; }
    public IReadOnlyList<Guid>? Ids { get; private init; }
    public IReadOnlyList<Guid>? Collections { get; private init; }
    public PlaceSearch? Place { get; private init; }
    public TagFilter? Tags { get; private init; }

    /// <summary>Null: by what fits the criteria.</summary>
    public IReadOnlyList<SortKey>? Sort { get; private init; }

    /// <summary>Where the page before ended; null for the first one.</summary>
    public string? Page { get; private init; }

    /// <summary>No criterion but time and tags narrows the search down.</summary>
    public bool IsWide => Ids is null && Collections is null && Place is null && Bbox is not { IsSmall: true }
        && (Intersects?.EnvelopeInternal is not { } box || !new SearchArea(box.MinX, box.MinY, box.MaxX, box.MaxY).IsSmall);

    /// <summary>For the metric <c>panoramax.search.duration</c>.</summary>
    public string Shape => this switch
    {
        { Ids: not null } => "ids",
        { Place: not null } or { Intersects: Point } => "point",
        { Bbox: not null } or { Intersects: not null } => "box",
        _ => "none",
    };

    /// <summary>Reads the parameters of an address.</summary>
    public static SearchParameters Of(IQueryCollection query) => Read(name => query[name] is { Count: > 0 } values ? values.ToString() : null);

    /// <summary>Reads a JSON body; each value may have its natural JSON form or the text that an address would hold.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400 not a JSON object, or a bad value.</exception>
    public static async Task<SearchParameters> Of(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasJsonContentType()) throw StacErrors.NotJson();
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancel);
            if (body.RootElement.ValueKind != JsonValueKind.Object) throw StacErrors.NotJson();
            return Read(name => body.RootElement.TryGetProperty(name, out var value) ? Text(value) : null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second one: a text with half a character.
            throw StacErrors.NotJson();
        }
    }

    private static SearchParameters Read(Func<string, string?> parameter)
    {
        string? Given(string name) => parameter(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        var (from, to) = Given("datetime") is { } datetime ? QueryValues.Interval("datetime", datetime) : (null, null);
        return new SearchParameters
        {
            Limit = QueryValues.Limit(Given("limit"), MaxLimit) ?? DefaultLimit,
            Bbox = Given("bbox") is { } bbox ? SearchArea.Parse(bbox) : null,
            From = from,
            To = to,
            Intersects = Given("intersects") is { } geometry ? GeoJsonReader.Read(geometry) : null,
            Ids = Given("ids") is { } ids ? IdList("ids", ids) : null,
            Collections = Given("collections") is { } collections ? IdList("collections", collections) : null,
            Place = Given("place_position") is { } place ? PlaceSearch.Parse(place, Given("place_distance"), Given("place_fov_tolerance")) : null,
            Tags = Given("filter") is { } filter ? ReadTags(filter) : null,
            Sort = Given("sortby") is { } sort ? SortKey.Parse(sort) : null,
            Page = Given("page"),
        };
    }

    private static TagFilter ReadTags(string text)
    {
        try
        {
            return TagFilter.Read(text);
        }
        catch (FormatException)
        {
            throw StacErrors.BadFilter();
        }
    }

    /// <summary><c>a,b</c>, <c>[a,b]</c>, <c>["a","b"]</c> or <c>['a','b']</c>; null for an empty list, which asks for nothing in particular.</summary>
    private static List<Guid>? IdList(string name, string text)
    {
        var ids = new List<Guid>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var plain = part.Trim(' ', '[', ']', '"', '\'');
            if (plain.Length == 0) continue;
            ids.Add(Guid.TryParseExact(plain, "D", out var id) ? id : throw StacErrors.BadParameter(name, $"'{plain}' is no id"));
        }

        return ids.Count == 0 ? null : [.. ids.Distinct()];
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(entry => entry.ValueKind == JsonValueKind.Object ? SortText(entry) : Text(entry))),
        _ => value.GetRawText(),
    };

    /// <summary>STAC's own form of a sort in a body: <c>{"field": "ts", "direction": "desc"}</c>.</summary>
    private static string SortText(JsonElement entry) =>
        entry.TryGetProperty("field", out var field) && field.ValueKind == JsonValueKind.String
            ? (entry.TryGetProperty("direction", out var direction) && direction.ValueEquals("desc") ? "-" : "+") + field.GetString()
            : entry.GetRawText();
}

/// <summary>Pictures that can show a place.</summary>
/// <param name="ToleranceDegrees">A flat picture may look past the place by half of it.</param>
internal sealed record PlaceSearch(double Longitude, double Latitude, int MinMetres, int MaxMetres, int ToleranceDegrees)
{
    /// <summary>Metres; beyond, "can show this place" has no meaning and the search would read half the database.</summary>
    private const int FarthestMetres = 10_000;

    public static PlaceSearch Parse(string position, string? distance, string? tolerance)
    {
        var parts = position.Trim().TrimStart('[').TrimEnd(']').Split(',');
        if (parts.Length != 2) throw StacErrors.BadParameter("place_position", "two numbers: longitude,latitude");

        var (min, max) = (3, 15);
        if (distance is not null)
        {
            var ends = distance.Split('-');
            if (ends.Length != 2 || QueryValues.Int(ends[0]) is not { } from || QueryValues.Int(ends[1]) is not { } to || from < 0 || from > to || to > FarthestMetres)
                throw StacErrors.BadParameter("place_distance", $"two whole numbers of metres with a hyphen between them, the smaller one first, up to {FarthestMetres}");
            (min, max) = (from, to);
        }

        // A tolerance that is no whole number counts as not given, as clients of the API know it.
        var degrees = (tolerance is null ? null : QueryValues.Int(tolerance)) ?? 30;
        if (degrees is < 2 or > 180) throw StacErrors.BadParameter("place_fov_tolerance", "a whole number of degrees from 2 to 180");
        return new PlaceSearch(SearchArea.Longitude("place_position", parts[0]), SearchArea.Latitude("place_position", parts[1]), min, max, degrees);
    }
}

/// <summary>One field of a sort.</summary>
internal sealed record SortKey(string Field, bool Descending)
{
    private static readonly string[] fields = ["ts", "updated", "id"];

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 unknown field.</exception>
    public static List<SortKey> Parse(string text)
    {
        var keys = new List<SortKey>();
        foreach (var part in text.Split(','))
        {
            // An unescaped plus has become a blank.
            var plain = part.Trim();
            var field = plain.TrimStart('+', '-');
            if (plain.Length - field.Length > 1 || !fields.Contains(field)) throw StacErrors.BadSort(plain, string.Join(", ", fields));
            if (!keys.Exists(key => key.Field == field)) keys.Add(new SortKey(field, plain.StartsWith('-')));
        }

        return keys;
    }
}
