using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace Panoramax.Stac;

/// <summary>
/// A short answer that carries a mark of its bytes (ETag): who has it already gets 304 and no body. The marks of texts are
/// weak, because the gateway compresses those.
/// </summary>
internal sealed class TaggedAnswer : IResult
{
    /// <summary>Bytes of the hash that are kept: enough that two versions of one answer never share a mark.</summary>
    private const int MarkBytes = 12;

    private readonly byte[] body;
    private readonly string mediaType;
    private readonly bool isWeak;

    private TaggedAnswer(byte[] body, string mediaType, bool isWeak) => (this.body, this.mediaType, this.isWeak) = (body, mediaType, isWeak);

    public static TaggedAnswer Json<T>(T value, JsonTypeInfo<T> type, string mediaType) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type), mediaType, isWeak: true);

    public static TaggedAnswer Text(string text, string mediaType) => new(System.Text.Encoding.UTF8.GetBytes(text), mediaType, isWeak: true);

    public static TaggedAnswer Bytes(byte[] bytes, string mediaType) => new(bytes, mediaType, isWeak: false);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, MarkBytes))}\"", isWeak);
        response.GetTypedHeaders().ETag = tag;
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = mediaType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(request.Method)) await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
