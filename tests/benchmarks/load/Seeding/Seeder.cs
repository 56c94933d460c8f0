using System.Diagnostics;
using System.Globalization;
using NetTopologySuite.Geometries;
using Npgsql;
using Panoramax.Database.Rows;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Testing.Servers;

namespace Panoramax.Load.Seeding;

/// <summary>
/// Fills a database as years of uploads, dispatches and preparations would have, by binary COPY: accounts, upload sets,
/// files, sequences with their statistics, pictures with EXIF, tags, annotations; then indexes, statistics and the grid.
/// </summary>
internal sealed class Seeder(TestDatabase database, long pictures, TextWriter log)
{
    public const int Seed = 20_260_301;

    private static readonly string[] tables =
        ["pictures", "pictures_exif", "sequences_pictures", "sequences", "upload_sets", "files", "pictures_semantics", "sequences_semantics", "annotations", "annotations_semantics"];

    private static readonly string[] tagValues = ["yes", "no", "FR:B14", "FR:AB4", "FR:C20a", "Q811683", "Q3497167", "bench", "street_lamp", "bicycle_parking"];

    private readonly GeometryFactory wgs84 = new(new PrecisionModel(), 4326);

    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> Fill()
    {
        var watch = Stopwatch.StartNew();
        await using var source = database.Source("owner");
        var bare = await BareTables.Strip(source, tables);
        await AddAccounts(source);
        await Copy(source, watch);
        await Say(watch, "rows are written");
        await bare.Dress();
        await Say(watch, "indexes are made");
        foreach (var table in tables.Append("accounts")) await Run(source, $"VACUUM (ANALYZE) {table}");
        // The grid belongs to the dispatch worker, whose statements end after five minutes.
        await using (var worker = database.Source("dispatch_worker"))
        {
            await Run(worker, "SET statement_timeout = 0; REFRESH MATERIALIZED VIEW pictures_grid");
            await Run(worker, "ANALYZE pictures_grid");
        }

        await Say(watch, "grid and statistics are there");
        return watch.Elapsed;
    }

    private async Task Copy(NpgsqlDataSource source, Stopwatch watch)
    {
        await using var sets = await CopyStream.Begin(source, "upload_sets (id, account_id, title, created_at, nb_files, estimated_nb_files, completed, dispatched, sort_method, user_agent)");
        await using var sequences = await CopyStream.Begin(source, """
            sequences (id, account_id, upload_set_id, status, visibility, title, inserted_at, updated_at, min_picture_ts, max_picture_ts, nb_pictures,
            geom, bbox, length_m, computed_type, computed_model, computed_capture_date, computed_h_pixel_density, computed_gps_accuracy, user_agent)
            """);
        await using var rows = await CopyStream.Begin(source, """
            pictures (id, account_id, upload_set_id, preparing_status, blurred_by_author, visibility, geom, ts, tz, tz_offset_minutes, heading, heading_computed, type,
            width, height, cols, rows, make, model, focal_length, field_of_view, gps_accuracy_m, h_pixel_density, original_content_md5, inserted_at, updated_at, metadata)
            """);
        await using var exif = await CopyStream.Begin(source, "pictures_exif (picture_id, exif)");
        await using var members = await CopyStream.Begin(source, "sequences_pictures (sequence_id, rank, picture_id)");
        await using var files = await CopyStream.Begin(source, "files (upload_set_id, file_name, picture_id, content_md5, size, inserted_at)");
        await using var tags = await CopyStream.Begin(source, "pictures_semantics (picture_id, key, value, account_id, ts)");
        await using var sequenceTags = await CopyStream.Begin(source, "sequences_semantics (sequence_id, key, value, account_id, ts)");
        await using var annotations = await CopyStream.Begin(source, "annotations (id, picture_id, shape)");
        await using var annotationTags = await CopyStream.Begin(source, "annotations_semantics (annotation_id, key, value, account_id, ts)");

        var written = 0L;
        foreach (var sequence in new Journeys(Seed, pictures).All())
        {
            WriteSet(sets, sequence);
            WriteSequence(sequences, sequence);
            if (sequence.Number % 10 == 0) WriteTag(sequenceTags, sequence.Id, "highway", "residential", sequence);
            for (var at = 0; at < sequence.Pictures.Count; at++)
            {
                var (picture, rank) = (sequence.Pictures[at], at + 1);
                WritePicture(rows, sequence, picture, rank);
                exif.Row(2).Value(picture.Id).Json(ExifText.Of(sequence, picture, rank));
                members.Row(3).Value(sequence.Id).Value(rank).Value(picture.Id);
                files.Row(6).Value(sequence.UploadSetId).Value(FileName(rank)).Value(picture.Id).Value(Md5(picture)).Value(FileSize(rank)).Value(sequence.InsertedAt);
                // Every fiftieth picture shows something that somebody has tagged.
                if (written % 50 == 0) WriteTag(tags, picture.Id, "osm|traffic_sign", tagValues[written / 50 % tagValues.Length], sequence);
                if (written % 200 == 0)
                {
                    var annotation = Guid.CreateVersion7(sequence.InsertedAt);
                    annotations.Row(3).Value(annotation).Value(picture.Id).Json("""{"type":"Polygon","coordinates":[[[10,10],[300,10],[300,200],[10,200],[10,10]]]}""");
                    WriteTag(annotationTags, annotation, "osm|amenity", tagValues[written / 200 % tagValues.Length], sequence);
                }

                if (++written % 1_000_000 == 0) await Say(watch, $"{written:N0} pictures");
            }
        }

        foreach (var import in (CopyStream[])[sets, sequences, rows, exif, members, files, tags, sequenceTags, annotations, annotationTags]) await import.Complete();
    }

