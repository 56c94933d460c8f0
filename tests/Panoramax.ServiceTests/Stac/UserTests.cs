using System.Text.Json.Nodes;
using Panoramax.Testing.Clients;

namespace Panoramax.ServiceTests.Stac;

/// <summary>Users: the list, the search, one of them, and all their sequences as collection, table and catalog.</summary>
internal sealed class UserTests : StacFixture
{
    private static readonly DateTimeOffset day = new(2024, 5, 10, 12, 0, 0, TimeSpan.Zero);

    private Journey first = null!;
    private Journey second = null!;
    private Journey waiting = null!;
    private Journey hidden = null!;
    private Person terms = null!;

    protected override (string Key, string Value)[] Settings =>
    [
        ("Instance__License__SpdxId", "etalab-2.0"), ("Instance__License__Url", "https://example.org/licence"), ("Auth__Provider", "osm"), ("Auth__RequireTerms", "true"),
    ];

    protected override async Task SetUp()
    {
        first = await Host.Add(Bob, Journey.OfFive360() with { Title = "first", Created = day, Updated = day.AddDays(10) });
        second = await Host.Add(Bob, Journey.Flat(3, 10, 50) with { Title = "second, \"quoted\"", Created = day.AddDays(1), Updated = day.AddDays(1) });
        waiting = await Host.Add(Bob, Journey.Flat(1, 11, 50) with { Title = "=formula", Created = day.AddDays(2), Status = "waiting-for-process" });
        hidden = await Host.Add(Bob, Journey.Flat(1, 12, 50) with { Title = null, Created = day.AddDays(3), Visibility = "owner-only" });
        await Host.Delete(await Host.Add(Bob, Journey.Flat(1, 13, 50)));
        terms = await Host.NewPerson("zélie", more: account =>
        {
            account.DefaultVisibility = "owner-only";
            account.CollaborativeMetadata = true;
            account.TosAcceptedAt = day;
            account.TosLatestChangeReadAt = day;
        });
    }

