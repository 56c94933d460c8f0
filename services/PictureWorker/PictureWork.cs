using Microsoft.Extensions.Options;
using Panoramax.Database.Jobs;
using Panoramax.Imaging.Detection;
using Panoramax.Messaging;
using Panoramax.PictureWorker.Blurring;

namespace Panoramax.PictureWorker;

/// <summary>Puts this process together: its settings, its blurrer, its use cases and the queues they answer to.</summary>
internal static class PictureWork
{
    /// <summary>
    /// Native memory of one picture at its largest, bytes a pixel: 3 for the pixels, 3 for the coefficients of a lossless
    /// turn or blur, and as much again for copies on the way (measured, with headroom).
    /// </summary>
    private const int BytesPerPixel = 12;

    public static QueueConsumer[] Consumers { get; } =
    [
        new(JobKind.Prepare, typeof(PreparePictureConsumer)),
        new(JobKind.Discard, typeof(DiscardOriginalConsumer)),
        new(JobKind.Delete, typeof(DeletePictureFilesConsumer)),
        new(JobKind.ReadMetadata, typeof(ReadMetadataAgainConsumer)),
    ];

    /// <summary>Call it before the bus is added: it settles how many pictures are worked on side by side.</summary>
    public static IHostApplicationBuilder AddPictureWork(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ImagingOptions>().BindConfiguration(ImagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<BlurOptions>().BindConfiguration(BlurOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BlurOptions>, BlurOptionsCheck>();
        LimitConcurrency(builder.Configuration);

        services.AddSingleton(provider =>
        {
            var blur = provider.GetRequiredService<IOptions<BlurOptions>>().Value;
            return Detectors.Load(blur.Detection with { ModelFolder = blur.Models });
        });
        services.AddSingleton<DetectingBlurrer>();
        services.AddSingleton<NoBlurrer>();
        services.AddHttpClient(RemoteBlurrer.Client, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ConnectTimeout = RemoteBlurrer.ConnectTimeout });
        services.AddSingleton<RemoteBlurrer>();
        services.AddSingleton<IBlurrer>(provider => provider.GetRequiredService<IOptions<BlurOptions>>().Value.Kind switch
        {
            BlurKind.None => provider.GetRequiredService<NoBlurrer>(),
            BlurKind.Remote => provider.GetRequiredService<RemoteBlurrer>(),
            BlurKind.Detect => provider.GetRequiredService<DetectingBlurrer>(),
        });

        services.AddHostedService<BlurrerAtStart>();
        services.AddSingleton<PreparePicture>();
        services.AddSingleton<DiscardOriginal>();
        services.AddSingleton<DeletePictureFiles>();
        services.AddSingleton<ReadMetadataAgain>();
        return builder;
    }

    /// <summary>Unless somebody decided otherwise: one picture a core, as far as the largest allowed ones fit into memory together.</summary>
    private static void LimitConcurrency(IConfigurationManager settings)
    {
        if (settings.GetValue("Jobs:Concurrency", 0) != 0) return;

        var imaging = settings.GetSection(ImagingOptions.Section).Get<ImagingOptions>() ?? new ImagingOptions();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        settings["Jobs:Concurrency"] = Concurrency(Environment.ProcessorCount, memory, imaging.MaxPixels).ToString();
    }

    /// <param name="memory">Bytes that this process may use.</param>
    internal static int Concurrency(int cores, long memory, long maxPixels) =>
        (int)Math.Clamp(memory / (BytesPerPixel * maxPixels), 1, cores);

    /// <summary>
    /// Makes the blurrer, models and all, before the first message is taken: a worker that cannot blur ends with a sentence
    /// rather than failing picture after picture, and an instance never publishes unblurred pictures by mistake.
    /// </summary>
    private sealed class BlurrerAtStart(IBlurrer blurrer, ILogger<BlurrerAtStart> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (blurrer is NoBlurrer) log.LogWarning("Blur:Kind is None: pictures are published unblurred");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
