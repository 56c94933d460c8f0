using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Sequences;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Collections;

/// <summary>
/// Changes a sequence: its title and who sees it (owner only), its order and where the camera looks (who may help), its tags
/// (everybody). Line, statistics and headings follow in the same transaction, and so does the history.
/// </summary>
internal sealed class UpdateCollection(PanoramaxDb db, Caller caller, JobRequests jobs, StacAnswers answers, IOptions<AuthOptions> auth, TimeProvider time)
{
    private const int MaxTitleLength = 250;

    /// <exception cref="Http.Errors.ApiError">400 bad value; 404 unknown or deleted; 403; 422 the order cannot be made.</exception>
    public static async Task<IResult> Handle(Guid id, HttpRequest request, UpdateCollection use, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadJsonOrForm(request, cancel);
        return await use.Run(id, fields, request.HasFormContentType, cancel);
    }

    private async Task<IResult> Run(Guid id, RequestFields fields, bool isForm, CancellationToken cancel)
    {
        var wanted = Read(fields, isForm);
        var seen = await db.Sequences.AsNoTracking().ShownTo(caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownCollection();
        if ((wanted.Title ?? wanted.Visibility) is not null && !caller.MayEdit(seen.AccountId)) throw UploadErrors.NotYourCollection();
        if ((wanted.RelativeHeading is not null || wanted.Order is not null) && !await Editing.MayHelp(db, caller, seen.AccountId, cancel))
            throw UploadErrors.NotYourCollection();

        if (!wanted.IsEmpty)
        {
            await using var change = await jobs.BeginChange(cancel);
            var sequence = await db.Sequences.Locked(id, cancel);
            if (sequence is null || sequence.Status == SequenceStatus.Deleted) throw UploadErrors.UnknownCollection();
            await Apply(sequence, wanted, cancel);
            await change.Commit(cancel);
        }

        return await answers.Collection(id, cancel);
    }

    private Wanted Read(RequestFields fields, bool isForm)
    {
        var wanted = new Wanted(
            fields.Text("title", MaxTitleLength), Editing.ReadVisibility(fields, auth),
            fields.Int("relative_heading", RelativeHeading.Smallest, RelativeHeading.Largest), ReadOrder(fields),
            isForm ? [] : TagEdits.Read(fields) ?? []);
        fields.ThrowIfFaulty();
        return wanted;
    }

    /// <summary>A plus sign in a form arrives as a blank.</summary>
    private static string? ReadOrder(RequestFields fields)
    {
        if (fields.Text("sortby") is not { } text) return null;
        var order = text.StartsWith(' ') ? "+" + text[1..] : text;
        if (ReorderPictures.Orders.Contains(order)) return order;
        fields.Fault("sortby", $"must be one of {string.Join(", ", ReorderPictures.Orders)}");
        return null;
    }

    private async Task Apply(SequenceRow sequence, Wanted wanted, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var account = caller.AccountId!.Value;
        var previous = new JsonObject();
        if (wanted.Title is { } title && title != sequence.Title)
        {
            previous["title"] = sequence.Title;
            sequence.Title = title;
        }

        if (wanted.Visibility is { } visibility && visibility != sequence.Visibility)
        {
            previous["visibility"] = sequence.Visibility;
            sequence.Visibility = visibility;
        }

        if (wanted.RelativeHeading is { } degrees && degrees != sequence.RelativeHeading)
        {
            previous["relative_heading"] = sequence.RelativeHeading;
            sequence.RelativeHeading = degrees;
        }

        if (wanted.Order is { } order)
        {
            await Reorder(sequence.Id, order, cancel);
            if (order != sequence.CurrentSort) previous["current_sort"] = sequence.CurrentSort;
            sequence.CurrentSort = order;
        }

        sequence.UpdatedAt = now;
        var edit = ChangeHistory.Add(db, sequence, previous, account, now);
        await SequenceTags.Apply(db, sequence, wanted.Tags, account, now, cancel);
        await db.SaveChangesAsync(cancel);
        if (wanted.Order is not null || wanted.RelativeHeading is not null) await FollowPath(sequence, wanted, edit?.Id, account, now, cancel);
    }

    /// <summary>A relative heading that is asked for replaces every heading; a new order only those that follow the path.</summary>
    private async Task FollowPath(SequenceRow sequence, Wanted wanted, long? editId, Guid account, DateTimeOffset now, CancellationToken cancel)
    {
        var ofSet = await db.UploadSets.AsNoTracking().Where(set => set.Id == sequence.UploadSetId).Select(set => set.RelativeHeading).SingleOrDefaultAsync(cancel);
        var relative = RelativeHeading.Of(sequence.RelativeHeading, ofSet) with { ReplacesCameraHeadings = wanted.RelativeHeading is not null };
        var (pictures, headings) = await SequenceResults.Write(db, sequence.Id, relative, now, cancel);
        var before = pictures.ToDictionary(picture => picture.Id);
        foreach (var heading in headings)
        {
            var picture = before[heading.PictureId];
            ChangeHistory.Add(
                db, picture.Id, new JsonObject { ["heading"] = picture.HeadingDegrees, ["heading_computed"] = picture.HeadingComputed }, account, now, editId);
        }
    }

    private async Task Reorder(Guid sequenceId, string order, CancellationToken cancel)
    {
        var members = await (
            from member in db.SequencesPictures.AsNoTracking()
            join picture in db.Pictures.AsNoTracking() on member.PictureId equals picture.Id
            where member.SequenceId == sequenceId
            orderby member.Rank
            select new { picture.Id, picture.Metadata }).ToListAsync(cancel);
        if (members.Count == 0) return;
        if (order.EndsWith("filedate", StringComparison.Ordinal) && !await HasCameraDate(members[0].Id, cancel)) throw UploadErrors.CannotSort();

        var sorted = ReorderPictures.By(order, [.. members.Select(member => ToReorder(member.Id, PictureDetails.Parse(member.Metadata)))])
            ?? throw UploadErrors.CannotSort();
        await db.Statement(
            "UPDATE sequences_pictures m SET rank = n.rank FROM unnest(@ids, @ranks) AS n(id, rank) WHERE m.picture_id = n.id AND m.rank <> n.rank",
            ("ids", sorted.Select(picture => picture.Id).ToArray()), ("ranks", Enumerable.Range(1, sorted.Count).ToArray())).Run(cancel);
    }

    private static ReorderedPicture ToReorder(Guid id, PictureDetails details) => new(id, details.TsGps, details.TsCamera, details.OriginalFileName);

    /// <summary>Tags that say when the file was made.</summary>
    private async Task<bool> HasCameraDate(Guid pictureId, CancellationToken cancel)
    {
        var exif = await db.PicturesExif.AsNoTracking().Where(row => row.PictureId == pictureId).Select(row => row.Exif).SingleOrDefaultAsync(cancel);
        if (exif is null) return false;
        using var tags = JsonDocument.Parse(exif);
        string[] dates = ["Exif.Image.DateTimeOriginal", "Exif.Photo.DateTimeOriginal", "Exif.Image.DateTime", "Xmp.GPano.SourceImageCreateTime"];
        return Array.Exists(dates, name => tags.RootElement.TryGetProperty(name, out _));
    }

    private sealed record Wanted(string? Title, string? Visibility, int? RelativeHeading, string? Order, IReadOnlyList<TagEdit> Tags)
    {
        public bool IsEmpty => Title is null && Visibility is null && RelativeHeading is null && Order is null && Tags.Count == 0;
    }
}
