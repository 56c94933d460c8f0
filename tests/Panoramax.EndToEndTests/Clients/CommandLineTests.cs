using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Panoramax.EndToEndTests.UploadSets;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>The conversations of the command-line client, request by request.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class CommandLineTests
{
    private const string Boundary = "2f0e7b1c9d5a4e6f8a3b2c1d0e9f8a7b";

    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Join() => people = await SharedInstance.Get();

    [TestCase(1)]
    [TestCase(4)]
    [Property("Contract", "clients CLI upload")]
    public async Task A_folder_is_uploaded_with_so_many_files_at_once(int parallel)
    {
        var walk = Walk(10);
        using var cli = Client(people.Bob.Bearer);
        Assert.That((await cli.Get("/api")).Code, Is.LessThan(404));
        var configuration = await cli.Get("configuration");
        Assert.That(configuration.Code, Is.EqualTo(200));
        Assert.That(configuration["auth"]!["enabled"]!.GetValue<bool>(), Is.False);
        Assert.That(configuration["defaults"]!.AsObject().Select(member => member.Key), Is.SupersetOf(new[] { "duplicate_distance", "duplicate_rotation", "split_distance", "split_time" }));

        // Two more are announced than are sent: those that the client finds to be duplicates itself.
        var set = await Open(cli, $"{parallel} at once", estimate: walk.Length + 2);
        await Parallel.ForEachAsync(walk, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (picture, _) =>
        {
            var sent = await Post(set, picture.Name, picture.Bytes);
            Assert.That(sent.Status, Is.InRange(200, 299), sent.Text);
            Assert.That(sent["picture_id"], Is.Not.Null);
        });

        var state = await cli.Set(set);
        Assert.That((state["completed"]!.GetValue<bool>(), state["title"]!.GetValue<string>(), state["sort_method"]!.GetValue<string>()), Is.EqualTo((false, $"{parallel} at once", "time-asc")));
        Assert.That((await cli.Complete(set)).Code, Is.EqualTo(200));

        using var nobody = Client(null);
        var ready = await nobody.UntilReady(set);
        Assert.That((await people.Collections(ready)).Single().Value.Names, Is.EqualTo(string.Join(' ', walk.Select(picture => Path.GetFileNameWithoutExtension(picture.Name)))));
        Assert.That(ready["items_status"]!.AsObject().Select(member => member.Key), Is.SupersetOf(new[] { "prepared", "preparing", "broken", "not_processed" }));
        Assert.That(Number(ready, "items_status", "prepared"), Is.EqualTo(walk.Length));
        Assert.That(await people.Instance.Database.Scalar<string>($"SELECT user_agent FROM sequences WHERE upload_set_id = '{set}'"), Is.EqualTo("PanoramaxCLI/1.2.3"));
    }

    [Test]
    [Property("Contract", "clients CLI resend")]
    public async Task A_file_whose_connection_was_cut_is_sent_again_without_harm()
    {
        var walk = Walk(2);
        using var cli = Client(people.Bob.Bearer);
        var set = await Open(cli, "cut", estimate: walk.Length);

        // Cut in the middle of the file: nothing of it is there.
        var (head, body) = Request(set, walk[0].Name, walk[0].Bytes);
        using (var socket = await RawHttp.Connect(people.Instance.Address))
        {
            await socket.GetStream().WriteAsync(RawHttp.Head(head, body.Length));
            await socket.GetStream().WriteAsync(body.AsMemory(0, body.Length / 2));
            await Task.Delay(300);
            socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        await Task.Delay(300);
        Assert.That((await cli.Get($"upload_sets/{set}/files"))["files"]!.AsArray(), Is.Empty);
        Assert.That((await Post(set, walk[0].Name, walk[0].Bytes)).Status, Is.EqualTo(202));

        // Cut after the last byte: the answer is lost, the picture is not.
        (head, body) = Request(set, walk[1].Name, walk[1].Bytes);
        using (var socket = await RawHttp.Connect(people.Instance.Address))
        {
            await socket.GetStream().WriteAsync(RawHttp.Head(head, body.Length));
            await socket.GetStream().WriteAsync(body);
            await Until(async () => (await cli.Get($"upload_sets/{set}/files"))["files"]!.AsArray().Count == 2);
            socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        var again = await Post(set, walk[1].Name, walk[1].Bytes);
        Assert.That(again.Status, Is.EqualTo(409), again.Text);
        Assert.That(again["message"]!.GetValue<string>(), Is.Not.Empty);
        var ready = await cli.UntilReady(set);
        Assert.That((Number(ready, "nb_items"), Number(ready, "items_status", "rejected")), Is.EqualTo((2, 0)));
    }

    [Test]
    [Property("Contract", "clients CLI resume")]
    public async Task An_interrupted_upload_is_resumed_from_the_list_of_files()
    {
        var walk = Walk(4);
        using var first = Client(people.Bob.Bearer);
        var set = await Open(first, "resumed", estimate: walk.Length);
        foreach (var picture in walk[..2]) Assert.That((await Post(set, picture.Name, picture.Bytes)).Status, Is.EqualTo(202));

        using var second = Client(people.Bob.Bearer);
        Assert.That((await second.Set(set)).Code, Is.EqualTo(200));
        var files = (await second.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        foreach (var (file, picture) in files.Zip(walk))
        {
            Assert.That(file!["file_name"]!.GetValue<string>(), Is.EqualTo(picture.Name));
            Assert.That(file["content_md5"]!.GetValue<string>(), Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(picture.Bytes))));
            Assert.That(file["picture_id"], Is.Not.Null);
            Assert.That(file.AsObject().ContainsKey("rejected"), Is.False);
        }

        var known = files.Select(file => file!["content_md5"]!.GetValue<string>()).ToHashSet();
        foreach (var picture in walk.Where(picture => !known.Contains(Convert.ToHexStringLower(MD5.HashData(picture.Bytes)))))
            Assert.That((await Post(set, picture.Name, picture.Bytes)).Status, Is.EqualTo(202));

        // All that was announced is there: the client finds it completed and does not complete it.
        Assert.That((await second.Set(set))["completed"]!.GetValue<bool>(), Is.True);
        Assert.That(Number(await second.UntilReady(set), "nb_items"), Is.EqualTo(4));
        Assert.That((await first.Set(Guid.NewGuid())).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "clients CLI transfer")]
    public async Task A_collection_is_transferred_to_another_instance_where_its_set_closes_by_itself()
    {
        var walk = Walk(3);
        using var cli = Client(people.Bob.Bearer);
        var set = await Open(cli, "to be transferred", estimate: walk.Length);
        foreach (var picture in walk) await Post(set, picture.Name, picture.Bytes);
        var origin = (await cli.UntilReady(set))["associated_collections"]![0]!["id"]!.GetValue<Guid>();

        await using var destination = await PanoramaxInstance.Start();
        using var reader = new Visitor(people.Instance.Address);
        var collection = await reader.Get($"collections/{origin}");
        var count = Number(collection.Json!, "stats:items", "count");
        Assert.That(count, Is.EqualTo(3));
        var made = await destination.Uploader.Post("upload_sets", Body(
            ("title", collection["title"]!.GetValue<string>()), ("estimated_nb_files", count), ("no_deduplication", true), ("split_distance", null), ("split_time", null)));
        Assert.That(made.Code, Is.EqualTo(200), made.Text);
        Assert.That(made.Json!.AsObject().ContainsKey("split_distance"), Is.False);
        var there = made["id"]!.GetValue<Guid>();

        var items = new List<JsonNode>();
        for (string? next = $"collections/{origin}/items?limit=500"; next is not null;)
        {
            var page = await reader.Get(next);
            items.AddRange(page["features"]!.AsArray()!);
            next = Visitor.Link(page.Json!, "next");
        }

        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (item, _) =>
        {
            Assert.That(item["properties"]!["original_file:name"], Is.Not.Null);
            var bytes = await reader.Bytes(item["assets"]!["hd"]!["href"]!.GetValue<string>());
            Assert.That((await destination.Uploader.SendFile(there, $"{item["id"]}.jpg", bytes, ("isBlurred", "true"))).Code, Is.EqualTo(202));
        });

        var ready = await destination.Uploader.UntilReady(there);
        Assert.That((ready["completed"]!.GetValue<bool>(), Number(ready, "nb_items")), Is.EqualTo((true, 3)));
        var copy = ready["associated_collections"]!.AsArray().Single()!["id"]!.GetValue<Guid>();
        Assert.That(
            (await destination.Visitor.Items(copy)).Select(item => item["geometry"]!.ToJsonString()),
            Is.EqualTo(items.Select(item => item["geometry"]!.ToJsonString())));
    }

    [Test]
    [Property("Contract", "clients CLI 0.3")]
    [Property("Contract", "known-faults 40")]
    public async Task The_forerunner_fills_a_collection_picture_by_picture_and_asks_for_its_status()
    {
        using var old = new Uploader(people.Instance.Address, people.Bob.Bearer);
        old.Http.DefaultRequestHeaders.UserAgent.ParseAdd("GeovisioCLI/0.3.13");
        using var title = new FormUrlEncodedContent([KeyValuePair.Create("title", "old way")]);
        using var created = await old.Http.PostAsync(new Uri("/api/collections", UriKind.Relative), title);
        Assert.That((int)created.StatusCode, Is.EqualTo(200));
        var location = created.Headers.Location!;
        var id = JsonNode.Parse(await created.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
        Assert.That(location.ToString(), Is.EqualTo($"{people.Instance.Address}api/collections/{id}"));
        var status = await old.Get(location + "/geovisio_status");
        Assert.That((status.Code, status["items"]!.ToJsonString()), Is.EqualTo((200, "[]")));

        var walk = Walk(3);
        var pictures = new List<string>();
        foreach (var (picture, position) in walk.Select((picture, index) => (picture, index + 1)))
        {
            var body = RawHttp.Form(
                $"--{Boundary}\nContent-Disposition: form-data; name=\"position\"\n\n{position}\n",
                $"--{Boundary}\nContent-Disposition: form-data; name=\"isBlurred\"\n\nfalse\n",
                $"--{Boundary}\nContent-Disposition: form-data; name=\"picture\"; filename=\"{picture.Name}\"\n\n", picture.Bytes, $"\n--{Boundary}--\n");
            var sent = await RawHttp.Send(people.Instance.Address, $"""
                POST {location.AbsolutePath}/items HTTP/1.1
                Host: {location.Authority}
                User-Agent: GeovisioCLI/0.3.13
                Accept-Encoding: gzip, deflate
                Accept: */*
                Connection: keep-alive
                Authorization: Bearer {people.Bob.Bearer}
                Content-Length: {body.Length}
                Content-Type: multipart/form-data; boundary={Boundary}
                """, body);
            Assert.That(sent.Status, Is.EqualTo(202), sent.Text);
            pictures.Add(sent["id"]!.GetValue<string>());
            Assert.That(sent.Headers["Location"], Is.EqualTo($"{location}/items/{pictures[^1]}"));
            var taken = await RawHttp.Send(people.Instance.Address, $"""
                POST {location.AbsolutePath}/items HTTP/1.1
                Host: {location.Authority}
                Authorization: Bearer {people.Bob.Bearer}
                Content-Length: {body.Length}
                Content-Type: multipart/form-data; boundary={Boundary}
                """, body);
            Assert.That(taken.Status, Is.EqualTo(409), "the position is taken");
        }

        await Until(async () => (status = await old.Get(location + "/geovisio_status"))["status"]!.GetValue<string>() == "ready"
            && status["items"]!.AsArray().All(item => item!["status"]!.GetValue<string>() == "ready"));
        Assert.That(status["items"]!.AsArray().Select(item => (item!["id"]!.GetValue<string>(), item["rank"]!.GetValue<int>(), item["nb_errors"]!.GetValue<int>())),
            Is.EqualTo(pictures.Select((picture, index) => (picture, index + 1, 0))));
        Assert.That((await old.Get($"collections/{id}"))["geovisio:upload-software"]!.GetValue<string>(), Is.EqualTo("cli"));
    }

    /// <summary>A straight road: no duplicates, nothing to split.</summary>
    private static (string Name, byte[] Bytes)[] Walk(int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => WalkPicture.Road[0] with
        {
            Name = $"IMG_{index:D4}.JPG", Latitude = 48.2 + (index * 1e-4), Time = WalkPicture.Road[0].Time.AddSeconds(5 * index),
        }).Select(picture => (picture.Name, New(picture))),
    ];

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            if (tries > 300) throw new TimeoutException("it did not become so within 60 s");
            await Task.Delay(200);
        }
    }

    private static async Task<Guid> Open(Uploader cli, string title, int estimate)
    {
        var answer = await cli.Post("upload_sets", Body(
            ("title", title), ("estimated_nb_files", estimate), ("no_deduplication", true), ("split_distance", 100), ("split_time", 300), ("sort_method", "time-asc"),
            ("visibility", "anyone"), ("metadata", Body(("cli_configuration", Body(("duplicate_distance", 1.0), ("duplicate_rotation", 60)))))));
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        return answer["id"]!.GetValue<Guid>();
    }

    private Uploader Client(string? bearer)
    {
        var client = new Uploader(people.Instance.Address, bearer);
        client.Http.DefaultRequestHeaders.UserAgent.ParseAdd("PanoramaxCLI/1.2.3");
        return client;
    }

    private Task<RawAnswer> Post(Guid set, string name, byte[] bytes)
    {
        var (head, body) = Request(set, name, bytes);
        return RawHttp.Send(people.Instance.Address, head, body);
    }

    /// <summary>A file as its HTTP library writes it: the fields first, then the file.</summary>
    private (string Head, byte[] Body) Request(Guid set, string name, byte[] bytes) => (
        $$"""
        POST /api/upload_sets/{{set}}/files HTTP/1.1
        Host: {{people.Instance.Address.Authority}}
        Accept: */*
        Accept-Encoding: gzip, deflate
        Connection: keep-alive
        User-Agent: PanoramaxCLI/1.2.3
        Authorization: Bearer {{people.Bob.Bearer}}
        Content-Length: {length}
        Content-Type: multipart/form-data; boundary={{Boundary}}
        """,
        RawHttp.Form(
            $"--{Boundary}\nContent-Disposition: form-data; name=\"isBlurred\"\n\nfalse\n",
            $"--{Boundary}\nContent-Disposition: form-data; name=\"override_Exif.Image.Artist\"\n\nBob\n",
            $"--{Boundary}\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\nContent-Type: image/jpeg\n\n", bytes, $"\n--{Boundary}--\n"));
}
