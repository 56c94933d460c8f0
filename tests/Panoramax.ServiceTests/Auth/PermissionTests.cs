using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.ServiceTests.Stac;
using Panoramax.Testing.Pictures;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Auth;

/// <summary>Who asks.</summary>
public enum Who
{
    Nobody,
    Other,
    Owner,
    Admin,
}

/// <summary>By what the service knows who asks.</summary>
public enum By
{
    Token,
    Cookie,
}

/// <summary>
/// The permission matrix of the contract (write.md 4.2), row by row, for every kind of caller, known by token and by cookie, on the
/// real services. Each attempt gets things of bob's own that nobody touched before. Run twice: where uploading needs a login
/// and where it does not.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
[Parallelizable(ParallelScope.Self)]
internal sealed class PermissionTests(bool requiresLogin)
{
    private const string Set = "PATCH upload_sets/{set}";
    private const string Collection = "PATCH collections/{collection}";
    private const string Item = "PATCH collections/{collection}/items/{picture}";
    private const string Shape = """{"shape":[1,1,10,10],"semantics":[{"key":"k","value":"v"}]}""";
    private const string Tags = """{"semantics":[{"key":"k","value":"v"}]}""";
    private const string Area = """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[170,1],[171,1],[171,2],[170,1]]]},"properties":{}}""";

