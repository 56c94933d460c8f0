using System.Net.Http.Headers;
using System.Text;

namespace Panoramax.Testing.Servers;

/// <summary>
/// The real servers that tests run against, started once by <c>tests/servers.sh</c> (which <c>tests/run.sh</c> calls) and
/// named by environment variables. A missing one is a failure with a sentence, never a skipped test.
/// </summary>
public static class TestServers
{
    /// <summary>Password of every Panoramax role on the test cluster.</summary>
    public const string RolePassword = "panoramax_tests";

    /// <summary>Connection string of the cluster's superuser.</summary>
    public static string Postgres => Required("PANORAMAX_TEST_POSTGRES");

    /// <summary>AMQP URI of a user that may make virtual hosts.</summary>
    public static Uri RabbitMq => new(Required("PANORAMAX_TEST_RABBITMQ"));

    /// <summary>Address of the broker's management API.</summary>
    public static Uri RabbitMqManagement => new(Required("PANORAMAX_TEST_RABBITMQ_MANAGEMENT"));

    /// <summary>A client of the broker's management API, logged in.</summary>
    public static HttpClient RabbitMqManagementClient()
    {
        var client = new HttpClient { BaseAddress = RabbitMqManagement };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(RabbitMq.UserInfo))));
        return client;
    }

    internal static string Required(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException(
                $"{variable} is not set: start the test servers with 'tests/servers.sh start' and evaluate 'tests/servers.sh env', or run tests/run.sh, which does both");
}
