using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>
/// A small real server in a service's place. It answers with what it got (<c>service</c>, <c>method</c>, <c>path</c>,
/// <c>query</c>, <c>headers</c>, <c>bytes</c>), or as the query asks, so that tests side by side share one:
/// <list type="bullet">
/// <item><c>status=404</c>: that status, with a body in the API's form;</item>
/// <item><c>type=image/jpeg&amp;size=5000</c>: that many bytes of that type;</item>
/// <item><c>cut=head</c>, <c>cut=body</c>: the connection breaks before the answer or within it;</item>
/// <item><c>silent=1</c>: no answer, until the caller gives up;</item>
/// <item><c>refuse=403</c>: that status at once, without reading the body;</item>
/// <item><c>header=Name:value</c>: that header in the answer.</item>
/// </list>
/// </summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string service;

    private Backend(WebApplication app, string service)
    {
        this.app = app;
        this.service = service;
    }

    public string Address => app.Urls.Single();

    /// <summary>Requests that came to an end without an answer, since the caller was gone.</summary>
    public int Abandoned { get; private set; }

    public static async Task<Backend> Start(string service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var backend = new Backend(builder.Build(), service);
        backend.app.Run(backend.Answer);
        await backend.app.StartAsync();
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        string? Asked(string name) => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

        if (Asked("header") is { } header) response.Headers[header.Split(':')[0]] = header.Split(':', 2)[1];
        if (Asked("refuse") is { } refusal)
        {
            await Write(response, int.Parse(refusal, CultureInfo.InvariantCulture), Refusal(refusal));
            return;
        }

        if (Asked("silent") is not null)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                Abandoned++;
            }

            return;
        }

        if (Asked("cut") == "head")
        {
            context.Abort();
            return;
        }

        var bytes = 0L;
        var buffer = new byte[65536];
        for (int read; (read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;) bytes += read;

        if (Asked("size") is { } size)
        {
            var content = new byte[int.Parse(size, CultureInfo.InvariantCulture)];
            Array.Fill(content, (byte)'a');
            response.ContentType = Asked("type");
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            await response.Body.FlushAsync();
            if (Asked("cut") == "body") context.Abort();
            else await response.Body.WriteAsync(content.AsMemory(content.Length / 2));
            return;
        }

        var status = Asked("status") ?? "200";
        if (status is "204" or "304")
        {
            response.StatusCode = int.Parse(status, CultureInfo.InvariantCulture);
            return;
        }

        await Write(response, int.Parse(status, CultureInfo.InvariantCulture), status == "200" ? Seen(request, bytes) : Refusal(status));
    }

    private JsonObject Seen(HttpRequest request, long bytes) => new()
    {
        ["service"] = service,
        ["method"] = request.Method,
        ["path"] = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        ["bytes"] = bytes,
        ["headers"] = new JsonObject(request.Headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value.ToString()))),
    };

    private static JsonObject Refusal(string status) => new() { ["message"] = "said by the service", ["status_code"] = int.Parse(status, CultureInfo.InvariantCulture) };

    private static Task Write(HttpResponse response, int status, JsonNode body)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        return response.WriteAsync(body.ToJsonString(JsonSerializerOptions.Default));
    }
}
