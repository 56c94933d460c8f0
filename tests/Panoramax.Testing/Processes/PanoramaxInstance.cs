using Panoramax.Testing.Clients;
using Panoramax.Testing.Servers;

namespace Panoramax.Testing.Processes;

/// <summary>Where an instance keeps its pictures.</summary>
public enum StoreKind
{
    Folder,
    S3,
}

/// <summary>
/// A whole instance: every process of Panoramax on a database, virtual host and store of its own, with the gateway in front.
/// Its processes can be killed and started again one by one.
/// </summary>
public sealed class PanoramaxInstance : IAsyncDisposable
{
    private static readonly (string Process, string Role, bool Bus)[] processes =
    [
        ("Panoramax.Stac", "stac", false),
        ("Panoramax.Auth", "auth", false),
        ("Panoramax.Upload", "upload", true),
        ("Panoramax.PictureWorker", "picture_worker", true),
        ("Panoramax.DispatchWorker", "dispatch_worker", true),
    ];

    private readonly Dictionary<string, ServiceProcess> running = [];
    private readonly Dictionary<string, Dictionary<string, string>> settings = [];
    private readonly Dictionary<string, int> ports = [];
    private readonly TestStore store;

    private PanoramaxInstance(TestDatabase database, TestBroker broker, TestStore store)
    {
        Database = database;
        Broker = broker;
        this.store = store;
    }

    public TestDatabase Database { get; }

    public TestBroker Broker { get; }

    public TestStore Store => store;

    /// <summary>Public address: the gateway's, also while it is down.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>A client that reads, without an account.</summary>
    public Visitor Visitor { get; private set; } = null!;

    /// <summary>A client that sends pictures, without an account.</summary>
    public Uploader Uploader { get; private set; } = null!;

    /// <summary>The running process of a project.</summary>
    public ServiceProcess this[string process] => running[process];

    /// <summary>Starts an instance and waits until all of it is ready.</summary>
    /// <param name="extra">Settings for all processes, in environment form.</param>
    /// <param name="broker">AMQP URI of another broker than the shared test broker, for tests that kill it.</param>
    /// <param name="login">True: the development identity provider runs too, and people can log in.</param>
    /// <param name="adjust">Changes the settings of a process before it starts: to put a <see cref="Relay"/> in between, for one.</param>
    public static async Task<PanoramaxInstance> Start(
        StoreKind kind = StoreKind.Folder, IReadOnlyDictionary<string, string>? extra = null, Uri? broker = null, bool login = false,
        Action<string, Dictionary<string, string>>? adjust = null)
    {
        var instance = new PanoramaxInstance(await TestDatabase.Create(), await TestBroker.Create(), await TestStore.Create(kind));
        try
        {
            var bus = broker?.ToString() ?? instance.Broker.Uri;
            if (login) extra = new Dictionary<string, string>([.. extra ?? new Dictionary<string, string>(), .. await instance.StartLogin()]);
            foreach (var (process, role, usesBus) in processes)
            {
                var own = ServiceSettings.For(role, instance.Database, instance.store.Folder, usesBus ? bus : null);
                foreach (var (key, value) in instance.store.Settings) own[key] = value;
                own["Jobs__SweepInterval"] = "00:00:02";
                own["Jobs__RetryDelay"] = "00:00:01";
                foreach (var (key, value) in extra ?? new Dictionary<string, string>()) own[key] = value;
                adjust?.Invoke(process, own);
                instance.settings[process] = own;
            }

            await Task.WhenAll(processes.Select(process => instance.StartProcess(process.Process)));
            var gateway = new Dictionary<string, string>(extra ?? new Dictionary<string, string>());
            foreach (var service in (string[])["Stac", "Auth", "Upload"])
                gateway[$"services__{service.ToLowerInvariant()}__http__0"] = instance.running["Panoramax." + service].Address.ToString().TrimEnd('/');
            instance.settings["Panoramax.Gateway"] = gateway;
            await instance.StartProcess("Panoramax.Gateway");
            instance.Address = instance.running["Panoramax.Gateway"].Address;
            instance.Visitor = new Visitor(instance.Address);
            instance.Uploader = new Uploader(instance.Address);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a process again after it was killed or stopped, at its old address.</summary>
    /// <param name="changed">Settings that it gets from now on, in environment form.</param>
    public async Task Restart(string process, params IEnumerable<(string Key, string Value)> changed)
    {
        foreach (var (key, value) in changed) settings[process][key] = value;
        if (running.Remove(process, out var old)) await old.DisposeAsync();
        await StartProcess(process);
    }

    /// <summary>Names of the processes that run.</summary>
    public IReadOnlyCollection<string> Processes => [.. running.Keys];

    /// <summary>What all processes of Panoramax wrote: shown by failing tests.</summary>
    public string Logs() => string.Join('\n', running.Where(entry => entry.Key != "Panoramax.DevelopmentLogin").Select(entry => $"===== {entry.Key}\n{entry.Value.Log}"));

    public async ValueTask DisposeAsync()
    {
        Visitor?.Dispose();
        Uploader?.Dispose();
        await Task.WhenAll(running.Values.Select(process => process.DisposeAsync().AsTask()));
        await store.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>The client secret of the development provider, for tests that look where it must not be.</summary>
    public static string LoginSecret { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Starts the development provider for the gateway's address, which is fixed now.</summary>
    private async Task<Dictionary<string, string>> StartLogin()
    {
        var gateway = ports["Panoramax.Gateway"] = ServiceProcess.FreePort();
        settings["Panoramax.DevelopmentLogin"] = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Development", ["Login__Client"] = "panoramax", ["Login__ClientSecret"] = LoginSecret,
            ["Login__Callback"] = $"http://127.0.0.1:{gateway}/api/auth/redirect",
        };
        await StartProcess("Panoramax.DevelopmentLogin");
        return new Dictionary<string, string>
        {
            ["Auth__Provider"] = "oidc", ["Auth__Authority"] = running["Panoramax.DevelopmentLogin"].Address.ToString().TrimEnd('/'),
            ["Auth__ClientId"] = "panoramax", ["Auth__ClientSecret"] = LoginSecret,
        };
    }

    private async Task StartProcess(string process)
    {
        int port;
        lock (ports)
        {
            if (!ports.TryGetValue(process, out port)) ports[process] = port = ServiceProcess.FreePort();
        }

        var started = await ServiceProcess.Start(process, settings[process], port);
        lock (running) running[process] = started;
    }
}
