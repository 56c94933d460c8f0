using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panoramax.Testing.Pictures;

namespace Panoramax.ServiceTests.Gateway;

/// <summary>
/// Holds a service's <c>Endpoints.cs</c> and its <c>openapi.json</c> together: no route without a description, none described
/// that is not there.
/// </summary>
internal static partial class DescribedRoutes
{
    private static readonly string[] described = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Routes of a service, as <c>GET /api/collections/{}</c>.</summary>
    public static IReadOnlyList<string> Mapped(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        // Auth puts its limiter before its routes itself.
        builder.Services.AddRateLimiter(_ => { });
        builder.Host.UseServiceProviderFactory(new EverythingIsThere());
        var app = builder.Build();
        map(app);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Intersect(described).Select(method => $"{method} {Nameless(route.RoutePattern.RawText!)}"))];
    }

    /// <summary>Operations of a service's description, in the same form.</summary>
    public static IReadOnlyList<string> Described(string service) =>
        [.. Read(service)["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {Nameless(path.Key)}"))];

    public static JsonObject Read(string service) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(SharedPictures.RepositoryRoot, "services", service, "openapi.json")))!.AsObject();

    /// <summary>Two parameters in one part of a path, as of a tile, may be one to the service.</summary>
    private static string Nameless(string path) => Parameter().Replace(path.TrimEnd('/'), "{}");

    [GeneratedRegex(@"\{[^}]*\}(?:_\{[^}]*\})?")]
    private static partial Regex Parameter();

    /// <summary>
    /// Routes are only listed here, never called: a container that claims to hold whatever a handler asks for saves setting up
    /// the whole service.
    /// </summary>
    private sealed class EverythingIsThere : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => new Provider(containerBuilder.BuildServiceProvider());

        private sealed class Provider(IServiceProvider real) : IServiceProvider, IServiceProviderIsService
        {
            public object? GetService(Type serviceType) => serviceType == typeof(IServiceProviderIsService) ? this : real.GetService(serviceType);

            public bool IsService(Type serviceType) => !serviceType.IsValueType && serviceType != typeof(string) && !serviceType.IsArray;
        }
    }
}
