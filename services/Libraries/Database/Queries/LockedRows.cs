using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Rows;

namespace Panoramax.Database.Queries;

/// <summary>
/// Rows locked until the transaction ends. Order of locks, to stay free of deadlocks: upload set, then sequences by id, then
/// pictures by id, then jobs. A row that the context tracks already keeps its old values: read it untracked before.
/// <para>
/// <c>NO KEY</c>, since a plain <c>FOR UPDATE</c> of a parent goes against that order behind our back: PostgreSQL checks the
/// foreign keys of a row anew when a transaction updates it for the second time, and then waits for whoever holds the parent
/// and in turn waits for the row.
/// </para>
/// </summary>
public static class LockedRows
{
    /// <returns>Null when there is no such set.</returns>
    public static Task<UploadSetRow?> Locked(this DbSet<UploadSetRow> sets, Guid id, CancellationToken cancel) =>
        sets.FromSql($"SELECT * FROM upload_sets WHERE id = {id} FOR NO KEY UPDATE").SingleOrDefaultAsync(cancel);

    /// <returns>Null when there is no such sequence.</returns>
    public static Task<SequenceRow?> Locked(this DbSet<SequenceRow> sequences, Guid id, CancellationToken cancel) =>
        sequences.FromSql($"SELECT * FROM sequences WHERE id = {id} FOR NO KEY UPDATE").SingleOrDefaultAsync(cancel);

    /// <summary>All sequences of an upload set, also deleted ones, by id.</summary>
    public static Task<List<SequenceRow>> LockedOfSet(this DbSet<SequenceRow> sequences, Guid uploadSetId, CancellationToken cancel) =>
        sequences.FromSql($"SELECT * FROM sequences WHERE upload_set_id = {uploadSetId} ORDER BY id FOR NO KEY UPDATE").ToListAsync(cancel);

    /// <returns>Null when there is no such picture.</returns>
    public static Task<PictureRow?> Locked(this DbSet<PictureRow> pictures, Guid id, CancellationToken cancel) =>
        pictures.FromSql($"SELECT * FROM pictures WHERE id = {id} FOR NO KEY UPDATE").SingleOrDefaultAsync(cancel);
}
