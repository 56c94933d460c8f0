using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Panoramax.Domain.Accounts;

namespace Panoramax.Http.Errors;

/// <summary>
/// Turns refusals and faults into the API's error body. An unknown fault becomes a 500 with a fixed sentence and the trace
/// id; the exception itself goes to the log, never to the client.
/// </summary>
public sealed partial class ErrorAnswers(ILogger<ErrorAnswers> log) : IExceptionHandler
{
    private static readonly JsonSerializerOptions json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly LocalText fault = new("Something went wrong on the server; please try again later")
    {
        De = "Auf dem Server ist etwas schiefgegangen; bitte später noch einmal versuchen",
        Fr = "Une erreur est survenue sur le serveur ; veuillez réessayer plus tard",
        Es = "Algo ha fallado en el servidor; inténtelo de nuevo más tarde",
        Hu = "Hiba történt a kiszolgálón; kérjük, próbálja újra később",
    };

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case ApiError error:
                if (error.ConcernsOperator) ServerRefused(log, error.Status, httpContext.Request.Method, httpContext.Request.Path, error);
                else Refused(log, error.Status, httpContext.Request.Method, httpContext.Request.Path, error.Message);
                await Write(httpContext, error);
                return true;

            // Kestrel's own refusals: a body over the limit, a broken chunk, a request cut off.
            case BadHttpRequestException bad:
                Refused(log, bad.StatusCode, httpContext.Request.Method, httpContext.Request.Path, bad.Message);
                await Write(httpContext, new ApiError(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? "The request's body is larger than this server accepts"
                    : "The request is broken"));
                return true;

            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;

            default:
                Fault(log, httpContext.Request.Method, httpContext.Request.Path, exception);
                await Write(httpContext, new ApiError(StatusCodes.Status500InternalServerError, fault)
                {
                    Extra = new JsonObject { ["trace_id"] = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier },
                });
                return true;
        }
    }

    /// <summary>Writes one error as JSON.</summary>
    public static async Task Write(HttpContext context, ApiError error)
    {
        if (context.Response.HasStarted) return;
        var body = new JsonObject { ["message"] = error.Text.In(Language.Of(context.Request), [.. error.Arguments]) };
        if (error.ShowsStatus) body["status_code"] = error.Status;
        foreach (var (key, value) in error.Extra) body[key] = value?.DeepClone();

        context.Response.StatusCode = error.Status;
        foreach (var (name, value) in error.Headers) context.Response.Headers[name] = value;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(json), CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} refused with {Status}: {Reason}")]
    private static partial void Refused(ILogger log, int status, string method, PathString path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed with {Status}")]
    private static partial void ServerRefused(ILogger log, int status, string method, PathString path, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Fault(ILogger log, string method, PathString path, Exception error);
}

/// <summary>The way in for errors.</summary>
public static class ErrorSetup
{
    public static IServiceCollection AddApiErrors(this IServiceCollection services) => services.AddExceptionHandler<ErrorAnswers>();

    /// <summary>First in the pipeline: exceptions, and the answers without body that routing gives (404, 405, 415).</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            // The framework forbids every cache to keep errors; here they follow the rule of all answers. Registered first, so
            // that it runs last.
            context.Response.OnStarting(() =>
            {
                if (context.Response.StatusCode < StatusCodes.Status400BadRequest) return Task.CompletedTask;
                context.Response.Headers.Remove("Pragma");
                context.Response.Headers.Remove("Expires");
                context.Response.Headers.CacheControl = context.RequestServices.GetRequiredService<Caller>().IsLoggedIn ? "private" : "public";
                return Task.CompletedTask;
            });
            return next(context);
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = _ => Task.CompletedTask, SuppressDiagnosticsCallback = _ => true });
        return app.UseStatusCodePages(context =>
        {
            var response = context.HttpContext.Response;
            LocalText text = response.StatusCode switch
            {
                StatusCodes.Status404NotFound => new LocalText("There is nothing here")
                {
                    De = "Hier gibt es nichts", Fr = "Il n'y a rien ici", Es = "Aquí no hay nada", Hu = "Itt nincs semmi",
                },
                StatusCodes.Status405MethodNotAllowed => "This method is not offered here",
                StatusCodes.Status413PayloadTooLarge => "The request's body is larger than this server accepts",
                StatusCodes.Status415UnsupportedMediaType => "This content type is not accepted here",
                StatusCodes.Status400BadRequest => "The request is broken",
                _ => "The request could not be answered",
            };
            return ErrorAnswers.Write(context.HttpContext, new ApiError(response.StatusCode, text));
        });
    }
}
