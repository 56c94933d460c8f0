using System.Text.Json;
using System.Text.Json.Serialization;
using NpgsqlTypes;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;
using Panoramax.Messaging.Jobs;
using Panoramax.ServiceDefaults.Telemetry;

namespace Panoramax.DispatchWorker;

/// <summary>
/// Writes the result of a dispatch. Sets of rows go in one statement each, ranks by binary COPY: a set may hold ten thousand
/// pictures and more.
/// </summary>
internal static class DispatchRows
{
    /// <param name="known">Sequences of the set that are not deleted, locked, with their own relative headings.</param>
    /// <param name="pictures">All pictures of the set as they are stored, locked.</param>
    /// <param name="unfinished">Pictures that are removed without a word, because their file was never accepted.</param>
    public static async Task Write(
        Change change, UploadSetRow set, IReadOnlyDictionary<Guid, int?> known, IReadOnlyList<StoredPicture> pictures, DispatchPlan plan,
        IReadOnlyList<Guid> unfinished, DateTimeOffset now, CancellationToken cancel)
    {
        var db = change.Db;
        var byId = pictures.ToDictionary(picture => picture.Id);
        var planned = WithIds(plan, now);
        await AddSequences(db, set, [.. planned.Where(sequence => sequence.Plan.ReusedSequenceId is null)], now, cancel);

        // Rows that stay as they are are neither removed nor written again.
        List<(Guid SequenceId, int Rank, Guid PictureId)> moved =
        [
            .. planned.SelectMany(sequence => sequence.Plan.Pictures.Select((picture, index) => (sequence.Id, Rank: index + 1, PictureId: picture.Id)))
                .Where(place => byId[place.PictureId] is var stored && (stored.SequenceId != place.Id || stored.Rank != place.Rank)),
        ];
        List<Guid> removed = [.. plan.Duplicates.Select(duplicate => duplicate.PictureId), .. unfinished];
        HashSet<Guid> changed =
        [
            .. moved.Select(place => place.SequenceId),
            .. moved.Select(place => byId[place.PictureId].SequenceId).OfType<Guid>(),
            .. removed.Select(id => byId[id].SequenceId).OfType<Guid>(),
        ];

        await RejectDuplicates(db, set.Id, plan.Duplicates, byId, cancel);
        await RemovePictures(change, removed, cancel);
        await Place(db, moved, cancel);
        await RetireSequences(db, [.. known.Keys.Except(planned.Select(sequence => sequence.Id))], now, cancel);
        await FinalizedSequences.Write(
            db,
            [
                .. planned.Select(sequence => new SequenceToFinalize(
                    sequence.Id,
                    RelativeHeading.Of(known.GetValueOrDefault(sequence.Id), set.RelativeHeading),
                    [.. sequence.Plan.Pictures.Select(picture => byId[picture.Id])],
                    changed.Contains(sequence.Id))),
            ],
            SequenceStatus.Ready, now, cancel);
        foreach (var sequence in planned) Instruments.SequencePictures.Record(sequence.Plan.Pictures.Count);

        await db.Statement("UPDATE upload_sets SET dispatched = TRUE WHERE id = @set AND NOT dispatched", ("set", set.Id)).Run(cancel);
    }

    private sealed record PlacedSequence(Guid Id, PlannedSequence Plan);

    /// <summary>New ids grow in the order of the sequences, so that lists by time of creation show them in that order.</summary>
    private static List<PlacedSequence> WithIds(DispatchPlan plan, DateTimeOffset now)
    {
        var ids = new Queue<Guid>(plan.Sequences.Where(sequence => sequence.ReusedSequenceId is null).Select(_ => Guid.CreateVersion7(now)).Order());
        return [.. plan.Sequences.Select(sequence => new PlacedSequence(sequence.ReusedSequenceId ?? ids.Dequeue(), sequence))];
    }

    /// <summary>A new sequence belongs to the set's owner and takes over who may see it, and the set's tags with who added them.</summary>
    private static async Task AddSequences(
        PanoramaxDb db, UploadSetRow set, List<PlacedSequence> added, DateTimeOffset now, CancellationToken cancel)
    {
        if (added.Count == 0) return;
        var ids = added.Select(sequence => sequence.Id).ToArray();
        await db.Statement(
            """
            INSERT INTO sequences (id, account_id, upload_set_id, status, visibility, title, user_agent, inserted_at, updated_at, nb_pictures)
            SELECT n.id, u.account_id, u.id, 'waiting-for-process', u.visibility, n.title, u.user_agent, @now, @now, 0
            FROM unnest(@ids, @titles) AS n(id, title), upload_sets u
            WHERE u.id = @set
            """,
            ("ids", ids), ("titles", added.Select(sequence => sequence.Plan.Title).ToArray()), ("set", set.Id), ("now", now)).Run(cancel);
        await db.Statement(
            """
            INSERT INTO sequences_semantics (sequence_id, key, value, account_id, ts)
            SELECT n.id, t.key, t.value, t.account_id, @now
            FROM unnest(@ids) AS n(id), upload_sets_semantics t
            WHERE t.upload_set_id = @set
            """,
            ("ids", ids), ("set", set.Id), ("now", now)).Run(cancel);
        await db.Statement(
            """
            INSERT INTO sequences_semantics_history (sequence_id, account_id, ts, updates)
            SELECT n.id, t.account_id, @now, jsonb_build_array(jsonb_build_object('action', 'add', 'key', t.key, 'value', t.value))
            FROM unnest(@ids) AS n(id), upload_sets_semantics t
            WHERE t.upload_set_id = @set
            ORDER BY n.id, t.key, t.value
            """,
            ("ids", ids), ("set", set.Id), ("now", now)).Run(cancel);
    }

