using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.UploadSets;
using Panoramax.Http;
using Panoramax.Http.Errors;
using Panoramax.Metadata;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Upload.ExcludedAreas;
using Panoramax.Upload.Receiving;

namespace Panoramax.Upload.UploadSets;

/// <summary>
/// Takes a picture into an upload set. The bytes are stored first and the rows written second, in one short transaction, so
/// a row never points to bytes that do not exist. Files that are refused for what they are leave a file row with the reason.
/// </summary>
internal sealed partial class AddFile(PanoramaxDb db, Uploader uploader, Reception reception, FileTracking tracking, Links links, TimeProvider time, ILogger<AddFile> log)
{
    /// <exception cref="ApiError">The checks of the API, in its order: 415, 404, 403, 400, 409, 500; 413 and 503 for what the server cannot take.</exception>
    public static Task<Accepted<FileJson>> Handle(Guid id, HttpRequest request, AddFile use, CancellationToken cancel) => use.Run(id, request, cancel);

    private async Task<Accepted<FileJson>> Run(Guid id, HttpRequest request, CancellationToken cancel)
    {
        if (!MultipartForm.IsMultipart(request)) throw UploadErrors.NotMultipart();
        var set = await uploader.FindSet(id, cancel) ?? throw UploadErrors.UnknownSet();
        // Administrators too: a picture belongs to the owner of its set, who must have sent it.
        if (!await uploader.Owns(set.AccountId, cancel)) throw UploadErrors.NotYourSet();

        using var place = await reception.Enter(cancel);
        await using var form = await reception.Receive(request, "file", cancel);
        if (form.FileName is not { Length: > 0 } fileName) throw UploadErrors.FileMissing("file");
        if (fileName.Length > MultipartForm.MaxNameLength) throw UploadErrors.NameTooLong();

        var language = Language.Of(request);
        if (!form.HasJpegName)
            throw await Refuse(set, fileName, file: null, new Rejection(RejectionReason.InvalidFile, UploadErrors.NotAJpegNameText.In(language), null, UploadErrors.NotAJpegName()), cancel);

        var file = form.File ?? throw UploadErrors.FileMissing("file");
        var fields = PictureFields.Read(form.Texts);
        await tracking.ThrowIfInSet(set.Id, file.Md5, cancel);
        if (await tracking.FindCopies(file.Md5, cancel) is { Count: > 0 } copies)
            throw await Refuse(set, fileName, file, FileTracking.Duplicate(copies, UploadErrors.FileDuplicateText.In(language)), cancel);

        var (content, picture) = await ReadPicture(set, fileName, file, fields, language, cancel);
        await using (content)
        {
            if (await ExcludedAreaCheck.Find(db, picture.Place, set.AccountId, cancel) is { } area)
                throw await Refuse(set, fileName, file, ExcludedArea(area.In(language)), cancel);
            await tracking.ThrowIfNameTaken(set.Id, fileName, cancel);
            fields.Tags.ThrowIfUnfit(picture.UprightWidth, picture.UprightHeight);

            await reception.Store(picture.Id, content);
        }

        var row = await Write(set, picture, fields, language);
        Instruments.PictureSize.Record(file.Size);
        Instruments.PicturesReceived.Add(1, new KeyValuePair<string, object?>("outcome", "accepted"));
        return TypedResults.Accepted((string?)null, FileJson.Of(row, showsPicture: true, links, language));
    }

    private async Task<(Stream Content, ReceivedPicture Picture)> ReadPicture(
        UploadSetRow set, string fileName, IncomingFile file, PictureFields fields, string language, CancellationToken cancel)
    {
        try
        {
            var (content, metadata) = reception.ReadPicture(file, fields.Overrides);
            return (content, new ReceivedPicture
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()), Metadata = metadata, FileName = fileName, Size = file.Size, Md5 = file.Md5, IsBlurred = fields.IsBlurred,
            });
        }
        catch (MetadataRefused reason)
        {
            throw await Refuse(set, fileName, file, Unusable(reason, language), cancel);
        }
    }

    /// <summary>From here on the sender is not waited for any more: the bytes are there, so the rows are written.</summary>
    private async Task<FileRow> Write(UploadSetRow set, ReceivedPicture picture, PictureFields fields, string language)
    {
        try
        {
            return await tracking.Accept(set, picture, fields.Tags, UploadErrors.FileDuplicateText, language, CancellationToken.None);
        }
        catch (DbUpdateException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            await reception.TakeBack(picture.Id);
            await tracking.ThrowIfInSet(set.Id, picture.Md5, CancellationToken.None);
            throw;
        }
        catch (Exception error) when (FileTracking.SurelyNotCommitted(error))
        {
            await reception.TakeBack(picture.Id);
            throw;
        }
    }

    private async Task<ApiError> Refuse(UploadSetRow set, string fileName, IncomingFile? file, Rejection rejection, CancellationToken cancel)
    {
        Refused(log, set.Id, fileName, rejection.Reason, rejection.Message);
        Instruments.PicturesReceived.Add(1, new KeyValuePair<string, object?>("outcome", rejection.Reason));
        return await tracking.Reject(set.Id, fileName, file, rejection, cancel);
    }

    private static Rejection Unusable(MetadataRefused reason, string language)
    {
        var text = reason.Text(language);
        return reason.Kind == RefusalKind.InvalidFile
            ? new Rejection(RejectionReason.InvalidFile, text, null, UploadErrors.InvalidFile(text))
            : new Rejection(RejectionReason.InvalidMetadata, text, UploadErrors.MissingFields(reason.MissingFields), UploadErrors.InvalidMetadata(text, reason.MissingFields));
    }

    private static Rejection ExcludedArea(string text) => new(RejectionReason.InvalidMetadata, text, [], UploadErrors.InExcludedArea(text));

    [LoggerMessage(Level = LogLevel.Information, Message = "File {FileName} of upload set {UploadSetId} refused: {Reason}, {Text}")]
    private static partial void Refused(ILogger log, Guid uploadSetId, string fileName, string reason, string text);
}
