using Microsoft.AspNetCore.Http;
using Panoramax.Http.Values;

namespace Panoramax.Upload.Filters;

/// <summary>How many entries a list may have: <c>limit</c> in the query, 0 to 1000, default 100.</summary>
internal static class ListLimit
{
    private const int Default = 100;
    private const int Most = 1000;

    /// <exception cref="Http.Errors.ApiError">400 for anything else.</exception>
    public static int Read(HttpRequest request)
    {
        if (!request.Query.TryGetValue("limit", out var text)) return Default;
        var fields = RequestFields.OfForm([KeyValuePair.Create("limit", text.ToString())]);
        var limit = fields.Int("limit", 0, Most);
        fields.ThrowIfFaulty();
        return limit ?? Default;
    }
}
