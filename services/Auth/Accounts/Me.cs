using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panoramax.Database;
using Panoramax.Domain.Accounts;
using Panoramax.Domain.Pictures;
using Panoramax.Http.Callers;
using Panoramax.Http.Values;

namespace Panoramax.Auth.Accounts;

/// <summary>The caller's own account: what it is, and its preferences for new pictures.</summary>
internal static class Me
{
    public static async Task<IResult> Get(Caller caller, PanoramaxDb db, UserAnswer answer, CancellationToken cancel) =>
        await answer.Of(await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == caller.AccountId, cancel), cancel);

    /// <summary>A value that is absent or null stays as it is.</summary>
    /// <exception cref="Http.Errors.ApiError">400: a bad value, or <c>logged-only</c> where everybody may register.</exception>
    public static async Task<IResult> Update(
        HttpRequest request, Caller caller, PanoramaxDb db, UserAnswer answer, IOptions<AuthOptions> auth, CancellationToken cancel)
    {
        var fields = await RequestFields.ReadOptionalJson(request, cancel);
        var collaborative = fields.Bool("collaborative_metadata");
        var visibility = fields.OneOf("default_visibility", Visibility.All);
        fields.ThrowIfFaulty();
        if (visibility == Visibility.LoggedOnly && auth.Value.RegistrationIsOpen) throw AuthErrors.LoggedOnlyIsPointless();

        var account = await db.Accounts.SingleAsync(row => row.Id == caller.AccountId, cancel);
        account.CollaborativeMetadata = collaborative ?? account.CollaborativeMetadata;
        account.DefaultVisibility = visibility ?? account.DefaultVisibility;
        await db.SaveChangesAsync(cancel);
        return await answer.Of(account, cancel);
    }
}
