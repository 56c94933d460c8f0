using System.ComponentModel;
using System.Diagnostics;

namespace Panoramax.AppHost.Infrastructure;

/// <summary>Where the servers come from: <c>Panoramax:Infrastructure</c>.</summary>
internal enum InfrastructureKind
{
    /// <summary>Container resources of the AppHost.</summary>
    Containers,

    /// <summary>Private processes of the servers that are installed on this machine.</summary>
    Local,

    /// <summary>Servers that already run; connection strings say where.</summary>
    External,
}

internal static class InfrastructureChoice
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);

    /// <summary>Adds the servers of the infrastructure that is asked for; unset, containers where their engine answers, else local.</summary>
    public static Servers AddServers(this IDistributedApplicationBuilder builder, Instance instance, Secrets secrets)
    {
        // Aspire gives no error for a container engine that does not answer: its resources just never become healthy.
        var kind = builder.Configuration["Panoramax:Infrastructure"] is { Length: > 0 } named
            ? Enum.Parse<InfrastructureKind>(named, ignoreCase: true)
            : ContainerEngineAnswers() ? InfrastructureKind.Containers : InfrastructureKind.Local;
        return kind switch
        {
            InfrastructureKind.Containers => new ContainerServers(builder, instance, secrets),
            InfrastructureKind.Local => new LocalServers(builder, instance, secrets),
            InfrastructureKind.External => new ExternalServers(builder, instance),
        };
    }

    private static bool ContainerEngineAnswers()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("docker", "info")
            {
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            })!;
            if (probe.WaitForExit(ProbeTime)) return probe.ExitCode == 0;

            probe.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }
}
