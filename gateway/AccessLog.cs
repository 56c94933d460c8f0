using System.Diagnostics;
using Panoramax.ServiceDefaults.Health;

namespace Panoramax.Gateway;

/// <summary>
/// One line for each request. No query (it may hold positions and return addresses), no address of the caller, no
/// cookies or tokens.
/// </summary>
internal static partial class AccessLog
{
    public static void UseAccessLog(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Panoramax.Gateway.Access");
        var clock = app.Services.GetRequiredService<TimeProvider>();

        app.Use(async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal))
            {
                await next(context);
                return;
            }

            // Both are replaced on the way.
            var (path, began) = (context.Request.PathBase + context.Request.Path, clock.GetTimestamp());
            try
            {
                await next(context);
            }
            finally
            {
                var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? 499 : context.Response.StatusCode;
                Answered(
                    log, context.Request.Method, path, status, (long)clock.GetElapsedTime(began).TotalMilliseconds,
                    context.Request.ContentLength, context.Response.ContentLength, Agent(context.Request), Activity.Current?.TraceId.ToHexString());
            }
        });
    }

    private static string Agent(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        return agent.Length > 100 ? agent[..100] : agent;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Method} {Path} {Status} {Milliseconds} ms, {ReceivedBytes} bytes in, {SentBytes} bytes out, {Agent}, trace {TraceId}")]
    private static partial void Answered(
        ILogger log, string method, string path, int status, long milliseconds, long? receivedBytes, long? sentBytes, string agent, string? traceId);
}
