using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Panoramax.DevelopmentLogin;
using static OpenIddict.Abstractions.OpenIddictConstants;

// An OpenID Connect provider for laptops and tests, whose passwords stand on its form. No part of any deployment.
var builder = WebApplication.CreateBuilder(args);
if (!builder.Environment.IsDevelopment())
    throw new InvalidOperationException("The development login runs in the environment 'Development' only: anybody can be anybody with it");
var client = builder.Configuration.GetSection("Login").Get<ClientOptions>() ?? new ClientOptions();
client.ThrowIfIncomplete();

builder.Services.AddSingleton(client);
builder.Services.AddHostedService<RegisterClient>();
builder.Services.AddDbContext<DbContext>(options => options
    .UseInMemoryDatabase("login")
    .ConfigureWarnings(warnings => warnings.Ignore(InMemoryEventId.TransactionIgnoredWarning))
    .UseOpenIddict());
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
{
    // Cookies know no ports: on localhost it must not be taken for another program's.
    cookie.Cookie.Name = "development_login";
    cookie.Cookie.SameSite = SameSiteMode.Lax;
});
builder.Services.AddOpenIddict()
    .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>().DisableBulkOperations())
    .AddServer(server =>
    {
        server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo").SetEndSessionEndpointUris("connect/logout");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.OpenId, Scopes.Profile);
        // New at each start: whoever was logged in then logs in again.
        server.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
        server.UseAspNetCore().DisableTransportSecurityRequirement()
            .EnableAuthorizationEndpointPassthrough().EnableUserInfoEndpointPassthrough().EnableEndSessionEndpointPassthrough();
    });

var app = builder.Build();
app.UseAuthentication();
app.MapGet("/health/ready", () => Results.Ok());
app.MapProvider();
app.MapLoginForm();
await app.RunAsync();
