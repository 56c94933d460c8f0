using System.Text.Json;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;

namespace Panoramax.Auth.Providers;

/// <summary>OpenStreetMap: OAuth 2.0 with the narrowest scope that tells who it is. It knows no OpenID Connect logout and no profile page.</summary>
internal sealed class OsmProvider(IOptions<ProviderOptions> options, ProviderClient http) : IIdentityProvider
{
    private readonly ProviderOptions options = options.Value;

    public string Name => "osm";

    public Task<string> LoginAddress(LoginAttempt attempt, string callback, CancellationToken cancel) => Task.FromResult(
        new RequestUrl($"{options.OsmWebsite.TrimEnd('/')}/oauth2/authorize").CreateAuthorizeUrl(
            options.ClientId!, "code", "read_prefs", callback, attempt.State,
            codeChallenge: Pkce.Challenge(attempt.CodeVerifier), codeChallengeMethod: OidcConstants.CodeChallengeMethods.Sha256));

    public async Task<Identity> Identify(LoginAttempt attempt, string code, string callback, CancellationToken cancel)
    {
        using var client = http.Create();
        using var request = new AuthorizationCodeTokenRequest
        {
            Address = $"{options.OsmWebsite.TrimEnd('/')}/oauth2/token", ClientId = options.ClientId!, ClientSecret = options.ClientSecret,
            Code = code, RedirectUri = callback, CodeVerifier = attempt.CodeVerifier,
        };
        var tokens = await http.Ask(token => client.RequestAuthorizationCodeTokenAsync(request, token), cancel);
        if (string.IsNullOrEmpty(tokens.AccessToken)) throw http.Fails("the token endpoint gave no token");

        client.SetBearerToken(tokens.AccessToken);
        try
        {
            using var answer = await client.GetAsync($"{options.OsmApi.TrimEnd('/')}/api/0.6/user/details.json", cancel);
            if (!answer.IsSuccessStatusCode) throw http.Fails($"the user's details were refused with {(int)answer.StatusCode}");
            using var details = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
            if (details.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("user", out var user) && user.ValueKind == JsonValueKind.Object
                && user.TryGetProperty("id", out var id) && id.TryGetInt64(out var number)
                && user.TryGetProperty("display_name", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 } text)
                return new Identity(number.ToString(System.Globalization.CultureInfo.InvariantCulture), text);
            throw http.Fails("the user's details hold no id or name");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or InvalidOperationException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw http.Fails(error.Message);
        }
    }

    public Task<string?> LogoutAddress(string callback, CancellationToken cancel) => Task.FromResult<string?>(null);
}
