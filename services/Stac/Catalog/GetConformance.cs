using System.Text.Json.Serialization;

namespace Panoramax.Stac.Catalog;

/// <summary>The conformance classes of OGC and STAC that this server keeps.</summary>
internal static class GetConformance
{
    public static IReadOnlyList<string> Classes { get; } =
    [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/simple-query",
        "https://api.stacspec.org/v1.0.0/core",
        "https://api.stacspec.org/v1.0.0/browseable",
        "https://api.stacspec.org/v1.0.0/collections",
        "https://api.stacspec.org/v1.0.0/ogcapi-features",
        "https://api.stacspec.org/v1.0.0/item-search",
        "https://api.stacspec.org/v1.0.0/collection-search",
    ];

    public static IResult Handle() =>
        TaggedAnswer.Json(new ConformanceJson(Classes), StacJson.Wire.ConformanceJson, MediaTypes.Json);
}

internal sealed record ConformanceJson([property: JsonPropertyName("conformsTo")] IReadOnlyList<string> ConformsTo);
