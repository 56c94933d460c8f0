using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace Panoramax.Gateway;

/// <summary>How requests are passed on: addresses, body sizes, time-outs, compression, rates.</summary>
internal static class Forwarding
{
    /// <summary>What <c>api/read.md</c> 3 names, plus the forms in which our own pages come. Never tiles or pictures.</summary>
    private static readonly string[] compressed =
    [
        "text/html", "text/css", "text/plain", "text/xml", "text/csv", "text/javascript", "application/x-javascript",
        "application/json", "application/rss+xml", "application/geo+json", "application/schema+json", "image/svg+xml",
    ];

    /// <summary>Headers by which a proxy tells who asked for what; a stranger's are never passed on.</summary>
    private static readonly string[] claims =
    [
        "Forwarded", "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP",
        "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Original-Prefix",
    ];

    /// <summary>How long a refused sender may go on: half a minute of a phone's line is some megabytes.</summary>
    private static readonly TimeSpan drainTime = TimeSpan.FromSeconds(30);

    public static void AddForwarding(this WebApplicationBuilder builder)
    {
        var maxFileBytes = builder.Configuration.MaxFileBytes();
        var serviceTimeout = builder.Configuration.ServiceTimeout();

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The limits of routes are in the table; this one is for requests that meet no route.
            kestrel.Limits.MaxRequestBodySize = Routes.DocumentBytes;
            // Phones on the road: 100 bytes a second on average, after half a minute in which nothing may come at all.
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(30));
            kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(30));
        });

        builder.WebHost.UseSockets(sockets =>
        {
            // Bytes of a body that wait for its service: with the megabyte of the default, a hundred senders would hold a hundred.
            sockets.MaxReadBufferSize = 128 * 1024;
            // Bytes of an answer that wait for a client: enough that a picture's way is not cut into turns of 64 kB, little
            // enough for hundreds of slow clients.
            sockets.MaxWriteBufferSize = 256 * 1024;
        });

        builder.Services.AddReverseProxy()
            .LoadFromMemory(Routes.All(maxFileBytes), [.. Routes.Services.Select(service => Cluster(service, serviceTimeout))])
            .AddServiceDiscoveryDestinationResolver()
            .ConfigureHttpClient((_, client) =>
            {
                client.ConnectTimeout = TimeSpan.FromSeconds(5);
                client.Expect100ContinueTimeout = TimeSpan.FromMinutes(1);
            })
            .AddTransforms(transforms =>
            {
                transforms.AddXForwarded(ForwardedTransformActions.Set);
                foreach (var claim in claims) transforms.AddRequestHeaderRemove(claim);
                transforms.AddResponseHeaderRemove("Server", ResponseCondition.Always);

                // Every GET route answers HEAD too, whether or not its service thought of it.
                transforms.AddRequestTransform(request =>
                {
                    if (HttpMethods.IsHead(request.HttpContext.Request.Method)) request.ProxyRequest.Method = HttpMethod.Get;
                    // A service that refuses a file (no login, no such set) does so before it reads it, and cuts the
                    // connection when the sender is slow: the refusal would be lost while the file is still being passed on.
                    if (Routes.TakesFiles(request.HttpContext)) request.ProxyRequest.Headers.ExpectContinue = true;
                    return default;
                });
                transforms.AddResponseTransform(response =>
                {
                    if (HttpMethods.IsHead(response.HttpContext.Request.Method)) response.SuppressResponseBody = true;
                    return default;
                });
            });

        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = compressed;
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = System.IO.Compression.CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = System.IO.Compression.CompressionLevel.Fastest);

        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy(Routes.PrepareLimiter, Prepares);
            limiter.OnRejected = (rejected, cancel) =>
            {
                if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                    rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return new ValueTask(ErrorBodies.Write(rejected.HttpContext, 429, "Too many requests, please try again later"));
            };
        });
    }

    /// <summary>
    /// Believes the headers of the last <see cref="GatewaySettings.TrustedProxies"/> proxies, and nobody else's, about
    /// the caller's address and the scheme, host, port and path prefix that links must show. Drops a trailing slash, so
    /// that services see one form of each path.
    /// </summary>
    public static void UseForwardedAddress(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<GatewaySettings>().TrustedProxies;
        if (trusted > 0)
        {
            var headers = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = trusted };
            // Trust is a number of hops here: the addresses of proxies change in a cluster.
            headers.KnownIPNetworks.Clear();
            headers.KnownProxies.Clear();
            app.UseForwardedHeaders(headers);
            app.Use((context, next) =>
            {
                ForwardedPort(context.Request, trusted);
                return next(context);
            });
        }

        app.Use((context, next) =>
        {
            if (context.Request.Path.Value is { Length: > 1 } path && path.EndsWith('/')) context.Request.Path = path.TrimEnd('/') is { Length: > 0 } rest ? rest : "/";
            return next(context);
        });
    }

    /// <summary>
    /// Refuses a body that announces itself as too large at once, with the limit in the answer, instead of after
    /// reading up to the limit. Bodies without a length are counted while they pass (the proxy sets the server's limit
    /// from the table).
    /// </summary>
    public static void UseBodyLimits(this WebApplication app) => app.Use((context, next) =>
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.MaxRequestBodySize;
        return limit is not null && context.Request.ContentLength > limit ? ErrorBodies.WriteTooLarge(context) : next(context);
    });

    /// <summary>
    /// Reads away for a while what is still coming of a file that was refused: most senders look at the answer only when all is
    /// sent, and would else find the connection broken and try again.
    /// </summary>
    public static void UseDraining(this WebApplication app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response.StatusCode < 400 || !Routes.TakesFiles(context)) return;

        try
        {
            await context.Response.CompleteAsync();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            limit.CancelAfter(drainTime);
            await context.Request.Body.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Too slow, gone, or past its limit: the answer was sent.
        }
    });

    private static ClusterConfig Cluster(string service, TimeSpan longestSilence) => new()
    {
        ClusterId = service,
        Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { [service] = new() { Address = $"http://{service}" } },
        HttpRequest = new ForwarderRequestConfig
        {
            ActivityTimeout = longestSilence,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        },
    };

    /// <summary>Who brings a token is known to the service (and refused there if it is none); all others share by address.</summary>
    private static RateLimitPartition<string> Prepares(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count > 0) return RateLimitPartition.GetNoLimiter("token");

        var perMinute = context.RequestServices.GetRequiredService<GatewaySettings>().PreparesPerMinute;
        return RateLimitPartition.GetFixedWindowLimiter(Network(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
        });
    }

    /// <summary>An IPv4 address, or the /64 of an IPv6 one: a household has that many addresses.</summary>
    private static string Network(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes()[..8])
            : address.ToString();
    }

    /// <summary>The one header that the framework leaves out: the public port, where the host does not say it.</summary>
    private static void ForwardedPort(HttpRequest request, int trusted)
    {
        var values = request.Headers["X-Forwarded-Port"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).ToArray();
        if (values.Length == 0) return;
        if (!ushort.TryParse(values[^Math.Min(trusted, values.Length)], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return;

        var isDefault = port == (request.IsHttps ? 443 : 80);
        request.Host = isDefault ? new HostString(request.Host.Host) : new HostString(request.Host.Host, port);
    }
}
