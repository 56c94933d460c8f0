using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Accounts;

/// <summary>
/// An account as it sees itself. The reading service sends the same shape for <c>/api/users/{id}</c>; a test holds both together.
/// </summary>
internal sealed record UserJson
{
    [JsonPropertyName("id")] public required Guid Id { get; init; }
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>The null is written: "as the instance says".</summary>
    [JsonPropertyName("collaborative_metadata"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required bool? CollaborativeMetadata { get; init; }

    /// <summary>What holds: the account's own, else the instance's.</summary>
    [JsonPropertyName("default_visibility")] public required string DefaultVisibility { get; init; }
    [JsonPropertyName("tos_latest_change_read")] public required bool ReadLatestTerms { get; init; }

    /// <summary>Only where acceptance is enforced.</summary>
    [JsonPropertyName("tos_accepted")] public bool? AcceptedTerms { get; init; }
    [JsonPropertyName("permissions")] public required PermissionsJson Permissions { get; init; }
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }
}

internal sealed record PermissionsJson(
    [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("can_check_reports")] bool CanCheckReports,
    [property: JsonPropertyName("can_edit_excluded_areas")] bool CanEditExcludedAreas,
    [property: JsonPropertyName("can_edit_pages")] bool CanEditPages);

/// <summary>Makes the answer of every route that ends in the account.</summary>
internal sealed class UserAnswer(PanoramaxDb db, IOptions<AuthOptions> auth, Links links)
{
    public async Task<IResult> Of(AccountRow account, CancellationToken cancel)
    {
        var isAdmin = account.Role == Roles.Admin;
        return TypedResults.Json(
            new UserJson
            {
                Id = account.Id,
                Name = account.Name,
                CollaborativeMetadata = account.CollaborativeMetadata,
                DefaultVisibility = account.DefaultVisibility
                    ?? await db.Configurations.AsNoTracking().Select(row => row.DefaultVisibility).SingleOrDefaultAsync(cancel) ?? Visibility.Anyone,
                ReadLatestTerms = account.TosLatestChangeReadAt is { } read
                    && !await db.Pages.AsNoTracking().AnyAsync(page => page.Name == Pages.PageNames.Terms && page.UpdatedAt > read, cancel),
                AcceptedTerms = auth.Value.RequireTerms ? account.TosAcceptedAt is not null : null,
                Permissions = new PermissionsJson(account.Role, isAdmin, isAdmin, isAdmin),
                Links =
                [
                    new LinkJson("catalog", LinkJson.Json, links.User(account.Id) + "/catalog/"),
                    new LinkJson("collection", LinkJson.Json, links.User(account.Id) + "/collection"),
                    new LinkJson("user-xyz", "application/vnd.mapbox-vector-tile", links.User(account.Id) + "/map/{z}/{x}/{y}.mvt")
                    {
                        Title = "Pictures and sequences vector tiles of this user",
                    },
                ],
            },
            AuthJson.Wire.UserJson, LinkJson.Json);
    }
}
