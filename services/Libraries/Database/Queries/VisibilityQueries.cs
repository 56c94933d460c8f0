using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;

namespace Panoramax.Database.Queries;

/// <summary>
/// The visibility rule in SQL, written once: as LINQ for ordinary reads and as text for hand-written statements. Its twin over
/// plain values is <see cref="Visibility.IsVisible"/>; a test holds the three together.
/// </summary>
public static class VisibilityQueries
{
    public static IQueryable<PictureRow> VisibleTo(this IQueryable<PictureRow> pictures, Caller caller)
    {
        if (caller.IsAdmin) return pictures;
        var me = caller.AccountId;
        return caller.IsLoggedIn
            ? pictures.Where(row => row.Visibility == null || row.Visibility != Visibility.OwnerOnly || row.AccountId == me)
            : pictures.Where(row => row.Visibility == null || row.Visibility == Visibility.Anyone);
    }

    public static IQueryable<SequenceRow> VisibleTo(this IQueryable<SequenceRow> sequences, Caller caller)
    {
        if (caller.IsAdmin) return sequences;
        var me = caller.AccountId;
        return caller.IsLoggedIn
            ? sequences.Where(row => row.Visibility == null || row.Visibility != Visibility.OwnerOnly || row.AccountId == me)
            : sequences.Where(row => row.Visibility == null || row.Visibility == Visibility.Anyone);
    }

    public static IQueryable<UploadSetRow> VisibleTo(this IQueryable<UploadSetRow> sets, Caller caller)
    {
        if (caller.IsAdmin) return sets;
        var me = caller.AccountId;
        return caller.IsLoggedIn
            ? sets.Where(row => row.Visibility == null || row.Visibility != Visibility.OwnerOnly || row.AccountId == me)
            : sets.Where(row => row.Visibility == null || row.Visibility == Visibility.Anyone);
    }

    /// <summary>
    /// The rule as a SQL condition on a table alias that has <c>visibility</c> and <c>account_id</c>. For logged-in callers it
    /// uses the parameter <c>@caller</c> (uuid).
    /// </summary>
    /// <param name="alias">A table alias of the statement: program text, never input.</param>
    public static string Condition(string alias, Caller caller) => caller switch
    {
        { IsAdmin: true } => "TRUE",
        { IsLoggedIn: true } => $"({alias}.visibility IS DISTINCT FROM 'owner-only' OR {alias}.account_id = @caller)",
        _ => $"({alias}.visibility IS NULL OR {alias}.visibility = 'anyone')",
    };
}
