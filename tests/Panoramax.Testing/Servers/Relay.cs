using System.Net;
using System.Net.Sockets;

namespace Panoramax.Testing.Servers;

/// <summary>
/// Stands between a process and a server on loopback and passes bytes on, until a test says otherwise: it refuses, resets,
/// holds or slows connections. One relay a server; many connections at once.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly string host;
    private readonly int port;
    private readonly HashSet<Socket> open = [];
    private readonly CancellationTokenSource ended = new();
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2213", Justification = "Cut, which DisposeAsync calls, stops and so disposes it.")]
    private TcpListener? listener;

    private TaskCompletionSource flowing = Flowing();
    private TimeSpan delay;

    private Relay(string host, int port) => (this.host, this.port) = (host, port);

    /// <summary>Loopback port that the process is told instead of the server's.</summary>
    public int Port { get; private set; }

    /// <summary>Connections that are open now.</summary>
    public int Connections
    {
        get
        {
            lock (open) return open.Count / 2;
        }
    }

    /// <summary>Starts passing on.</summary>
    public static Relay To(string host, int port)
    {
        var relay = new Relay(host, port);
        relay.Listen(0);
        return relay;
    }

    /// <summary>The server is gone: open connections are reset and new ones refused, until <see cref="Restore"/>.</summary>
    public void Cut()
    {
        listener?.Stop();
        listener = null;
        Reset();
    }

    /// <summary>Open connections are reset, as by a fire wall that forgot them or a server that was restarted; new ones are taken.</summary>
    public void Reset()
    {
        Socket[] all;
        lock (open)
        {
            all = [.. open];
            open.Clear();
        }

        foreach (var socket in all)
        {
            try
            {
                // Without lingering the other side gets a reset, not an end.
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            catch (Exception error) when (error is ObjectDisposedException or SocketException)
            {
                // It ended by itself at this moment.
            }
        }
    }

    /// <summary>Nothing arrives any more, yet nothing is closed: a server or network that hangs. Until <see cref="Restore"/>.</summary>
    public void Hold()
    {
        if (flowing.Task.IsCompleted) flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Everything takes so much longer, in each direction.</summary>
    public void Slow(TimeSpan each) => delay = each;

    /// <summary>Passes on as at first.</summary>
    public void Restore()
    {
        delay = TimeSpan.Zero;
        flowing.TrySetResult();
        if (listener is null) Listen(Port);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        Cut();
        flowing.TrySetResult();
        ended.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private void Listen(int at)
    {
        var started = new TcpListener(IPAddress.Loopback, at);
        started.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        started.Start();
        listener = started;
        Port = ((IPEndPoint)started.LocalEndpoint).Port;
        _ = Accept(started);
    }

    private async Task Accept(TcpListener from)
    {
        while (!ended.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await from.AcceptSocketAsync(ended.Token);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                return; // cut or disposed
            }

            _ = Pass(client);
        }
    }

    private async Task Pass(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (open)
        {
            open.Add(client);
            open.Add(server);
        }

        try
        {
            await server.ConnectAsync(host, port, ended.Token);
            await Task.WhenAny(Copy(client, server), Copy(server, client));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server is really away, or the test cut the connection.
        }
        finally
        {
            lock (open)
            {
                open.Remove(client);
                open.Remove(server);
            }

            client.Dispose();
            server.Dispose();
        }
    }

    private async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, SocketFlags.None, ended.Token)) > 0)
            {
                await flowing.Task;
                if (delay > TimeSpan.Zero) await Task.Delay(delay, ended.Token);
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, ended.Token);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed from one side.
        }
    }
}
