using System.Globalization;
using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Storage;

namespace Panoramax.Stac.Pictures;

/// <summary>One tile of a 360° picture, <c>0_0</c> at the top left.</summary>
internal static class GetTile
{
    /// <param name="place"><c>column_row</c>; a place that is none is a tile that does not exist.</param>
    public static async Task<IResult> Handle(
        Guid id, string place, Caller caller, NpgsqlDataSource source, PictureStores stores, PictureAddresses addresses, CancellationToken cancel)
    {
        var picture = await PictureAccess.Check(id, caller, source, cancel);
        var parts = place.Split('_');
        if (parts.Length != 2 || Number(parts[0]) is not { } col || Number(parts[1]) is not { } row || !(col < picture.Cols && row < picture.Rows))
            throw StacErrors.NoSuchTile();
        return GetPictureFile.Derivate(picture, PictureKeys.Tile(id, col, row), stores, addresses);
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
