using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Panoramax.Auth.Providers;
using Panoramax.Http.Errors;

namespace Panoramax.Auth;

/// <summary>
/// How often one address may begin a login or have a token made: both are open to everybody, the first asks another server for
/// work, the second leaves a row. Counted in each process.
/// </summary>
internal static class RateLimits
{
    public const string SignIns = "sign-ins";
    public const string Tokens = "tokens";

    public static void AddRateLimits(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(SignIns, context => PerMinute(context, options => options.SignInsPerMinute));
        limiter.AddPolicy(Tokens, context => PerMinute(context, options => options.TokensPerMinute));
        limiter.OnRejected = async (rejected, _) =>
        {
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await ErrorAnswers.Write(rejected.HttpContext, AuthErrors.TooManyRequests());
        };
    });

    private static RateLimitPartition<string> PerMinute(HttpContext context, Func<ProviderOptions, int> limit)
    {
        var permits = limit(context.RequestServices.GetRequiredService<IOptions<ProviderOptions>>().Value);
        return RateLimitPartition.GetFixedWindowLimiter(Network(context), _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) });
    }

    /// <summary>The caller's address as the gateway saw it: an IPv4 address, or the /64 of an IPv6 one, which is one household.</summary>
    private static string Network(HttpContext context)
    {
        // The gateway replaces this header by the one address that it believes.
        var said = context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim();
        var address = IPAddress.TryParse(said, out var parsed) ? parsed : context.Connection.RemoteIpAddress;
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes()[..8]) : address.ToString();
    }
}
