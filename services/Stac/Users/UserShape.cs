using System.Text.Json.Serialization;
using Panoramax.Http;

namespace Panoramax.Stac.Users;

/// <summary>Links to a user that every list of users has.</summary>
internal static class UserLinks
{
    public static IReadOnlyList<LinkJson> Of(Guid id, Links links) =>
    [
        new("user-info", MediaTypes.Json, links.User(id)),
        new("collection", MediaTypes.Json, links.User(id) + "/collection"),
    ];
}

internal sealed record UsersJson
{
    [JsonPropertyName("type")] public string Type => "Catalog";
    [JsonPropertyName("id")] public string Id => "geovisio:users";
    [JsonPropertyName("stac_version")] public string StacVersion => "1.0.0";
    [JsonPropertyName("title")] public string Title => "Users of this instance";
    [JsonPropertyName("description")] public string Description => "All accounts; each one that owns sequences is a child";
    [JsonPropertyName("conformsTo")] public IReadOnlyList<string> ConformsTo => Catalog.GetConformance.Classes;
    [JsonPropertyName("users")] public required IReadOnlyList<ListedUserJson> Users { get; init; }
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }
}

internal sealed record ListedUserJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links);

internal sealed record FoundUsersJson([property: JsonPropertyName("features")] IReadOnlyList<FoundUserJson> Features);

/// <summary>The name is called <c>label</c> here, and here alone.</summary>
internal sealed record FoundUserJson(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("label")] string Label,
    [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links);

internal sealed record UserJson
{
    [JsonPropertyName("id")] public required Guid Id { get; init; }
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>The null is written: "as the instance says".</summary>
    [JsonPropertyName("collaborative_metadata"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required bool? CollaborativeMetadata { get; init; }
    [JsonPropertyName("default_visibility")] public string? DefaultVisibility { get; init; }
    [JsonPropertyName("tos_latest_change_read")] public bool? ReadLatestTerms { get; init; }
    [JsonPropertyName("tos_accepted")] public bool? AcceptedTerms { get; init; }
    [JsonPropertyName("permissions")] public PermissionsJson? Permissions { get; init; }
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }
}

internal sealed record PermissionsJson(
    [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("can_check_reports")] bool CanCheckReports,
    [property: JsonPropertyName("can_edit_excluded_areas")] bool CanEditExcludedAreas,
    [property: JsonPropertyName("can_edit_pages")] bool CanEditPages);

internal sealed record UserCatalogJson
{
    [JsonPropertyName("type")] public string Type => "Catalog";
    [JsonPropertyName("stac_version")] public string StacVersion => "1.0.0";
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("title")] public required string Title { get; init; }
    [JsonPropertyName("description")] public required string Description { get; init; }
    [JsonPropertyName("conformsTo")] public IReadOnlyList<string> ConformsTo => Catalog.GetConformance.Classes;
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }
}
