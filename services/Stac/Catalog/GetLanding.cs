using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Npgsql;
using Panoramax.Http;
using Panoramax.Stac.Collections;

namespace Panoramax.Stac.Catalog;

/// <summary>
/// The catalog that every client starts at. Clients find all other addresses in its links, by <c>rel</c> and <c>type</c>;
/// without <c>search</c> and <c>data</c> the web viewer does not start.
/// </summary>
internal static class GetLanding
{
    public static async Task<IResult> Handle(NpgsqlDataSource source, IOptions<InstanceOptions> options, Links links, CancellationToken cancel)
    {
        var instance = options.Value;
        var name = instance.Name["en"];
        return TaggedAnswer.Json(
            new LandingJson
            {
                Title = name,
                Description = instance.Description["en"],
                Extent = await InstanceExtent.Read(source, cancel),
                Contacts = [new ContactJson(name, [new EmailJson(instance.Email)])],
                Links = [.. LinksOf(links, instance)],
            },
            StacJson.Wire.LandingJson, MediaTypes.Json);
    }

    private static IEnumerable<LinkJson> LinksOf(Links links, InstanceOptions instance)
    {
        var api = links.Api();
        yield return new("self", MediaTypes.Json, links.Landing());
        yield return links.RootLink();
        yield return new("service-desc", MediaTypes.Json, api + "/docs/specs.json");
        yield return new("service-doc", "text/html", api + "/docs/swagger");
        yield return new("conformance", MediaTypes.Json, api + "/conformance");
        yield return new("data", MediaTypes.Json, links.Collections());
        yield return new("child", MediaTypes.Json, links.Users());
        yield return new("data", MediaTypes.Rss, links.Collections() + "?format=rss");
        yield return new("search", MediaTypes.GeoJson, api + "/search");
        yield return new("xyz", MediaTypes.VectorTile, api + "/map/{z}/{x}/{y}.mvt", "Pictures and sequences vector tiles");
        yield return new("http://www.opengis.net/def/rel/ogc/1.0/queryables", MediaTypes.Schema, api + "/queryables", "Queryables");
        yield return new("xyz-style", MediaTypes.Json, api + "/map/style.json", "MapLibre Style JSON");
        yield return new("user-xyz", MediaTypes.VectorTile, api + "/users/{userId}/map/{z}/{x}/{y}.mvt", "Pictures and sequences vector tiles of one user");
        yield return new("user-xyz-style", MediaTypes.Json, api + "/users/{userId}/map/style.json", "MapLibre Style JSON");
        yield return new("collection-preview", MediaTypes.Jpeg, api + "/collections/{id}/thumb.jpg", "Thumbnail of a sequence");
        yield return new("item-preview", MediaTypes.Jpeg, api + "/pictures/{id}/thumb.jpg", "Thumbnail of a picture");
        yield return new("users", MediaTypes.Json, links.Users(), "List of users");
        yield return new("user-search", MediaTypes.Json, api + "/users/search", "Search users");
        yield return new("report", MediaTypes.Json, api + "/reports", "Report a problem with a picture or sequence");
        if (instance.License.Link() is { } license) yield return license;
    }
}

internal sealed record LandingJson
{
    [JsonPropertyName("type")] public string Type => "Catalog";
    [JsonPropertyName("id")] public string Id => "geovisio";
    [JsonPropertyName("stac_version")] public string StacVersion => "1.0.0";

    [JsonPropertyName("stac_extensions")]
    public IReadOnlyList<string> StacExtensions { get; } =
    [
        "https://stac-extensions.github.io/web-map-links/v1.0.0/schema.json",
        "https://stac-extensions.github.io/contacts/v0.1.1/schema.json",
    ];

    [JsonPropertyName("title")] public required string Title { get; init; }
    [JsonPropertyName("description")] public required string Description { get; init; }
    [JsonPropertyName("conformsTo")] public IReadOnlyList<string> ConformsTo => GetConformance.Classes;
    [JsonPropertyName("extent")] public required ExtentJson Extent { get; init; }
    [JsonPropertyName("geovisio_version")] public string GeovisioVersion => ServerVersion.Api;
    [JsonPropertyName("contacts")] public required IReadOnlyList<ContactJson> Contacts { get; init; }
    [JsonPropertyName("links")] public required IReadOnlyList<LinkJson> Links { get; init; }
}

internal sealed record ContactJson(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("emails")] IReadOnlyList<EmailJson> Emails);

internal sealed record EmailJson([property: JsonPropertyName("value")] string Value);
