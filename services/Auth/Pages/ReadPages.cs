using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;
using Panoramax.Http;

namespace Panoramax.Auth.Pages;

internal sealed record PageJson(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("languages")] IReadOnlyList<PageLanguageJson> Languages);

internal sealed record PageLanguageJson(
    [property: JsonPropertyName("language")] string Language,
    [property: JsonPropertyName("links")] IReadOnlyList<LinkJson> Links);

/// <summary>Pages of the instance: their languages, and their text.</summary>
internal static class ReadPages
{
    /// <summary>
    /// Administrators write these pages, but an administrator's session may be stolen: a page runs no script, loads nothing from
    /// elsewhere but pictures, sends no form, and is not of our origin to the browser (<c>sandbox</c>).
    /// </summary>
    private const string ContentPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

    /// <exception cref="Http.Errors.ApiError">400 unknown name.</exception>
    public static async Task<JsonHttpResult<PageJson>> Languages(string name, PanoramaxDb db, Links links, CancellationToken cancel)
    {
        PageNames.ThrowIfUnknown(name);
        var languages = await db.Pages.AsNoTracking().Where(page => page.Name == name).OrderBy(page => page.Lang).Select(page => page.Lang).ToListAsync(cancel);
        return TypedResults.Json(
            new PageJson(name, [.. languages.Select(language => new PageLanguageJson(language, [new LinkJson("self", LinkJson.Json, links.Page(name, language))]))]),
            AuthJson.Wire.PageJson, LinkJson.Json);
    }

    /// <exception cref="Http.Errors.ApiError">400 unknown name; 404 not in this language.</exception>
    public static async Task<IResult> Content(string name, string language, HttpResponse response, PanoramaxDb db, CancellationToken cancel)
    {
        PageNames.ThrowIfUnknown(name);
        var content = await db.Pages.AsNoTracking().Where(page => page.Name == name && page.Lang == language).Select(page => page.Content).SingleOrDefaultAsync(cancel)
            ?? throw AuthErrors.UnknownPage();
        response.Headers.ContentSecurityPolicy = ContentPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Text(content, "text/html", Encoding.UTF8);
    }
}