    private static readonly Row[] matrix =
    [
        // What is done, its body, and the status for: nobody (where a login is required / where not), another account, the owner, an administrator.
        new("Create upload set", "POST upload_sets", """{"title":"t"}""", "401/200 200 200 200"),
        new("Create legacy collection", "POST collections", """{"title":"t"}""", "401/200 200 200 200"),
        new("Add file to upload set", "FILE upload_sets/{set}/files", null, "401/403 403 202 403"),
        new("Add file to upload set of the default account", "FILE upload_sets/{default set}/files", null, "401/202 403 403 403"),
        new("Add item to legacy collection", "ITEM collections/{legacy}/items", null, "401/403 403 202 403"),
        new("Complete upload set", "POST upload_sets/{set}/complete", null, "401/403 403 200 200"),
        new("Complete upload set of the default account", "POST upload_sets/{default set}/complete", null, "401/200 403 403 200"),
        new("Delete upload set", "DELETE upload_sets/{set}", null, "401/403 403 204 204"),
        new("Delete upload set of the default account", "DELETE upload_sets/{default set}", null, "401/204 403 403 204"),
        new("Change upload set", Set, """{"sort_method":"time-desc"}""", "401/403 403 200 200"),
        new("Change upload set's visibility", Set, """{"visibility":"owner-only"}""", "401/403 403 200 200"),
        new("Change upload set and its tags", Set, """{"sort_method":"time-desc","semantics":[{"key":"k","value":"v"}]}""", "401/403 403 200 200"),
        new("Change upload set of the default account", "PATCH upload_sets/{default set}", """{"sort_method":"time-desc"}""", "401/200 403 403 200"),
        new("Tag upload set", Set, Tags, "401/200 200 200 200"),
        new("Change nothing of upload set", Set, "{}", "401/200 200 200 200"),
        new("See upload set", "GET upload_sets/{set}", null, "200 200 200 200"),
        new("See hidden upload set", "GET upload_sets/{hidden set}", null, "404 404 200 200"),
        new("See upload set for logged accounts", "GET upload_sets/{logged set}", null, "404 200 200 200"),
        new("List files of hidden upload set", "GET upload_sets/{hidden set}/files", null, "404 404 200 200"),
        new("Title of collection", Collection, """{"title":"new"}""", "401 403 200 200"),
        new("Visible of collection", Collection, """{"visible":"false"}""", "401 403 200 200"),
        new("Visibility of collection", Collection, """{"visibility":"logged-only"}""", "401 403 200 200"),
        new("Relative heading of collection", Collection, """{"relative_heading":90}""", "401 200 200 200"),
        new("Relative heading of a collection whose owner works alone", Collection, """{"relative_heading":90}""", "401 403 200 200", WorksAlone: true),
        new("Order of collection", Collection, """{"sortby":"+filename"}""", "401 200 200 200"),
        new("Order of a collection whose owner works alone", Collection, """{"sortby":"+filename"}""", "401 403 200 200", WorksAlone: true),
        new("Order and tags of a collection whose owner works alone", Collection, """{"sortby":"+filename","semantics":[{"key":"k","value":"v"}]}""", "401 403 200 200", WorksAlone: true),
        new("Visible of item", Item, """{"visible":"false"}""", "401 403 200 200"),
        new("Visibility of item", Item, """{"visibility":"owner-only"}""", "401 403 200 200"),
        new("Heading of item", Item, """{"heading":12}""", "401 200 200 200"),
        new("Capture time of item", Item, """{"capture_time":"2020-01-02T03:04:05Z"}""", "401 200 200 200"),
        new("Position of item", Item, """{"latitude":1.5,"longitude":2.5}""", "401 200 200 200"),
        new("Heading of an item whose owner works alone", Item, """{"heading":12}""", "401 403 200 200", WorksAlone: true),
        new("Capture time of an item whose owner works alone", Item, """{"capture_time":"2020-01-02T03:04:05Z"}""", "401 403 200 200", WorksAlone: true),
        new("Position of an item whose owner works alone", Item, """{"latitude":1.5,"longitude":2.5}""", "401 403 200 200", WorksAlone: true),
        new("Tag collection", Collection, Tags, "401 200 200 200", WorksAlone: true),
        new("Tag item", Item, Tags, "401 200 200 200", WorksAlone: true),
        new("Annotate item", "POST collections/{collection}/items/{picture}/annotations", Shape, "401 200 200 200", WorksAlone: true),
        new("Annotate picture", "POST pictures/{picture}/annotations", Shape, "401 200 200 200"),
        new("Tag annotation", "PATCH annotations/{annotation}", """{"semantics":[{"key":"another","value":"v"}]}""", "401 200 200 200"),
        new("Delete annotation", "DELETE annotations/{annotation}", null, "401 204 204 204"),
        new("Delete collection", "DELETE collections/{collection}", null, "401 403 204 204"),
        new("Delete item", "DELETE collections/{collection}/items/{picture}", null, "401 403 204 204"),
        new("Prepare item", "POST collections/{collection}/items/{picture}/prepare", null, "202 202 202 202"),
        new("Prepare collection", "POST collections/{collection}/prepare", null, "202 202 202 202"),
        new("Prepare hidden item", "POST collections/{hidden collection}/items/{hidden picture}/prepare", null, "404 404 202 202"),
        new("Prepare hidden collection", "POST collections/{hidden collection}/prepare", null, "404 404 202 202"),
        new("Create report", "POST reports", """{"issue":"other","picture_id":"{picture}"}""", "200 200 200 200"),
        new("Read report of nobody on bob's picture", "GET reports/{report}", null, "401 403 200 200"),
        new("Read own report", "GET reports/{report of other}", null, "401 200 200 200"),
        new("Edit report", "PATCH reports/{report}", """{"status":"closed_solved"}""", "302 403 200 200"),
        new("List all reports", "GET reports", null, "302 403 403 200"),
        new("All excluded areas", "GET configuration/excluded_areas?all=true", null, "401 403 403 200"),
        new("Add excluded area", "POST configuration/excluded_areas", Area, "302 403 403 200"),
        new("Delete excluded area", "DELETE configuration/excluded_areas/{area}", null, "302 403 403 204"),
        new("Write page", "HTML pages/end-user-license-agreement/hu", null, "401 403 403 200"),
        new("Announce page", "POST pages/terms-of-service/publish-change", null, "401 403 403 200"),
        new("Delete page", "DELETE pages/terms-of-service/{language}", null, "401 403 403 200"),
        new("See own account", "GET users/me", null, "302 200 200 200"),
        new("Change own account", "PATCH users/me", "{}", "401 200 200 200"),
        new("List own tokens", "GET users/me/tokens", null, "302 200 200 200"),
        new("Make a token", "POST users/me/tokens", null, "302 200 200 200"),
        new("Read a token of bob's", "GET users/me/tokens/{token}", null, "302 404 200 404"),
        new("Revoke a token of bob's", "DELETE users/me/tokens/{token}", null, "302 404 200 404"),
        new("Generate a token", "POST auth/tokens/generate", null, "200 200 200 200"),
        new("Claim a token", "GET auth/tokens/{unclaimed}/claim", null, "302 302 302 302"),
        new("Own upload sets", "GET users/me/upload_sets", null, "302 200 200 200"),
        new("Own reports", "GET users/me/reports", null, "302 200 200 200"),
        new("Own excluded areas", "GET users/me/excluded_areas", null, "302 200 200 200"),
        new("Own map", "GET users/me/map/0/0/0.mvt", null, "302 200 200 200"),
    ];

