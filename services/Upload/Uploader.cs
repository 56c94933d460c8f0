using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;

namespace Panoramax.Upload;

/// <summary>
/// For whom an upload is made: the caller's account, or for anonymous callers (where they may upload at all) the default
/// account. An anonymous caller has the rights of an owner over the default account's sets, and nothing else of it.
/// </summary>
internal sealed class Uploader(PanoramaxDb db, Caller caller)
{
    private Guid? account;

    public Caller Caller => caller;

    /// <summary>The account that new sets and pictures belong to.</summary>
    public async Task<Guid> Account(CancellationToken cancel) =>
        account ??= caller.AccountId ?? await db.Accounts.AsNoTracking().Where(row => row.IsDefault).Select(row => row.Id).SingleAsync(cancel);

    public async Task<bool> Owns(Guid ownerId, CancellationToken cancel) => await Account(cancel) == ownerId;

    /// <summary>Owner or administrator.</summary>
    public async Task<bool> MayEdit(Guid ownerId, CancellationToken cancel) => caller.MayEdit(ownerId) || await Owns(ownerId, cancel);

    /// <summary>A set that this uploader may know of: visible to the caller, or the uploader's own.</summary>
    public async Task<UploadSetRow?> FindSet(Guid id, CancellationToken cancel)
    {
        var owner = await Account(cancel);
        return await db.UploadSets.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? await db.UploadSets.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.AccountId == owner, cancel);
    }
}
