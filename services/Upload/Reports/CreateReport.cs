using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Collections;

namespace Panoramax.Upload.Reports;

/// <summary>
/// Says that something is wrong with a picture or sequence; everybody may, without a login. What may hurt somebody is hidden
/// at once from all but its owner, until a person has looked at it.
/// </summary>
internal static class CreateReport
{
    /// <exception cref="Http.Errors.ApiError">415; 400 bad or missing values; 404 what is reported is not there.</exception>
    public static async Task<Ok<ReportJson>> Handle(
        HttpRequest request, PanoramaxDb db, Uploader uploader, JobRequests jobs, TimeProvider time, CancellationToken cancel)
    {
        var (report, hides) = await Read(request, uploader.Caller, time.GetUtcNow(), cancel);
        await using var change = await jobs.BeginChange(cancel);
        await ThrowIfUnknown(db, uploader.Caller, report, cancel);
        if (hides) await Hide(db, report, await uploader.Account(cancel), time.GetUtcNow(), cancel);
        db.Reports.Add(report);
        await change.Commit(cancel);
        return TypedResults.Ok(ReportJson.Of(report, uploader.Caller.IsAdmin));
    }

    private static async Task<(ReportRow Report, bool Hides)> Read(HttpRequest request, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadJson(request, cancel);
        if (!fields.Has("issue")) fields.Missing("issue");
        var issue = fields.OneOf("issue", ReportWords.Issues);
        var hides = issue is not null && ReportWords.HidingIssues.Contains(issue);
        var report = new ReportRow
        {
            Id = Guid.CreateVersion7(now),
            Issue = issue ?? "",
            Status = hides ? ReportWords.OpenAutofix : ReportWords.Open,
            PictureId = fields.Uuid("picture_id"),
            SequenceId = fields.Uuid("sequence_id"),
            TsOpened = now,
            ReporterAccountId = caller.AccountId,
            ReporterEmail = fields.Text("reporter_email", 1000),
            ReporterComments = fields.Text("reporter_comments", 100_000),
        };
        if (!fields.Has("picture_id") && !fields.Has("sequence_id")) fields.Fault([], "picture_id or sequence_id is required", null);
        fields.ThrowIfFaulty();
        return (report, hides);
    }

    private static async Task ThrowIfUnknown(PanoramaxDb db, Caller caller, ReportRow report, CancellationToken cancel)
    {
        if (report.PictureId is { } picture && !await db.Pictures.ShownTo(db, caller).AnyAsync(row => row.Id == picture, cancel)) throw UploadErrors.UnknownPicture();
        if (report.SequenceId is { } sequence && !await db.Sequences.ShownTo(caller).AnyAsync(row => row.Id == sequence, cancel)) throw UploadErrors.UnknownCollection();
    }

    /// <summary>The picture, or the whole sequence when no picture is named.</summary>
    private static async Task Hide(PanoramaxDb db, ReportRow report, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        if (report.PictureId is { } pictureId)
        {
            var picture = await db.Pictures.Locked(pictureId, cancel) ?? throw UploadErrors.UnknownPicture();
            if (picture.Visibility == Visibility.OwnerOnly) return;
            ChangeHistory.Add(db, picture.Id, new JsonObject { ["visibility"] = picture.Visibility }, accountId, now);
            picture.Visibility = Visibility.OwnerOnly;
            picture.UpdatedAt = now;
        }
        else
        {
            var sequence = await db.Sequences.Locked(report.SequenceId!.Value, cancel);
            if (sequence is null || sequence.Status == SequenceStatus.Deleted) throw UploadErrors.UnknownCollection();
            if (sequence.Visibility == Visibility.OwnerOnly) return;
            ChangeHistory.Add(db, sequence, new JsonObject { ["visibility"] = sequence.Visibility }, accountId, now);
            sequence.Visibility = Visibility.OwnerOnly;
            sequence.UpdatedAt = now;
        }
    }
}
