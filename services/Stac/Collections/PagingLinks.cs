using System.Text;

namespace Panoramax.Stac.Collections;

/// <summary>The links <c>first</c>, <c>prev</c>, <c>next</c> and <c>last</c> of a list of sequences.</summary>
internal static class PagingLinks
{
    /// <param name="kept">Parameters of the request that each page needs again, beyond limit, sort and position.</param>
    public static IEnumerable<LinkJson> Of(CollectionPage page, CollectionQuery query, string address, IQueryCollection request, params string[] kept)
    {
        LinkJson Link(string rel, string? position)
        {
            var text = new StringBuilder(address).Append("?limit=").Append(query.Limit);
            foreach (var name in kept.Where(name => request[name].ToString().Length > 0)) text.Append('&').Append(name).Append('=').Append(Escape(request[name].ToString()));
            text.Append("&sortby=").Append(Escape(query.Sort.Text));
            if (position is not null) text.Append("&page=").Append(Escape(position));
            return new LinkJson(rel, MediaTypes.Json, text.ToString());
        }

        if (page.HasFirst) yield return Link("first", null);
        if (page.Previous is { } previous) yield return Link("prev", previous);
        if (page.Next is { } next) yield return Link("next", next);
        if (page.Last is { } last) yield return Link("last", last);
    }

    /// <summary>As forms are escaped, with the harmless characters of positions left readable.</summary>
    private static string Escape(string text) => new StringBuilder(Uri.EscapeDataString(text))
        .Replace("%20", "+").Replace("%2C", ",").Replace("%27", "'").Replace("%3A", ":").Replace("%28", "(").Replace("%29", ")").ToString();
}
