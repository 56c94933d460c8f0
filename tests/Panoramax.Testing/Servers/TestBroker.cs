using System.Net.Http.Json;
using System.Text.Json;

namespace Panoramax.Testing.Servers;

/// <summary>A virtual host of a fixture's own on the real broker.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly HttpClient management;

    private TestBroker(string name, HttpClient management)
    {
        Name = name;
        this.management = management;
    }

    public string Name { get; }

    /// <summary>AMQP URI of the virtual host.</summary>
    public string Uri => new UriBuilder(TestServers.RabbitMq) { Path = "/" + Name }.Uri.ToString();

    public static async Task<TestBroker> Create()
    {
        var broker = new TestBroker("test-" + Guid.NewGuid().ToString("N"), TestServers.RabbitMqManagementClient());
        (await broker.management.PutAsync($"/api/vhosts/{broker.Name}", content: null)).EnsureSuccessStatusCode();
        var user = System.Uri.UnescapeDataString(TestServers.RabbitMq.UserInfo.Split(':')[0]);
        (await broker.management.PutAsJsonAsync($"/api/permissions/{broker.Name}/{user}", new { configure = ".*", write = ".*", read = ".*" }))
            .EnsureSuccessStatusCode();
        return broker;
    }

    /// <summary>Messages that wait in a queue, delivered ones not yet acknowledged included; 0 when the queue is not there.</summary>
    public async Task<int> Messages(string queue)
    {
        using var answer = await management.GetAsync($"/api/queues/{Name}/{queue}");
        if (!answer.IsSuccessStatusCode) return 0;
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.TryGetProperty("messages", out var count) ? count.GetInt32() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await management.DeleteAsync($"/api/vhosts/{Name}");
        management.Dispose();
    }
}
