using System.Reflection;

namespace Panoramax.Stac.Catalog;

/// <summary>The two versions that this server speaks of.</summary>
internal static class ServerVersion
{
    /// <summary>Of the API that clients rely on, as the reference server writes it.</summary>
    public const string Api = "2.11.0";

    /// <summary>Of this software, without build metadata.</summary>
    public static string Own { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
