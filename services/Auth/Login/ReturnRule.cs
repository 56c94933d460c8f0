using Microsoft.Extensions.Options;
using Panoramax.Auth.Providers;
using Panoramax.Domain.Accounts;
using Panoramax.Http;

namespace Panoramax.Auth.Login;

/// <summary><see cref="ReturnAddress"/> with the addresses of this instance.</summary>
internal sealed class ReturnRule(Links links, IOptions<ProviderOptions> options)
{
    /// <summary>Where <c>next_url</c> of this request may lead; null if nowhere.</summary>
    public string? Of(HttpRequest request)
    {
        var website = Uri.TryCreate(links.Website(), UriKind.Absolute, out var address) ? address : null;
        return new ReturnAddress(new Uri(links.Root()), website, options.Value.Callbacks()).Accept(request.Query["next_url"]);
    }

    /// <summary>
    /// The page where the terms are accepted, which leads on to <paramref name="next"/>. A page can send its visitor only to its
    /// own site, so the way to an app goes through our login once more, which then asks nothing.
    /// </summary>
    public string TermsPage(string? next)
    {
        if (next is null) return links.TermsPage();
        var way = ReturnAddress.LeadsToApp(next) ? $"{links.Api()}/auth/login?next_url={Uri.EscapeDataString(next)}" : next;
        return $"{links.TermsPage()}?next_url={Uri.EscapeDataString(way)}";
    }
}
