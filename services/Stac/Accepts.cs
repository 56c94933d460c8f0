using Microsoft.Net.Http.Headers;

namespace Panoramax.Stac;

/// <summary>Which of the offered media types a client likes best (RFC 9110 12.5.1).</summary>
internal static class Accepts
{
    /// <param name="offered">The first one is what a client gets that says nothing, or accepts all alike.</param>
    public static string Best(HttpRequest request, params string[] offered)
    {
        if (request.GetTypedHeaders().Accept is not { Count: > 0 } accepted) return offered[0];
        return offered.OrderByDescending(type => Quality(type, accepted)).First();
    }

    private static double Quality(string type, IList<MediaTypeHeaderValue> accepted)
    {
        var offered = new MediaTypeHeaderValue(type);
        // The most exact range that covers the type says how much it is liked.
        return accepted.Where(range => offered.IsSubsetOf(range))
            .OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2)
            .Select(range => range.Quality ?? 1).FirstOrDefault();
    }
}
