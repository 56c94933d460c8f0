using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Panoramax.Http;

/// <summary>Route constraint <c>uuid</c>: the dashed form only (RFC 9562); anything else does not match the route, so it is a 404.</summary>
internal sealed class UuidConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        Guid.TryParseExact(values[routeKey]?.ToString(), "D", out _);
}
