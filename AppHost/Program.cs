using Microsoft.Extensions.DependencyInjection;
using Panoramax;
using Panoramax.AppHost;
using Panoramax.AppHost.Infrastructure;

// What runs, and who waits for whom. deploy/local/up.sh starts this; README.md says how.
var builder = DistributedApplication.CreateBuilder(Dashboard.Arguments(args));
var instance = Instance.Read(builder.Configuration);
var secrets = Secrets.Open(instance);
var servers = builder.AddServers(instance, secrets);
var signingKey = secrets["signing-key"];

// The schema, the rights of each role and the buckets. No service starts before it has ended well.
var migrate = builder.AddCommand<Projects.Panoramax_Admin>(ResourceNames.Migrate, "migrate")
    .WithDatabase(servers).WithStorage(servers).WithEnvironment("Auth__SigningKey", signingKey)
    .WaitForStores(servers);

var stac = builder.AddService<Projects.Panoramax_Stac>(ResourceNames.Stac)
    .WithDatabase(servers).WithStorage(servers).WithEnvironment("Auth__SigningKey", signingKey)
    .WaitForCompletion(migrate);

var auth = builder.AddService<Projects.Panoramax_Auth>(ResourceNames.Auth)
    .WithDatabase(servers).WithEnvironment("Auth__SigningKey", signingKey)
    .WaitForCompletion(migrate);

var upload = builder.AddService<Projects.Panoramax_Upload>(ResourceNames.Upload)
    .WithDatabase(servers).WithBroker(servers).WithStorage(servers).WithEnvironment("Auth__SigningKey", signingKey)
    .WithEnvironment("Upload__TempFolder", instance.Folder("tmp/upload"))
    .WaitForCompletion(migrate);

builder.AddService<Projects.Panoramax_PictureWorker>(ResourceNames.PictureWorker)
    .WithDatabase(servers).WithBroker(servers).WithStorage(servers)
    .WaitForCompletion(migrate);

builder.AddService<Projects.Panoramax_DispatchWorker>(ResourceNames.DispatchWorker)
    .WithDatabase(servers).WithBroker(servers)
    .WaitForCompletion(migrate);

builder.AddService<Projects.Panoramax_Gateway>(ResourceNames.Gateway, instance.Port)
    .WithReference(stac).WithReference(auth).WithReference(upload)
    .WaitFor(stac).WaitFor(auth).WaitFor(upload);

if (instance.Login)
{
    // The project's own provider for laptops and tests, so that one can log in without any account elsewhere.
    var login = builder.AddService(ResourceNames.Login, Path.Combine(instance.Repository, "tests", "Panoramax.DevelopmentLogin", "Panoramax.DevelopmentLogin.csproj"))
        .WithEnvironment("Login__Client", "panoramax").WithEnvironment("Login__ClientSecret", secrets["login"])
        .WithEnvironment("Login__Callback", instance.Address("/api/auth/redirect"));
    // Every HTTP service says whether one can log in, and sends people there.
    foreach (var service in (IResourceBuilder<ServiceResource>[])[stac, auth, upload])
        service.WithEnvironment("Auth__Provider", "oidc").WithEnvironment("Auth__Authority", login.GetEndpoint("http"));
    auth.WithEnvironment("Auth__ClientId", "panoramax").WithEnvironment("Auth__ClientSecret", secrets["login"]).WaitFor(login);

    // Roles are the instance's business, not the provider's: its administrator is made one here, before the first login.
    builder.AddCommand<Projects.Panoramax_Admin>(
            ResourceNames.Admin, "user", "admin", "--create", "--provider", "keycloak", "--provider-id", "development-admin", "--set-role", "admin")
        .WithDatabase(servers).WaitForCompletion(migrate);
}

builder.Services.AddSingleton(servers).AddSingleton(secrets).AddHostedService<ConsoleSettings>();
builder.Services.AddSingleton(instance).AddHostedService<StartWatch>();
await builder.Build().RunAsync();
