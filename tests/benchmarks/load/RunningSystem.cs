using Panoramax.Load.Measuring;
using Panoramax.Testing.Processes;
using Panoramax.Testing.Servers;

namespace Panoramax.Load;

/// <summary>The real processes of the release build over a database, with the gateway in front and pictures in a folder.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    private static readonly (string Process, string Role)[] services = [("Panoramax.Stac", "stac"), ("Panoramax.Auth", "auth"), ("Panoramax.Upload", "upload")];

    private readonly List<ServiceProcess> processes = [];
    private readonly TestDatabase database;
    private readonly TestBroker broker;
    private readonly TestStore store;

    private RunningSystem(TestDatabase database, TestBroker broker, TestStore store) => (this.database, this.broker, this.store) = (database, broker, store);

    /// <summary>Public address: the gateway's.</summary>
    public Uri Address => this["Panoramax.Gateway"].Address;

    public TestDatabase Database => database;

    public TestStore Store => store;

    public ServiceProcess this[string name] => processes.Single(process => process.Name == name);

    /// <param name="workers">Also those who prepare and dispatch.</param>
    public static async Task<RunningSystem> Start(TestDatabase database)
    {
        var system = new RunningSystem(database, await TestBroker.Create(), await TestStore.Create(StoreKind.Folder));
        try
        {
            foreach (var (process, role) in services) await system.StartProcess(process, system.Settings(role));
            var gateway = Usual();
            foreach (var (process, _) in services) gateway[$"services__{process["Panoramax.".Length..].ToLowerInvariant()}__http__0"] = system[process].Address.ToString().TrimEnd('/');
            await system.StartProcess("Panoramax.Gateway", gateway);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a worker: <c>PictureWorker</c> with its role <c>picture_worker</c>, <c>DispatchWorker</c>.</summary>
    public Task StartWorker(string name, string role) => StartProcess("Panoramax." + name, Settings(role));

    public async Task StopWorker(string name)
    {
        var process = this["Panoramax." + name];
        processes.Remove(process);
        await process.DisposeAsync();
    }

    /// <summary>Resident megabytes of a process now.</summary>
    public double Resident(string name) => Memory.Resident(this[name].Id);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
        await store.DisposeAsync();
        await broker.DisposeAsync();
    }

    private Dictionary<string, string> Settings(string role)
    {
        var settings = Usual();
        foreach (var (key, value) in ServiceSettings.For(role, database, store.Folder, broker.Uri)) settings[key] = value;
        foreach (var (key, value) in store.Settings) settings[key] = value;
        return settings;
    }

    /// <summary>As an operator runs it: the collector of garbage that the build chose, one line of log a request, into nothing.</summary>
    private static Dictionary<string, string> Usual() => new() { ["DOTNET_gcServer"] = "", ["Logging__Console__FormatterName"] = "json", ["Logging__LogLevel__Default"] = "Warning" };

    private async Task StartProcess(string name, Dictionary<string, string> settings) => processes.Add(await ServiceProcess.Start(name, settings));
}
