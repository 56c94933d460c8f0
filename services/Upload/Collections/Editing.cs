using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload.Collections;

/// <summary>Who may edit what of others' sequences and pictures.</summary>
internal static class Editing
{
    /// <summary>
    /// True when the caller may edit where the camera was and looked: as owner or administrator, or because the owner, or else
    /// the instance, lets everybody help.
    /// </summary>
    public static async Task<bool> MayHelp(PanoramaxDb db, Caller caller, Guid ownerId, CancellationToken cancel) =>
        caller.MayEdit(ownerId)
        || (await db.Accounts.AsNoTracking().Where(row => row.Id == ownerId).Select(row => row.CollaborativeMetadata).SingleAsync(cancel)
            ?? await db.Configurations.AsNoTracking().Select(row => row.CollaborativeMetadata).SingleAsync(cancel)
            ?? true);

    /// <summary>Reads <c>visibility</c> and its older form <c>visible</c>; faults are noted.</summary>
    /// <exception cref="Http.Errors.ApiError">400: both at once, or a value that is pointless here.</exception>
    public static string? ReadVisibility(RequestFields fields, IOptions<AuthOptions> auth)
    {
        if (fields.Has("visibility") && fields.Has("visible")) throw UploadErrors.Incompatible("visibility", "visible");
        var visibility = fields.OneOf("visibility", Visibility.All);
        var visible = fields.Bool("visible");
        VisibilityRule.ThrowIfPointless(visibility, auth);
        return visibility ?? visible switch
        {
            true => Visibility.Anyone,
            false => Visibility.OwnerOnly,
            null => null,
        };
    }

    /// <summary>Sequences that are not deleted and that the caller may see.</summary>
    public static IQueryable<SequenceRow> ShownTo(this IQueryable<SequenceRow> sequences, Caller caller) =>
        sequences.VisibleTo(caller).Where(row => row.Status != SequenceStatus.Deleted);

    /// <summary>Pictures that the caller may see: in a sequence that is shown, or not yet in one.</summary>
    public static IQueryable<PictureRow> ShownTo(this IQueryable<PictureRow> pictures, PanoramaxDb db, Caller caller) =>
        pictures.VisibleTo(caller).Where(row =>
            !db.SequencesPictures.Any(member => member.PictureId == row.Id)
            || db.SequencesPictures.Any(member => member.PictureId == row.Id && db.Sequences.ShownTo(caller).Any(sequence => sequence.Id == member.SequenceId)));
}
