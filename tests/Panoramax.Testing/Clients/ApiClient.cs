using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panoramax.Testing.Schemas;

namespace Panoramax.Testing.Clients;

/// <summary>
/// Calls the API of any instance, ours or another one, by its public address. Every answer of ours (on this machine) is held
/// to the description of the API and to the public schemas (<see cref="DescribedAnswers"/>, <see cref="StacAnswers"/>).
/// </summary>
public class ApiClient(Uri address, string? bearer = null) : IDisposable
{
    /// <summary>The HTTP client itself: follows no redirect, keeps no cookie.</summary>
    public HttpClient Http { get; } = Make(address, bearer);

    public async Task<Answer> Get(string path) => await Answer.Of(await Http.GetAsync(Full(path)));

    public async Task<Answer> Send(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, Full(path));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await Answer.Of(await Http.SendAsync(request));
    }

    public Task<Answer> Post(string path, JsonNode? body = null) => Send(HttpMethod.Post, path, body);

    /// <summary>Bytes of a file.</summary>
    public async Task<byte[]> Bytes(string path) => await Http.GetByteArrayAsync(Full(path));

    public void Dispose()
    {
        Http.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Paths below the API (<c>collections</c>), from the root (<c>/viewer</c>), and whole addresses of links.</summary>
    private static Uri Full(string path) => path.StartsWith('/') || path.StartsWith("http", StringComparison.Ordinal)
        ? new Uri(path, UriKind.RelativeOrAbsolute)
        : new Uri("/api/" + path, UriKind.Relative);

    private static HttpClient Make(Uri address, string? bearer)
    {
        HttpMessageHandler handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (address.IsLoopback) handler = new StacAnswers(new DescribedAnswers(handler));
        var client = new HttpClient(handler)
        {
            BaseAddress = address, Timeout = TimeSpan.FromSeconds(100),
        };
        if (bearer is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }
}
