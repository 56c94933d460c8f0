using System.Globalization;
using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Upload;

/// <summary>Two editors at one collection at the same moment: nobody waits for ever, nobody's word is lost, nothing ends in 500.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ConcurrentEditTests : UploadFixture
{
    private const int Rounds = 250;
    private int made = 700_000;

    private async Task<(Guid Sequence, List<Guid> Pictures)> Walk(int count)
    {
        var set = await B.CreateSet("shared");
        var pictures = new List<Guid>();
        for (var i = 1; i <= count; i++)
        {
            var number = Interlocked.Increment(ref made);
            var jpeg = TestJpeg.Make(64, 48, 47 + (i % 2 * 0.001), 3 + (i * 0.001), new DateTimeOffset(2024, 6, 1, 9, 0, i, TimeSpan.Zero), seed: number);
            var sent = await B.SendFile(set, string.Create(CultureInfo.InvariantCulture, $"{i}.jpg"), jpeg);
            Assert.That(sent.Code, Is.EqualTo(202), sent.Text);
            pictures.Add(sent["picture_id"]!.GetValue<Guid>());
        }

        return (await Host.Dispatch(set), pictures);
    }

    private static Task<Answer> Patch(Uploader who, string path, params (string, JsonNode?)[] body) => who.Send(HttpMethod.Patch, path, Json(body));

    private static JsonArray Tag(string key, string value, string action = "add") => [Json(("action", action), ("key", key), ("value", value))];

    private Task<string> Row(Guid sequence) => Host.Database.Scalar<string>(
        $"SELECT concat_ws(' ', title, current_sort, relative_heading, visibility) FROM sequences WHERE id = '{sequence}'");

    /// <summary>Order and direction are written by two people at once; both are there afterwards, and ranks have no hole.</summary>
    [Test]
    public async Task Order_and_relative_heading()
    {
        var (sequence, pictures) = await Walk(5);
        for (var round = 0; round < Rounds; round++)
        {
            var (order, relative) = (round % 2 == 0 ? "-filename" : "+filename", (round % 361) - 180);
            var answers = await Task.WhenAll(
                Patch(B, $"collections/{sequence}", ("sortby", order)),
                Patch(C, $"collections/{sequence}", ("relative_heading", relative)),
                Patch(A, $"collections/{sequence}/items/{pictures[round % 5]}", ("latitude", 47.0005 + (round * 1e-6)), ("longitude", 3.001)));
            Assert.That(answers.Select(answer => answer.Code), Is.All.EqualTo(200), $"round {round}");
            Assert.That(await Row(sequence), Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"shared {order} {relative} anyone")), $"round {round}");
        }

        Assert.That(await Host.Database.Scalar<string>($"SELECT string_agg(rank::text, ' ' ORDER BY rank) FROM sequences_pictures WHERE sequence_id = '{sequence}'"), Is.EqualTo("1 2 3 4 5"));
    }

    [Test]
    public async Task Title_and_visibility_and_the_headings_of_its_pictures()
    {
        var (sequence, pictures) = await Walk(3);
        for (var round = 0; round < Rounds; round++)
        {
            var visibility = round % 2 == 0 ? "owner-only" : "anyone";
            var answers = await Task.WhenAll(
                Patch(B, $"collections/{sequence}", ("title", $"t{round}")),
                Patch(A, $"collections/{sequence}", ("visibility", visibility)),
                Patch(B, $"collections/{sequence}/items/{pictures[0]}", ("heading", round + 1)),
                Patch(A, $"collections/{sequence}/items/{pictures[0]}", ("capture_time", $"2024-06-01T10:{round % 60:00}:00Z")));
            Assert.That(answers.Select(answer => answer.Code), Is.All.EqualTo(200), $"round {round}");
            Assert.That(await Row(sequence), Is.EqualTo($"t{round} {visibility}"), $"round {round}");
            Assert.That(await Host.Database.Scalar<string>($"SELECT heading || ' ' || to_char(ts AT TIME ZONE 'UTC', 'MI') FROM pictures WHERE id = '{pictures[0]}'"), Is.EqualTo($"{round + 1} {round % 60:00}"), $"round {round}");
        }

        Assert.That(await Host.Count($"sequences_changes WHERE sequence_id = '{sequence}'"), Is.EqualTo(2 * Rounds), "each edit is in the history, once");
    }

    /// <summary>Whoever wins: the collection is deleted, the title was set before that or refused as not found.</summary>
    [Test]
    public async Task Title_and_deletion()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var created = await B.Post("collections", Json(("title", "short-lived")));
            var sequence = created["id"]!.GetValue<Guid>();
            var answers = await Task.WhenAll(
                B.Send(HttpMethod.Delete, $"collections/{sequence}"), Patch(B, $"collections/{sequence}", ("title", "late")), A.Send(HttpMethod.Delete, $"collections/{sequence}"),
                Patch(C, $"collections/{sequence}", ("semantics", Tag("a", "1"))));
            Assert.That(answers[1].Code, Is.EqualTo(200).Or.EqualTo(404), $"round {round}: {answers[1].Text}");
            Assert.That(answers[3].Code, Is.EqualTo(200).Or.EqualTo(404), $"round {round}: {answers[3].Text}");
            Assert.That(new[] { answers[0].Code, answers[2].Code }.Order(), Is.EqualTo(new[] { 204, 404 }), $"round {round}");
            Assert.That(await Host.Count($"sequences WHERE id = '{sequence}' AND status = 'deleted'"), Is.EqualTo(1));
        }
    }

    /// <summary>Different tags are all kept; the same tag is added by exactly one of two.</summary>
    [Test]
    public async Task Tags_and_tags()
    {
        var (sequence, pictures) = await Walk(1);
        foreach (var path in new[] { $"collections/{sequence}", $"collections/{sequence}/items/{pictures[0]}" })
        {
            for (var round = 0; round < Rounds / 2; round++)
            {
                var answers = await Task.WhenAll(
                    Patch(B, path, ("semantics", Tag("bob", $"{round}"))), Patch(C, path, ("semantics", Tag("camille", $"{round}"))),
                    Patch(B, path, ("semantics", Tag("same", $"{round}"))), Patch(C, path, ("semantics", Tag("same", $"{round}"))));
                Assert.That(answers[..2].Select(answer => answer.Code), Is.All.EqualTo(200), $"round {round}");
                Assert.That(answers[2..].Select(answer => answer.Code).Order(), Is.EqualTo(new[] { 200, 400 }), $"round {round}");
                var cleared = await Patch(A, path, ("semantics", Tag("bob", $"{round}", "delete")));
                Assert.That(cleared.Code, Is.EqualTo(200));
            }
        }

        foreach (var (table, owner) in new[] { ("sequences_semantics", $"sequence_id = '{sequence}'"), ("pictures_semantics", $"picture_id = '{pictures[0]}'") })
        {
            Assert.That(await Host.Database.Scalar<string>($"SELECT string_agg(key || ' ' || n, ', ' ORDER BY key) FROM (SELECT key, count(*) AS n FROM {table} WHERE {owner} GROUP BY key) AS counted"),
                Is.EqualTo($"camille {Rounds / 2}, same {Rounds / 2}"));
        }

        Assert.That(Host.Process.Log, Does.Not.Contain("deadlock").IgnoreCase);
    }
}
