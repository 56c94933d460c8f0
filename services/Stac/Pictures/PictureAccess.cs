using Npgsql;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;

namespace Panoramax.Stac.Pictures;

/// <summary>What decides about the files of a picture.</summary>
/// <param name="IsPublic">Prepared, in a ready sequence, and both are for anyone.</param>
/// <param name="Cols">Null: not cut into tiles.</param>
internal sealed record ReadablePicture(Guid Id, bool IsPrepared, bool IsPublic, int? Cols, int? Rows);

/// <summary>Who may read the files of a picture: the same rule for HD, SD, thumbnail and tiles.</summary>
internal static class PictureAccess
{
    internal static string Sql(Statement statement, Guid id) => $"""
        SELECT p.account_id, p.visibility, p.preparing_status, p.cols, p.rows, s.account_id, s.visibility, s.status
        FROM pictures p
        LEFT JOIN sequences_pictures sp ON sp.picture_id = p.id
        LEFT JOIN sequences s ON s.id = sp.sequence_id
        WHERE p.id = {statement.Value(id)}
        """;

    /// <exception cref="Panoramax.Http.Errors.ApiError">404 unknown or not visible to the caller; 403 not ready, for everybody but the owner.</exception>
    public static async Task<ReadablePicture> Check(Guid id, Caller caller, NpgsqlDataSource source, CancellationToken cancel)
    {
        var statement = new Statement(caller);
        await using var reader = await statement.ReadPrepared(source, Sql(statement, id), cancel);
        if (!await reader.ReadAsync(cancel)) throw StacErrors.UnknownPicture();

        var owner = reader.GetGuid(0);
        var visibility = reader.IsDBNull(1) ? null : reader.GetString(1);
        var isPrepared = reader.GetString(2) == PreparingStatus.Prepared;
        int? cols = reader.IsDBNull(3) ? null : reader.GetInt32(3);
        int? rows = reader.IsDBNull(4) ? null : reader.GetInt32(4);
        if (!Visibility.IsVisible(visibility, owner, caller)) throw StacErrors.UnknownPicture();

        // Not dispatched yet: nobody said so far in what company it will be shown.
        if (reader.IsDBNull(5))
            return caller.MayEdit(owner) ? new ReadablePicture(id, isPrepared, IsPublic: false, cols, rows) : throw StacErrors.UnknownPicture();

        var sequenceVisibility = reader.IsDBNull(6) ? null : reader.GetString(6);
        var status = reader.GetString(7);
        if (status == SequenceStatus.Deleted || !Visibility.IsVisible(sequenceVisibility, reader.GetGuid(5), caller)) throw StacErrors.UnknownPicture();
        var isReady = isPrepared && status == SequenceStatus.Ready;
        if (!isReady && !caller.MayEdit(owner)) throw StacErrors.BeingPrepared();
        return new ReadablePicture(id, isPrepared, isReady && visibility is null or Visibility.Anyone && sequenceVisibility is null or Visibility.Anyone, cols, rows);
    }
}
