using System.Buffers.Text;
using System.Text;

namespace Panoramax.Stac.Search;

/// <summary>The parameter <c>page</c> of a search: the last row's place in the order, in a form that nobody is tempted to build.</summary>
internal static class SearchPage
{
    private const int MaxValues = 4;

    public static string Write(string[] values) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('|', values)));

    /// <exception cref="Panoramax.Http.Errors.ApiError">400.</exception>
    public static IReadOnlyList<string> Read(string text)
    {
        try
        {
            var values = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|');
            return values.Length <= MaxValues ? values : throw StacErrors.BadPage();
        }
        catch (FormatException)
        {
            throw StacErrors.BadPage();
        }
    }
}
