using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;
using Panoramax.Http.Values;

namespace Panoramax.Stac;

/// <summary>Reading of parameters that several routes have.</summary>
internal static partial class QueryValues
{
    /// <summary>Null when absent or empty.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400 when it is no whole number from 1 to <paramref name="max"/>.</exception>
    public static int? Limit(StringValues value, int max)
    {
        if (value.ToString() is not { Length: > 0 } text) return null;
        return Int(text) is { } limit && limit >= 1 && limit <= max ? limit : throw StacErrors.LimitOutOfRange(max);
    }

    /// <summary>A whole number, plainly written.</summary>
    public static int? Int(string text) => int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A time in any form that people write; without a zone it is UTC.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400 with <c>details.error</c>.</exception>
    public static DateTimeOffset Time(string name, string text) => Instant(text) ?? throw StacErrors.Unreadable(name, $"'{text}' is no date or time");

    /// <summary>As <see cref="Lenient.Instant"/>, also where an unescaped plus before the offset has become a blank.</summary>
    public static DateTimeOffset? Instant(string text) => Lenient.Instant(text) ?? Lenient.Instant(LostPlus().Replace(text.Trim(), "+$1"));

    /// <summary>One time, or two with a slash between them; <c>..</c> leaves an end open.</summary>
    /// <exception cref="Panoramax.Http.Errors.ApiError">400 three parts, an empty one, or no end at all.</exception>
    public static (DateTimeOffset? From, DateTimeOffset? To) Interval(string name, string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2 || (parts.Length == 1 && parts[0] == "..") || parts.Any(string.IsNullOrWhiteSpace))
            throw StacErrors.BadParameter(name, "one time, or two with a slash between them, where .. leaves an end open");
        if (parts.Length == 1)
        {
            var moment = Time(name, parts[0]);
            return (moment, moment);
        }

        DateTimeOffset? End(string part) => part == ".." ? null : Time(name, part);
        return (End(parts[0]), End(parts[1]));
    }

    /// <summary>The named parameters as they were sent, for links that repeat them; with its question mark.</summary>
    public static string Kept(IQueryCollection query, params string[] names)
    {
        var kept = new QueryBuilder();
        foreach (var name in names.Where(name => !StringValues.IsNullOrEmpty(query[name]))) kept.Add(name, query[name].ToString());
        return kept.ToString();
    }

    [GeneratedRegex(@" (\d{2}:?\d{2})$")]
    private static partial Regex LostPlus();
}
