using Microsoft.Extensions.Options;
using Panoramax.Auth.Accounts;
using Panoramax.Auth.Login;
using Panoramax.Auth.Providers;

namespace Panoramax.Auth;

/// <summary>What this service is made of.</summary>
internal static class AuthSetup
{
    /// <summary>The largest answer of a provider that is read: discovery documents have some kilobytes.</summary>
    private const long LargestAnswer = 1024 * 1024;

    public static void AddAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ProviderOptions>().BindConfiguration("Auth").ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimits();
        services.AddScoped<ReturnRule>().AddScoped<FinishLogin>().AddScoped<UserAnswer>();
        services.AddSingleton<LoginMemory>().AddSingleton<LoginCookies>().AddSingleton<ProviderClient>();
        services.AddHttpClient(ProviderClient.Name)
            .ConfigureHttpClient((provider, client) =>
            {
                client.Timeout = provider.GetRequiredService<IOptions<ProviderOptions>>().Value.ProviderTimeout;
                client.MaxResponseContentBufferSize = LargestAnswer;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

        switch (builder.Configuration["Auth:Provider"])
        {
            case "oidc":
                services.AddSingleton<IIdentityProvider, OidcProvider>();
                break;
            case "osm":
                services.AddSingleton<IIdentityProvider, OsmProvider>();
                break;
        }
    }
}
