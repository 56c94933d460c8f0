using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Stac.Users;

/// <summary>One account; to itself and to administrators with its settings and rights.</summary>
internal static class GetUser
{
    private const string TermsPage = "terms-of-service";

    /// <exception cref="Panoramax.Http.Errors.ApiError">404.</exception>
    public static async Task<JsonHttpResult<UserJson>> Handle(
        Guid id, Caller caller, PanoramaxDb db, IOptions<AuthOptions> auth, Links links, CancellationToken cancel)
    {
        // Columns by name: this service may not read how accounts log in.
        var account = await db.Accounts.AsNoTracking().Where(row => row.Id == id)
            .Select(row => new { row.Name, row.Role, row.CollaborativeMetadata, row.DefaultVisibility, row.TosAcceptedAt, row.TosLatestChangeReadAt })
            .SingleOrDefaultAsync(cancel) ?? throw StacErrors.UnknownUser(404);

        var user = new UserJson
        {
            Id = id,
            Name = account.Name,
            CollaborativeMetadata = account.CollaborativeMetadata,
            Links =
            [
                new LinkJson("catalog", MediaTypes.Json, links.User(id) + "/catalog/"),
                new LinkJson("collection", MediaTypes.Json, links.User(id) + "/collection"),
                new LinkJson("user-xyz", MediaTypes.VectorTile, links.User(id) + "/map/{z}/{x}/{y}.mvt", "Pictures and sequences vector tiles of this user"),
            ],
        };
        if (!caller.MayEdit(id)) return TypedResults.Json(user, StacJson.Wire.UserJson, MediaTypes.Json);

        var isAdmin = account.Role == Roles.Admin;
        return TypedResults.Json(
            user with
            {
                DefaultVisibility = account.DefaultVisibility
                    ?? await db.Configurations.AsNoTracking().Select(row => row.DefaultVisibility).SingleOrDefaultAsync(cancel) ?? Visibility.Anyone,
                ReadLatestTerms = account.TosLatestChangeReadAt is { } read
                    && !await db.Pages.AsNoTracking().AnyAsync(page => page.Name == TermsPage && page.UpdatedAt > read, cancel),
                AcceptedTerms = auth.Value.RequireTerms ? account.TosAcceptedAt is not null : null,
                Permissions = new PermissionsJson(account.Role, isAdmin, isAdmin, isAdmin),
            },
            StacJson.Wire.UserJson, MediaTypes.Json);
    }
}
