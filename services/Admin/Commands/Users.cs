using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;

namespace Panoramax.Admin.Commands;

/// <summary><c>user</c>: makes an account, sets its role, deletes its data; all three in this order if asked for together.</summary>
internal static class Users
{
    public static Command Command(Instance instance)
    {
        var who = new Argument<string>("account") { Description = "Name of the account, or its id." };
        var create = new Option<bool>("--create") { Description = "Make an account of that name." };
        var provider = new Option<string?>("--provider")
        {
            Description = "With --create: the identity provider where its owner logs in, as stored: 'keycloak' for every OpenID Connect provider, or 'osm'.",
        };
        var providerId = new Option<string?>("--provider-id") { Description = "With --provider: the id of its owner there. The account is theirs at their first login." };
        var role = new Option<string?>("--set-role") { Description = $"'{Roles.User}' or '{Roles.Admin}'." };
        role.AcceptOnlyFromAmong(Roles.User, Roles.Admin);
        var deleteData = new Option<bool>("--delete-data") { Description = "Delete all its pictures, sequences and upload sets. The account itself stays." };
        var command = new Command("user", CommandLine.About("Makes an account, sets its role, deletes its data.", "user camille --set-role admin"))
        {
            who, create, provider, providerId, role, deleteData,
        };
        command.SetAction(async (call, cancel) =>
        {
            var (name, identity) = (call.GetValue(who)!, (Provider: call.GetValue(provider), Id: call.GetValue(providerId)));
            if (string.IsNullOrEmpty(identity.Provider) != string.IsNullOrEmpty(identity.Id)) throw new UsageError("--provider and --provider-id belong together.");
            if (!call.GetValue(create) && identity.Id is not null) throw new UsageError("--provider is a part of --create.");
            if (!call.GetValue(create) && call.GetValue(role) is null && !call.GetValue(deleteData)) throw new UsageError("Nothing to do: say --create, --set-role or --delete-data.");

            await using var db = instance.OpenDb();
            var account = call.GetValue(create) ? await Create(instance, db, name, identity.Provider, identity.Id, cancel) : await Find(db, name, cancel);
            if (call.GetValue(role) is { } wanted) await SetRole(instance, db, account, wanted, cancel);
            if (call.GetValue(deleteData)) await DeleteData(instance, account, cancel);
            return 0;
        });
        return command;
    }

    /// <summary>An account whose owner is known at a provider may be made again: it is there already, then.</summary>
    private static async Task<AccountRow> Create(Instance instance, PanoramaxDb db, string name, string? provider, string? id, CancellationToken cancel)
    {
        if (Guid.TryParse(name, out _)) throw new UsageError("An account needs a name, not an id.");
        if (id is not null && await db.Accounts.SingleOrDefaultAsync(row => row.OauthProvider == provider && row.OauthId == id, cancel) is { } known)
        {
            await instance.Say($"The account {known.Name} ({known.Id}) is there already.");
            return known;
        }

        if (id is null && await db.Accounts.AnyAsync(row => row.Name == name, cancel)) throw new CommandFailed($"There is an account of the name '{name}' already.");
        var account = NewAccounts.Add(db, name, instance.Time.GetUtcNow());
        (account.OauthProvider, account.OauthId) = (provider, id);
        await db.SaveChangesAsync(cancel);
        await instance.Say($"Made the account {name} ({account.Id}).");
        return account;
    }

    private static async Task<AccountRow> Find(PanoramaxDb db, string idOrName, CancellationToken cancel)
    {
        var found = Guid.TryParse(idOrName, out var id)
            ? await db.Accounts.Where(row => row.Id == id).ToListAsync(cancel)
            : await db.Accounts.Where(row => row.Name == idOrName).OrderBy(row => row.CreatedAt).ToListAsync(cancel);
        return found switch
        {
            [var account] => account,
            [] => throw new CommandFailed($"There is no account '{idOrName}'."),
            _ => throw new CommandFailed($"{found.Count} accounts have the name '{idOrName}'; say which by id: {string.Join(", ", found.Select(row => row.Id))}"),
        };
    }

    private static async Task SetRole(Instance instance, PanoramaxDb db, AccountRow account, string role, CancellationToken cancel)
    {
        account.Role = role;
        await db.SaveChangesAsync(cancel);
        await instance.Say($"{account.Name} ({account.Id}) has the role {role} now.");
    }

    private static async Task DeleteData(Instance instance, AccountRow account, CancellationToken cancel)
    {
        await using var db = instance.OpenDb();
        var progress = new Progress(instance, "pictures", await db.Pictures.LongCountAsync(row => row.AccountId == account.Id, cancel));
        var (pictures, sequences) = (0L, 0);

        // Sets first: no picture is added to a set that is gone.
        foreach (var set in await db.UploadSets.Where(row => row.AccountId == account.Id).Select(row => row.Id).ToListAsync(cancel))
            pictures += await Removal.UploadSet(db, set, instance.Time.GetUtcNow(), progress, cancel);
        foreach (var sequence in await db.Sequences.Where(row => row.AccountId == account.Id && row.Status != Domain.Sequences.SequenceStatus.Deleted).Select(row => row.Id).ToListAsync(cancel))
        {
            pictures += await Removal.Sequence(db, sequence, files: true, instance.Time.GetUtcNow(), progress, cancel);
            sequences++;
        }

        while (await Removal.PicturesOf(db, account.Id, cancel) is var count and > 0)
        {
            pictures += count;
            await progress.Add(count);
        }

        await instance.Say($"Deleted {pictures} pictures and {sequences} sequences of {account.Name}; workers delete the files.");
    }
}
