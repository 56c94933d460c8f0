using System.Globalization;

namespace Panoramax.AppHost;

/// <summary>
/// Settings that Aspire wants before it builds anything, as arguments: environment variables would be inherited by
/// every child process. The dashboard asks for no login; it listens on localhost only.
/// </summary>
internal static class Dashboard
{
    private const string PortSetting = "--Panoramax:DashboardPort=";

    /// <summary>Defaults first, so that whoever starts the AppHost can say otherwise.</summary>
    public static string[] Arguments(string[] given)
    {
        var port = given.LastOrDefault(argument => argument.StartsWith(PortSetting, StringComparison.OrdinalIgnoreCase))?[PortSetting.Length..] ?? "18888";
        return
        [
            $"--ASPNETCORE_URLS=http://localhost:{port}",
            $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{FreePort()}",
            $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{FreePort()}",
            "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
            "--ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS=true",
            // Versions are this repository's business; asking for newer ones starts the SDK and the network.
            "--ASPIRE_VERSION_CHECK_DISABLED=true",
            .. given,
        ];
    }

    private static string FreePort() => Ports.Free().ToString(CultureInfo.InvariantCulture);
}
