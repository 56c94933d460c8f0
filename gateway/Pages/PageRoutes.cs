using System.Net;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Panoramax.Gateway.Pages;

/// <summary>The few pages that belong to no service, and their files under <c>/static</c>.</summary>
internal static class PageRoutes
{
    /// <summary>
    /// Where the viewer's bundle lies below wwwroot once <c>gateway/viewer/build.sh</c> has run. (It is not committed.)
    /// </summary>
    private const string Bundle = "viewer/index.js";

    internal static readonly string[] Get = ["GET", "HEAD"];

    public static void AddPages(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ContentPolicy>();

    /// <summary>Serves <c>wwwroot</c> as <c>/static</c>.</summary>
    public static void UsePageFiles(this WebApplication app)
    {
        if (!HasFile(app.Environment, Bundle))
        {
            app.Logger.LogWarning(
                "The web viewer is not installed: run gateway/viewer/build.sh and build the gateway again. Its page says so until then; the API is not concerned");
        }

        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/static",
            FileProvider = app.Environment.WebRootFileProvider,
            OnPrepareResponse = file =>
            {
                // Names do not change with content, so browsers ask again after an hour (and get 304).
                file.Context.Response.Headers.CacheControl = "public, max-age=3600";
                file.Context.Response.Headers.XContentTypeOptions = "nosniff";
            },
        });
    }

    public static void MapPages(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<GatewaySettings>();
        var viewer = HasFile(app.Environment, Bundle) ? "viewer.html" : "viewer-missing.html";

        // Both open the viewer: editors link to pictures as <host>/#pic=… and as <host>/viewer#pic=….
        MapPageOrAddress(app, "/", settings.MainPage, viewer);
        MapPageOrAddress(app, "/viewer", settings.ViewerPage, viewer);
        MapPage(app, "/token-accepted", "token-accepted.html");
        MapPage(app, "/tos-validation", "tos-validation.html", mayBeFramed: false);

        MapFile(app, "/favicon.ico", "img/favicon.ico", "image/x-icon");
    }

    internal static bool HasFile(IWebHostEnvironment environment, string file) => environment.WebRootFileProvider.GetFileInfo(file).Exists;

    private static void MapPageOrAddress(WebApplication app, string path, string? address, string page)
    {
        if (string.IsNullOrEmpty(address)) MapPage(app, path, page);
        else app.MapMethods(path, Get, (HttpResponse response, CancellationToken _) => Moved(response, address));
    }

    /// <summary>An old address that leads to another one of this server (301).</summary>
    internal static void MapMoved(WebApplication app, string from, string to) =>
        app.MapMethods(from, Get, (HttpContext context, CancellationToken _) => Moved(context.Response, context.Request.PathBase + to));

    private static IResult Moved(HttpResponse response, string address)
    {
        response.Headers.CacheControl = "public";
        return Results.Redirect(address, permanent: true);
    }

    private static void MapFile(WebApplication app, string path, string file, string type) =>
        app.MapMethods(path, Get, (HttpResponse response, IWebHostEnvironment environment, CancellationToken _) =>
        {
            var found = environment.WebRootFileProvider.GetFileInfo(file);
            if (!found.Exists) return Results.NotFound();

            response.Headers.CacheControl = "public, max-age=3600";
            return Results.File(found.PhysicalPath!, type, lastModified: found.LastModified);
        });

    internal static void MapPage(WebApplication app, string path, string page, bool mayBeFramed = true)
    {
        var text = Read(page);
        app.MapMethods(path, Get, (HttpContext context, ContentPolicy policy, GatewaySettings settings) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy.For(mayBeFramed);
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
            headers.CacheControl = "public";

            // Relative addresses on the page then hold behind any path prefix, and with a slash after /viewer.
            return Results.Content(
                text.Replace("{{base}}", WebUtility.HtmlEncode(context.Request.PathBase.ToUriComponent()) + "/", StringComparison.Ordinal)
                    .Replace("{{map-style}}", WebUtility.HtmlEncode(settings.MapStyle ?? ""), StringComparison.Ordinal),
                "text/html", Encoding.UTF8);
        });
    }

    private static string Read(string page)
    {
        using var stream = typeof(PageRoutes).Assembly.GetManifestResourceStream(page)
            ?? throw new InvalidOperationException($"The page {page} is not built in");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }}
