using System.Text.Json.Nodes;
using Panoramax.EndToEndTests.UploadSets;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Pictures;
using static Panoramax.EndToEndTests.UploadSets.Contributors;

namespace Panoramax.EndToEndTests.Clients;

/// <summary>The upload conversations of three apps in use, in their own odd forms.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class UploadAppTests
{
    private Contributors people = null!;

    [OneTimeSetUp]
    public async Task Join() => people = await SharedInstance.Get();

    /// <summary>Untyped bytes, a name with colons, a date without a <c>T</c>, <c>complete</c> for a closed set, tags without an action.</summary>
    [Test]
    [Property("Contract", "clients Go Map")]
    public async Task Go_map_for_ios()
    {
        const string boundary = "----------------------------5D2C6F0E-3B1A-4E57-9A51-0C4F2E1B7A90";
        var headers = $"""
            Host: {people.Instance.Address.Authority}
            Accept: */*
            Accept-Language: fr-FR,fr;q=0.9
            Accept-Encoding: gzip, deflate
            User-Agent: Go%20Map!!/4.3.1 CFNetwork/1494.0.7 Darwin/23.4.0
            Connection: keep-alive
            Authorization: Bearer {people.Bob.Bearer}
            """;
        var set = Guid.Parse((await Json("POST", "upload_sets", """{"title":"Go Map!!","estimated_nb_files":1}"""))["id"]!.GetValue<string>());

        var jpeg = new TestJpeg(320, 240, seed: 910).WithPosition(48.1, 11.5).ToBytes();
        var body = RawHttp.Form(
            $"--{boundary}\nContent-Disposition: form-data; name=\"override_capture_time\"\n\n2026-07-04 12:34:56 +0000\n",
            $"--{boundary}\nContent-Disposition: form-data; name=\"file\"; filename=\"2026-07-04 12:34:56.jpg\"\nContent-Type: application/octet-stream\n\n", jpeg,
            $"\n--{boundary}--\n");
        var sent = await RawHttp.Send(people.Instance.Address, $$"""
            POST /api/upload_sets/{{set}}/files HTTP/1.1
            Content-Type: multipart/form-data; boundary={{boundary}}
            Content-Length: {length}
            {{headers}}
            """, body);
        Assert.That(sent.Status, Is.EqualTo(202), sent.Text);
        Assert.That(sent["file_name"]!.GetValue<string>(), Is.EqualTo("2026-07-04 12:34:56.jpg"));
        var picture = sent["picture_id"]!.GetValue<string>();
        Assert.That((await people.B.Set(set))["completed"]!.GetValue<bool>(), Is.True, "it closed itself");
        Assert.That((await Json("POST", $"upload_sets/{set}/complete", ""))["completed"]!.GetValue<bool>(), Is.True, "and is completed all the same");

        JsonNode? collection = null;
        for (var tries = 0; collection is null && tries < 100; tries++)
        {
            await Task.Delay(200);
            collection = (await people.B.Set(set))["associated_collections"]!.AsArray().FirstOrDefault()?["id"];
        }

        var tagged = await Json("PATCH", $"collections/{collection}/items/{picture}", """{"semantics":[{"key":"osm|amenity","value":"bench"}]}""");
        Assert.That(tagged["properties"]!["semantics"]!.ToJsonString(), Is.EqualTo("""[{"key":"osm|amenity","value":"bench"}]"""));

        await people.B.UntilReady(set);
        Assert.That(await people.Instance.Visitor.Bytes($"pictures/{picture}/sd.jpg"), Has.Length.GreaterThan(500));
        var found = (await people.Instance.Visitor.Picture(Guid.Parse(picture)))!;
        Assert.That(DateTimeOffset.Parse(found["properties"]!["datetime"]!.GetValue<string>(), null), Is.EqualTo(new DateTimeOffset(2026, 7, 4, 12, 34, 56, TimeSpan.Zero)));

        async Task<RawAnswer> Json(string method, string path, string json)
        {
            var answer = await RawHttp.Send(people.Instance.Address, $$"""
                {{method}} /api/{{path}} HTTP/1.1
                Content-Type: application/json
                Content-Length: {length}
                {{headers}}
                """, RawHttp.Form(json));
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            return answer;
        }
    }

    /// <summary>The number comes as text, parts say their length, the set is never completed.</summary>
    [Test]
    [Property("Contract", "clients Vespucci")]
    public async Task Vespucci_for_android()
    {
        var configuration = await people.Nobody.Get("configuration");
        // Without an identity provider it does not list the instance; who chose it by hand may upload all the same.
        Assert.That(configuration["auth"]!["enabled"]!.GetValue<bool>(), Is.False);
        Assert.That(configuration["name"]!["label"]!.GetValue<string>(), Is.Not.Empty);

        var jpeg = New(WalkPicture.Road[0]);
        var first = await Send(await Open(), jpeg);
        Assert.That(first.Status, Is.EqualTo(202), first.Text);
        var picture = first["picture_id"]!.GetValue<string>();

        var again = await Send(await Open(), jpeg);
        Assert.That((again.Status, again["upload_sets"]![0]!["existing_item_id"]!.GetValue<string>()), Is.EqualTo((409, picture)));

        async Task<string> Open()
        {
            const string json = """{"title":"Vespucci 21.1.0","estimated_nb_files":"1"}""";
            var made = await RawHttp.Send(people.Instance.Address, $$"""
                POST /api/upload_sets HTTP/1.1
                Authorization: Bearer {{people.Bob.Bearer}}
                Content-Type: application/json; charset=utf-8
                Content-Length: {length}
                Host: {{people.Instance.Address.Authority}}
                Connection: Keep-Alive
                Accept-Encoding: gzip
                User-Agent: Vespucci/21.1.0
                """, RawHttp.Form(json));
            Assert.That(made.Status, Is.EqualTo(200), made.Text);
            Assert.That(made["estimated_nb_files"]!.GetValue<int>(), Is.EqualTo(1));
            return made["id"]!.GetValue<string>();
        }

        async Task<RawAnswer> Send(string set, byte[] content)
        {
            const string boundary = "0f3f1c1e-5f3f-4a6b-8f0a-6c2f3a1d9b7e";
            var answer = await RawHttp.Send(people.Instance.Address, $$"""
                POST /api/upload_sets/{{set}}/files HTTP/1.1
                Authorization: Bearer {{people.Bob.Bearer}}
                Content-Type: multipart/form-data; boundary={{boundary}}
                Content-Length: {length}
                Host: {{people.Instance.Address.Authority}}
                Connection: Keep-Alive
                Accept-Encoding: gzip
                User-Agent: Vespucci/21.1.0
                """, RawHttp.Form($"--{boundary}\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\nContent-Type: image/jpeg\nContent-Length: {content.Length}\n\n", content, $"\n--{boundary}--\n"));
            if (answer.Status == 202)
            {
                var ready = await people.Nobody.UntilReady(Guid.Parse(set));
                Assert.That((ready["completed"]!.GetValue<bool>(), Number(ready, "nb_items")), Is.EqualTo((true, 1)), "without being completed by anybody");
            }

            return answer;
        }
    }

    /// <summary>A script in a page of another origin: preflights, statuses of exactly 200, a deletion that says its missing body is JSON.</summary>
    [Test]
    [Property("Contract", "clients better-osm-org")]
    public async Task The_browser_script_of_better_osm_org()
    {
        const string boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW3";
        var headers = $"""
            Host: {people.Instance.Address.Authority}
            Connection: keep-alive
            Authorization: Bearer {people.Bob.Bearer}
            Origin: https://www.openstreetmap.org
            Referer: https://www.openstreetmap.org/
            Sec-Fetch-Mode: cors
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
            Accept: */*
            Accept-Encoding: gzip, deflate, br, zstd
            """;
        var preflight = await Call("OPTIONS", "upload_sets", "Access-Control-Request-Method: POST\nAccess-Control-Request-Headers: authorization,content-type");
        Assert.That(preflight.Status, Is.AnyOf(200, 204));

        var created = await Call("POST", "upload_sets", "Content-Type: application/json", """{"title":"better-osm-org","estimated_nb_files":2}""");
        Assert.That(created.Status, Is.EqualTo(200), "exactly");
        var set = created["id"]!.GetValue<string>();
        foreach (var (blurred, index) in new[] { "true", "false" }.Select((blurred, index) => (blurred, index)))
        {
            // The file first, the field behind it.
            var sent = await RawHttp.Send(people.Instance.Address, $$"""
                POST /api/upload_sets/{{set}}/files HTTP/1.1
                {{headers}}
                Content-Type: multipart/form-data; boundary={{boundary}}
                Content-Length: {length}
                """, RawHttp.Form(
                $"--{boundary}\nContent-Disposition: form-data; name=\"file\"; filename=\"{index}.jpg\"\nContent-Type: image/jpeg\n\n", New(WalkPicture.Street[index]),
                $"\n--{boundary}\nContent-Disposition: form-data; name=\"isBlurred\"\n\n{blurred}\n--{boundary}--\n"));
            Assert.That(sent.Status, Is.EqualTo(202), sent.Text);
            Assert.That(await people.Instance.Database.Scalar<bool>($"SELECT blurred_by_author FROM pictures WHERE id = '{sent["picture_id"]}'"), Is.EqualTo(blurred == "true"));
        }

        Assert.That((await Call("POST", $"upload_sets/{set}/complete")).Status, Is.EqualTo(200));
        Assert.That((await Call("POST", $"upload_sets/{set}/complete")).Status, Is.EqualTo(200), "repeated after a time-out");
        await people.B.UntilReady(Guid.Parse(set));
        var deleted = await Call("DELETE", $"upload_sets/{set}", "Content-Type: application/json");
        Assert.That((deleted.Status, deleted.Body.Length), Is.EqualTo((204, 0)));
        Assert.That((await Call("GET", $"upload_sets/{set}")).Status, Is.EqualTo(404));

        async Task<RawAnswer> Call(string method, string path, string more = "", string? json = null)
        {
            var length = json is not null || method == "POST" ? "\nContent-Length: {length}" : "";
            var answer = await RawHttp.Send(people.Instance.Address, $"{method} /api/{path} HTTP/1.1\n{headers}{(more.Length > 0 ? "\n" + more : "")}{length}", RawHttp.Form(json ?? ""));
            Assert.That(answer.Headers["Access-Control-Allow-Origin"], Is.AnyOf("*", "https://www.openstreetmap.org"), $"{method} {path}");
            return answer;
        }
    }

    /// <summary>The library of a map of themes: trailing slashes, JSON under no or an oddly written type, a picture for a collection.</summary>
    [Test]
    [Property("Contract", "clients panoramax-js")]
    public async Task The_library_of_map_complete()
    {
        var created = await Call("POST", "collections/", "Content-Type: text/plain;charset=UTF-8", RawHttp.Form("""{"title":"Benches"}"""));
        Assert.That((created.Status, created["title"]!.GetValue<string>()), Is.EqualTo((200, "Benches")));
        var collection = created["id"]!.GetValue<string>();

        const string boundary = "----WebKitFormBoundaryABCDEFGHIJKLMNOP";
        var jpeg = new TestJpeg(320, 240, seed: 911).ToBytes();
        var sent = await Call("POST", $"collections/{collection}/items/", $"Content-Type: multipart/form-data; boundary={boundary}", RawHttp.Form([
            .. new[] { ("isBlurred", "true"), ("position", "1"), ("override_latitude", "51.2"), ("override_longitude", "3.2"), ("override_capture_time", "2024-06-01T10:00:00.000Z"), ("override_Exif.Image.Artist", "someone") }
                .Select(field => $"--{boundary}\nContent-Disposition: form-data; name=\"{field.Item1}\"\n\n{field.Item2}\n"),
            $"--{boundary}\nContent-Disposition: form-data; name=\"picture\"; filename=\"blob.jpg\"\nContent-Type: image/jpeg\n\n", jpeg, $"\n--{boundary}--\n",
        ]));
        Assert.That(sent.Status, Is.EqualTo(202), sent.Text);
        Assert.That(sent["geometry"]!["coordinates"]!.ToJsonString(), Is.EqualTo("[3.2,51.2]"));

        var hidden = await Call("PATCH", $"collections/{collection}/", "Content-Type: Application/json", RawHttp.Form("""{"visibility":"owner-only"}"""));
        Assert.That(hidden.Status, Is.EqualTo(200), hidden.Text);
        Assert.That((await people.C.Get($"collections/{collection}")).Code, Is.EqualTo(404));

        Task<RawAnswer> Call(string method, string path, string type, byte[] body) => RawHttp.Send(people.Instance.Address, $$"""
            {{method}} /api/{{path}} HTTP/1.1
            Host: {{people.Instance.Address.Authority}}
            Authorization: Bearer {{people.Bob.Bearer}}
            {{type}}
            Content-Length: {length}
            """, body);
    }
}
