using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Domain.Accounts;

namespace Panoramax.Upload.Reports;

/// <summary>One report, for administrators, its reporter, and the owner of what is reported.</summary>
internal static class GetReport
{
    /// <exception cref="Http.Errors.ApiError">401 anonymous; 404; 403 everybody else.</exception>
    public static async Task<Ok<ReportJson>> Handle(Guid id, PanoramaxDb db, Caller caller, CancellationToken cancel)
    {
        if (!caller.IsLoggedIn) throw UploadErrors.ReportsNeedLogin();
        var report = await db.Reports.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownReport();
        return await ReportRoles.Of(db, caller, report, cancel) == ReportRole.None
            ? throw UploadErrors.NotYourReport()
            : TypedResults.Ok(ReportJson.Of(report, caller.IsAdmin));
    }
}
