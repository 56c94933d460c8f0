using System.Text;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.Testing.Clients;

/// <summary>An account with a token of its own.</summary>
public sealed record Person(Guid Id, string Bearer)
{
    /// <summary>Makes an account and a token, as auth does at a first login.</summary>
    public static async Task<Person> Register(TestDatabase database, string name, bool isAdmin = false, DateTimeOffset? acceptedTerms = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = new AccountRow
        {
            Id = Guid.CreateVersion7(now), Name = name, Role = isAdmin ? Roles.Admin : Roles.User, CreatedAt = now, TosAcceptedAt = acceptedTerms,
        };
        var token = new TokenRow { Id = DatabaseMigration.NewTokenId(), AccountId = account.Id, Description = "test", GeneratedAt = now };
        await using var db = database.Context("owner");
        db.Accounts.Add(account);
        db.Tokens.Add(token);
        await db.SaveChangesAsync();
        return new Person(account.Id, TokenText.Write(token.Id, Encoding.UTF8.GetBytes(ServiceSettings.SigningKey)));
    }
}
