using Microsoft.Extensions.Options;
using Panoramax.Http;
using Panoramax.Storage;

namespace Panoramax.StacShapes;

/// <summary>Where the files of a picture are fetched.</summary>
/// <param name="Tiles">Template with <c>{TileCol}</c> and <c>{TileRow}</c>.</param>
public sealed record PictureHrefs(string Hd, string Sd, string Thumbnail, string Tiles);

/// <summary>
/// Addresses of picture files: in the public store where the operator opened one and everybody may see the picture, else
/// at this API, which checks each caller.
/// </summary>
public sealed class PictureAddresses(Links links, IOptions<StorageOptions> storage)
{
    private readonly string? permanent = storage.Value.PublicPermanentUrl?.TrimEnd('/');
    private readonly string? derivates = storage.Value.PublicDerivatesUrl?.TrimEnd('/');

    /// <param name="isPublic">Prepared, and picture and sequence are for anyone.</param>
    public PictureHrefs Of(Guid id, bool isPublic) => new(
        (isPublic ? PublicHd(id) : null) ?? links.PictureFile(id, "hd.jpg"),
        (isPublic ? PublicDerivate(PictureKeys.Sd(id)) : null) ?? links.PictureFile(id, "sd.jpg"),
        (isPublic ? PublicDerivate(PictureKeys.Thumbnail(id)) : null) ?? links.PictureFile(id, "thumb.jpg"),
        (isPublic ? PublicDerivate(PictureKeys.DerivatesFolder(id) + "/tiles/{TileCol}_{TileRow}.jpg") : null) ?? links.PictureTiles(id));

    /// <summary>Null when the store of HD pictures is not public.</summary>
    public string? PublicHd(Guid id) => string.IsNullOrEmpty(permanent) ? null : $"{permanent}/{PictureKeys.Picture(id)}";

    /// <summary>Null when the store of derivates is not public.</summary>
    public string? PublicDerivate(string key) => string.IsNullOrEmpty(derivates) ? null : $"{derivates}/{key}";
}
