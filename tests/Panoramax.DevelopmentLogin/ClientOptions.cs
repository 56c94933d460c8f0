using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Panoramax.DevelopmentLogin;

/// <summary>The one client of this provider: the instance that it was started with. Settings <c>Login:*</c>.</summary>
internal sealed class ClientOptions
{
    public string? Client { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary><c>…/api/auth/redirect</c> of the instance; where logout leads is next to it.</summary>
    public Uri? Callback { get; set; }

    public void ThrowIfIncomplete()
    {
        if (string.IsNullOrEmpty(Client) || string.IsNullOrEmpty(ClientSecret) || Callback is not { IsAbsoluteUri: true })
            throw new InvalidOperationException("Login:Client, Login:ClientSecret and Login:Callback (an absolute address) must be set");
    }
}

/// <summary>Writes the client into the provider's memory, before it listens.</summary>
internal sealed class RegisterClient(IServiceProvider services, ClientOptions client) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync(cancellationToken);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(
            new OpenIddictApplicationDescriptor
            {
                ClientId = client.Client,
                ClientSecret = client.ClientSecret,
                ConsentType = ConsentTypes.Implicit,
                RedirectUris = { client.Callback! },
                PostLogoutRedirectUris = { new Uri(client.Callback!, "post_logout_redirect") },
                Permissions =
                {
                    Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession,
                    Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code, Permissions.Scopes.Profile,
                },
                Requirements = { Requirements.Features.ProofKeyForCodeExchange },
            },
            cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
