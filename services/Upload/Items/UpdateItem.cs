using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NetTopologySuite.Geometries;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;
using Panoramax.Messaging.Jobs;
using Panoramax.Upload.Collections;
using Panoramax.Upload.ExcludedAreas;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Items;

/// <summary>
/// Changes what is known of a picture: who sees it (owner only), where and when it was taken and where it looks (who may
/// help), its tags (everybody). The file is not touched. It works while the picture is still being prepared.
/// </summary>
internal sealed class UpdateItem(PanoramaxDb db, Caller caller, JobRequests jobs, StacAnswers answers, IOptions<AuthOptions> auth, TimeProvider time)
{
    /// <returns>200 with the item; 304 without a body when nothing is asked for.</returns>
    /// <exception cref="Http.Errors.ApiError">400 bad value, or a place in an excluded area; 404 unknown or not visible; 403.</exception>
    public static async Task<IResult> Handle(Guid pictureId, HttpRequest request, UpdateItem use, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadJsonOrForm(request, cancel);
        return await use.Run(pictureId, fields, request.HasFormContentType, cancel);
    }

    private async Task<IResult> Run(Guid id, RequestFields fields, bool isForm, CancellationToken cancel)
    {
        var wanted = Read(fields, isForm);
        var seen = await db.Pictures.AsNoTracking().ShownTo(db, caller).SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownPicture();
        // Before its set is dispatched a picture is no item.
        if (!await db.SequencesPictures.AnyAsync(row => row.PictureId == id, cancel)) throw UploadErrors.UnknownPicture();
        if (wanted.IsEmpty) return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        if (wanted.Visibility is not null && !caller.MayEdit(seen.AccountId)) throw UploadErrors.NotYourPicture();
        if (wanted.NeedsHelp && !await Editing.MayHelp(db, caller, seen.AccountId, cancel)) throw UploadErrors.NotYourPicture();
        if (wanted.Place is { } place && await ExcludedAreaCheck.Find(db, place, seen.AccountId, cancel) is { } area) throw UploadErrors.MovedIntoExcludedArea(area);

        await using (var change = await jobs.BeginChange(cancel))
        {
            var (sequence, ofSet) = wanted.MovesPath ? await LockSequence(seen, cancel) : default;
            var picture = await db.Pictures.Locked(id, cancel) ?? throw UploadErrors.UnknownPicture();
            var now = time.GetUtcNow();
            ChangeHistory.Add(db, id, Apply(picture, wanted), caller.AccountId!.Value, now);
            picture.UpdatedAt = now;
            await PictureTags.Apply(db, picture, wanted.Tags, caller.AccountId!.Value, now, cancel);
            await db.SaveChangesAsync(cancel);
            if (sequence is not null) await SequenceResults.FollowPath(db, sequence, ofSet, now, cancel);
            await change.Commit(cancel);
        }

        return await answers.Item(id, cancel);
    }

    /// <summary>
    /// The sequence that follows its pictures is locked before them, and their set before both: a dispatch may be moving them to
    /// another sequence.
    /// </summary>
    private async Task<(SequenceRow? Sequence, int? SetDegrees)> LockSequence(PictureRow picture, CancellationToken cancel)
    {
        var set = picture.UploadSetId is { } setId ? await db.UploadSets.Locked(setId, cancel) : null;
        var sequence = await db.SequencesPictures.AsNoTracking().Where(row => row.PictureId == picture.Id).Select(row => (Guid?)row.SequenceId).SingleOrDefaultAsync(cancel);
        return (sequence is { } id ? await db.Sequences.Locked(id, cancel) : null, set?.RelativeHeading);
    }

    private Wanted Read(RequestFields fields, bool isForm)
    {
        var latitude = fields.Number("latitude", -90, 90);
        var longitude = fields.Number("longitude", -180, 180);
        var wanted = new Wanted(
            fields.Int("heading", 0, 360), ReadTime(fields),
            latitude is { } y && longitude is { } x ? new Point(x, y) { SRID = 4326 } : null,
            Editing.ReadVisibility(fields, auth),
            isForm ? [] : TagEdits.Read(fields) ?? []);
        fields.ThrowIfFaulty();
        return latitude is null == longitude is null ? wanted : throw UploadErrors.LatitudeWithoutLongitude();
    }

    /// <summary>The time with the offset that was given; UTC when none was.</summary>
    private static DateTimeOffset? ReadTime(RequestFields fields)
    {
        if (fields.Instant("capture_time") is not { } instant) return null;
        return Lenient.DateTime(fields.Text("capture_time")!)?.Offset is { } offset ? instant.ToOffset(offset) : instant;
    }

    /// <returns>The values before.</returns>
    private static JsonObject Apply(PictureRow picture, Wanted wanted)
    {
        var previous = new JsonObject();
        if (wanted.Heading is { } heading && (heading != picture.Heading || picture.HeadingComputed))
        {
            previous["heading"] = picture.Heading;
            previous["heading_computed"] = picture.HeadingComputed;
            (picture.Heading, picture.HeadingComputed) = (heading, false);
        }

        if (wanted.Time is { } moment && moment != picture.Ts)
        {
            previous["ts"] = UtcTimeConverter.Text(picture.Ts);
            picture.Ts = moment.ToUniversalTime();
            if (moment.Offset != TimeSpan.Zero)
            {
                // Without an offset of its own the time is still shown in the zone of its place.
                previous["tz"] = picture.Tz;
                picture.Tz = "UTC" + moment.ToString("zzz", null);
                picture.TzOffsetMinutes = (int)moment.Offset.TotalMinutes;
            }
        }

        if (wanted.Place is { } place && !place.EqualsExact(picture.Geom))
        {
            previous["longitude"] = picture.Geom.X;
            previous["latitude"] = picture.Geom.Y;
            picture.Geom = place;
        }

        if (wanted.Visibility is { } visibility && visibility != picture.Visibility)
        {
            previous["visibility"] = picture.Visibility;
            picture.Visibility = visibility;
        }

        return previous;
    }

    private sealed record Wanted(int? Heading, DateTimeOffset? Time, Point? Place, string? Visibility, IReadOnlyList<TagEdit> Tags)
    {
        public bool MovesPath => Time is not null || Place is not null;

        public bool NeedsHelp => Heading is not null || MovesPath;

        public bool IsEmpty => !NeedsHelp && Visibility is null && Tags.Count == 0;
    }
}
