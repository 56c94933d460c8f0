using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Panoramax.Admin.Commands.Checks;

/// <summary>The key of the tokens, and the identity provider.</summary>
internal static class LoginCheck
{
    public static async Task Run(IConfiguration configuration, string? process, Findings findings, CancellationToken cancel)
    {
        if (process is null or "stac" or "auth" or "upload") SigningKey(configuration, findings);
        if (process is null or "auth" && string.Equals(configuration["Auth:Provider"], "oidc", StringComparison.Ordinal)) await Provider(configuration, findings, cancel);
    }

    private static void SigningKey(IConfiguration configuration, Findings findings)
    {
        const string about = "signing key";
        var key = configuration["Auth:SigningKey"];
        if (string.IsNullOrEmpty(key))
            findings.ToMend(about, "Auth:SigningKey is not set, so no token can be used", "set it to at least 32 random bytes, the same in every process: openssl rand -hex 32");
        else if (Encoding.UTF8.GetByteCount(key) < 32)
            findings.ToMend(about, "Auth:SigningKey has fewer than 32 bytes", "set a longer one (it ends every token given so far): openssl rand -hex 32");
        else if (key.Distinct().Count() < 10 || key.Contains("change", StringComparison.OrdinalIgnoreCase))
            findings.ToMend(about, "Auth:SigningKey is no random text", "set a random one: openssl rand -hex 32");
        else findings.Good(about, "is set");
    }

    private static async Task Provider(IConfiguration configuration, Findings findings, CancellationToken cancel)
    {
        const string about = "identity provider";
        foreach (var name in (string[])["Auth:ClientId", "Auth:ClientSecret"])
        {
            if (string.IsNullOrEmpty(configuration[name])) findings.ToMend(about, $"{name} is not set", "register this instance at the provider and set what it gives");
        }

        if (!Uri.TryCreate(configuration["Auth:Authority"]?.TrimEnd('/') + "/.well-known/openid-configuration", UriKind.Absolute, out var discovery))
        {
            findings.ToMend(about, "Auth:Authority is not set", "set it to the address of the provider, its realm included");
            return;
        }

        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            using var document = JsonDocument.Parse(await client.GetStringAsync(discovery, cancel));
            if (document.RootElement.TryGetProperty("authorization_endpoint", out _)) findings.Good(about, $"{discovery.Host} answers");
            else findings.ToMend(about, $"{discovery} is no discovery document", "correct Auth:Authority (realm included)");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException && !cancel.IsCancellationRequested)
        {
            findings.ToMend(about, $"{discovery}: {error.Message}", "correct Auth:Authority, or see that this machine reaches the provider; tokens already given keep working");
        }
    }
}