    private void WritePicture(CopyStream rows, SeededSequence sequence, SeededPicture picture, int rank)
    {
        var camera = sequence.Camera;
        TileGrid? grid = camera.Type == PictureType.Equirectangular ? TileGrid.Of(camera.Width) : null;
        var local = TimeSpan.FromHours(1);
        var details = new PictureDetails
        {
            OriginalFileName = FileName(rank), OriginalFileSize = FileSize(rank), TsGps = picture.Ts.ToOffset(local), TsCamera = picture.Ts.ToOffset(local),
            Altitude = 40 + (rank % 400), Orientation = 1, Pitch = camera.FieldOfView == 360 ? 0.5 : null, Roll = camera.FieldOfView == 360 ? -0.2 : null,
        };
        rows.Row(27)
            .Value(picture.Id).Value(sequence.AccountId).Value(sequence.UploadSetId).Value(picture.Status).Value(false).Value(picture.Visibility)
            .Point(picture.Place.Longitude, picture.Place.Latitude).Value(picture.Ts).Value("UTC+01:00").Value(60).Value(picture.Heading).Value(false).Value(camera.Type)
            .Value(camera.Width).Value(camera.Height).Value(grid?.Columns).Value(grid?.Rows).Value(camera.Make).Value(camera.Model)
            .Value(camera.FocalLength > 0 ? camera.FocalLength : null).Value(camera.FieldOfView)
            .Value(picture.Accuracy).Value(SequenceSummary.DensityOf(camera.Width, camera.FieldOfView)).Value(Md5(picture))
            .Value(sequence.InsertedAt).Value(sequence.InsertedAt).Json(details.ToJson());
    }

    private void WriteSequence(CopyStream sequences, SeededSequence sequence)
    {
        var camera = sequence.Camera;
        var density = SequenceSummary.DensityOf(camera.Width, camera.FieldOfView);
        var summary = SequenceSummary.Of([.. sequence.Pictures.Select(picture =>
            new SummarizedPicture(picture.Place, picture.Ts, camera.Type, camera.Make, camera.Model, density, picture.Accuracy))]);
        Geometry? line = summary.Line.Count == 0
            ? null
            : wgs84.CreateMultiLineString([.. summary.Line.Select(part => wgs84.CreateLineString([.. part.Select(place => new Coordinate(place.Longitude, place.Latitude))]))]);
        var bounds = summary.Box!.Value;
        var box = wgs84.ToGeometry(new Envelope(bounds.West, bounds.East, bounds.South, bounds.North));
        sequences.Row(20)
            .Value(sequence.Id).Value(sequence.AccountId).Value(sequence.UploadSetId).Value(SequenceStatus.Ready).Value(sequence.Visibility).Value(sequence.Title)
            .Value(sequence.InsertedAt).Value(sequence.InsertedAt.AddHours(1)).Value(summary.FirstTimestamp).Value(summary.LastTimestamp).Value(summary.PictureCount)
            .Value(line).Value(box).Value(line is null ? null : (double?)summary.LengthMetres).Value(summary.Type).Value(summary.CameraModel).Value(summary.CaptureDate)
            .Value(summary.PixelsPerDegree).Value(summary.GpsAccuracyMetres).Value("panoramax_cli/1.2.0");
    }

    private static void WriteSet(CopyStream sets, SeededSequence sequence) => sets.Row(10)
        .Value(sequence.UploadSetId).Value(sequence.AccountId).Value(sequence.Title).Value(sequence.InsertedAt).Value(sequence.Pictures.Count).Value(sequence.Pictures.Count)
        .Value(true).Value(true).Value("time-asc").Value("panoramax_cli/1.2.0");

    private static void WriteTag(CopyStream tags, Guid owner, string key, string value, SeededSequence sequence) =>
        tags.Row(5).Value(owner).Value(key).Value(value).Value(sequence.AccountId).Value(sequence.InsertedAt);

    private static async Task AddAccounts(NpgsqlDataSource source)
    {
        await using var accounts = await CopyStream.Begin(source, "accounts (id, name, role, is_default, created_at)");
        for (var number = 0; number < Journeys.Accounts; number++)
            accounts.Row(5).Value(Journeys.Account(number)).Value($"Photographer {number}").Value("user").Value(false).Value(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await accounts.Complete();
    }

    private static string FileName(int rank) => string.Create(CultureInfo.InvariantCulture, $"GS{rank:000000}.JPG");

    private static long FileSize(int rank) => 4_000_000 + (rank * 7_919L % 3_000_000);

    /// <summary>Any value that no other picture has.</summary>
    private static Guid Md5(SeededPicture picture)
    {
        var bytes = picture.Id.ToByteArray();
        Array.Reverse(bytes);
        return new Guid(bytes);
    }

    private Task Say(Stopwatch watch, string what) => log.WriteLineAsync($"{watch.Elapsed.TotalSeconds,6:0} s  {what}");

    private static async Task Run(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
