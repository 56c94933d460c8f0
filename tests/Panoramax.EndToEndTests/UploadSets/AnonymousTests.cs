using System.Text.Json.Nodes;
using Panoramax.Testing.Pictures;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.UploadSets;

/// <summary>An instance where nobody needs a login, and whose workers and defaults the tests change: one after the other.</summary>
public sealed class AnonymousTests
{
    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Start() => people = await Contributors.Join();

    [OneTimeTearDown]
    public async Task Stop() => await people.DisposeAsync();

    [Test]
    [Property("Contract", "write.md B.1")]
    public async Task Anybody_may_open_a_set_and_sees_what_he_said()
    {
        foreach (var said in new[]
        {
            Body(("title", "title only")),
            Body(("title", "values"), ("sort_method", "time-desc"), ("split_distance", 10), ("split_time", 79), ("duplicate_distance", 12), ("duplicate_rotation", 42)),
            Body(("title", "estimate"), ("estimated_nb_files", 12)),
            Body(("title", "metadata"), ("metadata", Body(("some", "value"), ("deep", Body(("list", new JsonArray(1, 2))))))),
        })
        {
            var made = await people.Nobody.Post("upload_sets", said);
            Assert.That(made.Code, Is.EqualTo(200), made.Text);
            foreach (var (name, value) in said) Assert.That(JsonNode.DeepEquals(made[name], value), Is.True, $"{name}: {made.Text}");
            Assert.That(made["completed"]!.GetValue<bool>(), Is.False);
            var self = $"{people.Instance.Address}api/upload_sets/{made["id"]}";
            Assert.That(made["links"]!.ToJsonString(), Is.EqualTo($$"""[{"rel":"self","type":"application/json","href":"{{self}}"}]"""));
            Assert.That(made.Message.Headers.Location!.ToString(), Is.EqualTo(self));
        }
    }

    [Test]
    [Property("Contract", "write.md B.20")]
    public async Task An_anonymous_set_belongs_to_the_default_account_and_is_dispatched()
    {
        var set = await people.Nobody.CreateSet("nobody's", estimatedFiles: 1);
        var id = await Send(people.Nobody, set, WalkPicture.Street[0]);
        var ready = await people.Nobody.UntilReady(set);
        var owner = await people.Instance.Database.Scalar<Guid>("SELECT id FROM accounts WHERE is_default AND name = 'Default account'");
        Assert.That(ready["account_id"]!.GetValue<Guid>(), Is.EqualTo(owner));
        Assert.That(await people.Instance.Database.Scalar<Guid>($"SELECT account_id FROM pictures WHERE id = '{id}'"), Is.EqualTo(owner));
        Assert.That((ready["dispatched"]!.GetValue<bool>(), Number(ready, "items_status", "prepared")), Is.EqualTo((true, 1)));
    }

    [Test]
    [Property("Contract", "write.md B.6")]
    public async Task A_set_without_files_is_dispatched_into_nothing_and_my_open_sets_are_listed()
    {
        var (first, second, open) = (await people.B.CreateSet("1"), await people.B.CreateSet("2"), await people.B.CreateSet("3"));
        foreach (var id in new[] { first, second })
        {
            var done = await people.Complete(id);
            Assert.That((done["completed"]!.GetValue<bool>(), done["dispatched"]!.GetValue<bool>(), done["ready"]!.GetValue<bool>()), Is.EqualTo((true, true, true)));
            Assert.That(done["associated_collections"]!.AsArray(), Is.Empty);
            Assert.That(await people.Instance.Database.Scalar<long>($"SELECT count(*) FROM sequences WHERE upload_set_id = '{id}'"), Is.Zero);
        }

        foreach (var (query, expected) in new (string, Guid[])[]
        {
            ("", [open]), ("?filter=", [first, second, open]), ("?filter=&limit=2", [first, second]), ("?filter=completed%3DTRUE", [first, second]),
            ("?filter=completed%3Dfalse%20AND%20dispatched%20%3D%20FALSE", [open]),
        })
        {
            var listed = await people.B.Get("users/me/upload_sets" + query);
            Assert.That(listed["upload_sets"]!.AsArray().Select(set => set!["id"]!.GetValue<Guid>()), Is.EqualTo(expected), query);
        }

        foreach (var limit in (string[])["10000", "-1", "some"])
        {
            var refused = await people.B.Get($"users/me/upload_sets?limit={limit}");
            Assert.That((refused.Code, refused["details"]![0]!["fields"]!.ToJsonString()), Is.EqualTo((400, """["limit"]""")));
        }
    }

    [Test]
    [Property("Contract", "write.md B.23")]
    public async Task Without_a_worker_a_complete_set_waits_and_a_worker_that_comes_finishes_it()
    {
        string[] workers = ["Panoramax.PictureWorker", "Panoramax.DispatchWorker"];
        foreach (var worker in workers) await people.Instance[worker].Stop();
        var set = await people.B.CreateSet("nobody works", estimatedFiles: 2);
        var short1 = await people.B.CreateSet("one is missing", estimatedFiles: 3);
        await people.Send(set, WalkPicture.Street.Take(2));
        await people.Send(short1, WalkPicture.Street.Take(2));
        var waiting = await people.B.Set(set);
        Assert.That((waiting["completed"]!.GetValue<bool>(), waiting["dispatched"]!.GetValue<bool>(), waiting["ready"]!.GetValue<bool>()), Is.EqualTo((true, false, false)));
        Assert.That(waiting["items_status"]!.ToJsonString(), Is.EqualTo("""{"prepared":0,"preparing":0,"broken":0,"not_processed":2,"rejected":0}"""));
        Assert.That(waiting["associated_collections"]!.AsArray(), Is.Empty);

        foreach (var worker in workers) await people.Instance.Restart(worker);
        var done = await people.B.UntilReady(set);
        Assert.That((await people.Collections(done)).Single().Value.Names, Is.EqualTo("S1 S2"));

        var prepared = await people.Settled(short1);
        Assert.That((prepared["completed"]!.GetValue<bool>(), prepared["dispatched"]!.GetValue<bool>(), Number(prepared, "items_status", "prepared")), Is.EqualTo((false, false, 2)));
        Assert.That((await people.Collections(await people.Complete(short1))).Single().Value.Names, Is.EqualTo("S1 S2"));
    }

    [Test]
    [Property("Contract", "write.md B.30")]
    public async Task Without_defaults_nothing_is_a_duplicate_until_the_set_says_so()
    {
        const string defaults = "default_split_distance, default_split_time, default_duplicate_distance, default_duplicate_rotation";
        await people.Instance.Database.Execute($"UPDATE configurations SET ({defaults}) = (NULL, NULL, NULL, NULL)");
        try
        {
            var set = await people.B.CreateSet("no defaults");
            var ids = await people.Send(set, WalkPicture.Halt.Take(2));
            Assert.That((await people.Collections(await people.Complete(set))).Single().Value.Names, Is.EqualTo("S1 S2"));
            await people.B.Send(HttpMethod.Patch, $"upload_sets/{set}", Body(("duplicate_distance", 1), ("duplicate_rotation", 60)));
            var done = await people.Complete(set, ids.Values);
            Assert.That((await people.Collections(done)).Single().Value.Names, Is.EqualTo("S1"));
            Assert.That((Number(done, "nb_items"), Number(done, "items_status", "rejected")), Is.EqualTo((1, 1)));
        }
        finally
        {
            await people.Instance.Database.Execute($"UPDATE configurations SET ({defaults}) = (100, 300, 1, 60)");
        }
    }
}
