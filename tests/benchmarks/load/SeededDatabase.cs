using Panoramax.Load.Seeding;
using Panoramax.Testing.Servers;

namespace Panoramax.Load;

/// <summary>The filled databases, which stay in their cluster from run to run.</summary>
internal static class SeededDatabase
{
    /// <summary>Grows when the content of the seed changes.</summary>
    private const int Version = 2;

    private static string NameOf(long pictures) => $"panoramax_load_{pictures}_v{Version}";

    /// <summary>Fills the database unless it is there.</summary>
    public static async Task<bool> Seed(long pictures, TextWriter log)
    {
        if (await Find(pictures) is not null)
        {
            await log.WriteLineAsync($"{pictures:N0} pictures are there already ({NameOf(pictures)}).");
            return true;
        }

        // Filled under another name and renamed: what was interrupted is not taken for a whole one.
        var draft = NameOf(pictures) + "_draft";
        await TestDatabase.Drop(draft);
        TimeSpan took;
        await using (var database = await TestDatabase.CreateKept(draft))
        {
            took = await new Seeder(database, pictures, log).Fill();
            await database.Execute($"COMMENT ON SCHEMA public IS 'seeded in {took.TotalSeconds:0} s'");
        }

        await TestDatabase.Rename(draft, NameOf(pictures));
        await log.WriteLineAsync($"Seeded {pictures:N0} pictures in {took.TotalSeconds:0} s.");
        return true;
    }

    /// <returns>Null when it is not seeded.</returns>
    public static Task<TestDatabase?> Find(long pictures) => TestDatabase.Open(NameOf(pictures));
}
