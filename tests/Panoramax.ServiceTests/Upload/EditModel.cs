using System.Globalization;
using System.Text.Json.Nodes;
using Panoramax.Domain.Geometry;
using Panoramax.Domain.Sequences;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Tags of something: pairs of key and value, each once.</summary>
internal sealed class ModelTags : SortedSet<(string Key, string Value)>
{
    public ModelTags() : base(Comparer<(string Key, string Value)>.Create(
        (one, other) => (string.CompareOrdinal(one.Key, other.Key), string.CompareOrdinal(one.Value, other.Value)) is var (key, value) && key != 0 ? key : value))
    {
    }

    /// <summary>Applies edits, deletes first; nothing when a pair would be there twice.</summary>
    /// <returns>False for such a pair.</returns>
    public bool Apply(IReadOnlyList<(bool Add, string Key, string Value)> edits)
    {
        var after = new ModelTags();
        foreach (var pair in this) after.Add(pair);
        foreach (var (_, key, value) in edits.Where(edit => !edit.Add)) after.Remove((key, value));
        if (!edits.Where(edit => edit.Add).All(edit => after.Add((edit.Key, edit.Value)))) return false;
        Clear();
        foreach (var pair in after) Add(pair);
        return true;
    }

    public override string ToString() => string.Join(',', this.Select(tag => $"{tag.Key}={tag.Value}"));
}

internal sealed class ModelPicture
{
    public required Guid Id { get; init; }

    /// <summary>From 1, as the stem of its file's name, and seconds after the first picture on the camera's clock.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset Time { get; set; }

    public required Position Place { get; set; }

    public string? Visibility { get; set; }

    public int? Heading { get; set; }

    public bool IsHeadingComputed { get; set; }

    public ModelTags Tags { get; } = [];

    public Dictionary<int, (Guid Id, ModelTags Tags)> Annotations { get; } = [];
}

/// <summary>
/// What a sequence and its pictures should look like, in a hundred lines without a database: played beside the API by
/// <see cref="RandomEditTests"/>.
/// </summary>
internal sealed class ModelCollection
{
    public required Guid Id { get; init; }

    public required Person Owner { get; init; }

    /// <summary>Whether others may correct headings, times, places and the order.</summary>
    public required bool IsCollaborative { get; init; }

    public required string Title { get; set; }

    public string Visibility { get; set; } = "anyone";

    public int? RelativeHeading { get; set; }

    public string? Order { get; set; }

    public bool IsDeleted { get; set; }

    public ModelTags Tags { get; } = [];

    public List<ModelPicture> Pictures { get; } = [];

    public bool MayEdit(Viewer viewer) => viewer.IsAdmin || viewer.Person?.Id == Owner.Id;

    public bool MayHelp(Viewer viewer) => MayEdit(viewer) || (viewer.Person is not null && IsCollaborative);

    public bool IsSeenBy(Viewer viewer) => !IsDeleted && Sees(viewer, Visibility);

    public bool IsSeenBy(Viewer viewer, ModelPicture picture) => IsSeenBy(viewer) && Pictures.Contains(picture) && Sees(viewer, picture.Visibility);

    /// <summary>Headings that follow the path follow it again; all of them when a relative heading was just stated.</summary>
    public void FollowPath(bool replacesAll)
    {
        var path = Pictures.ConvertAll(picture => new PictureOnPath(picture.Id, picture.Place, picture.Heading, picture.IsHeadingComputed));
        foreach (var heading in ComputeHeadings.Along(path, new RelativeHeading(RelativeHeading ?? 0, replacesAll)))
        {
            var picture = Pictures.Single(picture => picture.Id == heading.PictureId);
            (picture.Heading, picture.IsHeadingComputed) = (heading.HeadingDegrees, true);
        }
    }

    public void Sort(string order)
    {
        // Names and the camera's times grow together here.
        Pictures.Sort((one, other) => one.Number.CompareTo(other.Number));
        if (order[0] == '-') Pictures.Reverse();
        Order = order;
    }

    /// <summary>What somebody reads, as a text; <see cref="Read"/> makes the same of the API's answers.</summary>
    public string SeenBy(Viewer viewer)
    {
        if (!IsSeenBy(viewer)) return "404";
        var pictures = Pictures.Where(picture => Sees(viewer, picture.Visibility)).Select(picture => string.Create(CultureInfo.InvariantCulture,
            $"{picture.Number} at {picture.Time.ToUniversalTime():HH:mm:ss} {picture.Place.Longitude} {picture.Place.Latitude} looks {picture.Heading} {picture.Visibility ?? "anyone"} [{picture.Tags}] {string.Join(';', picture.Annotations.Values.Select(annotation => $"<{annotation.Tags}>").Order(StringComparer.Ordinal))}"));
        return $"{Title} {Visibility} {Order} of {Pictures.Count} [{Tags}]\n{string.Join('\n', pictures)}";
    }

    /// <summary>The same text out of the answers of the reading service.</summary>
    public string Read(JsonNode collection, JsonNode items)
    {
        static string Tagged(JsonNode? tags) => string.Join(',', tags!.AsArray().Select(tag => $"{tag!["key"]}={tag["value"]}"));
        var pictures = items["features"]!.AsArray().Select(item =>
        {
            var (properties, place) = (item!["properties"]!, item["geometry"]!["coordinates"]!);
            var time = DateTimeOffset.Parse(properties["datetime"]!.GetValue<string>(), CultureInfo.InvariantCulture);
            var annotations = (properties["annotations"]?.AsArray() ?? []).Select(annotation => $"<{Tagged(annotation!["semantics"])}>").Order(StringComparer.Ordinal);
            return string.Create(CultureInfo.InvariantCulture,
                $"{NumberOf(item["id"]!.GetValue<Guid>())} at {time.ToUniversalTime():HH:mm:ss} {place[0]!.GetValue<double>()} {place[1]!.GetValue<double>()} looks {properties["view:azimuth"]} {properties["geovisio:visibility"]} [{Tagged(properties["semantics"])}] {string.Join(';', annotations)}");
        });
        return $"{collection["title"]} {collection["geovisio:visibility"]} {collection["geovisio:sorted-by"]} of {collection["stats:items"]!["count"]} [{Tagged(collection["semantics"])}]\n{string.Join('\n', pictures)}";
    }

    private int NumberOf(Guid id) => Pictures.Find(picture => picture.Id == id)?.Number ?? -1;

    private bool Sees(Viewer viewer, string? visibility) => visibility switch
    {
        null or "anyone" => true,
        "logged-only" => viewer.Person is not null,
        _ => MayEdit(viewer),
    };
}

/// <summary>Somebody who reads and edits; without a person: nobody.</summary>
internal sealed record Viewer(string Name, Person? Person, bool IsAdmin = false);
