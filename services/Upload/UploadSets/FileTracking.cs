using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.UploadSets;
using Panoramax.Http.Errors;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Annotations;
using Panoramax.Upload.Receiving;

namespace Panoramax.Upload.UploadSets;

/// <summary>Why a file is refused.</summary>
/// <param name="Reason">See <see cref="RejectionReason"/>.</param>
/// <param name="Message">In the sender's language.</param>
/// <param name="Details">JSON object.</param>
/// <param name="Answer">What the sender gets, unless its name turns out to be taken.</param>
internal sealed record Rejection(string Reason, string Message, JsonObject? Details, ApiError Answer);

/// <summary>
/// Writes down what became of a received file, in one short transaction under the lock of its set's row: so counters and
/// completion are exact, however many files of the set arrive at once.
/// </summary>
internal sealed class FileTracking(PanoramaxDb db, JobRequests jobs, IOptions<UploadOptions> options, TimeProvider time)
{
    /// <summary>First half of the advisory lock's key; keys of two halves never meet those of one, which workers lock subjects by.</summary>
    private const int ContentLock = 0x4D4435;

    /// <summary>Writes an accepted picture: its rows, its file, the set's counters, the work that is owed.</summary>
    /// <exception cref="ApiError">404: the set is gone; 409: same bytes or same name, found out only now. Nothing is written then, or only the rejection.</exception>
    public async Task<FileRow> Accept(UploadSetRow seen, ReceivedPicture picture, SentTags tags, LocalText duplicateText, string language, CancellationToken cancel)
    {
        await using var change = await jobs.BeginChange(cancel);
        // The same bytes sent to two sets at once: only one of them becomes a picture.
        if (!options.Value.AcceptDuplicates)
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({ContentLock}, hashtext({picture.Md5.ToString()}))", cancel);

        var set = await db.UploadSets.Locked(seen.Id, cancel) ?? throw UploadErrors.UnknownSet();
        await ThrowIfInSet(set.Id, picture.Md5, cancel);
        if (await FindCopies(picture.Md5, cancel) is { Count: > 0 } copies)
        {
            await ThrowIfNameTaken(set.Id, picture.FileName, cancel);
            var rejection = Duplicate(copies, duplicateText.In(language));
            await Write(change, set, picture.FileName, picture.Md5, picture.Size, rejection, cancel);
            throw rejection.Answer;
        }

        var now = time.GetUtcNow();
        await ThrowIfNameTaken(set.Id, picture.FileName, cancel);
        db.Pictures.Add(picture.ToRow(set.AccountId, set.Id, now));
        db.PicturesExif.Add(picture.ToExifRow());
        tags.AddTo(db, picture.Id, set.AccountId, now);
        change.Request(JobKind.Prepare, picture.Id, "Uploaded");
        return await Write(change, set, picture.FileName, picture.Md5, picture.Size, rejection: null, cancel, picture.Id);
    }

    /// <summary>Writes a refused file. It counts: a set may be complete by it.</summary>
    /// <returns>The sender's answer: the rejection's own, or 409 when its name belongs to a picture already.</returns>
    public async Task<ApiError> Reject(Guid uploadSetId, string fileName, IncomingFile? file, Rejection rejection, CancellationToken cancel)
    {
        await using var change = await jobs.BeginChange(cancel);
        var set = await db.UploadSets.Locked(uploadSetId, cancel);
        if (set is null) return UploadErrors.UnknownSet();
        if (await NameTaken(set.Id, fileName, cancel) is { } taken) return UploadErrors.NameTaken(taken);
        await Write(change, set, fileName, file?.Md5, file?.Size, rejection, cancel);
        return rejection.Answer;
    }

    /// <exception cref="ApiError">409: the set holds a picture of these bytes.</exception>
    public async Task ThrowIfInSet(Guid uploadSetId, Guid md5, CancellationToken cancel)
    {
        var same = await db.Pictures.AsNoTracking().Where(row => row.UploadSetId == uploadSetId && row.OriginalContentMd5 == md5)
            .Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancel);
        if (same is { } id) throw UploadErrors.AlreadyInSet(id);
    }

    /// <exception cref="ApiError">409: a picture of the set has this name.</exception>
    public async Task ThrowIfNameTaken(Guid uploadSetId, string fileName, CancellationToken cancel)
    {
        if (await NameTaken(uploadSetId, fileName, cancel) is { } taken) throw UploadErrors.NameTaken(taken);
    }

    /// <summary>Pictures of the same bytes, where the instance does not accept them twice.</summary>
    public async Task<IReadOnlyList<(Guid PictureId, Guid? UploadSetId)>> FindCopies(Guid md5, CancellationToken cancel)
    {
        if (options.Value.AcceptDuplicates) return [];
        var copies = await db.Pictures.AsNoTracking().Where(row => row.OriginalContentMd5 == md5).OrderBy(row => row.Id)
            .Select(row => new { row.Id, row.UploadSetId }).ToListAsync(cancel);
        return [.. copies.Select(copy => (copy.Id, copy.UploadSetId))];
    }

    public static Rejection Duplicate(IReadOnlyList<(Guid PictureId, Guid? UploadSetId)> copies, string message) =>
        new(RejectionReason.FileDuplicate, message, null, UploadErrors.SentEarlier(copies));

    /// <summary>
    /// True when the server said that the transaction is not committed; false when nobody knows (the connection broke while
    /// committing): then the stored object must stay, for a row may point to it.
    /// </summary>
    public static bool SurelyNotCommitted(Exception error) => error switch
    {
        ApiError or OperationCanceledException => true,
        DbUpdateException { InnerException: PostgresException cause } => SurelyNotCommitted(cause),
        PostgresException postgres => !postgres.SqlState.StartsWith("08", StringComparison.Ordinal) && !postgres.SqlState.StartsWith("57", StringComparison.Ordinal),
        _ => false,
    };

    private async Task<Guid?> NameTaken(Guid uploadSetId, string fileName, CancellationToken cancel) =>
        await db.Files.AsNoTracking().Where(row => row.UploadSetId == uploadSetId && row.FileName == fileName)
            .Select(row => row.PictureId).FirstOrDefaultAsync(cancel);

    /// <summary>The file's row (a refused one of the same name is replaced), then the rule of completion.</summary>
    private async Task<FileRow> Write(
        Change change, UploadSetRow set, string fileName, Guid? md5, long? size, Rejection? rejection, CancellationToken cancel, Guid? pictureId = null)
    {
        var file = await db.Files.SingleOrDefaultAsync(row => row.UploadSetId == set.Id && row.FileName == fileName, cancel);
        if (file is null)
        {
            db.Files.Add(file = new FileRow { UploadSetId = set.Id, FileName = fileName, InsertedAt = time.GetUtcNow() });
            set.NbFiles++;
        }

        file.PictureId = pictureId;
        file.ContentMd5 = md5;
        file.Size = size;
        file.RejectionStatus = rejection?.Reason;
        file.RejectionMessage = rejection?.Message;
        file.RejectionDetails = rejection?.Details?.ToJsonString();

        if (set.Completed) set.Completed = false;
        else if (set.EstimatedNbFiles is { } expected && set.NbFiles == expected)
        {
            set.Completed = true;
            change.Request(JobKind.Dispatch, set.Id, "Completed");
        }

        await change.Commit(cancel);
        return file;
    }
}
