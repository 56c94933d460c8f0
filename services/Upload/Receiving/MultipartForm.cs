using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Panoramax.Upload.Receiving;

/// <summary>
/// A <c>multipart/form-data</c> body with one picture in it, read as a stream: the picture goes to disk while it arrives, the
/// other parts are short texts. Parts may come in any order.
/// </summary>
internal sealed class MultipartForm : IAsyncDisposable
{
    /// <summary>What a request may hold beside the file.</summary>
    private const int MaxFormBytes = 2 * 1024 * 1024;
    private const int MaxParts = 300;
    private const int MaxBoundaryLength = 200;

    /// <summary>Characters; an index row of the files' table holds no more, and no file system gives more.</summary>
    public const int MaxNameLength = 600;

    /// <summary>Bytes a second. A phone on a poor connection is far above; somebody who holds a place for nothing is below.</summary>
    private static readonly MinDataRate slowestSender = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>Texts by the name of their part; of several with one name the first.</summary>
    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>Name of the file without folders and control characters; null when the form has no file part.</summary>
    public string? FileName { get; private set; }

    /// <summary>The file's bytes; null when there is none, or when its name says that it is no JPEG: then nothing is kept of it.</summary>
    public IncomingFile? File { get; private set; }

    /// <summary>True when the file's name ends as a JPEG's.</summary>
    public bool HasJpegName =>
        FileName is { } name && (name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for <c>multipart/form-data</c>, with or without a boundary.</summary>
    public static bool IsMultipart(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the whole body.</summary>
    /// <param name="filePart">Name of the part with the picture: <c>file</c> or <c>picture</c>.</param>
    /// <param name="folder">Where the file is kept while it arrives.</param>
    /// <exception cref="Http.Errors.ApiError">413 too large, as soon as that is known; 400 broken, or two files.</exception>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">408: it comes too slowly.</exception>
    public static async Task<MultipartForm> Read(HttpRequest request, string filePart, string folder, long maxFileBytes, CancellationToken cancel)
    {
        if (request.ContentLength > maxFileBytes + MaxFormBytes) throw UploadErrors.TooLarge(maxFileBytes);
        var features = request.HttpContext.Features;
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = maxFileBytes + MaxFormBytes;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = slowestSender;

        var form = new MultipartForm();
        try
        {
            await form.ReadParts(new MultipartReader(Boundary(request), request.Body) { HeadersCountLimit = 16 }, filePart, folder, maxFileBytes, cancel);
            return form;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // A body without a length, counted by the server: it is told the limit as one with a length is.
            await form.DisposeAsync();
            throw UploadErrors.TooLarge(maxFileBytes);
        }
        catch
        {
            await form.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads a piece of a body; a body that ends too early or breaks its own format is the sender's mistake.</summary>
    public static async Task<int> ReadBody(Stream body, Memory<byte> buffer, CancellationToken cancel) =>
        await OfTheSender(async () => await body.ReadAsync(buffer, cancel), cancel);

    public async ValueTask DisposeAsync()
    {
        if (File is not null) await File.DisposeAsync();
    }

    private async Task ReadParts(MultipartReader reader, string filePart, string folder, long maxFileBytes, CancellationToken cancel)
    {
        var parts = 0;
        var textBytes = 0;
        while (await OfTheSender(() => reader.ReadNextSectionAsync(cancel), cancel) is { } part)
        {
            if (++parts > MaxParts) throw UploadErrors.BrokenForm($"more than {MaxParts} parts");
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)) continue;

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            var fileName = disposition.FileNameStar.HasValue
                ? disposition.FileNameStar.ToString()
                // A backslash escapes a quotation mark; before anything else it is one of a Windows path.
                : HeaderUtilities.RemoveQuotes(disposition.FileName).ToString().Replace("\\\"", "\"", StringComparison.Ordinal);
            if (fileName.Length > 0)
            {
                if (name != filePart) continue;
                if (FileName is not null) throw UploadErrors.OneFileOnly();
                FileName = BaseName(fileName);
                if (HasJpegName) File = await IncomingFile.Read(part.Body, folder, maxFileBytes, cancel);
                continue;
            }

            var text = await ReadText(part.Body, MaxFormBytes - textBytes, cancel);
            textBytes += text.Length;
            Texts.TryAdd(name, Encoding.UTF8.GetString(text));
        }
    }

    private static async Task<byte[]> ReadText(Stream body, int limit, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        while (await ReadBody(body, buffer, cancel) is var count and > 0)
        {
            if (text.Length + count > limit) throw UploadErrors.BrokenForm($"the parts beside the file hold more than {MaxFormBytes} bytes");
            text.Write(buffer, 0, count);
        }

        return text.ToArray();
    }

    private static string Boundary(HttpRequest request)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundaryLength ? boundary : throw UploadErrors.BrokenForm("the content type names no usable boundary");
    }

    /// <summary>Senders write whole paths, of either system; NUL and other control characters are in no name that a person gave.</summary>
    private static string BaseName(string fileName)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        return string.Concat(name.Where(letter => !char.IsControl(letter))).Trim();
    }

    private static async Task<T> OfTheSender<T>(Func<Task<T>> read, CancellationToken cancel)
    {
        try
        {
            return await read();
        }
        catch (Exception error) when (error is InvalidDataException || (error is IOException and not Microsoft.AspNetCore.Http.BadHttpRequestException))
        {
            // A connection that is gone hears no answer.
            cancel.ThrowIfCancellationRequested();
            throw UploadErrors.BrokenForm(error.Message);
        }
    }
}
