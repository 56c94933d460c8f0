using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Panoramax.Storage;

namespace Panoramax.Stac.Pictures;

/// <summary>
/// A file of the store as an HTTP answer: conditional requests, one range, HEAD. The store's own range reading is used, so
/// that the end of a large panorama costs no more than its bytes.
/// </summary>
internal sealed class SendPicture(IPictureStore store, string key, Guid pictureId, bool isPrepared) : IResult
{
    private const int PieceBytes = 128 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, cancel) = (httpContext.Request, httpContext.Response, httpContext.RequestAborted);
        var asked = request.GetTypedHeaders();
        var range = Range(asked);
        var file = await store.Get(key, range, cancel) ?? throw Missing();
        try
        {
            // The client has another version: it needs all of this one.
            if (range is not null && !RangeIsOf(asked, file))
            {
                await file.DisposeAsync();
                range = null;
                file = await store.Get(key, null, cancel) ?? throw Missing();
            }

            response.Headers.ETag = file.ETag;
            response.Headers.LastModified = file.LastModified.ToString("R", CultureInfo.InvariantCulture);
            response.Headers.AcceptRanges = "bytes";
            if (IsKnown(asked, file))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            if (range is not null && file.Length == 0)
            {
                response.Headers.ContentRange = $"bytes */{file.TotalLength}";
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                return;
            }

            response.ContentType = MediaTypes.Jpeg;
            response.ContentLength = file.Length;
            if (range is not null)
            {
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {file.Start}-{file.Start + file.Length - 1}/{file.TotalLength}";
            }

            if (!HttpMethods.IsHead(request.Method)) await Send(file.Content, response.BodyWriter, cancel);
        }
        finally
        {
            await file.DisposeAsync();
        }
    }

    /// <summary>Read straight into what is sent, in pieces that need few turns and little memory for each reader.</summary>
    private static async Task Send(Stream content, PipeWriter body, CancellationToken cancel)
    {
        while (await content.ReadAsync(body.GetMemory(PieceBytes), cancel) is var count and > 0)
        {
            body.Advance(count);
            if ((await body.FlushAsync(cancel)).IsCompleted) return;
        }
    }

    /// <summary>An owner may look before the picture is prepared; then the file is simply not made yet.</summary>
    private Http.Errors.ApiError Missing() => isPrepared ? StacErrors.FileMissing(pictureId) : StacErrors.BeingPrepared();

    /// <summary>One range of bytes; several, or another unit, count as none (RFC 9110 14.2).</summary>
    private static ByteRange? Range(RequestHeaders asked)
    {
        if (asked.Range is not { Ranges.Count: 1 } header || !header.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)) return null;
        var range = header.Ranges.First();
        return range switch
        {
            { From: { } from } => range.To >= from || range.To is null ? ByteRange.Between(from, range.To) : null,
            { To: { } last } => ByteRange.Last(last),
            _ => null,
        };
    }

    private static bool RangeIsOf(RequestHeaders asked, StoredPicture file) => asked.IfRange switch
    {
        { EntityTag: { } tag } => !tag.IsWeak && tag.ToString() == file.ETag,
        { LastModified: { } time } => Seconds(file.LastModified) <= Seconds(time),
        _ => true,
    };

    /// <summary>If-None-Match decides where it is sent, else If-Modified-Since (RFC 9110 13.2.2).</summary>
    private static bool IsKnown(RequestHeaders asked, StoredPicture file)
    {
        if (asked.IfNoneMatch is { Count: > 0 } tags)
            return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTagHeaderValue.Parse(file.ETag), useStrongComparison: false));
        return asked.IfModifiedSince is { } since && Seconds(file.LastModified) <= Seconds(since);
    }

    /// <summary>The header knows no fractions.</summary>
    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();
}
