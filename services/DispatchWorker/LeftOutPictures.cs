using System.Text.Json.Serialization;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;

namespace Panoramax.DispatchWorker;

/// <summary>Where, when and as which a capture duplicate was sent; kept in the details of its file, because its picture goes.</summary>
internal sealed record CapturedDetails(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("sent")] DateTimeOffset Sent,
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("longitude")] double Longitude,
    [property: JsonPropertyName("latitude")] double Latitude);

/// <summary>
/// The capture duplicates that earlier dispatches of a set removed. They take part in the order and in the splits as they
/// did then, so that completing a set again without a change changes nothing.
/// </summary>
internal static class LeftOutPictures
{
    public static CapturedDetails Remember(StoredPicture picture) => new(
        picture.Id, picture.InsertedAt, picture.Summarized.Timestamp, picture.Summarized.Position.Longitude, picture.Summarized.Position.Latitude);

    public static async Task<IReadOnlyList<(DateTimeOffset InsertedAt, DispatchedPicture Picture)>> Read(PanoramaxDb db, Guid setId, CancellationToken cancel)
    {
        var pictures = new List<(DateTimeOffset, DispatchedPicture)>();
        await using var command = db.Statement(
            """
            SELECT f.file_name, c.id, c.sent, c.at, c.longitude, c.latitude
            FROM files f, jsonb_to_record(f.rejection_details->'captured') AS c(id uuid, sent timestamptz, at timestamptz, longitude float8, latitude float8)
            WHERE f.upload_set_id = @set AND f.rejection_status = @reason AND f.rejection_details->'captured' IS NOT NULL
            """,
            ("set", setId), ("reason", RejectionReason.CaptureDuplicate));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var picture = new DispatchedPicture(
                reader.GetGuid(1), reader.GetString(0), new Position(reader.GetDouble(4), reader.GetDouble(5)), reader.GetFieldValue<DateTimeOffset>(3),
                HeadingDegrees: null, HeadingComputed: false, SequenceId: null) { IsLeftOut = true };
            pictures.Add((reader.GetFieldValue<DateTimeOffset>(2), picture));
        }

        return pictures;
    }
}
