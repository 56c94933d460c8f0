using System.Text.Json;

namespace Panoramax.Testing.Schemas;

/// <summary>
/// Holds the STAC objects of every answer that passes through it against the public schemas, where those are there. A fault is an
/// exception, so that whichever test asked fails.
/// </summary>
public sealed class StacAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Head || !answer.IsSuccessStatusCode || PublicSchemas.Shared is not { } schemas
            || answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true) return answer;

        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (bytes.Length == 0) return answer;
        using var json = JsonDocument.Parse(bytes);
        var faults = schemas.Faults(json.RootElement).ToList();
        return faults.Count == 0
            ? answer
            : throw new InvalidOperationException($"the answer to {request.Method} {request.RequestUri} is no valid STAC:\n{string.Join('\n', faults.Take(8))}");
    }
}
