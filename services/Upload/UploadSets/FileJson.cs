using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Panoramax.Database.Rows;
using Panoramax.Domain.UploadSets;
using Panoramax.Http;
using Panoramax.Http.Errors;

namespace Panoramax.Upload.UploadSets;

/// <summary>A received file as the API shows it. <c>rejected</c> is absent for accepted files: clients test for the key.</summary>
internal sealed record FileJson(
    [property: JsonPropertyName("picture_id")] Guid? PictureId,
    [property: JsonPropertyName("file_name")] string FileName,
    [property: JsonPropertyName("file_type")] string FileType,
    [property: JsonPropertyName("size")] long? Size,
    [property: JsonPropertyName("content_md5")] string? ContentMd5,
    [property: JsonPropertyName("inserted_at")] DateTimeOffset InsertedAt,
    [property: JsonPropertyName("rejected")] FileJson.Rejection? Rejected,
    [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links)
{
    public sealed record Rejection(
        [property: JsonPropertyName("reason")] string Reason,
        [property: JsonPropertyName("severity")] string Severity,
        [property: JsonPropertyName("message")] string Message,
        [property: JsonPropertyName("details")] JsonNode? Details);

    /// <param name="showsPicture">False for everybody but the set's owner.</param>
    /// <param name="language">For rejections without a text of their own.</param>
    public static FileJson Of(FileRow file, bool showsPicture, Links links, string language) => new(
        showsPicture ? file.PictureId : null, file.FileName, "picture", file.Size, file.ContentMd5?.ToString("N"), file.InsertedAt,
        file.RejectionStatus is { } reason ? RejectionOf(file, reason, language) : null,
        [LinkJson.Parent(links.UploadSet(file.UploadSetId))]);

    private static Rejection RejectionOf(FileRow file, string reason, string language) => new(
        reason,
        // A capture duplicate is no mistake of anybody.
        reason == RejectionReason.CaptureDuplicate && file.RejectionMessage is null ? "info" : "error",
        file.RejectionMessage ?? DefaultText(reason).In(language),
        file.RejectionDetails is { } details ? Shown(JsonSerializer.Deserialize(details, UploadJson.Default.JsonNode)) : null);

    /// <summary>Without what the dispatch notes there for itself.</summary>
    private static JsonNode? Shown(JsonNode? details)
    {
        if (details is JsonObject members) members.Remove("captured");
        return details;
    }

    private static LocalText DefaultText(string reason) => reason switch
    {
        RejectionReason.InvalidFile => UploadErrors.InvalidFileText,
        RejectionReason.InvalidMetadata => UploadErrors.InvalidMetadataText,
        RejectionReason.FileDuplicate => UploadErrors.FileDuplicateText,
        RejectionReason.CaptureDuplicate => UploadErrors.CaptureDuplicateText,
        _ => UploadErrors.OtherErrorText,
    };
}

/// <summary>All files of a set. There is no paging.</summary>
internal sealed record FilesJson(
    [property: JsonPropertyName("files")] IReadOnlyList<FileJson> Files,
    [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links);

/// <summary>A link object.</summary>
internal sealed record LinkJson(
    [property: JsonPropertyName("rel")] string Rel,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("href")] string Href)
{
    public static LinkJson Self(string href) => new("self", "application/json", href);

    public static LinkJson Parent(string href) => new("parent", "application/json", href);
}
