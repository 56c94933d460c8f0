using System.Text.Json;

namespace Panoramax.Testing.Schemas;

/// <summary>
/// Holds every JSON answer of the API that passes through it against our own API document, and the STAC objects in it against
/// the public schemas where those are there. A fault is an exception, so that whichever test asked fails.
/// </summary>
public sealed class AnswerCheck(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Request option: the answer is about data that no service would have stored, and is not held against the public schemas.</summary>
    public static HttpRequestOptionsKey<bool> OddData { get; } = new("odd data");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Head || !path.StartsWith("/api", StringComparison.Ordinal)
            || answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true) return answer;
        // The document itself is not one of its answers.
        if (path.StartsWith("/api/docs", StringComparison.Ordinal)) return answer;

        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (bytes.Length == 0) return answer;
        using var json = JsonDocument.Parse(bytes);
        var faults = ApiDocument.Committed.Faults(json.RootElement, path, request.Method.Method, (int)answer.StatusCode).ToList();
        if (answer.IsSuccessStatusCode && !request.Options.TryGetValue(OddData, out _) && PublicSchemas.Shared is { } schemas) faults.AddRange(schemas.Faults(json.RootElement));
        if (faults.Count > 0)
            throw new InvalidOperationException($"the answer to {request.Method} {request.RequestUri} ({(int)answer.StatusCode}) is not as described:\n{string.Join('\n', faults.Take(8))}\n{json.RootElement.GetRawText()[..Math.Min(3000, bytes.Length / 2)]}");
        return answer;
    }
}
