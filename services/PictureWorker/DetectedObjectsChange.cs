using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.PictureWorker.Blurring;

namespace Panoramax.PictureWorker;

/// <summary>
/// What a detector's findings change among a picture's annotations (<c>write.md</c> 17.3): tags that the same detector left
/// earlier go with all that qualifies them, other people's tags stay, emptied annotations vanish, and the new ones are
/// written as the default account. Findings that do not fit leave everything as it is and only give a warning.
/// </summary>
internal sealed partial class DetectedObjectsChange
{
    private readonly Guid pictureId;
    private readonly DetectedObjects? found;
    private readonly List<(AnnotationRow Row, List<AnnotationSemanticsRow> Tags, List<AnnotationSemanticsRow> Outdated)> present = [];

    private DetectedObjectsChange(Guid pictureId, DetectedObjects? found)
    {
        this.pictureId = pictureId;
        this.found = found;
    }

    /// <summary>Sentences for the job's history.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Reads what is there and decides; nothing is written yet.</summary>
    public static async Task<DetectedObjectsChange> Plan(PanoramaxDb db, Guid pictureId, BlurredPicture blurred, CancellationToken cancel)
    {
        if (blurred.Detected is not { } found) return new DetectedObjectsChange(pictureId, found: null);
        if (found.Refusal is { } refusal) return new DetectedObjectsChange(pictureId, found: null) { Warnings = [refusal] };

        var plan = new DetectedObjectsChange(pictureId, found);
        var annotations = await db.Annotations.AsNoTracking().Where(row => row.PictureId == pictureId).OrderBy(row => row.Id).ToListAsync(cancel);
        var ids = annotations.Select(row => row.Id).ToList();
        var tags = await db.AnnotationsSemantics.AsNoTracking().Where(row => ids.Contains(row.AnnotationId)).ToListAsync(cancel);
        foreach (var annotation in annotations)
        {
            var own = tags.Where(tag => tag.AnnotationId == annotation.Id).ToList();
            plan.present.Add((annotation, own, Outdated(own, found.Service)));
        }

        return plan.FirstDuplicate() is { } duplicate
            ? new DetectedObjectsChange(pictureId, found: null) { Warnings = [$"annotations of the blur service skipped: the tag {duplicate.Key}={duplicate.Value} is there already"] }
            : plan;
    }

    /// <summary>Writes into the result's transaction.</summary>
    public async Task Write(PanoramaxDb db, DateTimeOffset now, CancellationToken cancel)
    {
        if (found is null) return;
        var account = await db.Accounts.Where(row => row.IsDefault).Select(row => row.Id).SingleAsync(cancel);

        foreach (var (row, tags, outdated) in present)
        {
            var added = found.Objects.Where(each => SameShape(each.Shape, row.Shape)).SelectMany(each => each.Tags).ToList();
            if (outdated.Count == 0 && added.Count == 0) continue;

            var ids = outdated.Select(tag => tag.Id).ToList();
            await db.AnnotationsSemantics.Where(tag => ids.Contains(tag.Id)).ExecuteDeleteAsync(cancel);
            AddTags(db, row.Id, added, account, now);
            AddHistory(db, row.Shape, outdated, added, account, now);
            if (added.Count == 0 && tags.Count == outdated.Count) await db.Annotations.Where(each => each.Id == row.Id).ExecuteDeleteAsync(cancel);
        }

        foreach (var shape in found.Objects.GroupBy(each => each.Shape).Where(shape => !present.Exists(each => SameShape(each.Row.Shape, shape.Key))))
        {
            // An annotation without a tag says nothing.
            var tags = shape.SelectMany(each => each.Tags).ToList();
            if (tags.Count == 0) continue;
            var annotation = new AnnotationRow { Id = Guid.CreateVersion7(now), PictureId = pictureId, Shape = shape.Key };
            db.Annotations.Add(annotation);
            AddTags(db, annotation.Id, tags, account, now);
            AddHistory(db, annotation.Shape, [], tags, account, now);
        }
    }

