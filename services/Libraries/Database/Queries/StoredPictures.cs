using System.Data.Common;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;

namespace Panoramax.Database.Queries;

/// <summary>What is read of a picture to order a sequence and to compute what follows from its pictures.</summary>
/// <param name="FileName">Name in its upload set; null when it has no file there, or no set.</param>
/// <param name="CameraHeadingDegrees">What the camera wrote, also when the heading was computed since; null when unknown.</param>
/// <param name="SequenceId">The sequence that holds it now, with its <paramref name="Rank"/>.</param>
public sealed record StoredPicture(
    Guid Id, string? FileName, DateTimeOffset InsertedAt, Guid? SequenceId, int? Rank, int? HeadingDegrees, bool HeadingComputed,
    int? CameraHeadingDegrees, SummarizedPicture Summarized)
{
    public PictureOnPath OnPath() => new(Id, Summarized.Position, HeadingDegrees, HeadingComputed);
}

/// <summary>
/// Reads pictures and keeps their rows locked until the result is committed, so that no edit slips in between reading and
/// writing. Rows are locked by id, as everybody does who locks several.
/// </summary>
public static class StoredPictures
{
    private const string Columns = """
        p.id, f.file_name, p.inserted_at, sp.sequence_id, sp.rank, p.heading, p.heading_computed,
        ST_X(p.geom), ST_Y(p.geom), p.ts, p.type, p.make, p.model, p.h_pixel_density, p.gps_accuracy_m,
        (p.metadata->>'camera_heading')::int
        """;

    /// <summary>All pictures of an upload set, in the order they were sent.</summary>
    public static async Task<IReadOnlyList<StoredPicture>> LockThoseOfSet(PanoramaxDb db, Guid uploadSetId, CancellationToken cancel)
    {
        var pictures = await Read(db, $"""
            SELECT {Columns}
            FROM pictures p
            LEFT JOIN files f ON f.upload_set_id = p.upload_set_id AND f.picture_id = p.id
            LEFT JOIN sequences_pictures sp ON sp.picture_id = p.id
            WHERE p.upload_set_id = @id
            ORDER BY p.id FOR NO KEY UPDATE OF p
            """, uploadSetId, cancel);
        return [.. pictures.OrderBy(picture => picture.InsertedAt).ThenBy(picture => picture.Id)];
    }

    /// <summary>All pictures of a sequence, by rank.</summary>
    public static async Task<IReadOnlyList<StoredPicture>> LockThoseOfSequence(PanoramaxDb db, Guid sequenceId, CancellationToken cancel)
    {
        var pictures = await Read(db, $"""
            SELECT {Columns}
            FROM sequences_pictures sp
            JOIN pictures p ON p.id = sp.picture_id
            LEFT JOIN files f ON f.upload_set_id = p.upload_set_id AND f.picture_id = p.id
            WHERE sp.sequence_id = @id
            ORDER BY p.id FOR NO KEY UPDATE OF p
            """, sequenceId, cancel);
        return [.. pictures.OrderBy(picture => picture.Rank)];
    }

    private static async Task<List<StoredPicture>> Read(PanoramaxDb db, string sql, Guid id, CancellationToken cancel)
    {
        var pictures = new List<StoredPicture>();
        await using var command = db.Statement(sql, ("id", id));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            pictures.Add(new StoredPicture(
                reader.GetGuid(0), Text(reader, 1), reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetGuid(3), Whole(reader, 4), Whole(reader, 5), reader.GetBoolean(6), Whole(reader, 15),
                new SummarizedPicture(
                    new Position(reader.GetDouble(7), reader.GetDouble(8)), reader.GetFieldValue<DateTimeOffset>(9),
                    Text(reader, 10), Text(reader, 11), Text(reader, 12), Whole(reader, 13),
                    reader.IsDBNull(14) ? null : reader.GetDouble(14))));
        }

        return pictures;
    }

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static int? Whole(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
}