    private readonly Dictionary<Who, (Person Person, BrowserSession Browser)> people = [];
    private Community community = null!;
    private int made;

    [OneTimeSetUp]
    public async Task Start()
    {
        community = await Community.Start(settings: [("Upload__RequireLogin", requiresLogin ? "true" : "false")]);
        foreach (var (who, name) in ((Who, string)[])[(Who.Owner, "bob"), (Who.Other, "camille"), (Who.Admin, "the administrator")])
        {
            var person = await community.NewPerson(name, who == Who.Admin);
            people[who] = (person, await community.LogIn(name));
        }
    }

    [OneTimeTearDown]
    public async Task Stop() => await community.DisposeAsync();

    private static IEnumerable<TestCaseData> Cases() =>
        from row in matrix
        from who in Enum.GetValues<Who>()
        from proof in who == Who.Nobody ? [By.Token] : Enum.GetValues<By>()
        select new TestCaseData(Array.IndexOf(matrix, row), who, proof).SetArgDisplayNames(row.Action, who == Who.Nobody ? "Nobody" : $"{who} by {proof}");

    [TestCaseSource(nameof(Cases))]
    [Property("Contract", "write.md 4.2")]
    public async Task The_matrix_holds(int number, Who who, By proof)
    {
        var row = matrix[number];
        await community.Database.Execute($"UPDATE accounts SET collaborative_metadata = {(row.WorksAlone ? "FALSE" : "NULL")} WHERE id = '{people[Who.Owner].Person.Id}'");
        var (verb, path) = row.Call.Split(' ', 2) is [var first, var rest] ? (first, await Fill(rest)) : throw new InvalidOperationException(row.Call);
        using var request = new HttpRequestMessage(Method(verb), Service(path).Address + "api/" + path) { Content = await Content(verb, row.Body) };
        if (who != Who.Nobody && proof == By.Token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", people[who].Person.Bearer);
        if (who != Who.Nobody && proof == By.Cookie) request.Headers.Add("Cookie", people[who].Browser.Header);

        using var answer = await community.Auth.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(row.Expected(who, requiresLogin)), $"{verb} {path}: {text}");
        if ((int)answer.StatusCode >= 400) Assert.That(JsonNode.Parse(text)!["message"]!.GetValue<string>(), Is.Not.Empty);
    }

    [TestCase(Who.Nobody, false)]
    [TestCase(Who.Other, false)]
    [TestCase(Who.Owner, true)]
    [TestCase(Who.Admin, false)]
    [Property("Contract", "write.md 4.2")]
    public async Task Only_the_owner_sees_which_pictures_the_files_became(Who who, bool sees)
    {
        var set = await NewSet(Who.Owner);
        await SendFile(set, Who.Owner);
        using var client = community.Client(community.Upload, who == Who.Nobody ? null : people[who].Person.Bearer);
        var files = (await client.Get($"upload_sets/{set}/files"))["files"]!.AsArray();
        Assert.That(files.Single()!.AsObject().ContainsKey("picture_id"), Is.EqualTo(sees));
    }

