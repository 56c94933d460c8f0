using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Messaging.Jobs;

namespace Panoramax.PictureWorker.Blurring;

/// <summary>Sends the picture to a service with the HTTP interface of upstream's blur service (<c>write.md</c> 17).</summary>
internal sealed class RemoteBlurrer(
    IHttpClientFactory clients, IOptions<BlurOptions> options, IOptions<ImagingOptions> limits, ILogger<RemoteBlurrer> log) : IBlurrer
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Client = "blur";

    /// <summary>What takes longer than this to connect to is not there.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes; a longer answer is no picture of those that are let in.</summary>
    private const long LongestAnswer = 512L * 1024 * 1024;

    public async Task<BlurredPicture> Blur(SourcePicture source, CancellationToken cancel)
    {
        // A damaged file is the sender's fault and permanent; the service could not say so.
        using (await source.Decode()) cancel.ThrowIfCancellationRequested();

        var answer = await Ask(source.Jpeg, cancel);
        var report = BlurReport.Parse(answer.Report, log);
        try
        {
            var blurred = SourcePicture.Check(answer.Jpeg, limits.Value);
            var pixels = await blurred.Decode();
            try
            {
                var picture = await PixelThread.Run(() => PublicPicture.Make(pixels, []));
                return new BlurredPicture(pixels, picture)
                {
                    BlurringId = options.Value.KeepUnblurredParts ? report.BlurringId : null,
                    Detected = report.Read(blurred.Header.Width, blurred.Header.Height, blurred.Orientation),
                    Warnings = picture.Warnings,
                };
            }
            catch
            {
                pixels.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is NotAPicture or UnreadablePicture)
        {
            throw new BlurFailed($"the blur service answered with a damaged picture: {error.Message}", error);
        }
    }

    private async Task<(byte[] Jpeg, string? Report)> Ask(byte[] jpeg, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.Value.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await Send(jpeg, either.Token);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw new Outage($"the blur service is not reached: {error.Message}", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new BlurFailed($"the blur service broke off: {error.Message}", error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw limit.IsCancellationRequested
                ? new BlurFailed($"the blur service did not answer within {options.Value.Timeout.TotalSeconds} s", error)
                : new Outage($"the blur service is not reached: no connection within {ConnectTimeout.TotalSeconds} s", error);
        }
    }

    private async Task<(byte[] Jpeg, string? Report)> Send(byte[] jpeg, CancellationToken cancel)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(jpeg);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "picture", "picture.jpg");
        var address = $"{options.Value.Url!.TrimEnd('/')}/blur/{(options.Value.KeepUnblurredParts ? "?keep=1" : "")}";
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = form };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("multipart/form-data"));

        using var client = clients.CreateClient(Client);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            throw new Outage($"the blur service is not reached: {(int)answer.StatusCode}");
        if (!answer.IsSuccessStatusCode) throw new BlurFailed($"the blur service answered {(int)answer.StatusCode}");

        await answer.Content.LoadIntoBufferAsync(LongestAnswer, cancel);
        var type = answer.Content.Headers.ContentType;
        if (type?.MediaType == "multipart/form-data") return await ReadParts(answer.Content, type, cancel);
        var report = answer.Headers.TryGetValues("x-sgblur", out var values) ? values.FirstOrDefault() : null;
        return (await answer.Content.ReadAsByteArrayAsync(cancel), report);
    }

    private static async Task<(byte[] Jpeg, string? Report)> ReadParts(HttpContent content, MediaTypeHeaderValue type, CancellationToken cancel)
    {
        var boundary = type.Parameters.FirstOrDefault(parameter => parameter.Name == "boundary")?.Value?.Trim('"');
        if (string.IsNullOrEmpty(boundary)) throw new BlurFailed("the blur service answered with parts but without a boundary");

        byte[]? jpeg = null;
        string? report = null;
        try
        {
            var parts = new MultipartReader(boundary, await content.ReadAsStreamAsync(cancel));
            while (await parts.ReadNextSectionAsync(cancel) is { } part)
            {
                var name = part.GetContentDispositionHeader()?.Name.Value?.Trim('"');
                using var body = new MemoryStream();
                await part.Body.CopyToAsync(body, cancel);
                if (name == "image") jpeg = body.ToArray();
                else if (name == "metadata") report = System.Text.Encoding.UTF8.GetString(body.ToArray());
            }
        }
        catch (InvalidDataException error)
        {
            throw new BlurFailed($"the blur service's answer cannot be read: {error.Message}", error);
        }

        return jpeg is not null ? (jpeg, report) : throw new BlurFailed("the blur service answered without a picture");
    }
}
