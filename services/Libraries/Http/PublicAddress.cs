using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Panoramax.Http;

/// <summary>
/// Takes scheme, host, port and path prefix from the <c>X-Forwarded-*</c> headers. Services are reached through the gateway
/// alone, which drops what it does not trust and writes these headers itself.
/// </summary>
internal static class PublicAddress
{
    public static IApplicationBuilder UsePublicAddress(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Request.Headers;
        if (First(headers, "X-Forwarded-Proto") is "http" or "https") context.Request.Scheme = First(headers, "X-Forwarded-Proto")!;
        if (First(headers, "X-Forwarded-Host") is { Length: > 0 } host) context.Request.Host = new HostString(host);
        if (First(headers, "X-Forwarded-Port") is { } text && context.Request.Host.Port is null
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            && port != (context.Request.IsHttps ? 443 : 80))
            context.Request.Host = new HostString(context.Request.Host.Host, port);
        if (First(headers, "X-Forwarded-Prefix") is { Length: > 1 } prefix && prefix[0] == '/')
            context.Request.PathBase = new PathString(prefix.TrimEnd('/')).Add(context.Request.PathBase);
        return next(context);
    });

    private static string? First(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) ? values.ToString().Split(',')[0].Trim() : null;
}
