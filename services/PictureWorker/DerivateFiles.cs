using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>Makes and stores the derivates of a picture; each replaces its predecessor as a whole, so that readers always find one.</summary>
internal sealed class DerivateFiles(IPictureStore store)
{
    /// <summary>Tiles under way to the store; waiting for each before making the next would double the time of a 360° picture.</summary>
    private const int TilesSideBySide = 8;

    /// <param name="hd">The published file, whose EXIF the SD picture carries.</param>
    public async Task Write(Guid id, string type, PublicPicture picture, byte[] hd, CancellationToken cancel)
    {
        using var step = Step.Derivates();
        var (sd, thumbnail) = await PixelThread.Run(() => (PublishedFile.Sd(hd, Derivates.Sd(picture)), Derivates.Thumbnail(picture, type)));
        cancel.ThrowIfCancellationRequested();

        await store.PutJpeg(PictureKeys.Sd(id), sd, cancel);
        await store.PutJpeg(PictureKeys.Thumbnail(id), thumbnail, cancel);
        if (type != PictureType.Equirectangular) return;

        var sideBySide = new ParallelOptions { MaxDegreeOfParallelism = TilesSideBySide, CancellationToken = cancel };
        await Parallel.ForEachAsync(Derivates.Tiles(picture), sideBySide, async (tile, stop) =>
            await store.PutJpeg(PictureKeys.Tile(id, tile.Column, tile.Row), tile.Jpeg, stop));
    }
}
