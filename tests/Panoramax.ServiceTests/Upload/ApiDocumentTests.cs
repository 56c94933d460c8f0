using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Panoramax.Database;
using Panoramax.Http;
using Panoramax.Messaging;
using Panoramax.Storage;
using Panoramax.Testing.Pictures;
using Panoramax.Upload;

namespace Panoramax.ServiceTests.Upload;

/// <summary>The description of this service's API: no route without a word about it, and none described that is not there.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed partial class ApiDocumentTests
{
    private static JsonObject Read(params string[] path) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine([SharedPictures.RepositoryRoot, .. path])))!.AsObject();

    private static IEnumerable<string> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {Nameless(path.Key)}"));

    private static string Nameless(string path) => Parameter().Replace(path.TrimEnd('/'), "{}");

    [Test]
    public async Task Every_route_is_described_and_every_description_has_its_route()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration["ConnectionStrings:panoramax"] = "Host=nowhere.invalid";
        builder.Configuration["ConnectionStrings:rabbitmq"] = "amqp://nowhere.invalid";
        builder.Configuration["Storage:Kind"] = "Folder";
        builder.Configuration["Storage:Folder"] = Path.GetTempPath();
        builder.AddPanoramaxDatabase();
        builder.AddPanoramaxBus();
        builder.AddPictureStores(StoreName.Incoming);
        builder.AddPanoramaxHttp();
        builder.AddUpload();
        await using var app = builder.Build();
        app.MapUpload();

        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != "HEAD")
                .Select(method => $"{method} {Nameless(route.RoutePattern.RawText!)}"));
        Assert.That(Operations(Read("services", "Upload", "openapi.json")), Is.EquivalentTo(routes));
    }

    [Test]
    public void The_document_that_clients_read_says_the_same()
    {
        var (own, joined) = (Read("services", "Upload", "openapi.json"), Read("gateway", "wwwroot", "docs", "specs.json"));
        foreach (var (path, methods) in own["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
                Assert.That(JsonNode.DeepEquals(joined["paths"]![path]?[method], operation), Is.True, $"{method} {path}");
        }

        foreach (var (name, schema) in own["components"]!["schemas"]!.AsObject())
            Assert.That(JsonNode.DeepEquals(joined["components"]!["schemas"]![name], schema), Is.True, name);
    }

    [Test]
    public void Every_shape_that_is_named_is_there_and_operations_have_names_of_their_own()
    {
        var document = Read("services", "Upload", "openapi.json");
        var text = document.ToJsonString();
        foreach (Match reference in Reference().Matches(text)) Assert.That(document["components"]!["schemas"]![reference.Groups[1].Value], Is.Not.Null, reference.Value);
        var names = Operation().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.That(names, Is.Unique.And.Count.EqualTo(Operations(document).Count()));
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("#/components/schemas/([A-Za-z]+)")]
    private static partial Regex Reference();

    [GeneratedRegex("\"operationId\":\"([A-Za-z]+)\"")]
    private static partial Regex Operation();
}
