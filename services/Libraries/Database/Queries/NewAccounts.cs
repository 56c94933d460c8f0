using Panoramax.Database.Rows;

namespace Panoramax.Database.Queries;

/// <summary>An account is never without its default token: clients find one in the list right after the first login.</summary>
public static class NewAccounts
{
    public const string DefaultToken = "default token";

    /// <summary>Adds an account with its default token to the context; the caller saves.</summary>
    public static AccountRow Add(PanoramaxDb db, string name, DateTimeOffset now)
    {
        var account = new AccountRow { Id = Guid.CreateVersion7(now), Name = name, CreatedAt = now };
        db.Accounts.Add(account);
        db.Tokens.Add(new TokenRow { Id = DatabaseMigration.NewTokenId(), AccountId = account.Id, Description = DefaultToken, GeneratedAt = now });
        return account;
    }
}
