using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panoramax.Gateway;

/// <summary>Settings <c>Gateway:*</c>.</summary>
internal sealed class GatewaySettings : IValidatableObject
{
    public const string Section = "Gateway";

    /// <summary>Address that <c>/</c> leads to (301); empty: our own page.</summary>
    public string? MainPage { get; set; }

    /// <summary>Address that <c>/viewer</c> leads to (301); empty: our own page.</summary>
    public string? ViewerPage { get; set; }

    /// <summary>
    /// Number of proxies in front of the gateway whose <c>X-Forwarded-*</c> headers are believed. 0: nobody's, such
    /// headers are dropped.
    /// </summary>
    [Range(0, 10)]
    public int TrustedProxies { get; set; }

    /// <summary>How many pictures or sequences an address may ask to have prepared again in a minute without a token.</summary>
    [Range(1, 100_000)]
    public int PreparesPerMinute { get; set; } = 30;

    /// <summary>
    /// Longest silence between gateway and service in either direction; then 504. Above the slowest answer (an upload that
    /// waits for the object store, a database statement at its limit). A slow sender who goes on sending is never cut off by it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ServiceTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// MapLibre style of the map's background: an address; empty: our own, which needs no other server (land, borders).
    /// </summary>
    public string? MapStyle { get; set; }

    /// <summary>
    /// Origins (<c>https://host</c>) that the pages may load from besides the gateway: those that <see cref="MapStyle"/> names.
    /// </summary>
    public string[] MapOrigins { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[] { (nameof(MainPage), MainPage), (nameof(ViewerPage), ViewerPage), (nameof(MapStyle), MapStyle) })
        {
            if (!string.IsNullOrEmpty(value) && !IsHttp(value))
                yield return new ValidationResult($"{Section}:{name} must be an http(s) address, not '{value}'");
        }

        foreach (var origin in MapOrigins)
        {
            // The list ends up in a header of its own grammar: nothing but origins may get there.
            if (!IsHttp(origin) || new Uri(origin).GetLeftPart(UriPartial.Authority) != origin)
                yield return new ValidationResult($"{Section}:{nameof(MapOrigins)} must hold origins such as https://tiles.example.org, not '{origin}'");
        }
    }

    private static bool IsHttp(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}

/// <summary>The one setting of another service that the gateway obeys too: it refuses what <c>upload</c> would refuse.</summary>
internal sealed class UploadLimits
{
    public const string Section = "Upload";

    /// <summary>Bytes per file: <c>Upload:MaxFileBytes</c>.</summary>
    [Range(1, 100_000_000_000)]
    public long MaxFileBytes { get; set; } = 104_857_600;
}

internal static class GatewaySettingsSetup
{
    public static void AddGatewaySettings(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<GatewaySettings>().BindConfiguration(GatewaySettings.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<UploadLimits>().BindConfiguration(UploadLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<GatewaySettings>>().Value);
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<UploadLimits>>().Value);
    }

    /// <summary>Bytes per file; needed while services are still being registered.</summary>
    public static long MaxFileBytes(this IConfiguration settings) =>
        (settings.GetSection(UploadLimits.Section).Get<UploadLimits>() ?? new UploadLimits()).MaxFileBytes;

    /// <summary>Needed while services are still being registered.</summary>
    public static TimeSpan ServiceTimeout(this IConfiguration settings) =>
        (settings.GetSection(GatewaySettings.Section).Get<GatewaySettings>() ?? new GatewaySettings()).ServiceTimeout;
}
