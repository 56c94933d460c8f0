using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Stac.Pictures;
using Panoramax.Storage;

namespace Panoramax.Stac.Collections;

/// <summary>The thumbnail of the first picture of a sequence that the caller may see: same bytes, same redirect.</summary>
internal static class GetCollectionThumbnail
{
    /// <exception cref="Panoramax.Http.Errors.ApiError">404 no such sequence, or no picture to show; 403 not ready, for everybody but the owner.</exception>
    public static async Task<IResult> Handle(
        Guid id, Caller caller, NpgsqlDataSource source, PictureStores stores, PictureAddresses addresses, CancellationToken cancel)
    {
        var pictureId = await FirstPicture(id, caller, source, cancel);
        return GetPictureFile.Derivate(await PictureAccess.Check(pictureId, caller, source, cancel), PictureKeys.Thumbnail(pictureId), stores, addresses);
    }

    private static async Task<Guid> FirstPicture(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var command = statement.On(source, $"""
            SELECT s.status = 'ready' OR {statement.Owned("s")},
                   (SELECT p.id FROM sequences_pictures sp JOIN pictures p ON p.id = sp.picture_id
                    WHERE sp.sequence_id = s.id AND (p.preparing_status = 'prepared' OR {statement.Owned("p")}) AND {statement.Visible("p")}
                    ORDER BY sp.rank LIMIT 1)
            FROM sequences s WHERE s.id = {statement.Value(id)} AND {CollectionSelect.Shown(statement)}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel)) throw StacErrors.UnknownCollection();
        if (!reader.GetBoolean(0)) throw StacErrors.BeingPrepared();
        return await reader.IsDBNullAsync(1, cancel) ? throw StacErrors.NoThumbnail() : reader.GetGuid(1);
    }
}
