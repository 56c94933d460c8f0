using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Storage;

namespace Panoramax.Stac.Pictures;

/// <summary>The JPEG files of a picture, or the way to them in the public store.</summary>
internal static class GetPictureFile
{
    public static async Task<IResult> Hd(
        Guid id, Caller caller, NpgsqlDataSource source, PictureStores stores, PictureAddresses addresses, CancellationToken cancel)
    {
        var picture = await PictureAccess.Check(id, caller, source, cancel);
        return picture.IsPublic && addresses.PublicHd(id) is { } address
            ? Results.Redirect(address)
            : new SendPicture(stores.Permanent, PictureKeys.Picture(id), id, picture.IsPrepared);
    }

    public static async Task<IResult> Sd(
        Guid id, Caller caller, NpgsqlDataSource source, PictureStores stores, PictureAddresses addresses, CancellationToken cancel) =>
        Derivate(await PictureAccess.Check(id, caller, source, cancel), PictureKeys.Sd(id), stores, addresses);

    public static async Task<IResult> Thumbnail(
        Guid id, Caller caller, NpgsqlDataSource source, PictureStores stores, PictureAddresses addresses, CancellationToken cancel) =>
        Derivate(await PictureAccess.Check(id, caller, source, cancel), PictureKeys.Thumbnail(id), stores, addresses);

    public static IResult Derivate(ReadablePicture picture, string key, PictureStores stores, PictureAddresses addresses) =>
        picture.IsPublic && addresses.PublicDerivate(key) is { } address
            ? Results.Redirect(address)
            : new SendPicture(stores.Derivates, key, picture.Id, picture.IsPrepared);
}
