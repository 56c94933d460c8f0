using Microsoft.AspNetCore.Http;
using Panoramax.Domain.Accounts;
using Panoramax.Http.Errors;

namespace Panoramax.Http.Callers;

/// <summary>
/// A browser sends the login cookie with whatever a page of the same site asks for. So a change that a cookie pays for must come
/// from a page of ours: the <c>Origin</c> header, which browsers send with every change, names the API's origin or the website's.
/// Clients that are no browsers send none. (OWASP: cross-site request forgery, "verifying origin with standard headers".)
/// </summary>
internal static class OriginCheck
{
    /// <exception cref="ApiError">403: a page of another origin, or of none (<c>null</c>).</exception>
    public static void ThrowIfForeign(HttpRequest request, Links links)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return;
        var origin = request.Headers.Origin.ToString();
        var isOurs = origin.Length == 0
            // Older browsers leave the origin out of some requests, but none of those says this.
            ? request.Headers["Sec-Fetch-Site"].ToString() is not ("cross-site" or "same-site")
            : Uri.TryCreate(origin, UriKind.Absolute, out var from) && links.OwnOrigins().Any(own => ReturnAddress.SameOrigin(from, own));
        if (!isOurs) throw CallerErrors.ForeignOrigin();
    }
}
