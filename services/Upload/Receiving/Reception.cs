using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Panoramax.Domain.Pictures;
using Panoramax.Metadata;
using Panoramax.ServiceDefaults.Telemetry;
using Panoramax.Storage;

namespace Panoramax.Upload.Receiving;

/// <summary>The steps of taking a picture in, apart from what is written about it: receive, write overrides, read, store.</summary>
internal sealed partial class Reception(
    ReceptionLimit limit, IOptions<UploadOptions> options, IOptions<PixelLimits> pixels, PictureStores stores, TimeProvider time, ILogger<Reception> log)
{
    /// <summary>How long storing may take once a picture is received whole, whether its sender still waits or not.</summary>
    private static readonly TimeSpan storingLimit = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateDirectory(options.Value.TempFolder ?? Path.GetTempPath()).FullName;

    /// <summary>Waits for a place among the files being received; disposing gives it back.</summary>
    /// <exception cref="Http.Errors.ApiError">503 too busy.</exception>
    public Task<IDisposable> Enter(CancellationToken cancel) => limit.Enter(cancel);

    /// <summary>Receives a form with its file.</summary>
    /// <exception cref="Http.Errors.ApiError">See <see cref="MultipartForm.Read"/>; 408 when it takes too long as a whole.</exception>
    public async Task<MultipartForm> Receive(HttpRequest request, string filePart, CancellationToken cancel)
    {
        using var activity = Instruments.Activities.StartActivity(Spans.PictureReceive);
        using var tooLong = new CancellationTokenSource(options.Value.LongestReception, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, tooLong.Token);
        try
        {
            var form = await MultipartForm.Read(request, filePart, folder, options.Value.MaxFileBytes, either.Token);
            activity?.SetTag(Spans.Attributes.Bytes, form.File?.Size);
            return form;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw UploadErrors.TooSlow();
        }
    }

    /// <summary>Writes the overrides into the picture, where there are any, and reads its metadata.</summary>
    /// <returns>The bytes to be stored (the file's own stream without overrides) and what they say.</returns>
    /// <exception cref="MetadataRefused">No picture, or unusable metadata.</exception>
    /// <exception cref="Http.Errors.ApiError">400: an override cannot be written.</exception>
    public (Stream Content, PictureMetadata Metadata) ReadPicture(IncomingFile file, MetadataOverrides overrides)
    {
        using var activity = Instruments.Activities.StartActivity(Spans.PictureReadMetadata);
        if (overrides.IsEmpty) return (file.Content, ReadMetadata(file.Content));

        var rewritten = IncomingFile.Temporary(folder);
        try
        {
            MetadataWriter.Write(file.Content, rewritten, overrides);
            return (rewritten, ReadMetadata(rewritten));
        }
        catch (OverrideRefused reason)
        {
            rewritten.Dispose();
            throw UploadErrors.BadOverride(reason.Message);
        }
        catch
        {
            rewritten.Dispose();
            throw;
        }
    }

    /// <summary>Stores the bytes under the picture's key in <c>incoming</c>.</summary>
    /// <exception cref="Http.Errors.ApiError">500: the store is down; nothing is kept.</exception>
    public async Task Store(Guid pictureId, Stream content)
    {
        using var activity = Instruments.Activities.StartActivity(Spans.PictureStore);
        activity?.SetTag(Spans.Attributes.PictureId, pictureId);
        using var cancel = new CancellationTokenSource(storingLimit, time);
        try
        {
            content.Position = 0;
            await stores.Incoming.Put(PictureKeys.Picture(pictureId), content, "image/jpeg", cancel.Token);
        }
        catch (Exception error) when (error is PictureStoreUnavailable or PictureStoreRefused or OperationCanceledException)
        {
            NotStored(log, pictureId, error);
            throw UploadErrors.StoreFailed();
        }
    }

    /// <summary>Takes stored bytes back, because no row will point to them. An object that stays is found by <c>admin orphans</c>.</summary>
    public async Task TakeBack(Guid pictureId)
    {
        using var cancel = new CancellationTokenSource(storingLimit, time);
        try
        {
            await stores.Incoming.Delete(PictureKeys.Picture(pictureId), cancel.Token);
        }
        catch (Exception error) when (error is PictureStoreUnavailable or PictureStoreRefused or OperationCanceledException)
        {
            // The answer to the sender is decided already.
            NotTakenBack(log, pictureId, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Picture {PictureId} could not be stored")]
    private static partial void NotStored(ILogger log, Guid pictureId, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The object of picture {PictureId}, which no row points to, could not be deleted")]
    private static partial void NotTakenBack(ILogger log, Guid pictureId, Exception error);

    private PictureMetadata ReadMetadata(Stream content) => MetadataReader.Read(content, pixels.Value.MaxPixels, pixels.Value.MaxProgressivePixels);
}
