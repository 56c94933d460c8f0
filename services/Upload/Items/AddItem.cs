using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Sequences;
using Panoramax.Http;
using Panoramax.Http.Errors;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Metadata;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.StacShapes;
using Panoramax.Upload.ExcludedAreas;
using Panoramax.Upload.Receiving;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload.Items;

/// <summary>
/// The older way to upload: one picture at a place in a collection. Nothing is looked for that was sent before, and refused
/// files leave no trace.
/// </summary>
internal sealed class AddItem(
    PanoramaxDb db, Uploader uploader, Reception reception, JobRequests jobs, StacAnswers answers, Links links, TimeProvider time)
{
    /// <exception cref="ApiError">The checks of the API, in its order: 415, 400, 404, 403, 409, 400, 500; 413 and 503 for what the server cannot take.</exception>
    public static Task<IResult> Handle(Guid id, HttpRequest request, HttpResponse response, AddItem use, CancellationToken cancel) =>
        use.Run(id, request, response, cancel);

    private async Task<IResult> Run(Guid id, HttpRequest request, HttpResponse response, CancellationToken cancel)
    {
        if (!MultipartForm.IsMultipart(request)) throw UploadErrors.NotMultipart();
        using var place = await reception.Enter(cancel);
        await using var form = await reception.Receive(request, "picture", cancel);
        var rank = ReadPosition(form.Texts);
        var fields = PictureFields.Read(form.Texts, strictBlurred: true);
        if (form is not { FileName: { Length: > 0 and <= MultipartForm.MaxNameLength } fileName }) throw UploadErrors.FileMissing("picture");
        if (form is not { HasJpegName: true, File: { } file }) throw UploadErrors.NotAJpegName();

        var sequence = await FindOwn(id, cancel);
        if (await db.SequencesPictures.AnyAsync(row => row.SequenceId == id && row.Rank == rank, cancel)) throw UploadErrors.PositionTaken(rank);

        var (content, picture) = ReadPicture(file, fileName, fields, Language.Of(request));
        await using (content)
        {
            if (await ExcludedAreaCheck.Find(db, picture.Place, sequence.AccountId, cancel) is { } area) throw UploadErrors.InExcludedArea(area.In(Language.Of(request)));
            fields.Tags.ThrowIfUnfit(picture.UprightWidth, picture.UprightHeight);
            await reception.Store(picture.Id, content);
        }

        await Write(id, rank, picture, fields);
        Instruments.PictureSize.Record(file.Size);
        Instruments.PicturesReceived.Add(1, new KeyValuePair<string, object?>("outcome", "accepted"));
        response.SetCreated(links.Item(id, picture.Id));
        return await answers.Item(picture.Id, cancel, StatusCodes.Status202Accepted, MediaTypes.Json);
    }

    private static int ReadPosition(IReadOnlyDictionary<string, string> texts)
    {
        var fields = RequestFields.OfForm(texts);
        var position = fields.Int("position", 1);
        if (!fields.Has("position")) fields.Missing("position");
        fields.ThrowIfFaulty();
        return position!.Value;
    }

    private async Task<SequenceRow> FindOwn(Guid id, CancellationToken cancel)
    {
        var owner = await uploader.Account(cancel);
        var sequence = await db.Sequences.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownCollection();
        if (sequence.AccountId == owner) return sequence.Status == SequenceStatus.Deleted ? throw UploadErrors.UnknownCollection() : sequence;
        // What the caller may not see is not there for them; administrators see it, but may not add to it.
        var isVisible = await db.Sequences.AsNoTracking().VisibleTo(uploader.Caller).AnyAsync(row => row.Id == id, cancel);
        throw isVisible ? UploadErrors.NotYourCollection() : UploadErrors.UnknownCollection();
    }

    private (Stream Content, ReceivedPicture Picture) ReadPicture(IncomingFile file, string fileName, PictureFields fields, string language)
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
            throw reason.Kind == RefusalKind.InvalidFile
                ? UploadErrors.InvalidFile(reason.Text(language))
                : UploadErrors.InvalidMetadata(reason.Text(language), reason.MissingFields);
        }
    }

    private async Task Write(Guid id, int rank, ReceivedPicture picture, PictureFields fields)
    {
        try
        {
            await WriteRows(id, rank, picture, fields);
        }
        catch (DbUpdateException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            await reception.TakeBack(picture.Id);
            throw UploadErrors.PositionTaken(rank);
        }
        catch (Exception error) when (FileTracking.SurelyNotCommitted(error))
        {
            await reception.TakeBack(picture.Id);
            throw;
        }
    }

    private async Task WriteRows(Guid id, int rank, ReceivedPicture picture, PictureFields fields)
    {
        await using var change = await jobs.BeginChange(CancellationToken.None);
        var sequence = await db.Sequences.Locked(id, CancellationToken.None);
        if (sequence is null || sequence.Status == SequenceStatus.Deleted) throw UploadErrors.UnknownCollection();

        var now = time.GetUtcNow();
        db.Pictures.Add(picture.ToRow(sequence.AccountId, uploadSetId: null, now));
        db.PicturesExif.Add(picture.ToExifRow());
        db.SequencesPictures.Add(new SequencePictureRow { SequenceId = id, Rank = rank, PictureId = picture.Id });
        fields.Tags.AddTo(db, picture.Id, sequence.AccountId, now);
        // Line and statistics follow when it is prepared; only what clients count is right at once.
        sequence.NbPictures++;
        sequence.UpdatedAt = now;
        change.Request(JobKind.Prepare, picture.Id, "Uploaded");
        await change.Commit(CancellationToken.None);
    }
}
