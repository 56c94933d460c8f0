using System.Reflection;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database.Queries;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;

namespace Panoramax.Database;

/// <summary>Instance settings that are copied once into the live configuration, where it holds none yet.</summary>
public sealed record InstanceDefaults(string? Visibility, bool? CollaborativeMetadata);

/// <summary>
/// Brings the schema up to this build: migrations, the rights of each role, and the rows that must exist (default account
/// with its token, configuration). Runs as the schema's owner before any service starts; no service migrates by itself.
/// Safe to run again and, guarded by a lock, beside another run.
/// </summary>
public static class DatabaseMigration
{
    private const long MigrationLock = 0x50414E4F; // "PANO"

    /// <returns>Names of the migrations that were applied, in order.</returns>
    /// <exception cref="Npgsql.NpgsqlException">The database is not reached, or the role lacks a right.</exception>
    public static async Task<IReadOnlyList<string>> Run(PanoramaxDb db, InstanceDefaults defaults, TimeProvider time, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancel);
        try
        {
            var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).ToList();
            await db.Database.MigrateAsync(cancel);
            await db.Database.ExecuteSqlRawAsync(await Resource("Grants.sql", cancel), cancel);
            await Seed(db, defaults, time, cancel);
            return pending;
        }
        finally
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
        }
    }

    private static async Task Seed(PanoramaxDb db, InstanceDefaults defaults, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!await db.Accounts.AnyAsync(row => row.IsDefault, cancel))
        {
            var account = NewAccounts.Add(db, "Default account", now);
            account.Role = Roles.Admin;
            account.IsDefault = true;
        }

        var configuration = await db.Configurations.SingleOrDefaultAsync(cancel);
        if (configuration is null) db.Configurations.Add(configuration = new ConfigurationRow());
        configuration.DefaultVisibility ??= defaults.Visibility ?? Domain.Pictures.Visibility.Anyone;
        configuration.CollaborativeMetadata ??= defaults.CollaborativeMetadata;
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>A token id is a secret until it is signed, so it is random, not ordered by time.</summary>
    public static Guid NewTokenId()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static async Task<string> Resource(string name, CancellationToken cancel)
    {
        await using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Panoramax.Database.Migrations.{name}")
            ?? throw new InvalidOperationException($"the build lacks its resource {name}");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancel);
    }
}
