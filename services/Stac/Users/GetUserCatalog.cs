using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Stac.Collections;

namespace Panoramax.Stac.Users;

/// <summary>A user's sequences as STAC Catalog, oldest first. Older clients ask for it; the collection says more.</summary>
internal static class GetUserCatalog
{
    private const string Sort = "+created,+id";

    /// <exception cref="Panoramax.Http.Errors.ApiError">400 unknown user or bad parameter; 404 no sequence.</exception>
    public static async Task<JsonHttpResult<UserCatalogJson>> Handle(
        Guid id, HttpRequest request, Caller caller, NpgsqlDataSource source, Links links, CancellationToken cancel)
    {
        var name = await GetUserCollection.UserName(id, source, cancel) ?? throw StacErrors.UnknownUser(400);
        var query = new CollectionQuery
        {
            Limit = QueryValues.Limit(request.Query["limit"], CollectionQuery.MaxLimit) ?? CollectionQuery.DefaultLimit,
            Sort = CollectionSort.Parse(Sort),
            Page = request.Query["page"].ToString() is { Length: > 0 } position ? position : null,
            AccountId = id,
        };
        var page = await CollectionPage.Read(query, caller, source, cancel);
        if (page.Rows.Count == 0) throw StacErrors.NoCollectionOfUser();

        var address = links.User(id) + "/catalog/";
        return TypedResults.Json(
            new UserCatalogJson
            {
                Id = $"user:{id}",
                Title = $"{name}'s sequences",
                Description = $"All sequences of {name}",
                Links =
                [
                    new LinkJson("self", MediaTypes.Json, address),
                    links.RootLink(),
                    .. page.Rows.Select(row => new LinkJson("child", null, links.Collection(row.Row.Id), CollectionShape.TitleOf(row.Row))
                    {
                        Id = row.Row.Id,
                        Items = new CountJson(row.Row.PictureCount),
                        Extent = new ExtentJson(null, CollectionShape.ExtentOf(row.Row).Temporal),
                        Status = caller.MayEdit(id) ? row.Row.Status : null,
                    }),
                    .. PagingLinks.Of(page, query, address, request.Query),
                ],
            },
            StacJson.Wire.UserCatalogJson, MediaTypes.Json);
    }

    /// <summary>The caller's own one, where limit and position go along.</summary>
    public static RedirectHttpResult OfCaller(HttpRequest request, Caller caller, Links links) =>
        TypedResults.Redirect(links.User(caller.AccountId!.Value) + "/catalog/" + QueryValues.Kept(request.Query, "limit", "page"));
}
