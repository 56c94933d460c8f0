using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests;

/// <summary>An account with a token.</summary>
internal sealed record Photographer(Guid Id, string Name, string Bearer);

/// <summary>A sequence that went through upload, dispatch and preparation.</summary>
internal sealed record Walk(Guid Set, Guid Collection, IReadOnlyList<Guid> Pictures, Photographer By);

/// <summary>Makes accounts and sequences in an instance.</summary>
internal static class Walks
{
    /// <summary>Makes an account and a token, as the service for logins does.</summary>
    public static async Task<Photographer> NewPhotographer(this PanoramaxInstance instance, string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = new AccountRow { Id = Guid.CreateVersion7(now), Name = name, Role = Roles.User, CreatedAt = now };
        var token = new TokenRow { Id = DatabaseMigration.NewTokenId(), AccountId = account.Id, Description = "test", GeneratedAt = now };
        await using var db = instance.Database.Context("owner");
        db.Accounts.Add(account);
        db.Tokens.Add(token);
        await db.SaveChangesAsync();
        return new Photographer(account.Id, name, TokenText.Write(token.Id, Encoding.UTF8.GetBytes(ServiceSettings.SigningKey)));
    }

    /// <summary>Sends pictures that go north, twenty metres and ten seconds apart, and waits until they are a sequence.</summary>
    /// <param name="is360">Panoramas of 4096 × 2048, cut into 8 × 4 tiles; else flat pictures of 1024 × 768.</param>
    public static async Task<Walk> Send(
        this PanoramaxInstance instance, Photographer by, string title, int count, bool is360, double latitude, double longitude, DateTimeOffset start, JsonObject? more = null)
    {
        using var uploader = new Uploader(instance.Address, by.Bearer);
        var set = await uploader.CreateSet(title, count, more);
        var ids = new List<Guid>();
        for (var at = 0; at < count; at++)
        {
            var (width, height) = is360 ? (4096, 2048) : (1024, 768);
            var picture = TestJpeg.Make(width, height, latitude + (at * 0.0002), longitude, start.AddSeconds(at * 10), headingDegrees: 10, is360: is360, seed: at + (int)(latitude * 1000));
            var answer = await uploader.SendFile(set, $"{at + 1}.jpg", picture);
            Assert.That(answer.Code, Is.EqualTo(202), answer.Text);
            ids.Add(answer["picture_id"]!.GetValue<Guid>());
        }

        var ready = await uploader.UntilReady(set, TimeSpan.FromMinutes(3));
        var collections = ready["associated_collections"]!.AsArray();
        Assert.That(collections, Has.Count.EqualTo(1), ready.ToJsonString());
        return new Walk(set, collections[0]!["id"]!.GetValue<Guid>(), ids, by);
    }
}
