using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Auth.Providers;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Http;
using Panoramax.Http.Callers;

namespace Panoramax.Auth.Login;

/// <summary>
/// The browser comes back from the provider: the code is exchanged for the person, whose account is found by provider and id, or
/// made; then on to where they were going, past the terms of service if those are still to be accepted.
/// </summary>
internal sealed class FinishLogin(PanoramaxDb db, LoginMemory memory, LoginCookies cookies, ReturnRule returns, Links links, IOptions<AuthOptions> auth, TimeProvider time)
{
    private const int MaxNameLength = 250;

    /// <exception cref="Http.Errors.ApiError">403 not the answer to this browser's login; 501; 502.</exception>
    public static async Task<IResult> Handle(HttpContext context, IServiceProvider services, CancellationToken cancel)
    {
        var provider = services.GetService<IIdentityProvider>() ?? throw AuthErrors.NoLogin();
        return await services.GetRequiredService<FinishLogin>().Run(context, provider, cancel);
    }

    private async Task<IResult> Run(HttpContext context, IIdentityProvider provider, CancellationToken cancel)
    {
        var query = context.Request.Query;
        if (memory.Take(context) is not { } attempt) throw AuthErrors.LoginRefused("no login was begun in this browser, or it took too long");
        if (!IsSame(query["state"].ToString(), attempt.State)) throw AuthErrors.LoginRefused("the answer belongs to another login (its state differs)");
        // access_denied and the like; the text is the provider's, so it is not repeated.
        if (query.ContainsKey("error")) throw AuthErrors.LoginRefused("the provider refused, or you declined");
        if (query["code"].ToString() is not { Length: > 0 } code) throw AuthErrors.LoginRefused("the provider sent no code");

        var identity = await provider.Identify(attempt, code, links.LoginRedirect(), cancel);
        var account = await Find(provider.Name, identity, cancel) ?? await Make(provider.Name, identity, cancel);
        await cookies.Set(context, account);
        return Results.Redirect(auth.Value.RequireTerms && account.TosAcceptedAt is null
            ? returns.TermsPage(attempt.NextUrl)
            : attempt.NextUrl ?? links.Root() + "/");
    }

    private async Task<AccountRow?> Find(string provider, Identity identity, CancellationToken cancel)
    {
        var account = await db.Accounts.SingleOrDefaultAsync(row => row.OauthProvider == provider && row.OauthId == identity.Id, cancel);
        var name = Clean(identity.Name);
        if (account is null || account.Name == name) return account;
        account.Name = name;
        await db.SaveChangesAsync(cancel);
        return account;
    }

    private async Task<AccountRow> Make(string provider, Identity identity, CancellationToken cancel)
    {
        var account = NewAccounts.Add(db, Clean(identity.Name), time.GetUtcNow());
        account.OauthProvider = provider;
        account.OauthId = identity.Id;
        try
        {
            await db.SaveChangesAsync(cancel);
            return account;
        }
        catch (DbUpdateException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The same person finished a second login at the same moment.
            db.ChangeTracker.Clear();
            return await Find(provider, identity, cancel) ?? throw new InvalidOperationException("the account is there and is not found", error);
        }
    }

    /// <summary>What the database cannot keep, and what would make a name look like another one, is taken out.</summary>
    private static string Clean(string name)
    {
        var clean = new string([.. name.Where(letter => !char.IsControl(letter))]).Trim();
        return clean.Length > MaxNameLength ? clean[..MaxNameLength] : clean.Length == 0 ? "?" : clean;
    }

    private static bool IsSame(string sent, string kept) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(kept));
}
