using System.Text.Json;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Http.Values;
using Panoramax.Upload.Semantics;

namespace Panoramax.Upload.Annotations;

/// <summary>Tags and annotations that come with a picture's file; they belong to who sent it.</summary>
internal sealed record SentTags(IReadOnlyList<TagEdit> Semantics, IReadOnlyList<SentTags.Annotation> Annotations)
{
    public static SentTags None { get; } = new([], []);

    public sealed record Annotation(AnnotationShape Shape, IReadOnlyList<TagEdit> Semantics);

    /// <summary>Reads the form fields <c>semantics</c> and <c>annotations</c>, which hold JSON texts; faults are noted.</summary>
    public static SentTags Read(RequestFields fields) =>
        new(ReadJson(fields, "semantics") is { } tags ? TagEdits.ReadList(fields, tags, ["semantics"]) : [], ReadAnnotations(fields));

    /// <exception cref="Http.Errors.ApiError">400: a pair of tags comes twice, or a shape leaves the picture.</exception>
    public void ThrowIfUnfit(int width, int height)
    {
        TagEdits.Plan<PictureSemanticsRow>([], Semantics);
        foreach (var annotation in Annotations)
        {
            annotation.Shape.ThrowIfOutside(width, height);
            TagEdits.Plan<AnnotationSemanticsRow>([], annotation.Semantics);
        }
    }

    /// <summary>Adds the rows, with the history of who set them.</summary>
    public void AddTo(PanoramaxDb db, Guid pictureId, Guid accountId, DateTimeOffset now)
    {
        var added = TagEdits.Plan<PictureSemanticsRow>([], Semantics).Added;
        db.PicturesSemantics.AddRange(added.Select(tag => new PictureSemanticsRow
        {
            PictureId = pictureId, Key = tag.Key, Value = tag.Value, AccountId = accountId, Ts = now,
        }));
        PictureTags.AddHistory(db, pictureId, added, shape: null, accountId, now);

        // The same shape twice is one annotation with the tags of both.
        foreach (var same in Annotations.GroupBy(annotation => annotation.Shape.ToGeoJson()))
        {
            var row = new AnnotationRow { Id = Guid.CreateVersion7(now), PictureId = pictureId, Shape = same.Key };
            var tags = TagEdits.Plan<AnnotationSemanticsRow>([], [.. same.SelectMany(annotation => annotation.Semantics).Distinct()]).Added;
            if (tags.Count == 0) continue;
            db.Annotations.Add(row);
            db.AnnotationsSemantics.AddRange(tags.Select(tag => new AnnotationSemanticsRow
            {
                AnnotationId = row.Id, Key = tag.Key, Value = tag.Value, AccountId = accountId, Ts = now,
            }));
            PictureTags.AddHistory(db, pictureId, tags, row.Shape, accountId, now);
        }
    }

    private static List<Annotation> ReadAnnotations(RequestFields fields)
    {
        var annotations = new List<Annotation>();
        if (ReadJson(fields, "annotations") is not { } list) return annotations;
        if (list.ValueKind != JsonValueKind.Array)
        {
            fields.Fault(["annotations"], "must be a list of annotations", list);
            return annotations;
        }

        foreach (var (index, entry) in list.EnumerateArray().Index())
        {
            if (entry.ValueKind != JsonValueKind.Object)
            {
                fields.Fault(["annotations", index], "must be an object with shape and semantics", entry);
                continue;
            }

            var shape = AnnotationShape.Read(fields, entry.TryGetProperty("shape", out var given) ? given : null, ["annotations", index, "shape"]);
            var tags = entry.TryGetProperty("semantics", out var semantics) && semantics.ValueKind != JsonValueKind.Null
                ? TagEdits.ReadList(fields, semantics, ["annotations", index, "semantics"])
                : [];
            if (shape is not null) annotations.Add(new Annotation(shape, tags));
        }

        return annotations;
    }

    private static JsonElement? ReadJson(RequestFields fields, string name)
    {
        if (fields.Text(name) is not { } text) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            fields.Fault(name, "must be JSON");
            return null;
        }
    }
}
