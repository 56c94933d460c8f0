using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Panoramax.Gateway;

/// <summary>
/// The only place that knows all routes: path below <c>/api</c> and methods → service. Routing prefers the most
/// specific path, takes a trailing slash for nothing, answers 405 where only the method is wrong and 404 for the rest.
/// </summary>
internal static class Routes
{
    /// <summary>Name of the limiter of routes that are costly and open to everybody.</summary>
    public const string PrepareLimiter = "prepare";

    /// <summary>
    /// Bytes of form fields and part headers around a file: some hundred <c>override_*</c> fields of a kilobyte.
    /// </summary>
    public const long MultipartOverheadBytes = 1024 * 1024;

    /// <summary>Bytes of any other body; the largest ones are excluded areas with the outline of a country.</summary>
    public const long DocumentBytes = 16 * 1024 * 1024;

    private static readonly string[] read = ["GET", "HEAD"];
    private static readonly string[] change = ["POST", "PUT", "PATCH", "DELETE"];
    private static readonly string[] all = [.. read, .. change];

    private static readonly Row[] table =
    [
        new("auth/{**rest}", all, "auth"),
        new("users/me", all, "auth"),
        new("users/me/tokens/{**rest}", all, "auth"),
        new("users/me/accept_tos", all, "auth"),
        new("users/me/tos_read", all, "auth"),
        new("pages/{**rest}", all, "auth"),

        new("users/me/upload_sets", all, "upload"),
        new("users/me/reports", all, "upload"),
        new("users/me/excluded_areas/{**rest}", all, "upload"),
        new("upload_sets/{**rest}", all, "upload"),
        new("upload_sets/{id}/files", all, "upload", Body.File),
        new("upload_sets/{id}/items", all, "upload", Body.File),
        new("reports/{**rest}", all, "upload"),
        new("configuration/excluded_areas/{**rest}", all, "upload"),
        new("collections/{**rest}", change, "upload"),
        new("collections/{id}/items", change, "upload", Body.File),
        new("collections/{id}/prepare", ["POST"], "upload", Limiter: PrepareLimiter),
        new("collections/{id}/items/{item}/prepare", ["POST"], "upload", Limiter: PrepareLimiter),
        new("pictures/{**rest}", change, "upload"),
        new("annotations/{**rest}", change, "upload"),

        new("search", ["GET", "HEAD", "POST"], "stac"),
        new("", read, "stac"),
        new("conformance", read, "stac"),
        new("configuration", read, "stac"),
        new("collections/{**rest}", read, "stac"),
        new("pictures/{**rest}", read, "stac"),
        new("annotations/{**rest}", read, "stac"),
        new("queryables", read, "stac"),
        new("map/{**rest}", read, "stac"),
        new("users/{**rest}", read, "stac"),
        new("live", read, "stac"),
        new("debug_headers", read, "stac"),
    ];

    private enum Body
    {
        Document,
        File,
    }

    /// <summary>The table in the proxy's form.</summary>
    public static IReadOnlyList<RouteConfig> All(long maxFileBytes) =>
        [.. table.Select(row => new RouteConfig
        {
            RouteId = $"{string.Join(',', row.Methods)} {row.Path}",
            ClusterId = row.Service,
            Match = new RouteMatch { Path = $"/api/{row.Path}".TrimEnd('/'), Methods = row.Methods },
            RateLimiterPolicy = row.Limiter,
            MaxRequestBodySize = row.Body == Body.File ? maxFileBytes + MultipartOverheadBytes : DocumentBytes,
        })];

    /// <summary>Whether a request met a route that takes files.</summary>
    public static bool TakesFiles(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.MaxRequestBodySize is { } limit && limit != DocumentBytes;

    /// <summary>The names of the services, which service discovery turns into addresses.</summary>
    public static IEnumerable<string> Services => table.Select(row => row.Service).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Answers OPTIONS that are no preflight (those end in <see cref="Cors"/>): 200 and the methods of that path.
    /// </summary>
    public static void MapPlainOptions(this WebApplication app)
    {
        foreach (var path in table.GroupBy(row => row.Path, StringComparer.Ordinal))
        {
            var methods = string.Join(", ", path.SelectMany(row => row.Methods).Append("OPTIONS").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            app.MapMethods($"/api/{path.Key}".TrimEnd('/'), ["OPTIONS"], (HttpResponse response, CancellationToken _) =>
            {
                response.Headers.Allow = methods;
                return Results.Ok();
            });
        }
    }

    private sealed record Row(string Path, string[] Methods, string Service, Body Body = Body.Document, string? Limiter = null);
}
