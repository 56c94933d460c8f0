using System.Text.RegularExpressions;

namespace Panoramax.ServiceTests.Stac;

/// <summary>The landing page and what an instance says of itself.</summary>
internal sealed class CatalogTests : StacFixture
{
    protected override (string Key, string Value)[] Settings =>
    [
        ("Instance__Name__en", "Retz-o-rama"), ("Instance__Description__en", "Street views of Pays de Retz"), ("Instance__Description__fr", "Vues de rue du pays de Retz"),
        ("Instance__GeoCoverage", "Loire-Atlantique"), ("Instance__Logo", "https://pano.example.org"), ("Instance__Color", "#0b6e4f"), ("Instance__Email", "pano@example.org"),
        ("Instance__License__SpdxId", "etalab-2.0"), ("Instance__License__Url", "https://example.org/licence"),
        ("Auth__Provider", "oidc"), ("Auth__Authority", "https://id.example.org/realms/pano"),
    ];

    private Testing.Clients.Answer empty = null!;

    protected override async Task SetUp()
    {
        empty = await Nobody.Get("");
        await Host.Add(Bob, new Journey(new Shot(182, 92) { Ts = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) }, new Shot(-1, 45)));
        await Host.Add(Bob, new Journey(new Shot(-120, -60) { Ts = new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero) }) { Visibility = "owner-only" });
        await Host.Add(Bob, new Journey(new Shot(3, 44) { Ts = new DateTimeOffset(2022, 1, 1, 0, 0, 0, 250, TimeSpan.Zero) }));
    }

    [Test]
    [Property("Contract", "read.md 23.2")]
    public void An_empty_instance_covers_the_world_and_no_time()
    {
        IsJson(empty["extent"], """{"spatial":{"bbox":[[-180,-90,180,90]]}}""");
    }

    [Test]
    [Property("Contract", "read.md 23.1")]
    [Property("Contract", "read.md 23.4")]
    [Property("Contract", "known-faults 12")]
    public async Task The_landing_page_is_a_catalog_whose_links_lead_on_by_rel_and_type()
    {
        var landing = await Nobody.Get("/api/");
        var root = Host.Process.Address.ToString().TrimEnd('/');

        Assert.Multiple(() =>
        {
            Assert.That(landing.Message.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/json"));
            Assert.That(landing["type"]!.GetValue<string>(), Is.EqualTo("Catalog"));
            Assert.That(landing["id"]!.GetValue<string>(), Is.EqualTo("geovisio"));
            Assert.That(landing["stac_version"]!.GetValue<string>(), Is.EqualTo("1.0.0"));
            Assert.That(Members(landing.Json), Is.EqualTo((string[])
                ["type", "id", "stac_version", "stac_extensions", "title", "description", "conformsTo", "extent", "geovisio_version", "contacts", "links"]));
            IsJson(landing["stac_extensions"], """
                ["https://stac-extensions.github.io/web-map-links/v1.0.0/schema.json","https://stac-extensions.github.io/contacts/v0.1.1/schema.json"]
                """);
            Assert.That(landing["description"]!.GetValue<string>(), Is.EqualTo("Street views of Pays de Retz"));
            Assert.That(landing["title"]!.GetValue<string>(), Is.EqualTo("Retz-o-rama"));
            Assert.That(landing["geovisio_version"]!.GetValue<string>(), Does.Match(@"^\d+\.\d+\.\d+(-\d+-[a-zA-Z0-9]+)?$"));
            IsJson(landing["contacts"], """[{"name":"Retz-o-rama","emails":[{"value":"pano@example.org"}]}]""");
            var links = landing["links"]!.AsArray().Select(link => $"{link!["rel"]} {link["type"]} {link["href"]}".Replace(root, "", StringComparison.Ordinal));
            Assert.That(links, Is.EqualTo((string[])
            [
                "self application/json /api/", "root application/json /api/", "service-desc application/json /api/docs/specs.json",
                "service-doc text/html /api/docs/swagger", "conformance application/json /api/conformance", "data application/json /api/collections",
                "child application/json /api/users/", "data application/rss+xml /api/collections?format=rss", "search application/geo+json /api/search",
                "xyz application/vnd.mapbox-vector-tile /api/map/{z}/{x}/{y}.mvt",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables application/schema+json /api/queryables",
                "xyz-style application/json /api/map/style.json",
                "user-xyz application/vnd.mapbox-vector-tile /api/users/{userId}/map/{z}/{x}/{y}.mvt",
                "user-xyz-style application/json /api/users/{userId}/map/style.json", "collection-preview image/jpeg /api/collections/{id}/thumb.jpg",
                "item-preview image/jpeg /api/pictures/{id}/thumb.jpg", "users application/json /api/users/", "user-search application/json /api/users/search",
                "report application/json /api/reports", "license  https://example.org/licence",
            ]));
            IsJson(Link(landing.Json, "license"), """{"rel":"license","href":"https://example.org/licence","title":"License for this object (etalab-2.0)"}""");
        });
    }

    [Test]
    [Property("Contract", "read.md 23.5")]
    public async Task Conformance_lists_the_nine_classes_of_the_landing_page()
    {
        var conformance = await Nobody.Get("conformance");

        IsJson(conformance.Json, """
            {"conformsTo":["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core","http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
             "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/simple-query","https://api.stacspec.org/v1.0.0/core","https://api.stacspec.org/v1.0.0/browseable",
             "https://api.stacspec.org/v1.0.0/collections","https://api.stacspec.org/v1.0.0/ogcapi-features","https://api.stacspec.org/v1.0.0/item-search",
             "https://api.stacspec.org/v1.0.0/collection-search"]}
            """);
        IsJson(conformance["conformsTo"], (await Nobody.Get(""))["conformsTo"]!.ToJsonString());
    }

    [Test]
    [Property("Contract", "read.md 23.2")]
    [Property("Contract", "read.md 23.3")]
    public async Task Absurd_positions_and_hidden_sequences_never_push_the_extent()
    {
        var landing = await Nobody.Get("");

        IsJson(landing["extent"], """
            {"spatial":{"bbox":[[-1,44,180,90]]},"temporal":{"interval":[["2020-01-01T00:00:00+00:00","2022-01-01T00:00:00.250000+00:00"]]}}
            """);
    }

    [Test]
    [Property("Contract", "read.md 23.7")]
    public async Task The_configuration_is_the_whole_document_of_the_contract()
    {
        await Host.Database.Execute("UPDATE configurations SET collaborative_metadata = TRUE; INSERT INTO pages (id, name, lang, content, updated_at) VALUES (gen_random_uuid(), 'terms-of-service', 'fr', '<p>oui</p>', now())");

        var configuration = await Nobody.Get("configuration");

        var own = configuration["panoramax_net_version"]!.GetValue<string>();
        Assert.That(own, Does.Match(new Regex(@"^\d+\.\d+\.\d+")));
        IsJson(configuration.Json, """
            {"auth":{"enabled":true,"enforce_tos_acceptance":false,"registration_is_open":false,"user_profile":{"url":"https://id.example.org/realms/pano/account/#/personal-info"}},
             "color":"#0b6e4f",
             "defaults":{"collaborative_metadata":true,"default_visibility":"anyone","duplicate_distance":1.0,"duplicate_rotation":60,"split_distance":100,"split_time":300.0},
             "description":{"label":"Street views of Pays de Retz","langs":{"en":"Street views of Pays de Retz","fr":"Vues de rue du pays de Retz"}},
             "email":"pano@example.org",
             "geo_coverage":{"label":"Loire-Atlantique","langs":{"en":"Loire-Atlantique"}},
             "license":{"id":"etalab-2.0","url":"https://example.org/licence"},
             "logo":"https://pano.example.org/",
             "name":{"label":"Retz-o-rama","langs":{"en":"Retz-o-rama"}},
             "pages":["terms-of-service"],
             "version":"2.11.0",
             "visibility":{"possible_values":["anyone","logged-only","owner-only"]},
             "panoramax_net_version":"OWN","panoramax_net_blurring":"none"}
            """.Replace("OWN", own, StringComparison.Ordinal));
    }

    [Test]
    [Property("Contract", "read.md 23.7")]
    public async Task Labels_follow_the_language_only_where_there_is_a_text_in_it()
    {
        Nobody.Http.DefaultRequestHeaders.Add("Accept-Language", "fr-CA, de;q=0.5");
        try
        {
            var configuration = await Nobody.Get("configuration");
            Assert.Multiple(() =>
            {
                Assert.That(configuration["description"]!["label"]!.GetValue<string>(), Is.EqualTo("Vues de rue du pays de Retz"));
                Assert.That(configuration["name"]!["label"]!.GetValue<string>(), Is.EqualTo("Retz-o-rama"));
            });
            Assert.That((await Nobody.Get("collections?limit=0"))["message"]!.GetValue<string>(), Does.StartWith("limit doit"));
            Assert.That((await Nobody.Get(""))["description"]!.GetValue<string>(), Is.EqualTo("Street views of Pays de Retz"));
        }
        finally
        {
            Nobody.Http.DefaultRequestHeaders.Remove("Accept-Language");
        }
    }

    [TestCase("queryables", """{"semantics":{"type":"string"}}""")]
    [TestCase("collections/queryables", """{"created":{"type":"string","anyOf":[{"format":"date-time"},{"format":"date"}]},"updated":{"type":"string","anyOf":[{"format":"date-time"},{"format":"date"}]}}""")]
    [Property("Contract", "read.md 23.59")]
    public async Task Queryables_are_schemas_that_may_be_kept_for_an_hour(string path, string properties)
    {
        var schema = await Nobody.Get(path);

        foreach (var property in schema["properties"]!.AsObject())
        {
            property.Value!.AsObject().Remove("title");
            property.Value.AsObject().Remove("description");
        }

        Assert.Multiple(() =>
        {
            Assert.That(schema.Message.Headers.CacheControl!.ToString(), Is.EqualTo("public, max-age=3600"));
            Assert.That(schema.Message.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
            Assert.That(schema["$id"]!.GetValue<string>(), Does.EndWith("/api/" + path));
            Assert.That(schema["$schema"]!.GetValue<string>(), Is.EqualTo("https://json-schema.org/draft/2019-09/schema"));
            Assert.That(schema["additionalProperties"]!.GetValue<bool>(), Is.False);
            IsJson(schema["properties"], properties);
            if (path == "queryables") Assert.That(schema["patternProperties"]!["^semantics\\.(.+)$"]!["type"]!.GetValue<string>(), Is.EqualTo("string"));
        });
    }

    [TestCase("queryables", "{}", true)]
    [TestCase("queryables", """{"semantics":"a"}""", true)]
    [TestCase("queryables", """{"semantics.osm|traffic_sign":"yes"}""", true)]
    [TestCase("queryables", """{"semantics.":"a"}""", false)]
    [TestCase("queryables", """{"semantics.a":1}""", false)]
    [TestCase("queryables", """{"created":"2024-01-01"}""", false)]
    [TestCase("collections/queryables", "{}", true)]
    [TestCase("collections/queryables", """{"created":"2024-01-01","updated":"2024-01-01T10:00:00Z"}""", true)]
    [TestCase("collections/queryables", """{"updated":"2024-01-01T10:00:00+02:00"}""", true)]
    [TestCase("collections/queryables", """{"created":"yesterday"}""", false)]
    [TestCase("collections/queryables", """{"created":2024}""", false)]
    [TestCase("collections/queryables", """{"status":"ready"}""", false)]
    [Property("Contract", "read.md 23.59")]
    public async Task Queryables_accept_their_fields_and_refuse_others(string path, string filter, bool accepted)
    {
        var schema = Json.Schema.JsonSchema.FromText((await Nobody.Get(path)).Text, new Json.Schema.BuildOptions { SchemaRegistry = new Json.Schema.SchemaRegistry() });
        using var document = System.Text.Json.JsonDocument.Parse(filter);

        Assert.That(schema.Evaluate(document.RootElement, new Json.Schema.EvaluationOptions { RequireFormatValidation = true }).IsValid, Is.EqualTo(accepted));
    }

    [Test]
    public async Task Queryables_of_one_sequence_do_not_exist()
    {
        Assert.That((await Nobody.Get($"collections/{Guid.NewGuid()}/queryables")).Code, Is.EqualTo(404));
    }

    [TestCase("live")]
    [TestCase("")]
    [TestCase("map/style.json")]
    public async Task Every_reading_route_answers_HEAD(string path)
    {
        var answer = await Nobody.Send(HttpMethod.Head, path);

        Assert.That((answer.Code, answer.Text), Is.EqualTo((200, "")));
    }

    [Test]
    public async Task The_server_shows_the_address_its_links_are_built_on()
    {
        IsJson((await Nobody.Get("debug_headers")).Json, $$"""{"test_url":"{{Host.Process.Address}}"}""");
    }

    [TestCase("nothing", 404)]
    [TestCase("stats", 404)]
    [TestCase("pages", 404)]
    [TestCase("collections/not-an-id", 404)]
    [TestCase("pictures/00000000-0000-0000-0000-00000000000", 404)]
    public async Task What_is_not_there_is_404_in_the_API_s_form(string path, int status)
    {
        var answer = await Nobody.Get(path);

        Assert.That(answer.Code, Is.EqualTo(status));
        Assert.That(Members(answer.Json), Is.EqualTo((string[])["message", "status_code"]));
    }

    [Test]
    public async Task A_wrong_method_is_405() => Assert.That((await Nobody.Send(HttpMethod.Delete, "conformance")).Code, Is.EqualTo(405));

    [TestCase("collections")]
    [TestCase("search")]
    public async Task A_token_that_cannot_be_read_is_401_where_the_answer_looks_at_the_account(string path)
    {
        using var client = new Testing.Clients.Visitor(Host.Process.Address, "nonsense");
        var answer = await client.Get(path);

        Assert.That(answer.Code, Is.EqualTo(401));
        Assert.That(Members(answer.Json), Is.EquivalentTo((string[])["message", "status_code", "details"]));
    }

    [TestCase("")]
    [TestCase("conformance")]
    [TestCase("configuration")]
    [TestCase("map/style.json")]
    [TestCase("users")]
    [TestCase("users/search?q=bob")]
    [TestCase("queryables")]
    public async Task A_token_that_cannot_be_read_does_no_harm_where_nobody_looks_at_it(string path)
    {
        using var client = new Testing.Clients.Visitor(Host.Process.Address, "nonsense");

        Assert.That((await client.Get(path)).Code, Is.EqualTo(200));
    }
}
