using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Domain.Sequences;

namespace Panoramax.Admin;

/// <summary>
/// Takes pictures and sequences out of the database as the API does: in one transaction each, rows before files, sequences kept
/// as deleted so that crawlers learn of it. The locks are taken in the order of <see cref="LockedRows"/>.
/// </summary>
internal static class Removal
{
    private const int Batch = 500;

    /// <summary>A sequence with its pictures.</summary>
    /// <param name="files">True: workers are asked to delete the files too.</param>
    /// <returns>The number of pictures.</returns>
    public static async Task<int> Sequence(PanoramaxDb db, Guid id, bool files, DateTimeOffset now, Progress progress, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var set = await db.Sequences.AsNoTracking().Where(row => row.Id == id).Select(row => row.UploadSetId).SingleOrDefaultAsync(cancel);
        if (set is not null) await db.Statement("SELECT 1 FROM upload_sets WHERE id = @id FOR UPDATE", ("id", set)).Run(cancel);
        await db.Statement("SELECT 1 FROM sequences WHERE id = @id FOR UPDATE", ("id", id)).Run(cancel);
        var pictures = await db.Database.SqlQuery<Guid>($"""
            SELECT p.id FROM sequences_pictures m JOIN pictures p ON p.id = m.picture_id WHERE m.sequence_id = {id} ORDER BY p.id FOR UPDATE OF p
            """).ToListAsync(cancel);
        await Delete(db, pictures, files, cancel);
        await MarkDeleted(db, id, now, cancel);
        await JobStore.Forget(db, [id], cancel);
        if (set is not null) await DropEmptySet(db, set.Value, cancel);
        await transaction.CommitAsync(cancel);
        await progress.Add(pictures.Count);
        return pictures.Count;
    }

    /// <summary>An upload set with everything that came of it.</summary>
    /// <returns>The number of pictures.</returns>
    public static async Task<int> UploadSet(PanoramaxDb db, Guid id, DateTimeOffset now, Progress progress, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Statement("SELECT 1 FROM upload_sets WHERE id = @id FOR UPDATE", ("id", id)).Run(cancel);
        var sequences = await db.Database.SqlQuery<Guid>($"SELECT id FROM sequences WHERE upload_set_id = {id} ORDER BY id FOR UPDATE").ToListAsync(cancel);
        var pictures = await db.Database.SqlQuery<Guid>($"SELECT id FROM pictures WHERE upload_set_id = {id} ORDER BY id FOR UPDATE").ToListAsync(cancel);
        await Delete(db, pictures, files: true, cancel);
        foreach (var sequence in sequences) await MarkDeleted(db, sequence, now, cancel);
        await db.UploadSets.Where(row => row.Id == id).ExecuteDeleteAsync(cancel);
        await JobStore.Forget(db, [id, .. sequences], cancel);
        await transaction.CommitAsync(cancel);
        await progress.Add(pictures.Count);
        return pictures.Count;
    }

    /// <summary>Some of the pictures that an account has left, in no sequence or in others' sequences.</summary>
    /// <returns>Their number; 0 when none is left.</returns>
    public static async Task<int> PicturesOf(PanoramaxDb db, Guid account, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var pictures = await db.Database.SqlQuery<Guid>($"SELECT id FROM pictures WHERE account_id = {account} ORDER BY id LIMIT {Batch} FOR UPDATE").ToListAsync(cancel);
        var sequences = await db.SequencesPictures.Where(row => pictures.Contains(row.PictureId)).Select(row => row.SequenceId).Distinct().ToListAsync(cancel);
        await Delete(db, pictures, files: true, cancel);
        await JobStore.RequestMany(db, JobKind.Finalize, sequences, args: null, traceparent: null, cancel);
        await transaction.CommitAsync(cancel);
        return pictures.Count;
    }

    private static async Task Delete(PanoramaxDb db, List<Guid> pictures, bool files, CancellationToken cancel)
    {
        await db.Pictures.Where(row => pictures.Contains(row.Id)).ExecuteDeleteAsync(cancel);
        await JobStore.Forget(db, pictures, cancel);
        if (files) await JobStore.RequestMany(db, JobKind.Delete, pictures, args: null, traceparent: null, cancel);
    }

    private static async Task DropEmptySet(PanoramaxDb db, Guid set, CancellationToken cancel)
    {
        if (await db.Pictures.AnyAsync(row => row.UploadSetId == set, cancel)) return;
        await db.UploadSets.Where(row => row.Id == set).ExecuteDeleteAsync(cancel);
        await JobStore.Forget(db, [set], cancel);
    }

    /// <summary>Only the id and the time are kept; nothing of its pictures.</summary>
    private static Task<int> MarkDeleted(PanoramaxDb db, Guid sequence, DateTimeOffset now, CancellationToken cancel) => db.Statement(
        """
        UPDATE sequences SET status = @deleted, updated_at = @now, nb_pictures = 0, geom = NULL, bbox = NULL, length_m = NULL, min_picture_ts = NULL,
            max_picture_ts = NULL, computed_type = NULL, computed_model = NULL, computed_capture_date = NULL, computed_h_pixel_density = NULL, computed_gps_accuracy = NULL
        WHERE id = @id AND status <> @deleted
        """,
        ("id", sequence), ("now", now), ("deleted", SequenceStatus.Deleted)).Run(cancel);
}
