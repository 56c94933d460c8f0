using System.Net;
using System.Net.Sockets;

namespace Panoramax.AppHost;

/// <summary>
/// Ports on loopback that nobody listens on now, below the range from which the kernel serves outgoing connections.
/// Fixed before the start, so that processes listen themselves and no proxy stands between them.
/// </summary>
internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(20000, 32000);
            lock (Given)
            {
                if (!Given.Contains(port) && IsFree(port) && Given.Add(port)) return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
