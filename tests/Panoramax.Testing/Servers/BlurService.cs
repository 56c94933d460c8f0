using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Panoramax.Testing.Servers;

/// <summary>A blur service in this process that answers as a test says.</summary>
public sealed class BlurService : IAsyncDisposable
{
    private readonly WebApplication app;

    private BlurService(WebApplication app) => this.app = app;

    /// <summary>Base address.</summary>
    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>What was asked: the query and the bytes of the picture.</summary>
    public ConcurrentQueue<(string Query, byte[] Picture, string Accept)> Asked { get; } = new();

    /// <summary>How to answer with a blurred picture.</summary>
    public required Func<HttpResponse, byte[], Task> Answer { get; set; }

    /// <param name="port">A port of loopback; 0: any that is free.</param>
    public static async Task<BlurService> Start(Func<HttpResponse, byte[], Task> answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var host = builder.Build();
        var service = new BlurService(host) { Answer = answer };
        host.MapPost("/blur/", async (HttpContext context, CancellationToken cancel) =>
        {
            var form = await context.Request.ReadFormAsync(cancel);
            using var picture = new MemoryStream();
            await form.Files["picture"]!.CopyToAsync(picture, cancel);
            service.Asked.Enqueue((context.Request.QueryString.Value ?? "", picture.ToArray(), context.Request.Headers.Accept.ToString()));
            await service.Answer(context.Response, picture.ToArray());
        });
        await host.StartAsync();
        return service;
    }

    /// <summary>The form of the answer whose body is the picture.</summary>
    public static async Task Plain(HttpResponse answer, byte[] jpeg, string? metadata = null)
    {
        answer.ContentType = "image/jpeg";
        if (metadata is not null) answer.Headers["x-sgblur"] = metadata;
        await answer.Body.WriteAsync(jpeg);
    }

    /// <summary>The form of the answer in parts.</summary>
    public static async Task Parts(HttpResponse answer, byte[] jpeg, string? metadata = null)
    {
        using var parts = new MultipartFormDataContent("parts-of-the-answer");
        parts.Add(new ByteArrayContent(jpeg), "image", "image.jpg");
        if (metadata is not null) parts.Add(new StringContent(metadata), "metadata");
        answer.ContentType = parts.Headers.ContentType!.ToString();
        await parts.CopyToAsync(answer.Body);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
