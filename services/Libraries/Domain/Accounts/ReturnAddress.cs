namespace Panoramax.Domain.Accounts;

/// <summary>
/// Where <c>next_url</c> may lead after login and logout: within the API's or the website's origin, or to an app that waits on
/// a configured callback. Everything else is dropped, so that a link to our login never ends at a stranger's page.
/// </summary>
/// <param name="Api">Public address of the server.</param>
/// <param name="Website">Address of the instance's website; null when it has none.</param>
/// <param name="AppCallbacks">Addresses with a scheme of an app's own, such as <c>gomaposm://panoramax/callback</c>.</param>
public sealed record ReturnAddress(Uri Api, Uri? Website, IReadOnlyList<Uri> AppCallbacks)
{
    /// <summary>The address if it may be followed, as it goes into the <c>Location</c> header; null if there is none or it may not.</summary>
    public string? Accept(string? wanted)
    {
        // Browsers drop tabs and line ends, take a backslash for a slash and blanks at the ends for nothing: an address with any
        // of them is read differently by them than by us.
        if (string.IsNullOrEmpty(wanted) || wanted.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter == '\\')) return null;

        // A path of this host; two slashes would be another host.
        if (wanted[0] == '/') return wanted.Length > 1 && wanted[1] == '/' ? null : wanted;

        if (!Uri.TryCreate(wanted, UriKind.Absolute, out var address) || address.UserInfo.Length > 0) return null;
        if (address.Scheme is "http" or "https")
            return SameOrigin(address, Api) || (Website is not null && SameOrigin(address, Website)) ? address.AbsoluteUri : null;
        return AppCallbacks.Any(callback => callback.Scheme == address.Scheme && callback.Authority == address.Authority) ? wanted : null;
    }

    /// <summary>True when an accepted address leads to an app, which no web page can be asked to open later.</summary>
    public static bool LeadsToApp(string accepted) => accepted[0] != '/' && !accepted.StartsWith("http", StringComparison.Ordinal);

    /// <summary>Scheme, host and port (RFC 6454).</summary>
    public static bool SameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;
}
