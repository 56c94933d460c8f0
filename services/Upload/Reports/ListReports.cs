using System.Linq.Expressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Callers;
using Panoramax.Upload.Filters;

namespace Panoramax.Upload.Reports;

/// <summary>Lists of reports, newest first.</summary>
internal static class ListReports
{
    private const string Unfinished = "status IN ('open', 'open_autofix', 'waiting')";

    /// <summary>All reports, for administrators. Bad parameters are told before the missing right.</summary>
    /// <exception cref="Http.Errors.ApiError">400; 403.</exception>
    public static async Task<Ok<ReportsJson>> All(HttpRequest request, PanoramaxDb db, Caller caller, CancellationToken cancel)
    {
        var limit = ListLimit.Read(request);
        var filter = Filter(request, db, caller, Unfinished);
        if (!caller.IsAdmin) throw CallerErrors.AdministratorsOnly();
        return await Answer(db.Reports.Where(filter), limit, caller, cancel);
    }

    /// <summary>Reports made by the caller or about the caller's pictures and sequences.</summary>
    /// <exception cref="Http.Errors.ApiError">400.</exception>
    public static async Task<Ok<ReportsJson>> Mine(HttpRequest request, PanoramaxDb db, Caller caller, CancellationToken cancel)
    {
        var limit = ListLimit.Read(request);
        var filter = Filter(request, db, caller, $"{Unfinished} AND (reporter = 'me' OR owner = 'me')");
        var me = caller.AccountId!.Value;
        return await Answer(db.Reports.Where(IsReportedBy(me)).Union(db.Reports.Where(IsOwnedBy(db, me))).Where(filter), limit, caller, cancel);
    }

    private static async Task<Ok<ReportsJson>> Answer(IQueryable<ReportRow> reports, int limit, Caller caller, CancellationToken cancel)
    {
        var rows = await reports.AsNoTracking().OrderByDescending(row => row.TsOpened).ThenByDescending(row => row.Id).Take(limit).ToListAsync(cancel);
        return TypedResults.Ok(new ReportsJson([.. rows.Select(row => ReportJson.Of(row, caller.IsAdmin))]));
    }

    private static Expression<Func<ReportRow, bool>> Filter(HttpRequest request, PanoramaxDb db, Caller caller, string missing) => new FilterFields<ReportRow>()
        .Add("status", text => ReportWords.Statuses.Contains(text) ? row => row.Status == text : throw UploadErrors.BadFilter($"there is no status {text}"))
        .Add("reporter", text => IsReportedBy(Account(text, caller)))
        .Add("owner", text => IsOwnedBy(db, Account(text, caller)))
        .Read(request.Query.TryGetValue("filter", out var filter) ? filter.ToString() : missing);

    private static Expression<Func<ReportRow, bool>> IsReportedBy(Guid account) => row => row.ReporterAccountId == account;

    private static Expression<Func<ReportRow, bool>> IsOwnedBy(PanoramaxDb db, Guid account) => row =>
        db.Pictures.Any(picture => picture.Id == row.PictureId && picture.AccountId == account)
        || db.Sequences.Any(sequence => sequence.Id == row.SequenceId && sequence.AccountId == account);

    private static Guid Account(string text, Caller caller) => text == "me"
        ? caller.AccountId ?? Guid.Empty
        : Guid.TryParse(text, out var id) ? id : throw UploadErrors.BadFilter($"{text} is neither 'me' nor an account");
}
