using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Panoramax.Auth;
using Panoramax.Stac;
using Panoramax.Testing.Clients;
using Panoramax.Upload;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>The description of the whole API: valid, complete, true, with examples.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed partial class DocumentTests : GatewayFixture
{
    private static readonly ApiDescription description = ApiDescription.Instance;

    private static IEnumerable<(string Method, string Path, JsonObject Operation)> Operations =>
        description.Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => (method.Key, path.Key, method.Value!.AsObject())));

    [Test]
    public void Every_route_of_stac_is_described_and_every_description_has_its_route() =>
        Assert.That(DescribedRoutes.Described("Stac"), Is.EquivalentTo(DescribedRoutes.Mapped(app => app.MapStac())));

    [Test]
    public void Every_route_of_upload_is_described_and_every_description_has_its_route() =>
        Assert.That(DescribedRoutes.Described("Upload"), Is.EquivalentTo(DescribedRoutes.Mapped(app => app.MapUpload())));

    [Test]
    public void Every_route_of_auth_is_described_and_every_description_has_its_route() =>
        Assert.That(DescribedRoutes.Described("Auth"), Is.EquivalentTo(DescribedRoutes.Mapped(app => app.MapAuth())));

    [Test]
    [Property("Contract", "read.md 23.6")]
    public async Task What_clients_get_is_valid_OpenAPI_3_1_of_all_services()
    {
        using var answer = await Send("GET", "/api/docs/specs.json");
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("public, max-age=3600"));
        var text = await answer.Content.ReadAsStringAsync();
        var read = OpenApiDocument.Parse(text, OpenApiConstants.Json);
        Assert.That(read.Diagnostic!.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
        Assert.That(read.Diagnostic.Errors.Select(error => $"{error.Pointer}: {error.Message}"), Is.Empty);
        Assert.That(read.Diagnostic.Warnings.Select(warning => $"{warning.Pointer}: {warning.Message}"), Is.Empty);
        Assert.That(read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()).Select(fault => $"{fault.Pointer}: {fault.Message}"), Is.Empty);

        // What the other tests here look at is what clients get, up to the address.
        var document = JsonNode.Parse(text)!.AsObject();
        Assert.That(document["servers"]![0]!["url"]!.GetValue<string>(), Is.EqualTo(Gateway.Address.ToString().TrimEnd('/')));
        document["servers"] = description.Document["servers"]!.DeepClone();
        Assert.That(JsonNode.DeepEquals(document, description.Document), Is.True);
    }

    [Test]
    public void Every_reference_leads_somewhere_and_everything_named_is_used()
    {
        var text = description.Document.ToJsonString();
        var used = Reference().Matches(text).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Multiple(() =>
        {
            foreach (var reference in used) Assert.That(description.Resolve(new JsonObject { ["$ref"] = reference }), Is.Not.Null, reference);
            foreach (var kind in new[] { "schemas", "responses" })
            {
                foreach (var (name, _) in description.Document["components"]![kind]!.AsObject()) Assert.That(used, Does.Contain($"#/components/{kind}/{name}"), "nobody uses it");
            }
        });
    }

    [Test]
    public void Operations_have_names_of_their_own_and_a_tag_that_is_explained()
    {
        Assert.That(Operations.Select(operation => operation.Operation["operationId"]!.GetValue<string>()), Is.Unique);
        var tags = description.Document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToList();
        foreach (var (method, path, operation) in Operations)
            Assert.That(operation["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()), Is.SubsetOf(tags).And.Not.Empty, $"{method} {path}");
    }

    [Test]
    public void Every_JSON_body_and_answer_has_an_example_that_is_right() => Assert.Multiple(() =>
    {
        foreach (var (method, path, operation) in Operations)
        {
            var bodies = operation["responses"]!.AsObject().Select(response => (Name: response.Key, Content: description.Resolve(response.Value)!["content"]))
                .Append((Name: "request", Content: operation["requestBody"]?["content"]));
            foreach (var (name, content) in bodies)
            {
                foreach (var (type, media) in content?.AsObject() ?? [])
                {
                    if (!type.EndsWith("json", StringComparison.Ordinal)) continue;
                    var schema = media!["schema"]!;
                    var examples = Examples(media).Concat(description.Resolve(schema)!["examples"]?.AsArray() ?? []).ToList();
                    Assert.That(examples, Is.Not.Empty, $"{method} {path} {name} has no example");
                    foreach (var example in examples) Assert.That(description.Faults(schema, example), Is.Empty, $"{method} {path} {name}: {example?.ToJsonString()}");
                }
            }
        }
    });

    /// <summary>A description is no use if the gateway sends the request elsewhere.</summary>
    [Test]
    public async Task Every_described_request_reaches_the_service_that_describes_it()
    {
        foreach (var service in new[] { "Stac", "Upload", "Auth" })
        {
            foreach (var (path, methods) in DescribedRoutes.Read(service)["paths"]!.AsObject())
            {
                var address = Parameter().Replace(path, match => match.Groups[1].Value is "x" or "y" or "z" or "col" or "row" ? "1" : match.Groups[1].Value == "format" ? "mvt" : "9f1b6c0e-6f59-4d2b-9c44-1fd2ce0a7a10");
                foreach (var (method, _) in methods!.AsObject())
                {
                    foreach (var slash in new[] { "", "/" })
                    {
                        var seen = await Seen(method.ToUpperInvariant(), address.TrimEnd('/') + slash, null, ("Authorization", "Bearer x"));
                        Assert.That(seen["service"]!.GetValue<string>(), Is.EqualTo(service).IgnoreCase, $"{method} {path}{slash}");
                    }
                }
            }
        }
    }

    [Test]
    public void Whoever_calls_a_route_that_needs_a_login_is_told_so_in_one_of_the_described_ways()
    {
        foreach (var (method, path, operation) in Operations.Where(operation => operation.Operation.ContainsKey("security")))
            Assert.That(operation["responses"]!.AsObject().Select(response => response.Key), Does.Contain("401").Or.Contain("302"), $"{method} {path}");
    }

    private static IEnumerable<JsonNode?> Examples(JsonNode media) =>
        (media["examples"]?.AsObject().Select(example => example.Value!["value"]) ?? []).Concat(media["example"] is { } one ? [one] : []);

    [GeneratedRegex("\"\\$ref\":\"([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Parameter();
}