    /// <summary>The file stays in the set's list and says which picture shows the same.</summary>
    private static async Task RejectDuplicates(PanoramaxDb db, Guid setId, IReadOnlyList<CaptureDuplicate> duplicates, Dictionary<Guid, StoredPicture> pictures, CancellationToken cancel)
    {
        if (duplicates.Count == 0) return;
        await db.Statement(
            """
            UPDATE files AS f SET rejection_status = @reason, rejection_message = NULL, rejection_details = n.details::jsonb
            FROM unnest(@ids, @details) AS n(picture_id, details)
            WHERE f.upload_set_id = @set AND f.picture_id = n.picture_id
            """,
            ("reason", RejectionReason.CaptureDuplicate),
            ("set", setId),
            ("ids", duplicates.Select(duplicate => duplicate.PictureId).ToArray()),
            ("details", duplicates.Select(duplicate => JsonSerializer.Serialize(
                new DuplicateDetails(duplicate.DuplicateOf, duplicate.DistanceMetres, duplicate.AngleDegrees, LeftOutPictures.Remember(pictures[duplicate.PictureId])),
                DispatchJson.Default.DuplicateDetails)).ToArray())).Run(cancel);
    }

    /// <summary>The rows go now, the files follow by a job; so their bytes can be sent again at once.</summary>
    private static async Task RemovePictures(Change change, List<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count == 0) return;
        await change.Db.Statement("DELETE FROM pictures WHERE id = ANY(@ids)", ("ids", ids.ToArray())).Run(cancel);
        await JobStore.Forget(change.Db, ids, cancel);
        foreach (var id in ids) change.Request(JobKind.Delete, id, "CaptureDuplicate");
    }

    private static async Task Place(PanoramaxDb db, List<(Guid SequenceId, int Rank, Guid PictureId)> places, CancellationToken cancel)
    {
        if (places.Count == 0) return;
        await db.Statement(
            "DELETE FROM sequences_pictures WHERE picture_id = ANY(@ids)", ("ids", places.Select(place => place.PictureId).ToArray())).Run(cancel);
        await using var rows = await db.Connection().BeginBinaryImportAsync(
            "COPY sequences_pictures (sequence_id, rank, picture_id) FROM STDIN (FORMAT BINARY)", cancel);
        foreach (var place in places)
        {
            await rows.StartRowAsync(cancel);
            await rows.WriteAsync(place.SequenceId, NpgsqlDbType.Uuid, cancel);
            await rows.WriteAsync(place.Rank, NpgsqlDbType.Integer, cancel);
            await rows.WriteAsync(place.PictureId, NpgsqlDbType.Uuid, cancel);
        }

        await rows.CompleteAsync(cancel);
    }

    /// <summary>Sequences that no picture is left for stay as rows, emptied, so that crawlers learn of the deletion.</summary>
    private static async Task RetireSequences(PanoramaxDb db, List<Guid> ids, DateTimeOffset now, CancellationToken cancel)
    {
        if (ids.Count == 0) return;
        await db.Statement("DELETE FROM sequences_pictures WHERE sequence_id = ANY(@ids)", ("ids", ids.ToArray())).Run(cancel);
        await db.Statement(
            """
            UPDATE sequences SET
                status = 'deleted', updated_at = @now, nb_pictures = 0, geom = NULL, bbox = NULL, length_m = NULL,
                min_picture_ts = NULL, max_picture_ts = NULL
            WHERE id = ANY(@ids)
            """,
            ("ids", ids.ToArray()), ("now", now)).Run(cancel);
        await JobStore.Forget(db, ids, cancel);
    }
}

/// <summary><c>details</c> of a file that is a capture duplicate, as the API shows them.</summary>
/// <param name="Distance">Metres.</param>
/// <param name="Angle">Degrees; null, and written so, when headings did not count.</param>
/// <param name="Captured">Not shown: what the next dispatch needs to know of it.</param>
internal sealed record DuplicateDetails(
    [property: JsonPropertyName("duplicate_of")] Guid DuplicateOf,
    [property: JsonPropertyName("distance")] double Distance,
    [property: JsonPropertyName("angle")] int? Angle,
    [property: JsonPropertyName("captured")] CapturedDetails Captured);

[JsonSerializable(typeof(DuplicateDetails))]
internal sealed partial class DispatchJson : JsonSerializerContext;
