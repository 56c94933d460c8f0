using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Panoramax.ServiceTests.Auth;

/// <summary>What a browser does with cookies: it keeps them and sends them to every port of the same host. Redirects are followed by the test.</summary>
internal sealed class BrowserSession : IDisposable
{
    private readonly Uri home;
    private readonly HttpClient client;

    public BrowserSession(Uri home)
    {
        this.home = home;
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = home };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>Value of a cookie that would be sent to the API; null when there is none.</summary>
    public string? Cookie(string name) => Cookies.GetCookies(new Uri(home, "/api/auth/x"))[name]?.Value is { Length: > 0 } value ? value : null;

    /// <summary>The cookies as a header, for a client of another kind.</summary>
    public string Header => Cookies.GetCookieHeader(home);

    public Task<HttpResponseMessage> Get(string address) => client.GetAsync(new Uri(home, address));

    public async Task<HttpResponseMessage> Send(HttpMethod method, string address, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(home, address));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    public async Task<JsonNode> Json(string address)
    {
        using var answer = await Get(address);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{address}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public void Dispose() => client.Dispose();
}
