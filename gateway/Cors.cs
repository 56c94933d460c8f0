using Microsoft.Net.Http.Headers;

namespace Panoramax.Gateway;

/// <summary>
/// Cross-origin headers on every answer there is: success, redirect, error, not modified, the proxy's own. Any origin
/// may call with credentials; the origin is echoed, since browsers take no <c>*</c> then. Services need not know.
/// </summary>
internal static class Cors
{
    private const string Methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    public static void UseCors(this WebApplication app) => app.Use((context, next) =>
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();

        // Just before the head is sent: after whatever a service, an error handler or a redirect set or cleared.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            // Also without an origin: a browser that loaded a picture into a page would else reuse it from its cache,
            // without these headers, where a script asks for it.
            if (!headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
                headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.Origin);

            if (origin.Length == 0) return Task.CompletedTask;
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
            return Task.CompletedTask;
        });

        if (origin.Length == 0 || !HttpMethods.IsOptions(request.Method) || request.Headers.AccessControlRequestMethod.Count == 0) return next(context);

        // A preflight never reaches a service. 200, since some old clients take 204 for a failure.
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
        context.Response.Headers.AccessControlAllowMethods = Methods;
        if (request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked) context.Response.Headers.AccessControlAllowHeaders = asked;
        return Task.CompletedTask;
    });
}
