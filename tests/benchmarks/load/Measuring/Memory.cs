using System.Globalization;

namespace Panoramax.Load.Measuring;

/// <summary>Resident memory of processes, looked at all the time while something happens.</summary>
internal sealed class Memory : IAsyncDisposable
{
    private readonly int[] processes;
    private readonly double[] before;
    private readonly double[] highest;
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;

    public Memory(params int[] processes)
    {
        this.processes = processes;
        before = [.. processes.Select(Resident)];
        highest = [.. before];
        watching = Watch();
    }

    /// <summary>Megabytes (1,000,000 bytes) more than at the start, at the highest point.</summary>
    public double Growth(int process) => highest[Array.IndexOf(processes, process)] - before[Array.IndexOf(processes, process)];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    public static double Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    private async Task Watch()
    {
        while (!stop.IsCancellationRequested)
        {
            for (var at = 0; at < processes.Length; at++) highest[at] = Math.Max(highest[at], Resident(processes[at]));
            await Task.Delay(20);
        }
    }
}
