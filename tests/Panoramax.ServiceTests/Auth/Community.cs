using Person = Panoramax.ServiceTests.Stac.Person;
using System.Text;
using Panoramax.Database;
using Panoramax.Database.Rows;
using Panoramax.Domain.Accounts;
using Panoramax.ServiceTests.Stac;
using Panoramax.Testing.Clients;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.ServiceTests.Auth;

/// <summary>
/// The HTTP services of one instance as real processes, each under its own role, over one database and store, with a provider
/// where people log in. No worker runs and no gateway stands in front: each service has to hold the rules by itself.
/// </summary>
internal sealed class Community : IAsyncDisposable
{
    private readonly List<IDisposable> clients = [];
    private readonly TestStore store;
    private readonly TestBroker broker;

    private Community(TestDatabase database, TestStore store, TestBroker broker, ProviderDouble? provider)
    {
        Database = database;
        this.store = store;
        this.broker = broker;
        Provider = provider!;
    }

    public TestDatabase Database { get; }

    public TestStore Store => store;

    /// <summary>Null when the instance has no login.</summary>
    public ProviderDouble Provider { get; }

    public ServiceProcess Auth { get; private set; } = null!;

    public ServiceProcess Upload { get; private set; } = null!;

    public ServiceProcess Stac { get; private set; } = null!;

    /// <param name="hasLogin">False: no provider is configured.</param>
    /// <param name="authOnly">True: neither reading nor uploading is needed.</param>
    /// <param name="settings">Environment form, for all services, over the usual ones.</param>
    public static async Task<Community> Start(bool hasLogin = true, bool authOnly = false, params (string Key, string Value)[] settings)
    {
        var community = new Community(
            await TestDatabase.Create(), await TestStore.Create(StoreKind.Folder), await TestBroker.Create(), hasLogin ? await ProviderDouble.Start() : null);
        try
        {
            (string, string)[] all = [.. community.Provider?.Settings ?? [], .. settings];
            // Auth first: it makes the key of the login cookie, which "migrate" has made long before in an instance of an operator.
            community.Auth = await community.Run("Panoramax.Auth", "auth", all);
            if (authOnly) return community;
            community.Upload = await community.Run("Panoramax.Upload", "upload", all);
            community.Stac = await community.Run("Panoramax.Stac", "stac", all);
            return community;
        }
        catch
        {
            await community.DisposeAsync();
            throw;
        }
    }

    /// <summary>A browser without a login.</summary>
    public BrowserSession NewBrowser()
    {
        var browser = new BrowserSession(Auth.Address);
        lock (clients) clients.Add(browser);
        return browser;
    }

    /// <summary>A browser in which somebody logged in at the provider.</summary>
    public async Task<BrowserSession> LogIn(string name, string? nextUrl = null)
    {
        var browser = NewBrowser();
        using var end = await LogIn(browser, name, nextUrl);
        return browser;
    }

    /// <summary>Logs in and stops where the browser is sent at the end.</summary>
    public async Task<HttpResponseMessage> LogIn(BrowserSession browser, string name, string? nextUrl = null)
    {
        Provider.Person = name;
        using var toProvider = await browser.Get("/api/auth/login" + (nextUrl is null ? "" : $"?next_url={Uri.EscapeDataString(nextUrl)}"));
        Assert.That((int)toProvider.StatusCode, Is.EqualTo(302), await toProvider.Content.ReadAsStringAsync());
        using var back = await browser.Get(toProvider.Headers.Location!.ToString());
        Assert.That((int)back.StatusCode, Is.EqualTo(302));
        return await browser.Get(back.Headers.Location!.ToString());
    }

    /// <summary>A client of one service with a token, or without any.</summary>
    public Uploader Client(ServiceProcess service, string? bearer)
    {
        var client = new Uploader(service.Address, bearer);
        lock (clients) clients.Add(client);
        return client;
    }

    /// <summary>An account with a token, as if it had logged in once.</summary>
    public async Task<Person> NewPerson(string name, bool isAdmin = false, Action<AccountRow>? more = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = new AccountRow
        {
            Id = Guid.CreateVersion7(now), Name = name, Role = isAdmin ? Roles.Admin : Roles.User, CreatedAt = now, OauthProvider = "keycloak", OauthId = ProviderDouble.Subject(name),
        };
        more?.Invoke(account);
        var token = new TokenRow { Id = DatabaseMigration.NewTokenId(), AccountId = account.Id, Description = "default token", GeneratedAt = now };
        await using var db = Database.Context("owner");
        db.Accounts.Add(account);
        db.Tokens.Add(token);
        await db.SaveChangesAsync();
        return new Person(account.Id, name, Jwt(token.Id));
    }

    /// <summary>The text of a token.</summary>
    public static string Jwt(Guid token) => TokenText.Write(token, Encoding.UTF8.GetBytes(ServiceSettings.SigningKey));

    /// <summary>What all processes wrote.</summary>
    public string Logs() => string.Join('\n', new[] { Auth, Upload, Stac }.Where(process => process is not null).Select(process => process.Log));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) client.Dispose();
        foreach (var process in new[] { Auth, Upload, Stac })
        {
            if (process is not null) await process.DisposeAsync();
        }

        if (Provider is not null) await Provider.DisposeAsync();
        await store.DisposeAsync();
        await broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task<ServiceProcess> Run(string name, string role, (string Key, string Value)[] settings)
    {
        var own = ServiceSettings.For(role, Database, store.Folder, broker.Uri);
        foreach (var (key, value) in settings) own[key] = value;
        return await ServiceProcess.Start(name, own);
    }
}
