using System.Text.Json;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;
using Panoramax.Http.Errors;

namespace Panoramax.Auth.Providers;

/// <summary>
/// OpenID Connect: authorization code with PKCE, state and nonce. The ID token comes straight from the token endpoint over TLS,
/// so that its signature adds nothing (OpenID Connect Core 3.1.3.7, 6); issuer, audience, expiry, nonce and subject are checked.
/// </summary>
internal sealed class OidcProvider : IIdentityProvider
{
    private static readonly TimeSpan clockSkew = TimeSpan.FromMinutes(5);

    private readonly ProviderOptions options;
    private readonly ProviderClient http;
    private readonly TimeProvider time;
    private readonly DiscoveryCache discovery;

    public OidcProvider(IOptions<ProviderOptions> options, ProviderClient http, TimeProvider time)
    {
        this.options = options.Value;
        this.http = http;
        this.time = time;
        discovery = new DiscoveryCache(this.options.Authority!, () => http.Create(), new DiscoveryPolicy
        {
            // The document comes from the configured address and names itself; where its other addresses lie is its business.
            ValidateEndpoints = false,
        });
    }

    /// <summary>The name that upstream stores for every OpenID Connect provider, so that accounts can be taken over.</summary>
    public string Name => "keycloak";

    public async Task<string> LoginAddress(LoginAttempt attempt, string callback, CancellationToken cancel)
    {
        var endpoint = (await Discover(cancel)).AuthorizeEndpoint ?? throw http.Fails("the discovery document names no authorization endpoint");
        return new RequestUrl(endpoint).CreateAuthorizeUrl(
            options.ClientId!, "code", "openid", callback, attempt.State, attempt.Nonce,
            codeChallenge: Pkce.Challenge(attempt.CodeVerifier), codeChallengeMethod: OidcConstants.CodeChallengeMethods.Sha256);
    }

    public async Task<Identity> Identify(LoginAttempt attempt, string code, string callback, CancellationToken cancel)
    {
        var provider = await Discover(cancel);
        using var client = http.Create();
        using var request = new AuthorizationCodeTokenRequest
        {
            Address = provider.TokenEndpoint, ClientId = options.ClientId!, ClientSecret = options.ClientSecret, Code = code, RedirectUri = callback, CodeVerifier = attempt.CodeVerifier,
        };
        var tokens = await http.Ask(token => client.RequestAuthorizationCodeTokenAsync(request, token), cancel);
        var subject = SubjectOf(tokens.IdentityToken, attempt, provider);

        using var question = new UserInfoRequest { Address = provider.UserInfoEndpoint, Token = tokens.AccessToken };
        var person = await http.Ask(token => client.GetUserInfoAsync(question, token), cancel);
        if (Text(person.Json, "sub") != subject) throw AuthErrors.LoginRefused("the provider's answers are about two different people");
        return new Identity(subject, Text(person.Json, "preferred_username") ?? Text(person.Json, "nickname") ?? Text(person.Json, "name") ?? subject);
    }

    public async Task<string?> LogoutAddress(string callback, CancellationToken cancel)
    {
        try
        {
            return (await Discover(cancel)).EndSessionEndpoint is { Length: > 0 } endpoint
                ? new RequestUrl(endpoint).Create(new Parameters { { "client_id", options.ClientId! }, { "post_logout_redirect_uri", callback } })
                : null;
        }
        catch (ApiError)
        {
            // Whoever wants to leave can leave, whatever the provider does.
            return null;
        }
    }

    private Task<DiscoveryDocumentResponse> Discover(CancellationToken cancel) => http.Ask(token => discovery.GetAsync().WaitAsync(token), cancel);

    /// <summary>Whom the ID token is about, once it is certain that it was made by this provider, for us, for this attempt and just now.</summary>
    private string SubjectOf(string? token, LoginAttempt attempt, DiscoveryDocumentResponse provider)
    {
        using var claims = Payload(token) ?? throw http.Fails("the ID token cannot be read");
        var root = claims.RootElement;
        if (Text(root, "nonce") != attempt.Nonce) throw AuthErrors.LoginRefused("the provider's answer belongs to another login (its nonce differs)");
        if (Text(root, "iss")?.TrimEnd('/') != provider.Issuer?.TrimEnd('/')) throw http.Fails("the ID token is of another issuer");
        if (!IsFor(root, options.ClientId!)) throw http.Fails("the ID token is for another client");
        if (!root.TryGetProperty("exp", out var expiry) || !expiry.TryGetInt64(out var seconds) || seconds < (time.GetUtcNow() - clockSkew).ToUnixTimeSeconds())
            throw AuthErrors.LoginRefused("the provider's answer has expired");
        return Text(root, "sub") is { Length: > 0 } subject ? subject : throw http.Fails("the ID token names nobody");
    }

    private static bool IsFor(JsonElement claims, string client)
    {
        if (!claims.TryGetProperty("aud", out var audience)) return false;
        if (audience.ValueKind != JsonValueKind.Array) return Text(claims, "aud") == client;
        // Several audiences: then it must say that we are the one who asked.
        var all = audience.EnumerateArray().Select(each => each.ValueKind == JsonValueKind.String ? each.GetString() : null).ToList();
        return all.Contains(client) && (all.Count == 1 || Text(claims, "azp") == client);
    }

    private static JsonDocument? Payload(string? token)
    {
        if (token?.Split('.') is not [_, var payload, _]) return null;
        try
        {
            var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
            if (claims.RootElement.ValueKind == JsonValueKind.Object) return claims;
            claims.Dispose();
            return null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
