using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;

namespace Panoramax.Upload.Reports;

/// <summary>What a caller is to a report; the first that fits, in this order.</summary>
internal enum ReportRole
{
    None,
    Admin,
    Reporter,

    /// <summary>Of the picture or sequence that is reported.</summary>
    Owner,
}

internal static class ReportRoles
{
    public static async Task<ReportRole> Of(PanoramaxDb db, Caller caller, ReportRow report, CancellationToken cancel)
    {
        if (caller.IsAdmin) return ReportRole.Admin;
        if (caller.AccountId is not { } me) return ReportRole.None;
        if (report.ReporterAccountId == me) return ReportRole.Reporter;
        var owns = await db.Pictures.AnyAsync(row => row.Id == report.PictureId && row.AccountId == me, cancel)
            || await db.Sequences.AnyAsync(row => row.Id == report.SequenceId && row.AccountId == me, cancel);
        return owns ? ReportRole.Owner : ReportRole.None;
    }
}
