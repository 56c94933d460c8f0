using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Callers;

namespace Panoramax.Admin.Commands;

/// <summary><c>default-account-tokens get</c>: the token with which an instance without logins is administered.</summary>
internal static class DefaultAccountToken
{
    public static Command Command(Instance instance)
    {
        var get = new Command("get", CommandLine.About("Prints the token (JWT) of the default account, which is an administrator. Keep it secret.", "default-account-tokens get"));
        get.SetAction((_, cancel) => Get(instance, cancel));
        return new Command("default-account-tokens", CommandLine.About("Tokens of the default account.", "default-account-tokens get")) { get };
    }

    private static async Task<int> Get(Instance instance, CancellationToken cancel)
    {
        var auth = instance.Configuration.GetSection(AuthOptions.Section).Get<AuthOptions>() ?? new AuthOptions();
        var key = auth.Key() ?? throw new UsageError("Auth:SigningKey is not set: tokens are signed with the key that the services have.");
        await using var db = instance.OpenDb();
        var token = await (
            from row in db.Tokens.AsNoTracking()
            join account in db.Accounts on row.AccountId equals account.Id
            where account.IsDefault
            orderby row.GeneratedAt
            select (Guid?)row.Id).FirstOrDefaultAsync(cancel)
            ?? throw new CommandFailed("The default account has no token: they were all revoked.");
        await instance.Say(TokenText.Write(token, key));
        return 0;
    }
}
