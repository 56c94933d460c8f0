using Aspire.Hosting.ApplicationModel;

namespace Panoramax.AppHost;

/// <summary>
/// A process of ours, run as the program that the build made. Aspire's own project resources run <c>dotnet run</c>
/// around each process: 138 MB more, a slower stop, and a process that is not called after its project.
/// </summary>
internal sealed class ServiceResource(string name, string program, string workingDirectory)
    : ExecutableResource(name, program, workingDirectory), IResourceWithServiceDiscovery;

internal static class ServiceResourceBuilder
{
    /// <summary>An HTTP process; workers have an endpoint too, for their health.</summary>
    /// <param name="port">Null for any free one.</param>
    public static IResourceBuilder<ServiceResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, int? port = null)
        where TProject : IProjectMetadata, new() => builder.AddService(name, new TProject().ProjectPath, port);

    /// <summary>The same for a project that the AppHost does not reference.</summary>
    public static IResourceBuilder<ServiceResource> AddService(this IDistributedApplicationBuilder builder, string name, string project, int? port = null)
    {
        var fixedPort = port ?? Ports.Free();
        return builder.AddProgram(name, project)
            // Unproxied: uploads and pictures take no further hop.
            .WithHttpEndpoint(fixedPort, fixedPort, isProxied: false)
            .WithEnvironment("ASPNETCORE_URLS", FormattableString.Invariant($"http://localhost:{fixedPort}"))
            .WithHttpHealthCheck("/health/ready");
    }

    /// <summary>A console command that ends.</summary>
    public static IResourceBuilder<ServiceResource> AddCommand<TProject>(this IDistributedApplicationBuilder builder, string name, params string[] arguments)
        where TProject : IProjectMetadata, new() => builder.AddProgram(name, new TProject().ProjectPath).WithArgs([.. arguments]);

    private static IResourceBuilder<ServiceResource> AddProgram(this IDistributedApplicationBuilder builder, string name, string project)
    {
        // artifacts/bin/Panoramax.AppHost/debug/ -> artifacts/bin/<project>/debug/<project>
        var ours = new DirectoryInfo(AppContext.BaseDirectory);
        var assembly = Path.GetFileNameWithoutExtension(project);
        var program = Path.Combine(ours.Parent!.Parent!.FullName, assembly, ours.Name, assembly);
        // Settings files and web pages are found in the project's folder, as with "dotnet run".
        return builder.AddResource(new ServiceResource(name, program, Path.GetDirectoryName(project)!))
            .WithEnvironment("DOTNET_ENVIRONMENT", builder.Environment.EnvironmentName)
            .WithOtlpExporter();
    }
}
