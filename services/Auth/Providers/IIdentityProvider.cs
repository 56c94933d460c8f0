namespace Panoramax.Auth.Providers;

/// <summary>Who somebody is at the provider. Nothing else is asked for or kept: no e-mail address, no other name.</summary>
/// <param name="Id">The provider's own, which never changes.</param>
/// <param name="Name">Public name.</param>
internal sealed record Identity(string Id, string Name);

/// <summary>One attempt to log in, from the first redirect to the provider's answer.</summary>
/// <param name="State">Comes back with the answer: it was this browser that asked.</param>
/// <param name="Nonce">Comes back inside the provider's token: it was made for this attempt (OIDC).</param>
/// <param name="CodeVerifier">Proves at the exchange that the code was asked for here (RFC 7636).</param>
/// <param name="NextUrl">Where to go afterwards, checked already.</param>
internal sealed record LoginAttempt(string State, string Nonce, string CodeVerifier, string? NextUrl);

/// <summary>Where people log in. Both adapters ask for as little as possible and believe nothing that is not proven.</summary>
internal interface IIdentityProvider
{
    /// <summary>As stored beside the account's id there.</summary>
    string Name { get; }

    /// <summary>Where the browser is sent.</summary>
    /// <exception cref="Http.Errors.ApiError">502: the provider cannot be reached or answers nonsense.</exception>
    Task<string> LoginAddress(LoginAttempt attempt, string callback, CancellationToken cancel);

    /// <summary>Exchanges the code for the person.</summary>
    /// <exception cref="Http.Errors.ApiError">403: the code or the answer is not for this attempt; 502 as above.</exception>
    Task<Identity> Identify(LoginAttempt attempt, string code, string callback, CancellationToken cancel);

    /// <summary>Where the browser ends the session at the provider; null when there is no such page, or it cannot be found out now.</summary>
    Task<string?> LogoutAddress(string callback, CancellationToken cancel);
}
