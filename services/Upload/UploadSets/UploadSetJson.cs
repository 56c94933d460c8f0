using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Jobs;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Domain.Sequences;
using Panoramax.Http;
using Panoramax.Http.Values;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.UploadSets;

/// <summary>An upload set as the API shows it. Settings that the set leaves to the instance are absent.</summary>
internal sealed record UploadSetJson
{
    [JsonPropertyName("id")] public required Guid Id { get; init; }
    [JsonPropertyName("created_at")] public required DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("account_id")] public required Guid AccountId { get; init; }
    [JsonPropertyName("title")] public required string Title { get; init; }
    [JsonPropertyName("estimated_nb_files")] public int? EstimatedNbFiles { get; init; }
    [JsonPropertyName("sort_method")] public required string SortMethod { get; init; }
    [JsonPropertyName("no_split")] public bool? NoSplit { get; init; }
    [JsonPropertyName("split_distance")] public int? SplitDistance { get; init; }
    [JsonPropertyName("split_time")] public double? SplitTime { get; init; }
    [JsonPropertyName("no_deduplication")] public bool? NoDeduplication { get; init; }
    [JsonPropertyName("duplicate_distance")] public double? DuplicateDistance { get; init; }
    [JsonPropertyName("duplicate_rotation")] public int? DuplicateRotation { get; init; }
    [JsonPropertyName("relative_heading")] public int? RelativeHeading { get; init; }
    [JsonPropertyName("metadata")] public JsonNode? Metadata { get; init; }
    [JsonPropertyName("semantics")] public required IReadOnlyList<TagJson> Semantics { get; init; }
    [JsonPropertyName("visibility")] public required string Visibility { get; init; }
    [JsonPropertyName("completed")] public required bool Completed { get; init; }
    [JsonPropertyName("dispatched")] public required bool Dispatched { get; init; }
    [JsonPropertyName("ready")] public required bool Ready { get; init; }
    [JsonPropertyName("nb_items")] public required int NbItems { get; init; }
    [JsonPropertyName("items_status")] public ItemsStatus? Status { get; init; }
    [JsonPropertyName("associated_collections")] public required IReadOnlyList<CollectionJson> Collections { get; init; }
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }

    /// <summary>
    /// <c>prepared</c>, <c>broken</c> and <c>not_processed</c> share out the pictures; <c>preparing</c> overlaps them.
    /// <c>rejected</c> counts files and is given for whole sets only.
    /// </summary>
    public sealed record ItemsStatus(
        [property: JsonPropertyName("prepared")] int Prepared,
        [property: JsonPropertyName("preparing")] int Preparing,
        [property: JsonPropertyName("broken")] int Broken,
        [property: JsonPropertyName("not_processed")] int NotProcessed,
        [property: JsonPropertyName("rejected")] int? Rejected = null);

    /// <summary>A sequence of the set.</summary>
    public sealed record CollectionJson(
        [property: JsonPropertyName("id")] Guid Id,
        [property: JsonPropertyName("nb_items")] int NbItems,
        [property: JsonPropertyName("title")] string? Title,
        [property: JsonPropertyName("ready")] bool Ready,
        [property: JsonPropertyName("extent")] ExtentJson Extent,
        [property: JsonPropertyName("items_status")] ItemsStatus Status,
        [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links);

    public sealed record ExtentJson([property: JsonPropertyName("temporal")] TemporalJson Temporal);

    public sealed record TemporalJson([property: JsonPropertyName("interval")] IReadOnlyList<IReadOnlyList<DateTimeOffset>> Interval);

    /// <summary>Loads one set.</summary>
    /// <exception cref="Http.Errors.ApiError">404: it is not there any more.</exception>
    public static async Task<UploadSetJson> Load(PanoramaxDb db, Guid id, Caller caller, Links links, CancellationToken cancel)
    {
        var set = await db.UploadSets.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw UploadErrors.UnknownSet();
        return (await LoadAll(db, [set], caller, links, cancel))[0];
    }

    /// <summary>Loads what belongs to some sets, in their order, with the same few statements for one set and for a thousand.</summary>
    public static async Task<IReadOnlyList<UploadSetJson>> LoadAll(
        PanoramaxDb db, IReadOnlyList<UploadSetRow> sets, Caller caller, Links links, CancellationToken cancel)
    {
        var ids = sets.Select(set => set.Id).ToArray();
        var counts = await CountPictures(db, ids, caller, cancel);
        var rejected = await db.Files.AsNoTracking().Where(file => ids.Contains(file.UploadSetId) && file.RejectionStatus != null)
            .GroupBy(file => file.UploadSetId).Select(group => new { Id = group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Id, group => group.Count, cancel);
        var tags = (await db.UploadSetsSemantics.AsNoTracking().Where(tag => ids.Contains(tag.UploadSetId)).ToListAsync(cancel)).ToLookup(tag => tag.UploadSetId);
        var sequences = (await db.Sequences.AsNoTracking().VisibleTo(caller)
                .Where(row => row.UploadSetId != null && ids.Contains(row.UploadSetId.Value) && row.Status != SequenceStatus.Deleted)
                .OrderBy(row => row.InsertedAt).ThenBy(row => row.Id)
                .Select(row => new Sequence(row.Id, row.UploadSetId!.Value, row.Title, row.Status)).ToListAsync(cancel))
            .ToLookup(row => row.UploadSetId);
        return [.. sets.Select(set => Of(set, [.. sequences[set.Id]], [.. counts[set.Id]], rejected.GetValueOrDefault(set.Id), tags[set.Id], links))];
    }

    /// <summary>
    /// Counts of the pictures by set and sequence. <c>Preparing</c> comes from the history rows that are open, of which there
    /// are no more than workers.
    /// </summary>
    private static async Task<ILookup<Guid, Counts>> CountPictures(PanoramaxDb db, Guid[] ids, Caller caller, CancellationToken cancel)
    {
        var prepare = JobKind.Prepare.Text();
        var groups = await (
            from picture in db.Pictures.AsNoTracking().VisibleTo(caller)
            where picture.UploadSetId != null && ids.Contains(picture.UploadSetId.Value)
            join member in db.SequencesPictures on picture.Id equals member.PictureId into members
            from member in members.DefaultIfEmpty()
            let preparing = db.JobHistory.Any(job => job.FinishedAt == null && job.SubjectId == picture.Id && job.Kind == prepare)
            group new { picture.PreparingStatus, picture.Ts, preparing } by new { SetId = picture.UploadSetId!.Value, SequenceId = (Guid?)member.SequenceId } into same
            select new
            {
                same.Key.SetId,
                Counts = new Counts(
                    same.Key.SequenceId,
                    same.Count(),
                    same.Count(row => row.PreparingStatus == PreparingStatus.Prepared),
                    same.Count(row => row.PreparingStatus == PreparingStatus.Broken),
                    same.Count(row => row.preparing),
                    same.Min(row => row.Ts),
                    same.Max(row => row.Ts)),
            }).ToListAsync(cancel);
        return groups.ToLookup(group => group.SetId, group => group.Counts);
    }

    private static UploadSetJson Of(
        UploadSetRow set, IReadOnlyList<Sequence> sequences, IReadOnlyList<Counts> counts, int rejected, IEnumerable<UploadSetSemanticsRow> tags, Links links)
    {
        // A picture is visible only with its sequence.
        var bySequence = counts.Where(count => count.SequenceId is not null).ToDictionary(count => count.SequenceId!.Value);
        var visible = counts.Where(count => count.SequenceId is null || sequences.Any(sequence => sequence.Id == count.SequenceId)).ToList();
        var collections = sequences.Where(sequence => bySequence.ContainsKey(sequence.Id))
            .Select(sequence => OfSequence(sequence, bySequence[sequence.Id], links)).ToList();
        return new UploadSetJson
        {
            Id = set.Id,
            CreatedAt = set.CreatedAt,
            AccountId = set.AccountId,
            Title = set.Title,
            EstimatedNbFiles = set.EstimatedNbFiles,
            SortMethod = set.SortMethod,
            NoSplit = set.NoSplit,
            SplitDistance = set.SplitDistance,
            SplitTime = set.SplitTime,
            NoDeduplication = set.NoDeduplication,
            DuplicateDistance = set.DuplicateDistance,
            DuplicateRotation = set.DuplicateRotation,
            RelativeHeading = set.RelativeHeading,
            Metadata = set.Metadata is { } metadata ? JsonSerializer.Deserialize(metadata, UploadJson.Default.JsonNode) : null,
            Semantics = TagJson.ListOf(tags),
            Visibility = set.Visibility ?? Domain.Pictures.Visibility.Anyone,
            Completed = set.Completed,
            Dispatched = set.Dispatched,
            Ready = set.Dispatched && collections.All(collection => collection.Ready),
            NbItems = visible.Sum(count => count.Total),
            Status = StatusOf(visible) with { Rejected = rejected },
            Collections = collections,
            Links = [LinkJson.Self(links.UploadSet(set.Id))],
        };
    }

    private static CollectionJson OfSequence(Sequence sequence, Counts counts, Links links)
    {
        var status = StatusOf([counts]);
        return new CollectionJson(
            sequence.Id, counts.Total, sequence.Title, status.NotProcessed == 0 && sequence.Status == SequenceStatus.Ready,
            new ExtentJson(new TemporalJson([[counts.FirstTs, counts.LastTs]])), status, [LinkJson.Self(links.Collection(sequence.Id))]);
    }

    private static ItemsStatus StatusOf(IReadOnlyList<Counts> counts) => new(
        counts.Sum(count => count.Prepared), counts.Sum(count => count.Preparing), counts.Sum(count => count.Broken),
        counts.Sum(count => count.Total - count.Prepared - count.Broken));

    private sealed record Sequence(Guid Id, Guid UploadSetId, string? Title, string Status);

    private sealed record Counts(Guid? SequenceId, int Total, int Prepared, int Broken, int Preparing, DateTimeOffset FirstTs, DateTimeOffset LastTs);
}

/// <summary>Sets of the caller. There are no paging links.</summary>
internal sealed record UploadSetsJson([property: JsonPropertyName("upload_sets")] IReadOnlyList<UploadSetJson> UploadSets);
