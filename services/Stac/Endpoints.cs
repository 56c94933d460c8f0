using Microsoft.Extensions.Options;
using Panoramax.Http.Callers;
using Panoramax.Stac.Catalog;
using Panoramax.Stac.Collections;
using Panoramax.Stac.Items;
using Panoramax.Stac.Map;
using Panoramax.Stac.Pictures;
using Panoramax.Stac.Search;
using Panoramax.Stac.Users;

namespace Panoramax.Stac;

/// <summary>The table of contents of the service. A trailing slash is taken for nothing on every route.</summary>
internal static class Endpoints
{
    public static void MapStac(this WebApplication app)
    {
        var api = app.MapGroup("/api");

        api.Read("/", GetLanding.Handle).TolerateBadToken().CachePublicly();
        api.Read("/conformance", GetConformance.Handle).TolerateBadToken().CachePublicly();
        api.Read("/configuration", GetConfiguration.Handle).TolerateBadToken();
        api.Read("/queryables", GetQueryables.OfSearch).TolerateBadToken();
        api.Read("/collections/queryables", GetQueryables.OfCollections).TolerateBadToken();
        api.Read("/live", ProbeServer.Live).TolerateBadToken();
        api.Read("/debug_headers", ProbeServer.Address).TolerateBadToken();

        api.Read("/collections", ListCollections.Handle);
        api.Read("/collections/{id:uuid}", GetCollection.Handle);
        api.Read("/collections/{id:uuid}/thumb.jpg", GetCollectionThumbnail.Handle);
        api.Read("/collections/{id:uuid}/geovisio_status", GetProcessingStatus.Handle);

        api.Read("/collections/{id:uuid}/items", ListItems.Handle);
        api.Read("/collections/{collectionId:uuid}/items/{id:uuid}", GetItem.Handle);
        api.Read("/collections/{collectionId:uuid}/items/{itemId:uuid}/annotations/{id:uuid}", GetAnnotation.Long).TolerateBadToken();
        api.Read("/annotations/{id:uuid}", GetAnnotation.Short).TolerateBadToken();
        api.Read("/pictures/{id:uuid}", GetItem.Handle);

        api.Read("/search", SearchItems.Get);
        api.MapPost("/search", SearchItems.Post);

        api.Read("/pictures/{id:uuid}/hd.jpg", GetPictureFile.Hd);
        api.Read("/pictures/{id:uuid}/sd.jpg", GetPictureFile.Sd);
        api.Read("/pictures/{id:uuid}/thumb.jpg", GetPictureFile.Thumbnail);
        api.Read("/pictures/{id:uuid}/tiled/{place}.jpg", GetTile.Handle);

        var map = api.Read("/map/{z:int}/{x:int}/{y:int}.{format}", GetVectorTile.Everything);
        // Where anybody may register, the map does not depend on who asks.
        if (app.Services.GetRequiredService<IOptions<AuthOptions>>().Value.RegistrationIsOpen) map.TolerateBadToken().CachePublicly();
        api.Read("/map/style.json", GetStyle.Everything).TolerateBadToken().CachePublicly();

        api.Read("/users", ListUsers.Handle).TolerateBadToken();
        api.Read("/users/search", SearchUsers.Handle).TolerateBadToken();
        api.Read("/users/{id:uuid}", GetUser.Handle);
        api.Read("/users/{id:uuid}/collection", GetUserCollection.Handle);
        api.Read("/users/{id:uuid}/catalog", GetUserCatalog.Handle);
        api.Read("/users/{userId:uuid}/map/style.json", GetStyle.OfUser).TolerateBadToken().CachePublicly();
        api.Read("/users/{userId:uuid}/map/{z:int}/{x:int}/{y:int}.{format}", GetVectorTile.OfUser);

        api.Read("/users/me/collection", GetUserCollection.OfCaller).RequireLoginOrRedirect();
        api.Read("/users/me/catalog", GetUserCatalog.OfCaller).RequireLoginOrRedirect();
        api.Read("/users/me/map/style.json", GetStyle.OfCaller).RequireLoginOrRedirect().CachePublicly();
        api.Read("/users/me/map/{z:int}/{x:int}/{y:int}.{format}", GetVectorTile.OfCaller).RequireLoginOrRedirect();
    }

    /// <summary>A route to read: HEAD is the same without the body.</summary>
    private static RouteHandlerBuilder Read(this RouteGroupBuilder api, string path, Delegate handler) => api.MapMethods(path, ["GET", "HEAD"], handler);
}
