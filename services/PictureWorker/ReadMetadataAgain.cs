using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Messaging.Contracts;
using Panoramax.Messaging.Jobs;
using Panoramax.Metadata;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>
/// Reads a picture's metadata again, by the rules of this build: from the stored tags, or from the file when the job says
/// so. Writes only what changed, and leaves alone what a person set and headings that come from the path.
/// </summary>
internal sealed class ReadMetadataAgain(PictureStores stores, IOptions<ImagingOptions> limits)
{
    /// <summary>Degrees; a point moves only by more than this, the precision of what is stored.</summary>
    private const double SamePlace = 1e-7;

    public Task<JobResult> Run(JobInProgress job, CancellationToken cancel) => Failures.Named(async () =>
    {
        using var span = Instruments.Activities.StartActivity(Spans.PictureReadMetadata);
        span?.SetTag(Spans.Attributes.PictureId, job.SubjectId);

        var id = job.SubjectId;
        var readsFile = JobMessages.ReadsFile(job.Taken.Args);
        PictureMetadata? read;
        try
        {
            read = readsFile ? await FromFile(id, cancel) : await FromStoredTags(job.Db, id, cancel);
        }
        catch (MetadataRefused refused)
        {
            throw new PermanentFailure(refused.Message, refused);
        }

        return read is null
            ? JobResult.Gone
            : JobResult.Done((change, stop) => Write(change, id, read, readsFile, stop));
    });

    private async Task<PictureMetadata> FromFile(Guid id, CancellationToken cancel)
    {
        var key = PictureKeys.Picture(id);
        await using var file = await stores.Incoming.Get(key, range: null, cancel)
            ?? await stores.Permanent.Get(key, range: null, cancel)
            ?? throw new PermanentFailure("the picture's file is in no store: neither received nor published");
        using var jpeg = new MemoryStream(await file.ReadAll(cancel), writable: false);
        return MetadataReader.Read(jpeg, limits.Value.MaxPixels, limits.Value.MaxProgressivePixels);
    }

    private static async Task<PictureMetadata?> FromStoredTags(PanoramaxDb db, Guid id, CancellationToken cancel)
    {
        var stored = await db.Pictures.Where(row => row.Id == id)
            .Join(db.PicturesExif, row => row.Id, exif => exif.PictureId, (row, exif) => new { row.Width, row.Height, exif.Exif })
            .SingleOrDefaultAsync(cancel);
        return stored is null
            ? null
            : MetadataReader.ReadStored(JsonSerializer.Deserialize<Dictionary<string, string>>(stored.Exif) ?? [], stored.Width, stored.Height);
    }

    private static async Task<bool> Write(Change change, Guid id, PictureMetadata read, bool readsFile, CancellationToken cancel)
    {
        var db = change.Db;
        // Locked, so that an edit of the same moment is either seen here or written over this.
        var row = await db.Pictures.FromSql($"SELECT * FROM pictures WHERE id = {id} FOR NO KEY UPDATE").SingleOrDefaultAsync(cancel);
        if (row is null) return false;

        var edited = await EditedColumns(db, id, cancel);
        var type = row.Type;
        var details = Take(row, read, edited);
        // Compared as values: the database writes the JSON text in its own way.
        if (PictureDetails.Parse(row.Metadata).ToJson() is var before && details.ToJson() is var after && before != after) row.Metadata = after;
        if (readsFile) await StoreTags(db, row, read, cancel);

        db.ChangeTracker.DetectChanges();
        if (db.Entry(row).State == EntityState.Unchanged) return true;
        row.UpdatedAt = await db.Database.SqlQuery<DateTimeOffset>($"SELECT now() AS \"Value\"").SingleAsync(cancel);

        var sequence = await db.SequencesPictures.Where(member => member.PictureId == id).Select(member => (Guid?)member.SequenceId).SingleOrDefaultAsync(cancel);
        if (sequence is { } sequenceId) change.Request(JobKind.Finalize, sequenceId, "ItemsEdited");
        // Another projection has other derivates.
        if (row.Type != type) change.Request(JobKind.Prepare, id, "AskedAgain", """{"skip_blurring": true}""");
        return true;
    }

    private static PictureDetails Take(PictureRow row, PictureMetadata read, HashSet<string> edited)
    {
        if (!edited.Contains("ts"))
        {
            row.Ts = read.Timestamp.ToUniversalTime();
            row.Tz = read.TimeZone;
            row.TzOffsetMinutes = (int)read.Timestamp.Offset.TotalMinutes;
        }

        var moves = Math.Abs(row.Geom.X - read.Longitude) > SamePlace || Math.Abs(row.Geom.Y - read.Latitude) > SamePlace;
        if (moves && !edited.Contains("geom")) row.Geom = row.Geom.Factory.CreatePoint(new NetTopologySuite.Geometries.Coordinate(read.Longitude, read.Latitude));
        if (read.HeadingDegrees is { } heading && !row.HeadingComputed && !edited.Contains("heading")) row.Heading = heading;

        row.Type = read.Type;
        row.Make = read.Make;
        row.Model = read.Model;
        row.FocalLength = read.FocalLengthMm;
        row.FieldOfView = read.FieldOfViewDegrees;
        row.GpsAccuracyM = read.GpsAccuracyMetres;
        row.HPixelDensity = read.FieldOfViewDegrees is { } degrees and > 0 ? (int)Math.Round((double)row.Width / degrees) : null;
        return PictureDetails.Parse(row.Metadata) with
        {
            TsGps = read.GpsTimestamp,
            TsCamera = read.CameraTimestamp,
            Yaw = read.YawDegrees,
            Pitch = read.PitchDegrees,
            Roll = read.RollDegrees,
            Altitude = read.AltitudeMetres,
            SensorWidth = read.SensorWidthMm,
            Crop = read.Crop,
            CameraHeading = read.HeadingDegrees,
            TagReaderWarnings = read.Warnings is { Count: > 0 } warnings ? warnings : null,
        };
    }

    private static async Task StoreTags(PanoramaxDb db, PictureRow row, PictureMetadata read, CancellationToken cancel)
    {
        var tags = read.Exif.ToDictionary();
        // What is served is upright, whatever the original's tag says.
        if (row.PreparingStatus == PreparingStatus.Prepared) tags.Remove("Exif.Image.Orientation");
        var json = JsonSerializer.Serialize(tags);
        await db.Database.ExecuteSqlAsync($"UPDATE pictures_exif SET exif = {json}::jsonb WHERE picture_id = {row.Id} AND exif <> {json}::jsonb", cancel);
    }

    /// <summary>Columns that a person set: an edit keeps the values before it under their names.</summary>
    private static async Task<HashSet<string>> EditedColumns(PanoramaxDb db, Guid id, CancellationToken cancel)
    {
        var edits = await db.PicturesChanges.Where(edit => edit.PictureId == id).Select(edit => edit.Previous).ToListAsync(cancel);
        var columns = new HashSet<string>(StringComparer.Ordinal);
        foreach (var edit in edits)
        {
            using var previous = JsonDocument.Parse(edit);
            columns.UnionWith(previous.RootElement.EnumerateObject().Select(column => column.Name));
        }

        return columns;
    }
}

internal sealed class ReadMetadataAgainConsumer(JobRunner runner, ReadMetadataAgain readAgain) : IConsumer<MetadataOutdated>
{
    // What cannot be read keeps the values it has.
    public Task Consume(ConsumeContext<MetadataOutdated> context) => runner.Run(
        JobKind.ReadMetadata, context.Message.PictureId, readAgain.Run, (_, _, _) => Task.CompletedTask, context.CancellationToken);
}
