using Panoramax.Testing.Servers;

namespace Panoramax.Testing.Processes;

/// <summary>Settings that the processes of one instance share, and those of each role.</summary>
public static class ServiceSettings
{
    /// <summary>Key of the tokens in tests.</summary>
    public const string SigningKey = "a signing key that only tests use, long enough";

    /// <summary>Settings of one process on a test database, with pictures in a folder.</summary>
    /// <param name="role">The process's PostgreSQL role without its prefix, such as <c>stac</c>.</param>
    /// <param name="pictures">Folder of the three stores.</param>
    /// <param name="broker">AMQP URI; null for processes without a bus.</param>
    public static Dictionary<string, string> For(string role, TestDatabase database, string pictures, string? broker = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__panoramax"] = database.ConnectionString(role),
            ["Storage__Kind"] = "Folder",
            ["Storage__Folder"] = pictures,
            ["Auth__SigningKey"] = SigningKey,
            ["Upload__TempFolder"] = Path.Combine(pictures, "receiving"),
            ["Blur__Kind"] = "None",
        };
        if (broker is not null) settings["ConnectionStrings__rabbitmq"] = broker;
        return settings;
    }
}
