using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Panoramax.Gateway;

/// <summary>
/// The gateway's own errors in the API's form. Answers of services pass untouched, errors included: they have that form
/// already.
/// </summary>
internal static partial class ErrorBodies
{
    public static void UseErrorBodies(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Panoramax.Gateway.Errors");
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception fault) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                if (fault is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
                {
                    await WriteTooLarge(context);
                    return;
                }

                log.LogError(fault, "Request to {Path} failed in the gateway", context.Request.Path);
                context.Response.Clear();
                await Write(context, StatusCodes.Status500InternalServerError, "Something went wrong in the gateway");
                return;
            }

            if (context.Response.HasStarted || context.Response.StatusCode < 400) return;
            if (context.Features.Get<IForwarderErrorFeature>() is { } failure) await WriteFailure(context, failure, log);
            else if (context.Features.Get<IReverseProxyFeature>() is null && context.Response.ContentType is null) await WriteOwn(context);
        });
    }

    /// <summary>413 with the limit; what the client still sends is read away for a moment, so that it can see the answer.</summary>
    public static Task WriteTooLarge(HttpContext context)
    {
        // With a limit in force the server would cut the connection instead of draining it.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;

        var isFile = Routes.TakesFiles(context);
        var bytes = isFile ? context.RequestServices.GetRequiredService<UploadLimits>().MaxFileBytes : Routes.DocumentBytes;
        return Write(context, StatusCodes.Status413PayloadTooLarge, $"{(isFile ? "The file" : "The request body")} is larger than the limit of {bytes} bytes", new LimitDetails(bytes));
    }

    public static Task Write(HttpContext context, int status, string message, LimitDetails? details = null)
    {
        var request = context.Request;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        // The rule of the whole API: what a known caller got is his.
        context.Response.Headers.CacheControl =
            request.Headers.Authorization.Count > 0 || request.Cookies.ContainsKey("panoramax_session") ? "private" : "public";
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(new ErrorBody(details, message, status), ErrorJson.Default.ErrorBody), context.RequestAborted);
    }

    private static Task WriteFailure(HttpContext context, IForwarderErrorFeature failure, ILogger log)
    {
        if (context.RequestAborted.IsCancellationRequested) return Task.CompletedTask;

        // A client that vanished is no fault of ours; a service that does not answer is.
        if (failure.Exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }) return WriteTooLarge(context);
        if (context.Response.StatusCode >= 500)
            log.LogError(failure.Exception, "{Service} did not answer {Path}: {Error}", Service(context), context.Request.Path, failure.Error);

        return context.Response.StatusCode switch
        {
            502 => Write(context, 502, "The service cannot be reached, please try again later"),
            503 => Write(context, 503, "The service is not available, please try again later"),
            504 => Write(context, 504, "The service did not answer in time, please try again later"),
            413 => WriteTooLarge(context),
            var status => Write(context, status, "The request could not be read"),
        };
    }

    private static Task WriteOwn(HttpContext context) => context.Response.StatusCode switch
    {
        404 => Write(context, 404, "Page not found"),
        405 => Write(context, 405, "Method not allowed"),
        413 => WriteTooLarge(context),
        503 => Write(context, 503, "The service is not available, please try again later"),
        var status => Write(context, status, "The request could not be answered"),
    };

    private static string Service(HttpContext context) => context.Features.Get<IReverseProxyFeature>()?.Cluster.Config.ClusterId ?? "";

    /// <summary>What a client needs to do better next time.</summary>
    /// <param name="MaxBytes">The largest file or body that is taken.</param>
    internal sealed record LimitDetails([property: JsonPropertyName("max_bytes")] long MaxBytes);

    internal sealed record ErrorBody(
        [property: JsonPropertyName("details")] LimitDetails? Details,
        [property: JsonPropertyName("message")] string Message,
        [property: JsonPropertyName("status_code")] int StatusCode);

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(ErrorBody))]
    private sealed partial class ErrorJson : JsonSerializerContext;
}
