using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Gateway.Pages;

namespace Panoramax.Gateway.Docs;

/// <summary>The description of the API, for programs and for people, and its older addresses.</summary>
internal static class DocumentRoutes
{
    public static void MapDocuments(this WebApplication app)
    {
        // Joined once, at start: a description that contradicts itself is noticed then.
        var document = ApiDocument.BuiltIn();
        app.MapMethods("/api/docs/specs.json", PageRoutes.Get, (HttpContext context, CancellationToken _) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=3600";
            return Results.Text(At(document, context.Request), "application/json", Encoding.UTF8);
        });
        PageRoutes.MapPage(
            app, "/api/docs/swagger", PageRoutes.HasFile(app.Environment, "viewer/swagger-ui/swagger-ui-bundle.js") ? "swagger.html" : "viewer-missing.html", mayBeFramed: false);
        PageRoutes.MapMoved(app, "/apispec_1.json", "/api/docs/specs.json");
        PageRoutes.MapMoved(app, "/apidocs", "/api/docs/swagger");
    }

    /// <summary>The document with the address under which it was asked for, so that programs need not know another one.</summary>
    private static string At(JsonObject document, HttpRequest request)
    {
        var located = new JsonObject();
        foreach (var (name, value) in document)
        {
            located[name] = name == "servers"
                ? new JsonArray(new JsonObject { ["url"] = $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}" })
                : value!.DeepClone();
        }

        return located.ToJsonString();
    }
}