    /// <summary>
    /// The tags that this detector left earlier: those that a <c>detection_model</c> of its name qualifies, and every
    /// qualifier of them.
    /// </summary>
    internal static List<AnnotationSemanticsRow> Outdated(IReadOnlyList<AnnotationSemanticsRow> tags, string service)
    {
        var marks = tags.Where(tag => Qualifier.Of(tag.Key) is { Name: "detection_model" } && tag.Value.StartsWith(service + "-", StringComparison.Ordinal)).ToList();
        var targets = marks.Select(mark => Qualifier.Of(mark.Key)!).ToList();
        var detected = tags.Where(tag => Qualifier.Of(tag.Key) is null && targets.Exists(target => target.Qualifies(tag))).ToList();
        var qualifiers = tags.Where(tag => Qualifier.Of(tag.Key) is { } qualifier && detected.Exists(qualifier.Qualifies));
        return [.. detected.Concat(marks).Concat(qualifiers).Distinct()];
    }

    private DetectedTag? FirstDuplicate()
    {
        foreach (var shape in found!.Objects.GroupBy(each => each.Shape))
        {
            var staying = present.Where(each => SameShape(each.Row.Shape, shape.Key))
                .SelectMany(each => each.Tags.Except(each.Outdated)).Select(tag => new DetectedTag(tag.Key, tag.Value));
            var twice = staying.Concat(shape.SelectMany(each => each.Tags)).GroupBy(tag => tag).FirstOrDefault(tag => tag.Count() > 1);
            if (twice is not null) return twice.Key;
        }

        return null;
    }

    private static void AddTags(PanoramaxDb db, Guid annotationId, IEnumerable<DetectedTag> tags, Guid account, DateTimeOffset now) =>
        db.AnnotationsSemantics.AddRange(tags.Select(tag => new AnnotationSemanticsRow
        {
            AnnotationId = annotationId, Key = tag.Key, Value = tag.Value, AccountId = account, Ts = now,
        }));

    private void AddHistory(
        PanoramaxDb db, string shape, IEnumerable<AnnotationSemanticsRow> deleted, IEnumerable<DetectedTag> added, Guid account, DateTimeOffset now)
    {
        var updates = deleted.Select(tag => Update("delete", tag.Key, tag.Value)).Concat(added.Select(tag => Update("add", tag.Key, tag.Value)));
        db.PicturesSemanticsHistory.Add(new PictureSemanticsHistoryRow
        {
            PictureId = pictureId, AccountId = account, Ts = now, Updates = JsonSerializer.Serialize(updates), AnnotationShape = shape,
        });
    }

    private static Dictionary<string, string> Update(string action, string key, string value) => new() { ["action"] = action, ["key"] = key, ["value"] = value };

    /// <summary>Stored shapes come back from the database with other spaces.</summary>
    private static bool SameShape(string one, string other)
    {
        using var first = JsonDocument.Parse(one);
        using var second = JsonDocument.Parse(other);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }

    /// <summary>A tag that speaks of another tag: <c>qualifier[key]</c>, <c>qualifier[key=*]</c> or <c>qualifier[key=value]</c>.</summary>
    private sealed partial record Qualifier(string Name, string Key, string? Value)
    {
        public static Qualifier? Of(string key)
        {
            var match = Form().Match(key);
            if (!match.Success) return null;
            var value = match.Groups[3] is { Success: true, Value: not "*" } wanted ? wanted.Value : null;
            return new Qualifier(match.Groups[1].Value, match.Groups[2].Value, value);
        }

        public bool Qualifies(TagRow tag) => tag.Key == Key && (Value is null || tag.Value == Value);

        [GeneratedRegex(@"^([^\[]*)\[([^=]+?)(?:=(.*))?\]$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
        private static partial Regex Form();
    }
}
