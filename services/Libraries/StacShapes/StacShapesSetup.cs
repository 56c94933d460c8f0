using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Panoramax.StacShapes.Collections;
using Panoramax.StacShapes.Items;

namespace Panoramax.StacShapes;

/// <summary>The way in: what makes STAC items and collections of pictures and sequences.</summary>
public static class StacShapesSetup
{
    /// <summary>Needs the picture stores' settings and the HTTP parts to be added as well.</summary>
    public static IServiceCollection AddStacShapes(this IServiceCollection services)
    {
        services.AddOptions<LicenseOptions>().BindConfiguration(LicenseOptions.Section);
        return services.AddScoped<PictureAddresses>().AddScoped<ItemShape>().AddScoped<CollectionShape>();
    }
}

/// <summary>The shapes as they are sent: unknown values left out, text in UTF-8 and not escaped beyond what JSON asks for.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ItemJson))]
[JsonSerializable(typeof(CollectionJson))]
public sealed partial class ShapesJson : JsonSerializerContext
{
    public static ShapesJson Wire { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
