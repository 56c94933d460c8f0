using System.Text;
using Microsoft.EntityFrameworkCore;
using Panoramax.Database;

namespace Panoramax.Auth.Pages;

/// <summary>Administrators write, remove and announce pages.</summary>
internal static class WritePages
{
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Writes a page. A new text alone asks nobody to read it again, since most are corrections of spelling:
    /// <see cref="PublishChange"/> does.
    /// </summary>
    /// <exception cref="Http.Errors.ApiError">400: unknown name, no language, or not HTML.</exception>
    public static async Task<IResult> Put(string name, string language, HttpRequest request, PanoramaxDb db, TimeProvider time, CancellationToken cancel)
    {
        PageNames.ThrowIfUnknown(name);
        PageNames.ThrowIfNoLanguage(language);
        if (request.ContentType != "text/html") throw AuthErrors.PageNotHtml();
        var content = await Read(request, cancel);

        var id = Guid.CreateVersion7(time.GetUtcNow());
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO pages (id, name, lang, content, updated_at) VALUES ({id}, {name}, {language}, {content}, {time.GetUtcNow()})
            ON CONFLICT (name, lang) DO UPDATE SET content = excluded.content
            """, cancel);
        return Results.Ok();
    }

    /// <exception cref="Http.Errors.ApiError">400 unknown name; 404 not in this language.</exception>
    public static async Task<IResult> Delete(string name, string language, PanoramaxDb db, CancellationToken cancel)
    {
        PageNames.ThrowIfUnknown(name);
        if (await db.Pages.Where(page => page.Name == name && page.Lang == language).ExecuteDeleteAsync(cancel) == 0) throw AuthErrors.UnknownPage();
        return Results.Ok();
    }

    /// <summary>Says that the page has changed in a way that concerns everybody: who read it before has not read the latest.</summary>
    /// <exception cref="Http.Errors.ApiError">400 unknown name; 404 it has no text in any language.</exception>
    public static async Task<IResult> PublishChange(string name, PanoramaxDb db, TimeProvider time, CancellationToken cancel)
    {
        PageNames.ThrowIfUnknown(name);
        var now = time.GetUtcNow();
        if (await db.Pages.Where(page => page.Name == name).ExecuteUpdateAsync(update => update.SetProperty(page => page.UpdatedAt, now), cancel) == 0)
            throw AuthErrors.UnknownPage();
        return Results.Ok();
    }

    private static async Task<string> Read(HttpRequest request, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancel);
        try
        {
            var text = strict.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            return text.Contains('\0', StringComparison.Ordinal) ? throw AuthErrors.PageNotHtml() : text;
        }
        catch (DecoderFallbackException)
        {
            throw AuthErrors.PageNotHtml();
        }
    }
}
