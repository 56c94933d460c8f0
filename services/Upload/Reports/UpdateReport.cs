using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Domain.Accounts;
using Panoramax.Http;
using Panoramax.Http.Values;

namespace Panoramax.Upload.Reports;

/// <summary>Handles a report. Closing it undoes nothing by itself: whoever closes it decides about the picture.</summary>
internal static class UpdateReport
{
    /// <exception cref="Http.Errors.ApiError">415; 404; 403; 400 a bad value, or one that this role may not set.</exception>
    public static async Task<Ok<ReportJson>> Handle(
        Guid id, HttpRequest request, HttpResponse response, PanoramaxDb db, Caller caller, Links links, TimeProvider time, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadJson(request, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var report = await db.Reports.FromSql($"SELECT * FROM reports WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancel) ?? throw UploadErrors.UnknownReport();
        var role = await ReportRoles.Of(db, caller, report, cancel);
        if (role == ReportRole.None) throw UploadErrors.NotYourReport();

        var status = fields.OneOf("status", ReportWords.SettableStatuses);
        var comments = fields.Text("resolver_comments", 100_000);
        var issue = fields.OneOf("issue", ReportWords.Issues);
        var email = fields.Text("reporter_email", 1000);
        ForbidBeyondRole(fields, role, status);
        fields.ThrowIfFaulty();

        if (fields.Names.Any(fields.Has))
        {
            report.Status = status ?? report.Status;
            report.ResolverComments = comments ?? report.ResolverComments;
            report.Issue = issue ?? report.Issue;
            report.ReporterEmail = email ?? report.ReporterEmail;
            var closes = ReportWords.IsClosed(report.Status);
            report.TsClosed = closes ? time.GetUtcNow() : null;
            report.ResolverAccountId = closes ? caller.AccountId : null;
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }

        response.SetCreated(links.Report(id));
        return TypedResults.Ok(ReportJson.Of(report, caller.IsAdmin));
    }

    private static void ForbidBeyondRole(RequestFields fields, ReportRole role, string? status)
    {
        if (role == ReportRole.Admin) return;
        foreach (var name in new[] { "issue", "reporter_email" }.Where(fields.Has)) Forbid(fields, role, $"only administrators may change {name}");
        if (role != ReportRole.Reporter) return;
        if (fields.Has("resolver_comments")) Forbid(fields, role, "a reporter may not change resolver_comments");
        if (status == ReportWords.ClosedIgnored) Forbid(fields, role, "a reporter may not set closed_ignored");
    }

    /// <summary>The whole body is at fault, with what the caller is to the report.</summary>
    private static void Forbid(RequestFields fields, ReportRole role, string error)
    {
        var input = fields.Names.ToDictionary(name => name, name => fields.Raw(name));
        input["editor_role"] = JsonSerializer.SerializeToElement(role.ToString().ToLowerInvariant());
        fields.Fault([], error, JsonSerializer.SerializeToElement(input));
    }
}
