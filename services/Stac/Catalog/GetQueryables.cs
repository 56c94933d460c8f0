using System.Text.Json.Nodes;
using Panoramax.Http;

namespace Panoramax.Stac.Catalog;

/// <summary>JSON Schemas of what filters may name: tags in a search, times in a list of sequences.</summary>
internal static class GetQueryables
{
    public static IResult OfSearch(HttpContext context, Links links) => Answer(context, new JsonObject
    {
        ["$schema"] = Dialect,
        ["$id"] = links.Api() + "/queryables",
        ["type"] = "object",
        ["title"] = "Queryables of the search",
        ["description"] = "What the parameter filter of /search may name: semantics (any tag) and semantics.<key> (the value of a tag).",
        ["properties"] = new JsonObject
        {
            ["semantics"] = new JsonObject { ["type"] = "string", ["title"] = "Tags", ["description"] = "Any tag of a picture, of one of its annotations or of its sequence" },
        },
        ["patternProperties"] = new JsonObject
        {
            ["^semantics\\.(.+)$"] = new JsonObject { ["type"] = "string", ["title"] = "Value of a tag", ["description"] = "The key is what follows the dot" },
        },
        ["additionalProperties"] = false,
    });

    public static IResult OfCollections(HttpContext context, Links links) => Answer(context, new JsonObject
    {
        ["$schema"] = Dialect,
        ["$id"] = links.Collections() + "/queryables",
        ["type"] = "object",
        ["title"] = "Queryables of sequences",
        ["description"] = "What the parameter filter of /collections may name.",
        ["properties"] = new JsonObject { ["created"] = Time("When it was uploaded"), ["updated"] = Time("When it last changed") },
        ["additionalProperties"] = false,
    });

    private const string Dialect = "https://json-schema.org/draft/2019-09/schema";

    private static JsonObject Time(string title) => new()
    {
        ["type"] = "string",
        ["title"] = title,
        ["anyOf"] = new JsonArray(new JsonObject { ["format"] = "date-time" }, new JsonObject { ["format"] = "date" }),
    };

    private static TaggedAnswer Answer(HttpContext context, JsonObject schema)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return TaggedAnswer.Text(schema.ToJsonString(), MediaTypes.Json);
    }
}