    [Test]
    [Property("Contract", "read.md 23.54")]
    public async Task The_list_holds_all_accounts_and_a_child_for_each_owner()
    {
        var answer = await Nobody.Get("users");
        var root = Host.Process.Address.ToString().TrimEnd('/');

        Assert.That(answer["id"]!.GetValue<string>(), Is.EqualTo("geovisio:users"));
        Assert.That(answer["users"]!.AsArray().Select(user => user!["name"]!.GetValue<string>()),
            Is.EqualTo((string[])["Default account", "bob", "camille", "the administrator", "zélie"]));
        IsJson(answer["users"]![1], $$"""
            {"id":"{{Bob.Id}}","name":"bob","links":[{"rel":"user-info","type":"application/json","href":"{{root}}/api/users/{{Bob.Id}}"},
             {"rel":"collection","type":"application/json","href":"{{root}}/api/users/{{Bob.Id}}/collection"}]}
            """);
        Assert.That(Rels(answer.Json), Is.EqualTo((string[])["user-search", "root", "child"]));
        Assert.That(Href(answer.Json, "child"), Is.EqualTo($"{root}/api/users/{Bob.Id}/collection"));
        Assert.That((await Nobody.Get("users?limit=2"))["users"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That((await Nobody.Get("users/?limit=many"))["users"]!.AsArray(), Has.Count.EqualTo(5));
    }

    [Test]
    [Property("Contract", "read.md 23.54")]
    public async Task Children_of_the_list_are_those_with_something_to_see_in_the_order_of_their_accounts()
    {
        var (late, hiding) = (await Host.NewPerson("later"), await Host.NewPerson("hiding"));
        var seen = await Host.Add(late, Journey.Flat(1, 14, 50));
        var unseen = await Host.Add(hiding, Journey.Flat(1, 15, 50) with { Visibility = "owner-only" });
        try
        {
            var children = (await Nobody.Get("users"))["links"]!.AsArray().Where(link => link!["rel"]!.GetValue<string>() == "child").ToList();
            Assert.That(children.Select(child => child!["href"]!.GetValue<string>().Split('/')[^2]), Is.EqualTo((string[])[Bob.Id.ToString(), late.Id.ToString()]));
            Assert.That(children.SelectMany(child => Members(child)).Distinct(), Is.EquivalentTo((string[])["rel", "title", "href"]));
        }
        finally
        {
            await Host.Database.Execute($"""
                DELETE FROM pictures WHERE account_id IN ('{late.Id}', '{hiding.Id}'); DELETE FROM sequences WHERE id IN ('{seen.Id}', '{unseen.Id}');
                DELETE FROM tokens WHERE account_id IN ('{late.Id}', '{hiding.Id}'); DELETE FROM accounts WHERE id IN ('{late.Id}', '{hiding.Id}')
                """);
        }
    }

    [Test]
    [Property("Contract", "read.md 23.55")]
    public async Task A_token_that_cannot_be_read_is_401_with_details()
    {
        using var client = new Visitor(Host.Process.Address, "nonsense");

        var answer = await client.Get($"users/{Bob.Id}");

        Assert.That(answer.Code, Is.EqualTo(401));
        Assert.That(answer["status_code"]!.GetValue<int>(), Is.EqualTo(401));
        Assert.That(answer["details"]!["error"]!.GetValue<string>(), Is.Not.Empty);
    }

    [TestCase("b")]
    [TestCase("ob")]
    [TestCase("bob")]
    [TestCase("BOB")]
    [Property("Contract", "read.md 23.53")]
    public async Task A_user_is_found_by_part_of_the_name(string text)
    {
        var (answer, root) = (await Nobody.Get("users/search?q=" + text), Host.Process.Address.ToString().TrimEnd('/'));

        IsJson(answer.Json, $$"""
            {"features":[{"id":"{{Bob.Id}}","label":"bob","links":[
             {"rel":"user-info","type":"application/json","href":"{{root}}/api/users/{{Bob.Id}}"},
             {"rel":"collection","type":"application/json","href":"{{root}}/api/users/{{Bob.Id}}/collection"}]}]}
            """);
    }

    [TestCase("xyzxyz")]
    [TestCase("'; SELECT 1; --")]
    [TestCase("%")]
    [TestCase("%00")]
    [Property("Contract", "read.md 23.53")]
    public async Task A_search_that_finds_nobody_is_an_empty_list(string text) => IsJson((await Nobody.Get("users/search?q=" + text)).Json, """{"features":[]}""");

    [Test]
    [Property("Contract", "read.md 23.53")]
    public async Task The_search_wants_a_text_and_keeps_its_limit()
    {
        Assert.That((await Nobody.Get("users/search")).Code, Is.EqualTo(400));
        Assert.That((await Nobody.Get("users/search?q=")).Code, Is.EqualTo(400));
        Assert.That((await Nobody.Get("users/search?q=a&limit=0")).Code, Is.EqualTo(400));
        Assert.That((await Nobody.Get("users/search?q=the%20account&limit=1"))["features"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    [Property("Contract", "read.md 23.41")]
    [Property("Contract", "read.md 23.55")]
    public async Task A_user_is_shown_to_strangers_without_settings_and_rights()
    {
        var root = Host.Process.Address.ToString().TrimEnd('/');
        var answer = await Nobody.Get($"users/{Bob.Id}");
        answer["links"]![2]!.AsObject().Remove("title");

        IsJson(answer.Json, $$"""
            {"id":"{{Bob.Id}}","name":"bob","collaborative_metadata":null,"links":[
             {"rel":"catalog","type":"application/json","href":"{{root}}/api/users/{{Bob.Id}}/catalog/"},
             {"rel":"collection","type":"application/json","href":"{{root}}/api/users/{{Bob.Id}}/collection"},
             {"rel":"user-xyz","type":"application/vnd.mapbox-vector-tile","href":"{{root}}/api/users/{{Bob.Id}}/map/{z}/{x}/{y}.mvt"}]}
            """);
        Assert.That(Members((await C.Get($"users/{Bob.Id}")).Json), Has.Length.EqualTo(4));
        Assert.That((await Nobody.Get($"users/{Guid.NewGuid()}")).Code, Is.EqualTo(404));
        Assert.That((await Nobody.Get("users/me")).Code, Is.EqualTo(404));
    }

    [Test]
    [Property("Contract", "read.md 23.41")]
    [Property("Contract", "read.md 23.55")]
    public async Task A_user_sees_his_own_settings_and_rights_and_administrators_see_all()
    {
        async Task<JsonNode> Shown(Visitor client, Person person)
        {
            var json = (await client.Get($"users/{person.Id}")).Json!;
            foreach (var name in (string[])["links", "id", "name"]) json.AsObject().Remove(name);
            return json;
        }

        IsJson(await Shown(B, Bob), """
            {"collaborative_metadata":null,"default_visibility":"anyone","tos_latest_change_read":false,"tos_accepted":false,
             "permissions":{"role":"user","can_check_reports":false,"can_edit_excluded_areas":false,"can_edit_pages":false}}
            """);
        IsJson(await Shown(A, terms), """
            {"collaborative_metadata":true,"default_visibility":"owner-only","tos_latest_change_read":true,"tos_accepted":true,
             "permissions":{"role":"user","can_check_reports":false,"can_edit_excluded_areas":false,"can_edit_pages":false}}
            """);
        IsJson((await A.Get($"users/{Admin.Id}"))["permissions"], """{"role":"admin","can_check_reports":true,"can_edit_excluded_areas":true,"can_edit_pages":true}""");
        await Host.Database.Execute("INSERT INTO pages (id, name, lang, content, updated_at) VALUES (gen_random_uuid(), 'terms-of-service', 'en', 'x', '2024-06-01')");
        Assert.That((await Shown(A, terms))["tos_latest_change_read"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    [Property("Contract", "read.md 23.56")]
    public async Task A_user_s_collection_sums_up_what_strangers_may_see()
    {
        var answer = await Nobody.Get($"users/{Bob.Id}/collection");
        var (root, id) = (Host.Process.Address.ToString().TrimEnd('/'), Bob.Id);

        foreach (var link in answer["links"]!.AsArray().Where(link => link!["rel"]!.GetValue<string>() is "parent" or "self")) link!.AsObject().Remove("title");
        answer.Json!.AsObject().Remove("description");
        IsJson(answer.Json, $$"""
            {"type":"Collection","stac_version":"1.0.0",
             "stac_extensions":["https://stac-extensions.github.io/stats/v0.2.0/schema.json","https://stac.linz.govt.nz/v0.0.15/quality/schema.json","https://stac-extensions.github.io/timestamps/v1.1.0/schema.json"],
             "id":"user:{{id}}","title":"bob's sequences","keywords":["pictures","bob's sequences"],"license":"etalab-2.0","semantics":[],
             "created":"2024-05-10T12:00:00+00:00","updated":"2024-05-20T12:00:00+00:00","geovisio:upload-software":"unknown","geovisio:length_km":0.017,
             "providers":[{"id":"{{id}}","name":"bob","roles":["producer"]}],
             "extent":{"spatial":{"bbox":[[1.919185442,49.00688962,10.0001368,50]]},"temporal":{"interval":[["2021-07-29T09:16:54+00:00","2022-05-01T08:00:02+00:00"]]} },
             "stats:items":{"count":8},"stats:collections":{"count":2},
             "links":[
              {"rel":"parent","type":"application/json","href":"{{root}}/api/"},{"rel":"root","type":"application/json","title":"Instance catalog","href":"{{root}}/api/"},
              {"rel":"self","type":"application/json","href":"{{root}}/api/users/{{id}}/collection"},
              {"rel":"license","title":"License for this object (etalab-2.0)","href":"https://example.org/licence"},
              {"rel":"child","id":"{{second.Id}}","title":"second, \"quoted\"","href":"{{root}}/api/collections/{{second.Id}}","created":"2024-05-11T12:00:00+00:00","updated":"2024-05-11T12:00:00+00:00",
               "extent":{"spatial":{"bbox":[[10,50,10.0001368,50]]},"temporal":{"interval":[["2022-05-01T08:00:00+00:00","2022-05-01T08:00:02+00:00"]]} },"stats:items":{"count":3},"geovisio:length_km":0.01},
              {"rel":"child","id":"{{first.Id}}","title":"first","href":"{{root}}/api/collections/{{first.Id}}","created":"2024-05-10T12:00:00+00:00","updated":"2024-05-20T12:00:00+00:00",
               "extent":{"spatial":{"bbox":[[1.919185442,49.00688962,1.919265442,49.00692962]]},"temporal":{"interval":[["2021-07-29T09:16:54+00:00","2021-07-29T09:17:02+00:00"]]} },"stats:items":{"count":5},"geovisio:length_km":0.007}]}
            """);
    }

    [Test]
    [Property("Contract", "read.md 23.56")]
    public async Task The_owner_also_sees_what_is_hidden_or_not_ready_with_its_state()
    {
        foreach (var answer in new[] { await B.Get($"users/{Bob.Id}/collection"), await B.Get("users/me/collection"), await B.Get("users/me/collection/"), await A.Get($"users/{Bob.Id}/collection") })
        {
            Assert.That(Children(answer).Select(child => (child["id"]!.GetValue<Guid>(), child["geovisio:status"]!.GetValue<string>(), child["geovisio:visibility"]!.GetValue<string>())),
                Is.EqualTo(((Guid, string, string)[])[
                    (hidden.Id, "ready", "owner-only"), (waiting.Id, "waiting-for-process", "anyone"), (second.Id, "ready", "anyone"), (first.Id, "ready", "anyone")]));
            Assert.That(answer["stats:collections"]!["count"]!.GetValue<int>(), Is.EqualTo(4));
        }

        Assert.That(Children(await C.Get($"users/{Bob.Id}/collection")).Select(child => child["id"]!.GetValue<Guid>()), Is.EqualTo((Guid[])[second.Id, first.Id]));
    }

    [TestCase("?limit=-1", 400)]
    [TestCase("?limit=1001", 400)]
    [TestCase("?sortby=title", 400)]
    [TestCase("?filter=status%3D'ready'", 400)]
    [TestCase("?filter=created > '2100-01-01'", 404)]
    [TestCase("?page=nonsense", 400)]
    [TestCase("?bbox=1", 400)]
    [Property("Contract", "read.md 23.56")]
    public async Task Bad_parameters_of_a_user_s_collection_are_refused(string query, int status) =>
        Assert.That((await Nobody.Get($"users/{Bob.Id}/collection{query}")).Code, Is.EqualTo(status));

    [Test]
    public async Task Unknown_users_are_400_and_users_without_sequences_404()
    {
        foreach (var route in (string[])["collection", "catalog"])
        {
            Assert.That((await Nobody.Get($"users/{Guid.NewGuid()}/{route}")).Code, Is.EqualTo(400), route);
            Assert.That((await Nobody.Get($"users/{Camille.Id}/{route}")).Code, Is.EqualTo(404), route);
        }
    }

    [Test]
    [Property("Contract", "read.md 23.56")]
    public async Task A_filter_narrows_totals_and_children_a_box_the_children_alone()
    {
        var filtered = await Nobody.Get($"users/{Bob.Id}/collection?filter=created > '2024-05-11'");
        Assert.That((filtered["stats:collections"]!["count"]!.GetValue<int>(), Children(filtered).Count), Is.EqualTo((1, 1)));

        var boxed = await Nobody.Get($"users/{Bob.Id}/collection?bbox=9,49,11,51");
        Assert.That((boxed["stats:collections"]!["count"]!.GetValue<int>(), Children(boxed).Count), Is.EqualTo((2, 1)));
        Assert.That(Children(await Nobody.Get($"users/{Bob.Id}/collection?bbox=99,49,101,51")), Is.Empty);
    }

    [Test]
    [Property("Contract", "read.md 23.56")]
    public async Task Children_are_paged_by_any_order()
    {
        var page = await B.Get($"users/{Bob.Id}/collection?limit=2&sortby=%2Bvisibility,-created");
        Assert.That(Rels(page.Json), Is.EqualTo((string[])["parent", "root", "self", "license", "next", "last", "child", "child"]));
        Assert.That(Href(page.Json, "next"), Does.Contain("sortby=%2Bvisibility,-created,%2Bid&page=visibility+%3E+'anyone'+OR+(visibility+%3D+'anyone'+AND+created+%3C+'2024-05-11+12:00:00%2B00:00')"
            + $"+OR+(visibility+%3D+'anyone'+AND+created+%3D+'2024-05-11+12:00:00%2B00:00'+AND+id+%3E+'{second.Id}')"));
        Assert.That(Href(page.Json, "last"), Does.EndWith("&page=visibility+%3C%3D+'owner-only'"));
        var next = await B.Get(Href(page.Json, "next")!);
        Assert.That(Children(page).Concat(Children(next)).Select(child => child["id"]!.GetValue<Guid>()), Is.EqualTo((Guid[])[waiting.Id, second.Id, first.Id, hidden.Id]));
    }

    [TestCase("?format=csv", null)]
    [TestCase("", "text/csv")]
    [TestCase("?format=csv&limit=1&sortby=-created", null)]
    [Property("Contract", "read.md 23.57")]
    [Property("Contract", "known-faults 30")]
    public async Task The_table_holds_all_sequences_newest_first(string query, string? accept)
    {
        using var client = new Visitor(Host.Process.Address, Bob.Bearer);
        if (accept is not null) client.Http.DefaultRequestHeaders.Add("Accept", accept);

        var answer = await client.Get($"users/{Bob.Id}/collection{query}");

        Assert.That(answer.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/csv"));
        Assert.That(answer.Message.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
        var lines = answer.Text.TrimEnd().Split("\r\n");
        Assert.That(lines[0], Is.EqualTo(
            "id,status,name,created,updated,capture_date,minimum_capture_time,maximum_capture_time,min_x,min_y,max_x,max_y,nb_pictures,length_km,computed_h_pixel_density,computed_gps_accuracy"));
        Assert.That(lines, Has.Length.EqualTo(5));
        Assert.That(lines[2], Does.StartWith($"{waiting.Id},waiting-for-process,'=formula,2024-05-12 12:00:00+00,"));
        Assert.That(lines[3], Does.StartWith($"{second.Id},ready,\"second, \"\"quoted\"\"\",2024-05-11 12:00:00+00,"));
        Assert.That(lines[4], Is.EqualTo(
            $"{first.Id},ready,first,2024-05-10 12:00:00+00,2024-05-20 12:00:00+00,2021-07-29,2021-07-29 09:16:54+00,2021-07-29 09:17:02+00,1.919185442,49.00688962,1.919265442,49.00692962,5,0.007,16,4"));
        Assert.That((await Nobody.Get($"users/{Bob.Id}/collection?format=csv")).Text.TrimEnd().Split("\r\n"), Has.Length.EqualTo(3));
    }

    [TestCase("page=x")]
    [TestCase("filter=created > '2020-01-01'")]
    [TestCase("sortby=%2Bcreated")]
    public async Task The_table_is_always_whole(string query) => Assert.That((await Nobody.Get($"users/{Bob.Id}/collection?format=csv&{query}")).Code, Is.EqualTo(400));

    [Test]
    [Property("Contract", "read.md 23.57")]
    [Property("Contract", "known-faults 30")]
    public async Task The_table_is_not_cut_at_a_thousand_rows()
    {
        var many = await Host.NewPerson("many");
        await Host.Database.Execute($"""
            INSERT INTO sequences (id, account_id, status, title, inserted_at, updated_at, nb_pictures)
            SELECT gen_random_uuid(), '{many.Id}', 'ready', 'S', now(), now(), 0 FROM generate_series(1, 1500)
            """);

        Assert.That((await Nobody.Get($"users/{many.Id}/collection?format=csv")).Text.TrimEnd().Split("\r\n"), Has.Length.EqualTo(1501));
        await Host.Database.Execute($"DELETE FROM sequences WHERE account_id = '{many.Id}'; DELETE FROM tokens WHERE account_id = '{many.Id}'; DELETE FROM accounts WHERE id = '{many.Id}'");
    }

    [Test]
    [Property("Contract", "read.md 23.58")]
    public async Task The_catalog_is_the_older_form_and_the_caller_s_own_one_redirects()
    {
        var root = Host.Process.Address.ToString().TrimEnd('/');
        var answer = await B.Get($"users/{Bob.Id}/catalog/");

        Assert.That(answer["id"]!.GetValue<string>(), Is.EqualTo($"user:{Bob.Id}"));
        Assert.That(answer["type"]!.GetValue<string>(), Is.EqualTo("Catalog"));
        Assert.That(Members(answer.Json), Has.None.EqualTo("extent"));
        Assert.That(Href(answer.Json, "self"), Is.EqualTo($"{root}/api/users/{Bob.Id}/catalog/"));
        IsJson(Children(answer)[0], $$"""
            {"rel":"child","id":"{{first.Id}}","title":"first","href":"{{root}}/api/collections/{{first.Id}}","stats:items":{"count":5},"geovisio:status":"ready",
             "extent":{"temporal":{"interval":[["2021-07-29T09:16:54+00:00","2021-07-29T09:17:02+00:00"]]} } }
            """);
        var redirect = await B.Get("users/me/catalog?limit=2&x=y");
        Assert.That((redirect.Code, redirect.Message.Headers.Location!.ToString()), Is.EqualTo((302, $"{root}/api/users/{Bob.Id}/catalog/?limit=2")));
        Assert.That((await B.Get(redirect.Message.Headers.Location!.ToString())).Code, Is.EqualTo(200));
    }

    [TestCase("users/me/collection?limit=1")]
    [TestCase("users/me/catalog")]
    public async Task The_caller_s_sequences_lead_to_the_login(string path)
    {
        var answer = await Nobody.Get(path);

        Assert.That(answer.Code, Is.EqualTo(302));
        Assert.That(answer.Message.Headers.Location!.ToString(), Does.EndWith("/api/auth/login?next_url=" + Uri.EscapeDataString($"{Host.Process.Address}api/{path}")));
    }

    private static List<JsonNode> Children(Answer answer)
    {
        Assert.That(answer.Code, Is.EqualTo(200), answer.Text);
        return [.. answer["links"]!.AsArray().Select(link => link!).Where(link => link["rel"]!.GetValue<string>() == "child")];
    }
}
