using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Panoramax.Auth.Providers;

/// <summary>Settings below <c>Auth:</c> that only this service needs: the identity provider's, and how often one may ask.</summary>
internal sealed class ProviderOptions : IValidatableObject
{
    public const string Section = "Auth";

    public string? Provider { get; set; }

    /// <summary>Address of the OpenID Connect provider (<c>oidc</c>): <c>/.well-known/openid-configuration</c> is found below it.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>How long the provider may take for one answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ProviderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where <c>next_url</c> may lead besides this server and the website. Unset: <see cref="UsualCallbacks"/>.</summary>
    public string[]? AppCallbacks { get; set; }

    /// <summary>OpenStreetMap's website (<c>osm</c>); its development server is https://master.apis.dev.openstreetmap.org.</summary>
    public string OsmWebsite { get; set; } = "https://www.openstreetmap.org";

    /// <summary>OpenStreetMap's API (<c>osm</c>).</summary>
    public string OsmApi { get; set; } = "https://api.openstreetmap.org";

    /// <summary>Logins that one address may begin or finish in a minute; a mapping party shares one.</summary>
    [Range(1, 100_000)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Unclaimed tokens that one address may make in a minute.</summary>
    [Range(1, 100_000)]
    public int TokensPerMinute { get; set; } = 60;

    /// <summary>Apps that are known to wait on an address of their own: Go Map!!.</summary>
    public static IReadOnlyList<string> UsualCallbacks { get; } = ["gomaposm://panoramax/callback"];

    public IReadOnlyList<Uri> Callbacks() => [.. (AppCallbacks ?? UsualCallbacks).Where(address => address.Length > 0).Select(address => new Uri(address))];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var callback in AppCallbacks ?? [])
        {
            if (callback.Length > 0 && (!Uri.TryCreate(callback, UriKind.Absolute, out var address) || address.Scheme is "javascript" or "data" or "file"))
                yield return new ValidationResult($"Auth:AppCallbacks must hold addresses such as gomaposm://panoramax/callback, not '{callback}'");
        }

        if (string.IsNullOrEmpty(Provider)) yield break;
        if (string.IsNullOrEmpty(ClientId)) yield return Missing(nameof(ClientId));
        if (string.IsNullOrEmpty(ClientSecret)) yield return Missing(nameof(ClientSecret));
        (string, string?)[] addresses = Provider == "oidc" ? [(nameof(Authority), Authority)] : [(nameof(OsmWebsite), OsmWebsite), (nameof(OsmApi), OsmApi)];
        foreach (var (name, value) in addresses)
        {
            if (string.IsNullOrEmpty(value)) yield return Missing(name);
            else if (!IsProtected(value)) yield return new ValidationResult($"Auth:{name} must be an https address (http only on this machine), not '{value}'");
        }
    }

    /// <summary>What the provider says is believed because of the connection it comes over.</summary>
    private static bool IsProtected(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address)
        && (address.Scheme == "https" || (address.Scheme == "http" && (address.Host == "localhost" || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip)))));

    private ValidationResult Missing(string name) => new($"Auth:{name} is not set, which Auth:Provider '{Provider}' needs");
}
