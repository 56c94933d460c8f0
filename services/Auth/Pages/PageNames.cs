using System.Text.RegularExpressions;

namespace Panoramax.Auth.Pages;

/// <summary>Pages that an instance may have, each in any number of languages.</summary>
internal static partial class PageNames
{
    public const string Terms = "terms-of-service";

    public static IReadOnlyList<string> All { get; } = ["end-user-license-agreement", Terms, "end-user-license-agreement-summary"];

    /// <exception cref="Http.Errors.ApiError">400: there is no page of this name.</exception>
    public static void ThrowIfUnknown(string name)
    {
        if (!All.Contains(name)) throw AuthErrors.UnknownPageName(All);
    }

    /// <exception cref="Http.Errors.ApiError">400: no language tag (BCP 47, as far as it is used).</exception>
    public static void ThrowIfNoLanguage(string language)
    {
        if (!LanguageTag().IsMatch(language)) throw AuthErrors.BadLanguage();
    }

    [GeneratedRegex("^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LanguageTag();
}
