using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Panoramax.Http;

namespace Panoramax.Stac.Catalog;

/// <summary>Small routes by which operators and clients see that the server is there and knows its address.</summary>
internal static partial class ProbeServer
{
    /// <summary>The JOSM plug-in asks this first and stays silent on anything but 200.</summary>
    public static Ok Live() => TypedResults.Ok();

    /// <summary>Shows the address that links are built on, and logs the headers that it comes from.</summary>
    public static JsonHttpResult<AddressJson> Address(HttpRequest request, Links links, ILogger<AddressJson> log)
    {
        Asked(log, request.Host.Value, request.Headers["X-Forwarded-Proto"], request.Headers["X-Forwarded-Host"],
            request.Headers["X-Forwarded-Port"], request.Headers["X-Forwarded-Prefix"], request.Headers["X-Forwarded-For"].Count);
        return TypedResults.Json(new AddressJson(links.Root() + "/"), StacJson.Wire.AddressJson, MediaTypes.Json);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked for {Host} (forwarded: proto {Proto}, host {ForwardedHost}, port {Port}, prefix {Prefix}, {Hops} header(s) about the caller)")]
    private static partial void Asked(ILogger log, string? host, string? proto, string? forwardedHost, string? port, string? prefix, int hops);
}

internal sealed record AddressJson([property: JsonPropertyName("test_url")] string Root);