    private static HttpMethod Method(string verb) => verb is "FILE" or "ITEM" or "HTML" ? HttpMethod.Post : new HttpMethod(verb);

    /// <summary>As the gateway's table of routes.</summary>
    private ServiceProcess Service(string path) => path.StartsWith("auth/", StringComparison.Ordinal) || path.StartsWith("pages/", StringComparison.Ordinal) || path == "users/me" || path.StartsWith("users/me/tokens", StringComparison.Ordinal)
        ? community.Auth
        : path.StartsWith("users/me/map", StringComparison.Ordinal) ? community.Stac : community.Upload;

    private async Task<HttpContent?> Content(string verb, string? body)
    {
        if (verb == "FILE") return new MultipartFormDataContent { { NewPicture(), "file", $"{made}.jpg" } };
        if (verb == "ITEM") return new MultipartFormDataContent { { new StringContent("1"), "position" }, { NewPicture(), "picture", "1.jpg" } };
        if (verb == "HTML")
        {
            var page = new ByteArrayContent("<p>text</p>"u8.ToArray());
            page.Headers.ContentType = new MediaTypeHeaderValue("text/html");
            return page;
        }

        return body is null ? null : new StringContent(await Fill(body), Encoding.UTF8, "application/json");
    }

    private ByteArrayContent NewPicture()
    {
        var number = Interlocked.Increment(ref made);
        var file = new ByteArrayContent(TestJpeg.Make(64, 48, 40 + (number * 0.001), 2, new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero).AddMinutes(number), seed: (requiresLogin ? 0 : 100_000) + number));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return file;
    }

    /// <summary>Puts the id of a new thing of bob's in each place.</summary>
    private async Task<string> Fill(string text)
    {
        if (text.StartsWith("pages/terms-of-service/publish", StringComparison.Ordinal)) await NewPage();
        if (!text.Contains('{', StringComparison.Ordinal) || text.StartsWith("{\"", StringComparison.Ordinal) && !text.Contains("{picture}", StringComparison.Ordinal)) return text;
        var hidden = text.Contains("{hidden", StringComparison.Ordinal);
        if (text.Contains("collection}", StringComparison.Ordinal) || text.Contains("picture}", StringComparison.Ordinal))
        {
            var journey = await JourneyRows.Write(
                Journey.OfFive360(2 + (Interlocked.Increment(ref made) * 0.01), 44) with { Visibility = hidden ? "owner-only" : null }, people[Who.Owner].Person.Id, community.Database);
            text = text.Replace(hidden ? "{hidden collection}" : "{collection}", journey.Id.ToString(), StringComparison.Ordinal)
                .Replace(hidden ? "{hidden picture}" : "{picture}", journey[0].Id.ToString(), StringComparison.Ordinal);
        }

        foreach (var (place, make) in (IEnumerable<(string, Func<Task<string>>)>)
        [
            ("{set}", async () => (await NewSet(Who.Owner)).ToString()),
            ("{hidden set}", async () => (await NewSet(Who.Owner, "owner-only")).ToString()),
            ("{logged set}", async () => (await NewSet(Who.Owner, "logged-only")).ToString()),
            ("{default set}", async () => (await NewSet(Who.Nobody)).ToString()),
            ("{legacy}", NewLegacyCollection),
            ("{annotation}", NewAnnotation),
            ("{report}", () => NewReport(Who.Nobody)),
            ("{report of other}", () => NewReport(Who.Other)),
            ("{area}", NewArea),
            ("{language}", NewPage),
            ("{token}", () => NewToken(people[Who.Owner].Person.Id)),
            ("{unclaimed}", () => NewToken(null)),
        ])
        {
            if (text.Contains(place, StringComparison.Ordinal)) text = text.Replace(place, await make(), StringComparison.Ordinal);
        }

        return text;
    }

    private async Task<Guid> NewSet(Who owner, string visibility = "anyone")
    {
        var id = Guid.CreateVersion7();
        var account = owner == Who.Nobody ? await community.Database.Scalar<Guid>("SELECT id FROM accounts WHERE is_default") : people[owner].Person.Id;
        await using var db = community.Database.Context("owner");
        db.UploadSets.Add(new() { Id = id, AccountId = account, Title = "a set", CreatedAt = TimeProvider.System.GetUtcNow(), Visibility = visibility });
        await db.SaveChangesAsync();
        return id;
    }

    private async Task SendFile(Guid set, Who who)
    {
        using var form = new MultipartFormDataContent { { NewPicture(), "file", $"{made}.jpg" } };
        using var client = community.Client(community.Upload, people[who].Person.Bearer);
        using var answer = await client.Http.PostAsync($"/api/upload_sets/{set}/files", form);
        Assert.That((int)answer.StatusCode, Is.EqualTo(202));
    }

    private async Task<string> NewLegacyCollection()
    {
        using var client = community.Client(community.Upload, people[Who.Owner].Person.Bearer);
        return (await client.Post("collections", new JsonObject { ["title"] = "legacy" }))["id"]!.GetValue<string>();
    }

    private async Task<string> NewAnnotation()
    {
        var journey = await JourneyRows.Write(Journey.OfFive360(100 + (Interlocked.Increment(ref made) * 0.01), 44), people[Who.Owner].Person.Id, community.Database);
        using var client = community.Client(community.Upload, people[Who.Owner].Person.Bearer);
        return (await client.Post($"pictures/{journey[0].Id}/annotations", JsonNode.Parse(Shape)))["id"]!.GetValue<string>();
    }

    private async Task<string> NewReport(Who reporter)
    {
        var journey = await JourneyRows.Write(Journey.OfFive360(50 + (Interlocked.Increment(ref made) * 0.01), 44), people[Who.Owner].Person.Id, community.Database);
        using var client = community.Client(community.Upload, reporter == Who.Nobody ? null : people[reporter].Person.Bearer);
        return (await client.Post("reports", new JsonObject { ["issue"] = "other", ["picture_id"] = journey[0].Id.ToString() }))["id"]!.GetValue<string>();
    }

    private async Task<string> NewArea()
    {
        using var client = community.Client(community.Upload, people[Who.Admin].Person.Bearer);
        var answer = await client.Post("configuration/excluded_areas", JsonNode.Parse(Area));
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        return answer["properties"]!["id"]!.GetValue<string>();
    }

    private async Task<string> NewPage()
    {
        await community.Database.Execute("INSERT INTO pages (id, name, lang, content, updated_at) VALUES (gen_random_uuid(), 'terms-of-service', 'de', 'x', now()) ON CONFLICT DO NOTHING");
        return "de";
    }

    private async Task<string> NewToken(Guid? account)
    {
        var id = Guid.NewGuid();
        await community.Database.Execute($"INSERT INTO tokens (id, account_id, description, generated_at) VALUES ('{id}', {(account is null ? "NULL" : $"'{account}'")}, 'x', now())");
        return id.ToString();
    }

    /// <param name="Call">Method and path below <c>/api</c>; FILE and ITEM send a picture, HTML a page.</param>
    /// <param name="Statuses">Nobody (where a login is required / where not), other, owner, administrator.</param>
    /// <param name="WorksAlone">The owner allows no collaboration.</param>
    private sealed record Row(string Action, string Call, string? Body, string Statuses, bool WorksAlone = false)
    {
        public int Expected(Who who, bool requiresLogin)
        {
            var status = Statuses.Split(' ')[(int)who].Split('/');
            return int.Parse(status[status.Length == 2 && !requiresLogin ? 1 : 0], CultureInfo.InvariantCulture);
        }
    }
}
