namespace Panoramax.Gateway.Pages;

/// <summary>
/// What the pages may load: from the gateway, from the store when pictures are linked directly, from the map server when
/// one is configured, and nothing else.
/// </summary>
internal sealed class ContentPolicy
{
    private readonly string policy;

    public ContentPolicy(GatewaySettings settings, IConfiguration configuration)
    {
        var origins = settings.MapOrigins
            .Append(Origin(settings.MapStyle))
            // Set for stac; a picture that everybody may see is then loaded from there.
            .Append(Origin(configuration["Storage:PublicPermanentUrl"]))
            .Append(Origin(configuration["Storage:PublicDerivatesUrl"]))
            .Where(origin => !string.IsNullOrEmpty(origin))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var others = origins.Length == 0 ? "" : " " + string.Join(' ', origins);

        policy = string.Join("; ",
            "default-src 'none'",
            "script-src 'self'",
            // The viewer's components carry their styles inside.
            "style-src 'self' 'unsafe-inline'",
            $"img-src 'self' data: blob:{others}",
            "font-src 'self' data:",
            // 8111: the editor JOSM on the visitor's own machine, asked only when its button is pressed.
            $"connect-src 'self' data: blob: http://127.0.0.1:8111{others}",
            "worker-src 'self' blob:",
            "child-src blob:",
            "base-uri 'self'",
            "form-action 'self'");
    }

    /// <param name="mayBeFramed">Whether other sites may show the page in a frame; true for the viewer, which is made for it.</param>
    public string For(bool mayBeFramed) => mayBeFramed ? policy : policy + "; frame-ancestors 'none'";

    private static string? Origin(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Authority) : null;
}
