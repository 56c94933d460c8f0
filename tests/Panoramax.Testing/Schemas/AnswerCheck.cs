using System.Text.Json;

namespace Panoramax.Testing.Schemas;

/// <summary>
/// Holds every JSON answer of the API that passes through it against our own API document. A fault is an exception, so that
/// whichever test asked fails.
/// </summary>
public sealed class AnswerCheck(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        // The document itself is not one of its answers.
        if (request.Method == HttpMethod.Head || !path.StartsWith("/api", StringComparison.Ordinal) || path.StartsWith("/api/docs", StringComparison.Ordinal)
            || answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) != true) return answer;

        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (bytes.Length == 0) return answer;
        using var json = JsonDocument.Parse(bytes);
        var faults = ApiDocument.Committed.Faults(json.RootElement, path, request.Method.Method, (int)answer.StatusCode).ToList();
        return faults.Count == 0
            ? answer
            : throw new InvalidOperationException($"the answer to {request.Method} {request.RequestUri} ({(int)answer.StatusCode}) is not as described:\n{string.Join('\n', faults.Take(8))}");
    }
}
