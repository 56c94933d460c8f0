using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Panoramax.Http;

/// <summary>The language of error messages and labels: best match of <c>Accept-Language</c> (RFC 9110 12.5.4), else English.</summary>
public static class Language
{
    public const string Default = "en";

    public static IReadOnlyList<string> All { get; } = ["de", "fr", "en", "es", "hu"];

    public static string Of(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var wanted)) return Default;
        foreach (var choice in wanted.Where(value => value.Quality is null or > 0).OrderByDescending(value => value.Quality ?? 1))
        {
            var code = choice.Value.ToString().Split('-')[0].ToLower(CultureInfo.InvariantCulture);
            if (All.Contains(code)) return code;
        }

        return Default;
    }
}
