using System.Net.Http.Headers;

namespace Panoramax.Testing.Clients;

/// <summary>
/// Holds every answer to the description of the API: a status, a content type or a JSON body that <c>openapi.json</c> of the
/// service does not know fails the test that caused it.
/// </summary>
internal sealed class DescribedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var operation = ApiDescription.Instance.Find(request.Method.Method, request.RequestUri!.AbsolutePath);
        if (operation is null) return answer;

        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var faults = operation.Faults((int)answer.StatusCode, MediaType(answer.Content.Headers), body, hasNoBody: request.Method == HttpMethod.Head);
        if (faults.Count == 0) return answer;
        var text = System.Text.Encoding.UTF8.GetString(body);
        throw new UndescribedAnswerException(
            $"{request.Method} {request.RequestUri.PathAndQuery} answered {(int)answer.StatusCode}, which is not as described: {string.Join("; ", faults.Take(5))}\n{(text.Length > 3000 ? text[..3000] : text)}");
    }

    private static string? MediaType(HttpContentHeaders headers) => headers.ContentType?.MediaType;
}

/// <summary>An answer that the description of the API does not know.</summary>
public sealed class UndescribedAnswerException(string message) : Exception(message);
