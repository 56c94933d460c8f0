using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Panoramax.StacShapes;
using Panoramax.Upload.Annotations;
using Panoramax.Upload.Collections;
using Panoramax.Upload.Items;
using Panoramax.Upload.Receiving;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload;

/// <summary>What this service adds to the common parts.</summary>
internal static class UploadSetup
{
    /// <summary>Bodies other than pictures: areas of a whole country as GeoJSON are the largest.</summary>
    private const long MaxJsonBytes = 32 * 1024 * 1024;

    public static void AddUpload(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PixelLimits>().BindConfiguration(PixelLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.Configure<JsonOptions>(json => UploadJson.Configure(json.SerializerOptions).TypeInfoResolverChain.Insert(0, UploadJson.Default));
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = MaxJsonBytes);
        // Senders wait for their turn with this much of their body in memory each, not with a megabyte.
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = 128 * 1024);

        services.AddSingleton<ReceptionLimit>();
        services.AddSingleton<Reception>();
        services.AddScoped<Uploader>();
        services.AddScoped<FileTracking>();
        services.AddScoped<AddFile>();
        services.AddScoped<AddItem>();
        services.AddScoped<UpdateCollection>();
        services.AddScoped<UpdateItem>();
        services.AddScoped<ChangeAnnotation>();
        services.AddStacShapes();
        services.AddScoped<StacAnswers>();
    }
}
