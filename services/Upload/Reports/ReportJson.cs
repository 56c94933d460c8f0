using System.Text.Json.Serialization;
using Panoramax.Database.Rows;

namespace Panoramax.Upload.Reports;

/// <summary>A report as the API shows it; the reporter's address and the resolver's words only to administrators.</summary>
internal sealed record ReportJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("issue")] string Issue,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("picture_id")] Guid? PictureId,
    [property: JsonPropertyName("sequence_id")] Guid? SequenceId,
    [property: JsonPropertyName("ts_opened")] DateTimeOffset TsOpened,
    [property: JsonPropertyName("ts_closed")] DateTimeOffset? TsClosed,
    [property: JsonPropertyName("reporter_account_id")] Guid? ReporterAccountId,
    [property: JsonPropertyName("resolver_account_id")] Guid? ResolverAccountId,
    [property: JsonPropertyName("reporter_comments")] string? ReporterComments)
{
    [JsonPropertyName("reporter_email")] public string? ReporterEmail { get; private init; }

    [JsonPropertyName("resolver_comments")] public string? ResolverComments { get; private init; }

    public static ReportJson Of(ReportRow row, bool forAdministrator)
    {
        var report = new ReportJson(
            row.Id, row.Issue, row.Status, row.PictureId, row.SequenceId, row.TsOpened, row.TsClosed, row.ReporterAccountId, row.ResolverAccountId, row.ReporterComments);
        return forAdministrator ? report with { ReporterEmail = row.ReporterEmail, ResolverComments = row.ResolverComments } : report;
    }
}

internal sealed record ReportsJson([property: JsonPropertyName("reports")] IReadOnlyList<ReportJson> Reports);

/// <summary>The texts of a report.</summary>
internal static class ReportWords
{
    public const string Open = "open";
    public const string OpenAutofix = "open_autofix";
    public const string Waiting = "waiting";
    public const string ClosedSolved = "closed_solved";
    public const string ClosedIgnored = "closed_ignored";

    public static IReadOnlyList<string> Issues { get; } =
        ["blur_missing", "blur_excess", "inappropriate", "privacy", "picture_low_quality", "mislocated", "copyright", "other"];

    /// <summary>What must not stay visible until somebody has looked at it.</summary>
    public static IReadOnlyList<string> HidingIssues { get; } = ["blur_missing", "inappropriate", "privacy", "copyright"];

    public static IReadOnlyList<string> Statuses { get; } = [Open, OpenAutofix, Waiting, ClosedSolved, ClosedIgnored];

    /// <summary>What a person may set.</summary>
    public static IReadOnlyList<string> SettableStatuses { get; } = [Waiting, ClosedSolved, ClosedIgnored];

    public static bool IsClosed(string status) => status is ClosedSolved or ClosedIgnored;
}
