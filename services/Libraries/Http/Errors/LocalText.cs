using System.Globalization;

namespace Panoramax.Http.Errors;

/// <summary>
/// A sentence for people in the API's languages; a language without its own sentence falls back to English. Places are
/// <c>{0}</c>, <c>{1}</c> as in <see cref="string.Format(string, object?)"/>.
/// </summary>
public sealed record LocalText(string En)
{
    public string? De { get; init; }

    public string? Fr { get; init; }

    public string? Es { get; init; }

    public string? Hu { get; init; }

    public static implicit operator LocalText(string english) => new(english);

    /// <summary>The same as the conversion from text, for languages without it.</summary>
    public static LocalText ToLocalText(string english) => new(english);

    /// <param name="language">A code of <see cref="Language.All"/>.</param>
    public string In(string language, params object?[] arguments)
    {
        var text = language switch
        {
            "de" => De,
            "fr" => Fr,
            "es" => Es,
            "hu" => Hu,
            _ => null,
        } ?? En;
        return arguments.Length == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, arguments.ToArray());
    }
}
