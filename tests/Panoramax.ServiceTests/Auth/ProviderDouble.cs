using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Panoramax.ServiceTests.Auth;

/// <summary>What the provider does wrong.</summary>
public enum Misbehaviour
{
    None,
    OtherNonce,
    NoNonce,
    OtherIssuer,
    OtherAudience,
    Expired,
    OtherPerson,
    NoIdToken,
    BrokenIdToken,
    NonsenseFromTokenEndpoint,
    RefusedCode,
    WrongClient,
    NonsenseFromUserInfo,
    ErrorFromUserInfo,
    Slow,
}

/// <summary>
/// A provider that a test holds in its hand: OpenID Connect and OpenStreetMap's OAuth 2.0 over real HTTP, with whoever the test
/// wants to be logged in, and any fault the test wants. (The whole flow with a provider that checks us runs end to end.)
/// </summary>
internal sealed class ProviderDouble : IAsyncDisposable
{
    public const string ClientId = "panoramax-tests";
    public const string ClientSecret = "the client secret of the tests";

    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge, string RedirectUri, string Person)> codes = new();
    private readonly ConcurrentDictionary<string, string> people = new();
    private WebApplication app;

    private ProviderDouble(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    /// <summary>Who is at the keyboard; the id is made from the name.</summary>
    public string Person { get; set; } = "bob";

    /// <summary>Public name, when it is not the one the id is made from.</summary>
    public string? PublicName { get; set; }

    public Misbehaviour Misbehaviour { get; set; }

    public static async Task<ProviderDouble> Start()
    {
        var provider = new ProviderDouble(Build("http://127.0.0.1:0"));
        provider.Map();
        await provider.app.StartAsync();
        return provider;
    }

    /// <summary>Settings of every HTTP service of an instance whose people log in here.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Auth__Provider", "oidc"), ("Auth__Authority", Address.ToString().TrimEnd('/')), ("Auth__ClientId", ClientId), ("Auth__ClientSecret", ClientSecret),
        ("Auth__ProviderTimeout", "00:00:08"), ("Auth__SignInsPerMinute", "10000"), ("Auth__TokensPerMinute", "10000"),
    ];

    /// <summary>The id of a person here.</summary>
    public static string Subject(string name) => "sub-" + name;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static WebApplication Build(string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        return builder.Build();
    }

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new JsonObject
        {
            ["issuer"] = Address.ToString().TrimEnd('/'),
            ["authorization_endpoint"] = $"{Address}authorize", ["token_endpoint"] = $"{Address}token", ["userinfo_endpoint"] = $"{Address}userinfo",
            ["end_session_endpoint"] = $"{Address}protocol/openid-connect/logout", ["jwks_uri"] = $"{Address}keys",
        }));
        app.MapGet("/keys", () => Results.Json(new JsonObject { ["keys"] = new JsonArray() }));
        app.MapGet("/authorize", Authorize);
        app.MapGet("/oauth2/authorize", Authorize);
        app.MapPost("/token", Token);
        app.MapPost("/oauth2/token", Token);
        app.MapGet("/userinfo", UserInfo);
        app.MapGet("/api/0.6/user/details.json", (HttpRequest request) => Holder(request) is { } person
            ? Results.Json(new JsonObject { ["user"] = new JsonObject { ["id"] = 100 + person.Length, ["display_name"] = person } })
            : Results.Unauthorized());
        app.MapGet("/protocol/openid-connect/logout", (HttpRequest request) => Results.Redirect(request.Query["post_logout_redirect_uri"].ToString()));
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        var code = Random();
        codes[code] = (query["nonce"].ToString(), query["code_challenge"].ToString(), query["redirect_uri"].ToString(), Person);
        return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (Misbehaviour == Misbehaviour.Slow) await Task.Delay(TimeSpan.FromMinutes(1), request.HttpContext.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        if (Misbehaviour == Misbehaviour.NonsenseFromTokenEndpoint) return Results.Text("<html>not what you asked for</html>", "text/html");
        if (Misbehaviour == Misbehaviour.WrongClient || request.Headers.Authorization != Basic()) return Results.Json(new JsonObject { ["error"] = "invalid_client" }, statusCode: 401);
        // Codes work once, for the client that asked, with its proof.
        if (Misbehaviour == Misbehaviour.RefusedCode || !codes.TryRemove(form["code"].ToString(), out var login) || login.RedirectUri != form["redirect_uri"]
            || Base64(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != login.Challenge)
            return Results.Json(new JsonObject { ["error"] = "invalid_grant" }, statusCode: 400);

        var access = Random();
        people[access] = login.Person;
        var answer = new JsonObject { ["access_token"] = access, ["token_type"] = "Bearer", ["expires_in"] = 300 };
        if (login.Nonce.Length > 0 && Misbehaviour != Misbehaviour.NoIdToken) answer["id_token"] = IdToken(login.Nonce, login.Person);
        return Results.Json(answer);
    }

    private IResult UserInfo(HttpRequest request)
    {
        if (Misbehaviour == Misbehaviour.NonsenseFromUserInfo) return Results.Text("no JSON", "application/json");
        if (Misbehaviour == Misbehaviour.ErrorFromUserInfo || Holder(request) is not { } person) return Results.StatusCode(500);
        return Results.Json(new JsonObject
        {
            ["sub"] = Subject(Misbehaviour == Misbehaviour.OtherPerson ? "somebody else" : person), ["preferred_username"] = PublicName ?? person, ["email"] = $"{person}@example.org",
        });
    }

    private string IdToken(string nonce, string person)
    {
        if (Misbehaviour == Misbehaviour.BrokenIdToken) return "not.a.token";
        var claims = new JsonObject
        {
            ["iss"] = Misbehaviour == Misbehaviour.OtherIssuer ? "https://elsewhere.example.org" : Address.ToString().TrimEnd('/'),
            ["sub"] = Subject(person), ["aud"] = Misbehaviour == Misbehaviour.OtherAudience ? "another client" : ClientId,
            ["exp"] = TimeProvider.System.GetUtcNow().AddSeconds(Misbehaviour == Misbehaviour.Expired ? -3600 : 300).ToUnixTimeSeconds(),
        };
        if (Misbehaviour != Misbehaviour.NoNonce) claims["nonce"] = Misbehaviour == Misbehaviour.OtherNonce ? "another nonce" : nonce;
        return $"{Base64(Encoding.UTF8.GetBytes("""{"alg":"RS256"}"""))}.{Base64(JsonSerializer.SerializeToUtf8Bytes(claims))}.{Base64(RandomNumberGenerator.GetBytes(32))}";
    }

    private string? Holder(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && people.TryGetValue(header[7..], out var person) ? person : null;

    private static string Basic() => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(ClientId)}:{WebUtility.UrlEncode(ClientSecret)}"));

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
