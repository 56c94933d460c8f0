using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Stac.Catalog;
using Panoramax.Stac.Collections;
using Panoramax.Stac.Items;

namespace Panoramax.Stac.Users;

/// <summary>
/// All sequences of a user as one STAC Collection whose children are the sequences, page by page, or as a table. The owner
/// also sees what is not ready, and each child's state.
/// </summary>
internal static class GetUserCollection
{
    private const string DefaultSort = "-created,+id";

    private static readonly string[] keptInPages = ["bbox", "filter"];

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 unknown user or bad parameter; 404 no sequence under the filter.</exception>
    public static async Task<IResult> Handle(
        Guid id, HttpRequest request, Caller caller, NpgsqlDataSource source, IOptions<InstanceOptions> instance, Links links, CancellationToken cancel)
    {
        var name = await UserName(id, source, cancel) ?? throw StacErrors.UnknownUser(400);
        if (WantsCsv(request)) return UserCollectionCsv.Answer(id, request.Query, caller, source);

        var query = CollectionQuery.Of(request.Query, DefaultSort) with { AccountId = id, ShowDeleted = false };
        var totals = await Totals(query with { Bbox = null }, caller, source, cancel);
        if (totals.Collections == 0) throw StacErrors.NoCollectionOfUser();
        var page = await CollectionPage.Read(query, caller, source, cancel);

        var address = links.User(id) + "/collection";
        var license = instance.Value.License;
        var title = $"{name}'s sequences";
        return TypedResults.Json(
            new CollectionJson
            {
                Type = "Collection",
                StacVersion = "1.0.0",
                StacExtensions = [CollectionShape.StatsExtension, CollectionShape.QualityExtension, "https://stac-extensions.github.io/timestamps/v1.1.0/schema.json"],
                Id = $"user:{id}",
                Title = title,
                Description = $"All sequences of {name}",
                Keywords = ["pictures", title],
                License = license.Name,
                Semantics = RawJson.EmptyList,
                Created = WireTime.Utc(totals.Created),
                Updated = WireTime.Utc(totals.Updated),
                UploadSoftware = "unknown",
                LengthKm = CollectionShape.Kilometres(totals.LengthMetres),
                Providers = [new ProviderJson(id, name)],
                Extent = totals.Extent,
                Items = new CountJson(totals.Pictures),
                Collections = new CountJson(totals.Collections),
                Links =
                [
                    new LinkJson("parent", MediaTypes.Json, links.Landing(), SharedLinks.RootTitle),
                    links.RootLink(),
                    new LinkJson("self", MediaTypes.Json, address, title),
                    .. license.Link() is { } link ? [link] : Array.Empty<LinkJson>(),
                    .. PagingLinks.Of(page, query, address, request.Query, keptInPages),
                    .. page.Rows.Select(row => Child(row.Row, links, caller.MayEdit(id))),
                ],
            },
            StacJson.Wire.CollectionJson, MediaTypes.Json);
    }

    public static Task<IResult> OfCaller(
        HttpRequest request, Caller caller, NpgsqlDataSource source, IOptions<InstanceOptions> instance, Links links, CancellationToken cancel) =>
        Handle(caller.AccountId!.Value, request, caller, source, instance, links, cancel);

    /// <summary>Null: there is no such account.</summary>
    public static async Task<string?> UserName(Guid id, NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("SELECT name FROM accounts WHERE id = @id");
        command.Parameters.AddWithValue("id", id);
        return await command.ExecuteScalarAsync(cancel) as string;
    }

    private static bool WantsCsv(HttpRequest request) => request.Query["format"].ToString() is { Length: > 0 } format
        ? format == "csv"
        : Accepts.Best(request, MediaTypes.Json, "text/csv") == "text/csv";

    private static LinkJson Child(CollectionRow row, Links links, bool isOwner) => new("child", null, links.Collection(row.Id), CollectionShape.TitleOf(row))
    {
        Id = row.Id,
        Created = WireTime.Utc(row.Created),
        Updated = WireTime.Utc(row.Updated),
        Extent = CollectionShape.ExtentOf(row),
        Items = new CountJson(row.PictureCount),
        LengthKm = CollectionShape.Kilometres(row.LengthMetres),
        Status = isOwner ? row.Status : null,
        Visibility = isOwner ? row.Visibility ?? Visibility.Anyone : null,
    };

    private sealed record UserTotals(
        long Collections, long Pictures, double? LengthMetres, DateTimeOffset Created, DateTimeOffset Updated, ExtentJson Extent);

    private static async Task<UserTotals> Totals(CollectionQuery query, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, $"""
            SELECT count(*), coalesce(sum(s.nb_pictures), 0), sum(s.length_m), min(s.inserted_at), max(s.updated_at),
                   min(s.min_picture_ts), max(s.max_picture_ts), min(ST_XMin(s.bbox)), min(ST_YMin(s.bbox)), max(ST_XMax(s.bbox)), max(ST_YMax(s.bbox))
            FROM sequences s WHERE {string.Join(" AND ", query.Conditions(statement))}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        DateTimeOffset? Time(int at) => reader.IsDBNull(at) ? null : reader.GetFieldValue<DateTimeOffset>(at);
        return new UserTotals(
            reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetDouble(2), Time(3) ?? default, Time(4) ?? default,
            new ExtentJson(
                reader.IsDBNull(7)
                    ? SpatialJson.World
                    : new SpatialJson([[reader.GetDouble(7), reader.GetDouble(8), reader.GetDouble(9), reader.GetDouble(10)]]),
                new TemporalJson([[Time(5) is { } first ? WireTime.Utc(first) : null, Time(6) is { } last ? WireTime.Utc(last) : null]])));
    }
}
