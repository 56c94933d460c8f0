using Microsoft.AspNetCore.Http;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.StacShapes;
using Panoramax.StacShapes.Collections;
using Panoramax.StacShapes.Items;

namespace Panoramax.Upload;

/// <summary>
/// What a change answers with: the item or collection as it is now, as reading it would show it (an item without its
/// <c>related</c> links, which nobody needs of an answer to a change).
/// </summary>
internal sealed class StacAnswers(NpgsqlDataSource source, Uploader uploader, ItemShape items, CollectionShape collections)
{
    /// <exception cref="Http.Errors.ApiError">404: it is gone meanwhile.</exception>
    public async Task<IResult> Collection(Guid id, CancellationToken cancel) =>
        TypedResults.Json(
            await CollectionLookup.Find(id, await Reader(cancel), source, collections, cancel) ?? throw UploadErrors.UnknownCollection(),
            ShapesJson.Wire.CollectionJson, MediaTypes.Json);

    /// <param name="contentType">One of <see cref="MediaTypes"/>.</param>
    /// <exception cref="Http.Errors.ApiError">404: it is gone meanwhile.</exception>
    public async Task<IResult> Item(Guid id, CancellationToken cancel, int status = StatusCodes.Status200OK, string contentType = MediaTypes.GeoJson)
    {
        var row = await ItemLookup.Find(id, await Reader(cancel), source, cancel) ?? throw UploadErrors.UnknownPicture();
        return TypedResults.Json(items.Of(row), ShapesJson.Wire.ItemJson, contentType, status);
    }

    /// <summary>Whoever made something sees it, also an anonymous caller for whom the default account hides it.</summary>
    private async Task<Caller> Reader(CancellationToken cancel) =>
        uploader.Caller.IsLoggedIn ? uploader.Caller : new Caller(await uploader.Account(cancel), IsAdmin: false);
}
